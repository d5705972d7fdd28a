"""The channels of the installation: how each one fares, how to write its addresses, and tests to the crew."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only, signed_in
from daylight.accounts.models import StaffContact
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.models import ContactPoint
from daylight.reach import connecting, providers
from daylight.reach.channels.base import Channel
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.forms.addresses import AddressForm
from daylight.reach.models import Alarm, Batch, Provider, Suppression, WebhookEndpoint
from daylight.reach.views.providers import own_address


@dataclass(frozen=True)
class Standing:
    """How one channel fares: its providers, what is built in, and what waits."""

    channel: Channel
    providers: list[Provider]
    built_in: Provider | None
    waiting: int
    addresses: int

    @property
    def in_use(self) -> list[Provider]:
        """Those by which messages leave, unless they are paused."""
        rows = [*self.providers, *([self.built_in] if self.built_in else [])]
        return [row for row in rows if row.is_active]

    @property
    def broken(self) -> list[Provider]:
        """Who of those in use is paused."""
        return [row for row in self.in_use if row.paused_at]

    @property
    def is_connected(self) -> bool:
        """Whether messages can leave by it at all."""
        return not self.channel.kinds or bool(self.in_use)

    @property
    def accepted_at(self) -> datetime | None:
        """When anything was last accepted."""
        return max((row.accepted_at for row in self.in_use if row.accepted_at), default=None)


@members_only(Act.SET_UP)
def channels(request: MemberRequest) -> HttpResponse:
    """How every channel fares."""
    standings = [_standing(channel) for channel in CHANNELS.values()]
    context = {
        "connected": [standing for standing in standings if standing.channel.kinds and standing.is_connected],
        "unneeding": [standing for standing in standings if not standing.channel.kinds],
        "unconnected": [standing for standing in standings if not standing.is_connected],
        "outbox_in_use": providers.outbox_in_use(),
        "mail": providers.EMAIL,
        "may_set_up": True,
        "suppressed": Suppression.objects.standing().count(),
        "quarantined": WebhookEndpoint.objects.filter(quarantined_at__isnull=False).count(),
        "given_up": Alarm.objects.given_up().select_related("member").order_by("-gave_up_at")[:10],
    }
    return TemplateResponse(request, "reach/channels.html", context)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def channel(request: MemberRequest, name: str) -> HttpResponse:
    """One channel: its providers, what its addresses look like, and a test to any address."""
    if name not in CHANNELS:
        raise Http404
    chosen, trial = CHANNELS[name], None
    initial = {"address": own_address(request.member, chosen)}
    form = AddressForm(request.POST or None, channel=chosen, initial=initial)
    if form.is_valid():
        at = clock.now()
        trial = connecting.try_out(
            chosen,
            providers.settings_for(name),
            kind=None,
            address=form.cleaned_data["address"],
            member=request.member,
            at=at,
        )
        audit.record(at=at, actor=request.member.name, act="channel.test", subject=name, accepted=trial.is_good)
    context = {
        "standing": _standing(chosen),
        "channel": chosen,
        "form": form,
        "trial": trial,
        "help_template": [f"reach/help/{name}/address.html", "reach/help/address.html"],
        "outbox_in_use": name == providers.EMAIL and providers.outbox_in_use(),
    }
    return TemplateResponse(request, "reach/channel.html", context, status=422 if form.errors else 200)


@members_only(Act.SET_UP)
@require_POST
def resume(request: MemberRequest, name: str) -> HttpResponse:
    """Use a paused channel again."""
    if name not in CHANNELS:
        raise Http404
    now = clock.now()
    providers.resume(name)
    connecting.hurry(name, at=now)
    audit.record(at=now, actor=request.member.name, act="channel.resume", subject=name)
    messages.success(request, f"{CHANNELS[name].label} is in use again. What waited goes out now.")
    return redirect("reach:channels")


@signed_in
@require_POST
def test_staff_contact(request: MemberRequest, pk: int) -> HttpResponse:
    """Really alarm the member once by one of their own ways, and say what became of it."""
    contact = get_object_or_404(StaffContact, pk=pk, member=request.member)
    if contact.channel not in CHANNELS:
        raise Http404
    at, chosen = clock.now(), CHANNELS[contact.channel]
    trial = connecting.try_out(
        chosen,
        providers.settings_for(contact.channel),
        kind=None,
        address=contact.address,
        member=request.member,
        at=at,
    )
    if trial.is_good:
        StaffContact.objects.filter(pk=pk).update(tested_at=at)
        messages.success(request, f"{trial.words} Look whether it arrived.")
    else:
        messages.error(request, f"{trial.words} It said: {trial.answer}")
    audit.record(at=at, actor=request.member.name, act="contact.test", subject=chosen.name, accepted=trial.is_good)
    return redirect("accounts:me")


def _standing(channel: Channel) -> Standing:
    rows = list(Provider.objects.filter(channel=channel.name).order_by("-is_active", "-weight", "pk"))
    own = [row for row in rows if row.settings]
    built_in = next((row for row in rows if not row.settings), None)
    if channel.name == providers.EMAIL and built_in is None and not any(row.is_active for row in own):
        built_in = providers.provider_of(providers.EMAIL)
    waiting = Batch.objects.waiting().filter(channel=channel.name).values_list("queued", flat=True)
    addresses = ContactPoint.objects.in_use().filter(channel=channel.name).count()
    return Standing(channel, own, built_in, waiting=sum(waiting), addresses=addresses)
