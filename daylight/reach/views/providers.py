"""Set-up of a channel's providers: add, test, use, share out, pause, remove."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.reach import connecting, providers
from daylight.reach.channels.base import Channel, Kind
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.connecting import Trial
from daylight.reach.forms.providers import SenderForm, SettingsForm, ShareForm, TestForm
from daylight.reach.models import Provider


@members_only(Act.SET_UP)
def add(request: MemberRequest, name: str) -> HttpResponse:
    """Choose by which kind of provider the channel is to leave; with one kind there is nothing to choose."""
    channel = _channel(name)
    if len(channel.kinds) == 1:
        return redirect("reach:add-kind", name, channel.kinds[0].name)
    return TemplateResponse(request, "reach/provider_kinds.html", {"channel": channel})


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def add_kind(request: MemberRequest, name: str, kind: str) -> HttpResponse:
    """Enter a new provider's settings and really send a test with them."""
    channel = _channel(name)
    return _set_up(request, channel, _kind(channel, kind), provider=None)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def provider(request: MemberRequest, pk: int) -> HttpResponse:
    """One provider: how it fares, its share, and other settings, which are kept only when they took a test."""
    row = _provider(pk)
    channel = _channel(row.channel)
    return _set_up(request, channel, _kind(channel, row.kind), provider=row)


@members_only(Act.SET_UP)
@require_POST
def share(request: MemberRequest, pk: int) -> HttpResponse:
    """Another share of the work, or other limits."""
    row = _provider(pk)
    channel = _channel(row.channel)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _page(request, channel, _kind(channel, row.kind), provider=row, share=form, status=422)
    Provider.objects.filter(pk=pk).update(**form.cleaned_data)
    _note(request, "provider.share", row, **form.cleaned_data)
    messages.success(request, f"The limits of {row.name} are saved.")
    return redirect("reach:provider", pk)


@members_only(Act.SET_UP)
@require_POST
def use(request: MemberRequest, pk: int) -> HttpResponse:
    """From now on the channel leaves by it."""
    row = _provider(pk)
    connecting.use(row, at=clock.now())
    _note(request, "provider.use", row)
    messages.success(request, f"{CHANNELS[row.channel].label} now leaves by {row.name}.")
    if problem := connecting.announce(row):
        messages.warning(request, f"{row.name} cannot tell us of answers: {problem}")
    return redirect("reach:channels")


@members_only(Act.SET_UP)
@require_POST
def pause(request: MemberRequest, pk: int) -> HttpResponse:
    """Send nothing by it for now."""
    row = _provider(pk)
    connecting.pause(row, by=request.member.name, at=clock.now())
    _note(request, "provider.pause", row)
    messages.success(request, f"{row.name} is paused until you resume it. What waits is kept.")
    return redirect("reach:provider", pk)


@members_only(Act.SET_UP)
@require_POST
def resume(request: MemberRequest, pk: int) -> HttpResponse:
    """Use it again."""
    row = _provider(pk)
    connecting.resume(row, at=clock.now())
    _note(request, "provider.resume", row)
    messages.success(request, f"{row.name} is in use again. What waited goes out now.")
    return redirect("reach:provider", pk)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks once, then forgets the provider and its secrets."""
    row = _provider(pk)
    channel = _channel(row.channel)
    if request.method == "POST":
        _note(request, "provider.remove", row)
        connecting.remove(row)
        messages.success(request, f"{row.name} is removed, and its secrets are forgotten.")
        return redirect("reach:channels")
    others = Provider.objects.filter(channel=row.channel, is_active=True, settings__isnull=False).exclude(pk=pk)
    context = {"provider": row, "channel": channel, "is_last": row.is_active and not others.exists()}
    return TemplateResponse(request, "reach/provider_remove.html", context)


def _set_up(request: MemberRequest, channel: Channel, kind: Kind, *, provider: Provider | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, channel, kind, provider=provider)
    form = SettingsForm(kind, request.POST, before=provider.settings if provider else None)
    test = TestForm(request.POST, channel=channel)
    sender = SenderForm(request.POST) if kind.asks_sender else None
    if not all([form.is_valid(), test.is_valid(), sender is None or sender.is_valid()]):
        return _page(request, channel, kind, provider=provider, form=form, test=test, sender=sender, status=422)
    said = sender.cleaned_data if sender else {}
    trial = _try(request, channel, form, address=test.cleaned_data["test_address"], sender=said)
    if not trial.is_good:
        return _page(request, channel, kind, provider=provider, form=form, test=test, sender=sender, trial=trial)
    if said:
        Organisation.objects.filter(pk=Organisation.get().pk).update(**said)
    pk = provider.pk if provider else None
    name = connecting.free_name(channel, test.cleaned_data["provider_name"] or kind.label, pk=pk)
    kept = connecting.keep(channel, kind, form.settings, name=name, at=clock.now(), pk=pk)
    return _page(request, channel, kind, provider=kept, trial=trial)


def _try(
    request: MemberRequest, channel: Channel, form: SettingsForm, *, address: str, sender: dict[str, str]
) -> Trial:
    at, kind = clock.now(), form.kind
    settings = {**form.settings, "kind": kind.name}
    trial = connecting.try_out(
        channel, settings, kind=kind, address=address, member=request.member, at=at, sender=sender
    )
    subject = f"{channel.name} by {kind.name}"
    audit.record(at=at, actor=request.member.name, act="provider.test", subject=subject, accepted=trial.is_good)
    return trial


def _page(
    request: MemberRequest,
    channel: Channel,
    kind: Kind,
    *,
    provider: Provider | None,
    form: SettingsForm | None = None,
    test: TestForm | None = None,
    sender: SenderForm | None = None,
    share: ShareForm | None = None,
    trial: Trial | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = form.kept if form and trial and not trial.is_good else ""
    form = form or SettingsForm(kind, before=provider.settings if provider else None)
    test = test or TestForm(
        channel=channel,
        initial={
            "provider_name": provider.name if provider else "",
            "test_address": own_address(request.member, channel),
        },
    )
    if kind.asks_sender and sender is None:
        organisation = Organisation.get()
        sender = SenderForm(
            initial={"sender_name": organisation.sender_name, "sender_email": organisation.sender_email}
        )
    context = {
        "trial": trial,
        "kept": kept,
        "channel": channel,
        "kind": kind,
        "provider": provider,
        "form": form.fields,
        "test": test,
        "sender": sender,
        "receipts_url": providers.settings_of(provider).get("receipts_url") if provider else "",
        "share": share or (provider and ShareForm(initial={name: getattr(provider, name) for name in SHARE})),
    }
    return TemplateResponse(request, "reach/provider.html", context, status=status)


SHARE = ("weight", "per_second", "connections", "per_domain")


def own_address(member: Member, channel: Channel) -> str:
    """The member's own address on a channel, as far as we know it."""
    contact = member.staff_contacts.filter(channel=channel.name).first()
    if contact is not None:
        return contact.address
    try:
        return channel.normalise(member.email)
    except ValueError:
        return ""


def _channel(name: str) -> Channel:
    channel = CHANNELS.get(name)
    if channel is None or not channel.kinds:
        raise Http404
    return channel


def _kind(channel: Channel, name: str) -> Kind:
    kind = connecting.kind_of(channel, name)
    if kind is None:
        raise Http404
    return kind


def _provider(pk: int) -> Provider:
    return get_object_or_404(Provider, pk=pk, settings__isnull=False)


def _note(request: MemberRequest, act: str, row: Provider, **details: Any) -> None:
    subject = f"{row.channel}: {row.name}"
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=subject, **details)
