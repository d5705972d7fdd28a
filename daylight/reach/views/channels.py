"""The channels of the installation: how each one fares, and the mail server."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.reach import connecting, providers
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.forms import MailServerForm
from daylight.reach.models import Alarm, Batch, Suppression, WebhookEndpoint


@members_only(Act.SET_UP)
def channels(request: MemberRequest) -> HttpResponse:
    """How every channel fares."""
    context = {
        "rows": [
            {
                "channel": channel,
                "provider": providers.provider_of(name),
                "settings": providers.settings_for(name),
                "waiting": sum(Batch.objects.waiting().filter(channel=name).values_list("queued", flat=True)),
            }
            for name, channel in CHANNELS.items()
        ],
        "outbox_in_use": providers.outbox_in_use(),
        "may_set_up": True,
        "suppressed": Suppression.objects.standing().count(),
        "quarantined": WebhookEndpoint.objects.filter(quarantined_at__isnull=False).count(),
        "webhooks": WebhookEndpoint.objects.count(),
        "given_up": Alarm.objects.given_up().select_related("member").order_by("-gave_up_at")[:10],
    }
    return TemplateResponse(request, "reach/channels.html", context)


@members_only(Act.SET_UP)
@require_POST
def resume(request: MemberRequest, name: str) -> HttpResponse:
    """Use a paused channel again."""
    if name not in CHANNELS:
        raise Http404
    now = clock.now()
    providers.resume(name)
    Batch.objects.filter(channel=name, due_at__gt=now, journal="").exclude(problem="").update(due_at=now)
    audit.record(at=now, actor=request.member.name, act="channel.resume", subject=name)
    messages.success(request, f"{CHANNELS[name].label} is in use again. What waited goes out now.")
    return redirect("reach:channels")


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def connect_mail(request: MemberRequest) -> HttpResponse:
    """Try a mail server by really sending a test with it."""
    trial = None
    form = MailServerForm(request.POST if request.method == "POST" else None, initial=_initial())
    if form.is_bound and form.is_valid():
        now, entered = clock.now(), dict(form.cleaned_data)
        sender = {name: entered.pop(name) for name in ("sender_name", "sender_email")}
        entered["password"] = entered["password"] or _password_before(entered)
        trial = connecting.try_out(entered, member=request.member, sender_address=sender["sender_email"], at=now)
        if trial.is_good:
            Organisation.objects.filter(pk=Organisation.get().pk).update(**sender)
        audit.record(
            at=now, actor=request.member.name, act="mail.test", subject=entered["host"], accepted=trial.is_good
        )
    context = {
        "form": form,
        "trial": trial,
        "on_trial": connecting.on_trial(),
        "outbox_in_use": providers.outbox_in_use(),
        "current": providers.settings_for(providers.EMAIL),
        "presets": connecting.PRESETS,
    }
    return TemplateResponse(request, "reach/connect_mail.html", context)


@members_only(Act.SET_UP)
@require_POST
def use_mail(request: MemberRequest) -> HttpResponse:
    """From now on mail leaves by the server that was tested."""
    provider = connecting.on_trial()
    if provider is None:
        messages.error(request, "Send a test first: only a server that took a test can be used.")
        return redirect("reach:connect-mail")
    connecting.use(provider)
    audit.record(at=clock.now(), actor=request.member.name, act="mail.connect", subject=provider.name)
    messages.success(request, f"Mail now leaves by {provider.name}.")
    return redirect("reach:channels")


@members_only(Act.SET_UP)
@require_POST
def disconnect_mail(request: MemberRequest) -> HttpResponse:
    """Mail stays in the outbox again."""
    connecting.disconnect()
    audit.record(at=clock.now(), actor=request.member.name, act="mail.disconnect", subject="email")
    messages.success(request, "The mail server is disconnected. Mail stays in the outbox.")
    return redirect("reach:channels")


def _initial() -> dict[str, Any]:
    organisation, trial = Organisation.get(), connecting.on_trial()
    known = dict((trial and trial.settings) or providers.provider_of(providers.EMAIL).settings or {})
    known.pop("password", None)
    return {**known, "sender_name": organisation.sender_name, "sender_email": organisation.sender_email}


def _password_before(entered: dict[str, Any]) -> str:
    for provider in (connecting.on_trial(), providers.provider_of(providers.EMAIL)):
        before = (provider and provider.settings) or {}
        if before.get("host") == entered["host"] and before.get("user") == entered["user"]:
            return str(before.get("password") or "")
    return ""
