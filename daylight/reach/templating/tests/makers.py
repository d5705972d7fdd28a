"""Templates as tests write them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from conftest import START
from daylight.accounts.models import Member
from daylight.reach.channels.base import Channel, Composer, Notification, prepare
from daylight.reach.models import MessageTemplate
from daylight.reach.templating.compiling import CompiledTemplate
from daylight.reach.templating.facts import AboutIncident, compiled

ZONE = ZoneInfo("Europe/Berlin")
WHOLE = """{{ customer.greeting }}

{{ update.headline }}

{% if commitment %}Your {{ commitment.kind }} {{ commitment.reference }} was promised for {{ commitment.promised }}.

{% endif %}{{ update.facts }}

To speak to a person: {{ organisation.person }}
{% if links.confirm %}I have seen this: {{ links.confirm }}
{% endif %}{% if customer.reason %}You get this because: {{ customer.reason }}
{% endif %}Stop these messages: {{ links.unsubscribe }}
"""
MAIL = {"subject": "{{ update.subject }}", "text": WHOLE, "html": ""}


def a_compiled(
    pieces: Mapping[str, str], notification: Notification, *, kind: str = "outage", began: datetime | None = START
) -> CompiledTemplate:
    """Pieces compiled for a notification."""
    about = AboutIncident(kind=kind, reference=notification.incident_id, occurred_at=began)
    return compiled(pieces, notification, incident=about, zone=ZONE)


def a_composer(pieces: Mapping[str, str], notification: Notification, channel: Channel) -> Composer:
    """What composes messages with these pieces."""
    return prepare(channel, replace(notification, own_words={channel.name: a_compiled(pieces, notification)}))


def a_template(by: Member, pieces: Mapping[str, str] = MAIL, *, at: datetime = START, **scope: str) -> MessageTemplate:
    """A saved template with one version, for mail in English unless `scope` says otherwise."""
    template = MessageTemplate.objects.create(**({"channel": "email", "language": "en", "made_at": at} | scope))
    template.write(pieces, based_on=0, by=by, at=at)
    return template
