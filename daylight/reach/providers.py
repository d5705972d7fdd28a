"""How each channel reaches the world: its providers, their settings, which are paused, when each last worked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from daylight.reach import links
from daylight.reach.channels.base import Channel
from daylight.reach.channels.inbound import InboundChannel
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Provider

EMAIL = "email"


def provider_of(channel: str) -> Provider:
    """The main active provider of a channel; made, without settings, when nobody has connected one."""
    provider = Provider.objects.filter(channel=channel, is_active=True).order_by("-weight", "pk").first()
    if provider is None:
        provider, _ = Provider.objects.get_or_create(channel=channel, is_active=True, name="Built in")
    return provider


def connected() -> list[Channel]:
    """The channels that can carry something: those with nothing to connect, mail (which has its outbox), and those
    with a provider.
    """
    names = set(Provider.objects.filter(is_active=True, settings__isnull=False).values_list("channel", flat=True))
    return [channel for name, channel in CHANNELS.items() if not channel.kinds or name == EMAIL or name in names]


@dataclass(frozen=True)
class Outlet:
    """One provider as the senders need it, without a row: see `models.Provider` for what each value means."""

    provider: int
    name: str
    settings: Mapping[str, Any] = field(repr=False)
    weight: int = 1
    per_second: int | None = None
    per_domain: Mapping[str, float] = field(default_factory=dict)
    connections: int | None = None
    paused_at: datetime | None = None
    is_held: bool = False
    """Paused by a member, who alone takes it up again."""


def outlets(channel: str) -> list[Outlet]:
    """Every active provider of a channel, the heaviest first; what is built in when nobody has connected one."""
    rows = list(Provider.objects.filter(channel=channel, is_active=True).order_by("-weight", "pk"))
    if any(row.settings for row in rows):
        rows = [row for row in rows if row.settings]
    return [_outlet(row) for row in rows or [provider_of(channel)]]


def in_use(found: list[Outlet]) -> list[Outlet]:
    """Those that carry now: the healthy ones with a weight, or else the healthy ones that stand by."""
    healthy = [outlet for outlet in found if outlet.paused_at is None]
    return [outlet for outlet in healthy if outlet.weight] or healthy


def _outlet(row: Provider) -> Outlet:
    return Outlet(
        provider=row.pk,
        name=row.name,
        settings=settings_of(row),
        weight=row.weight,
        per_second=row.per_second,
        per_domain=row.per_domain,
        connections=row.connections,
        paused_at=row.paused_at,
        is_held=bool(row.paused_by),
    )


def settings_of(row: Provider) -> dict[str, Any]:
    """What a channel needs to send by this provider, and to read what it says back at `receipts_url`."""
    if not row.settings:
        return dict(built_in(row.channel))
    heard = isinstance(CHANNELS.get(row.channel), InboundChannel)
    own = {"receipts_url": links.receipts_url(row.pk)} if heard else {}
    return {**row.settings, **own}


def settings_for(channel: str) -> Mapping[str, Any]:
    """What `Channel.open` needs for one message: of the heaviest provider that is not paused, or else of any."""
    found = outlets(channel)
    return (in_use(found) or found)[0].settings


def built_in(channel: str) -> Mapping[str, Any]:
    """The settings without any provider. For mail: host, port, security (none, starttls, tls), user, password."""
    if channel == EMAIL:
        return smtp_settings(settings.SMTP_URL) if settings.SMTP_URL else outbox_settings()
    return {}


def outbox_in_use() -> bool:
    """Whether mail stays in the built-in outbox because no mail server is connected."""
    return not settings.SMTP_URL and not any(
        provider.settings for provider in Provider.objects.filter(channel=EMAIL, is_active=True)
    )


def smtp_settings(url: str) -> dict[str, Any]:
    """The settings in an address such as smtp://user:password@host:587?tls=starttls&bounces=bounces@example.com."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    security = asked.get("tls", ["tls" if parts.scheme == "smtps" else "none"])[0]
    return {
        "host": parts.hostname or "",
        "port": parts.port or {"tls": 465, "starttls": 587}.get(security, 25),
        "security": security,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "bounce_address": asked.get("bounces", [""])[0],
    }


def outbox_settings() -> dict[str, Any]:
    """The settings of the built-in outbox, whose port is kept in the data folder while it runs."""
    path = settings.DATA_DIR / "outbox_port"
    port = int(path.read_text(encoding="ascii")) if path.exists() else settings.OUTBOX_PORT
    return {"host": "127.0.0.1", "port": port, "security": "none", "user": "", "password": ""}


def pause(channel: str, *, problem: str, at: datetime, provider: int | None = None, by: str = "") -> bool:
    """Stop using a provider that is broken, or all of a channel; whether it was in use until now.

    With `by` it is not tried by itself: somebody must take it up again.
    """
    provider_of(channel)
    running = Provider.objects.filter(channel=channel, is_active=True, paused_at__isnull=True)
    if provider is not None:
        running = running.filter(pk=provider)
    return bool(running.update(paused_at=at, problem=problem[:400], paused_by=by))


def resume(channel: str, *, provider: int | None = None) -> None:
    """Use the channel, or one provider of it, again, but for what a member paused."""
    paused = Provider.objects.filter(channel=channel, is_active=True, paused_by="")
    if provider is not None:
        paused = paused.filter(pk=provider)
    paused.update(paused_at=None, problem="")


def is_paused(channel: str) -> bool:
    """Whether no provider of the channel can carry until somebody mends it."""
    active = Provider.objects.filter(channel=channel, is_active=True)
    states = [bool(row.paused_at) for row in active]
    return bool(states) and all(states)


def record_accepted(channel: str, *, at: datetime, provider: int | None = None) -> None:
    """The provider, by default the channel's main one, took something at this time."""
    Provider.objects.filter(pk=provider or provider_of(channel).pk).update(accepted_at=at)
