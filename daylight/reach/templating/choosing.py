"""Which template an update goes out with, and the record of it: what was sent stays provable after a change."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from liquid.exceptions import LiquidError

from daylight.core.loops import log
from daylight.incidents.models import Incident, Update
from daylight.reach.channels.base import Notification
from daylight.reach.models import MessageTemplate, TemplateVersion, UsedTemplate
from daylight.reach.templating.compiling import CompiledTemplate
from daylight.reach.templating.facts import AboutIncident, compiled

Versions = Mapping[tuple[str, str], TemplateVersion]
"""By channel and language."""


def versions_for(update: Update) -> Versions:
    """The templates this update went out with; for one that is still being written, those it would go out with."""
    if update.published_at is None or update.pk is None:
        return _fitting(update)
    used = UsedTemplate.objects.filter(update=update).select_related("version")
    return {(one.channel, one.language): one.version for one in used}


def keep(update: Update, *, at: datetime) -> None:
    """Write down with which templates an update goes out, unless that stands already: the words stay the same."""
    languages = set(update.texts.values_list("language", flat=True))
    UsedTemplate.objects.bulk_create(
        (
            UsedTemplate(update=update, channel=channel, language=language, version=version, used_at=at)
            for (channel, language), version in _fitting(update).items()
            if language in languages
        ),
        ignore_conflicts=True,
    )


def own_words(
    versions: Versions, notification: Notification, *, incident: Incident, zone: ZoneInfo
) -> dict[str, CompiledTemplate]:
    """By channel, the templates in the language of this notification."""
    about = AboutIncident(
        kind=incident.kind,
        reference=incident.public_id,
        occurred_at=None if incident.is_planned else incident.occurred_at,
    )
    found = {}
    for (channel, language), version in versions.items():
        if language == notification.language:
            try:
                found[channel] = compiled(version.pieces, notification, incident=about, zone=zone)
            except LiquidError:  # Saved by a Daylight that knew other tags: people are told all the same.
                log.exception("%s cannot be read any more; our own words go instead.", version)
    return found


def _fitting(update: Update) -> Versions:
    fitting = MessageTemplate.objects.for_statement(kind=update.incident.kind, stage=update.stage)
    newer = TemplateVersion.objects.filter(template=OuterRef("template"), number__gt=OuterRef("number"))
    newest = TemplateVersion.objects.filter(~Exists(newer), template__in=fitting).select_related("template")
    found: dict[tuple[str, str], TemplateVersion] = {}
    for version in newest.order_by("template__stage", "template__incident_kind"):
        found[version.template.channel, version.template.language] = version
    return found
