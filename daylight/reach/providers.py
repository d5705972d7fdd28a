"""How each channel reaches the world: its settings, whether it is paused, and when it last worked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from daylight.reach.channels.base import Channel
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


def settings_for(channel: str) -> Mapping[str, Any]:
    """What `Channel.open` needs. For mail: host, port, security (none, starttls, tls), user, password."""
    provider = Provider.objects.filter(channel=channel, is_active=True).first()
    if provider is not None and provider.settings:
        return dict(provider.settings)
    if channel == EMAIL:
        return smtp_settings(settings.SMTP_URL) if settings.SMTP_URL else outbox_settings()
    return {}


def outbox_in_use() -> bool:
    """Whether mail stays in the built-in outbox because no mail server is connected."""
    return not settings.SMTP_URL and not any(
        provider.settings for provider in Provider.objects.filter(channel=EMAIL, is_active=True)
    )


def smtp_settings(url: str) -> dict[str, Any]:
    """The settings in an address such as smtp://user:password@host:587?tls=starttls."""
    parts = urlsplit(url)
    security = parse_qs(parts.query).get("tls", ["tls" if parts.scheme == "smtps" else "none"])[0]
    return {
        "host": parts.hostname or "",
        "port": parts.port or {"tls": 465, "starttls": 587}.get(security, 25),
        "security": security,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }


def outbox_settings() -> dict[str, Any]:
    """The settings of the built-in outbox, whose port is kept in the data folder while it runs."""
    path = settings.DATA_DIR / "outbox_port"
    port = int(path.read_text(encoding="ascii")) if path.exists() else settings.OUTBOX_PORT
    return {"host": "127.0.0.1", "port": port, "security": "none", "user": "", "password": ""}


def pause(channel: str, *, problem: str, at: datetime) -> bool:
    """Stop using a channel that is broken; whether it was running until now. Its deliveries stay queued."""
    provider_of(channel)
    return bool(
        Provider.objects.filter(channel=channel, is_active=True, paused_at__isnull=True).update(
            paused_at=at, problem=problem[:400]
        )
    )


def resume(channel: str) -> None:
    """Use the channel again, but for what a member paused."""
    Provider.objects.filter(channel=channel, is_active=True, paused_by="").update(paused_at=None, problem="")


def is_paused(channel: str) -> bool:
    """Whether the channel waits for somebody to mend it."""
    return Provider.objects.filter(channel=channel, is_active=True, paused_at__isnull=False).exists()


def record_accepted(channel: str, *, at: datetime) -> None:
    """The channel took something at this time."""
    if not Provider.objects.filter(channel=channel, is_active=True).update(accepted_at=at):
        Provider.objects.create(channel=channel, name="Built in", accepted_at=at)
