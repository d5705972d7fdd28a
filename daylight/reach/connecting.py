"""Connects a channel to a provider: the settings are tried first with a real message, and only then used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.db import transaction

from daylight.accounts.models import Member, Organisation
from daylight.reach import endpoints, links, single
from daylight.reach.channels.base import (
    AddressRejected,
    AlarmWords,
    AnnouncedChannel,
    Channel,
    ChannelBroken,
    Kind,
    MessageRejected,
    Reader,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import sender_address
from daylight.reach.models import Batch, Provider
from daylight.reach.plain_words import in_plain_words

HIDDEN = "•••"


@dataclass(frozen=True)
class Trial:
    """How a test went: in plain words, and exactly as the provider put it."""

    is_good: bool
    words: str
    answer: str


def kind_of(channel: Channel, name: str) -> Kind | None:
    """The kind of this name; None when the channel has none such. Settings from before there were kinds have none."""
    return next((kind for kind in channel.kinds if name in {kind.name, ""}), None)


def secret_names(kind: Kind) -> list[str]:
    """The settings of a kind that are never shown again."""
    fields = kind.form.base_fields
    return [name for name, field in fields.items() if isinstance(field.widget, forms.PasswordInput)]


def without_secrets(kind: Kind, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that may be shown."""
    secret = secret_names(kind)
    return {name: value for name, value in settings.items() if name not in secret}


def keeps_secrets(kind: Kind, settings: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether secrets that were sealed with `before` may go where `settings` point to."""
    return all(settings.get(name) == before.get(name) for name in kind.bound_to)


def try_out(
    channel: Channel,
    settings: Mapping[str, Any],
    *,
    kind: Kind | None,
    address: str,
    member: Member,
    at: datetime,
    sender: Mapping[str, str] | None = None,
) -> Trial:
    """Really send one test message to `address` (in its channel's normal form) with these settings."""
    organisation = Organisation.get()
    words = AlarmWords(
        subject="A test from Daylight",
        text=f"{kind.label if kind else channel.label} works. Nothing has happened; there is nothing for you to do.",
        url=f"{django_settings.SITE_URL}/desk/",
        sender_name=(sender or {}).get("sender_name") or organisation.sender_name or organisation.name,
        sender_address=(sender or {}).get("sender_email") or sender_address(organisation),
        made_at=at,
    )
    reader = Reader(
        address,
        member.name,
        member.time_zone,
        reason="",
        own_url=words.url,
        unsubscribe_url="",
        secret=endpoints.staff_secret(address) if channel.needs_secret else "",
    )
    key = f"test-{member.pk}-{int(at.timestamp())}"
    try:
        accepted = single.send(channel, channel.compose_alarm(words, to=reader, key=key), key=key, settings=settings)
    except (AddressRejected, MessageRejected, ChannelBroken, TryLater, Unanswered) as problem:
        answer = _masked(str(problem), kind, settings)
        return Trial(is_good=False, words=in_plain_words(problem), answer=answer)
    answer = _masked(accepted.answer or accepted.reference, kind, settings)
    return Trial(is_good=True, words=f"The test for {_masked(address, kind, settings)} was taken.", answer=answer)


def _masked(text: str, kind: Kind | None, settings: Mapping[str, Any]) -> str:
    """What a provider wrote, without the secrets it may have repeated."""
    for name in secret_names(kind) if kind else ():
        secret = str(settings.get(name) or "")
        if len(secret) > 3:
            text = text.replace(secret, HIDDEN)
    return text


@transaction.atomic
def keep(
    channel: Channel, kind: Kind, settings: Mapping[str, Any], *, name: str, at: datetime, pk: int | None = None
) -> Provider:
    """Keep tested settings: those of provider `pk`, which go on in use at once, or of a new one that waits."""
    provider = (
        Provider.objects.select_for_update().get(pk=pk) if pk else Provider(channel=channel.name, is_active=False)
    )
    provider.name, provider.kind, provider.tested_at = name, kind.name, at
    provider.settings = {**settings, "kind": kind.name}
    if not provider.paused_by:
        provider.paused_at, provider.problem = None, ""
    provider.save()
    return provider


def free_name(channel: Channel, wanted: str, *, pk: int | None = None) -> str:
    """`wanted`, or with a number behind it when another provider of the channel has that name."""
    rows = Provider.objects.filter(channel=channel.name).values_list("pk", "name")
    taken = {name for key, name in rows if key != pk}
    if wanted not in taken:
        return wanted
    return next(name for number in range(2, len(taken) + 3) if (name := f"{wanted} {number}") not in taken)


@transaction.atomic
def use(provider: Provider, *, at: datetime) -> None:
    """From now on the channel leaves by this provider too; what was built in ends, and what waited goes out."""
    Provider.objects.filter(channel=provider.channel, settings__isnull=True).delete()
    Provider.objects.filter(pk=provider.pk).update(is_active=True, paused_at=None, paused_by="", problem="")
    hurry(provider.channel, at=at)


def announce(provider: Provider) -> str:
    """Have the provider call us where it must be told to; what is wrong when it will not, else nothing."""
    channel = CHANNELS[provider.channel]
    if not isinstance(channel, AnnouncedChannel):
        return ""
    try:
        channel.announce(dict(provider.settings), links.receipts_url(provider.pk))
    except (ChannelBroken, TryLater) as problem:
        return _masked(str(problem), kind_of(channel, provider.kind), provider.settings)
    return ""


def pause(provider: Provider, *, by: str, at: datetime) -> None:
    """Send nothing by this provider until a member resumes it; nothing is lost."""
    Provider.objects.filter(pk=provider.pk, is_active=True).update(
        paused_at=at, paused_by=by[:160], problem=f"Paused by {by}."[:400]
    )


def resume(provider: Provider, *, at: datetime) -> None:
    """Use a paused provider again, whoever paused it."""
    Provider.objects.filter(pk=provider.pk).update(paused_at=None, paused_by="", problem="")
    hurry(provider.channel, at=at)


def remove(provider: Provider) -> None:
    """Forget the provider with its secrets."""
    provider.delete()


def hurry(channel: str, *, at: datetime) -> None:
    """What waited for a broken channel is tried now."""
    Batch.objects.filter(channel=channel, due_at__gt=at, journal="").exclude(problem="").update(due_at=at)
