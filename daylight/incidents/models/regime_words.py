"""What regimes ask of the words of an incident, left here by the room above that knows regimes."""

import re
from datetime import datetime
from typing import Any, ClassVar

from django.db import models, transaction

from daylight.candour.packs import Clock, Pack, Required, Wording
from daylight.candour.report import Severity
from daylight.incidents.models.incident import Incident


class RegimeWordsQuerySet(models.QuerySet["RegimeWords"]):
    """Reads and replaces the packs of an incident."""

    def packs(self) -> tuple[Pack, ...]:
        """The packs as the checker takes them."""
        return tuple(row.pack() for row in self.order_by("pack_id"))

    @transaction.atomic
    def replace(self, incident: Incident, packs: "list[Pack] | tuple[Pack, ...]", *, at: datetime) -> None:
        """From now on these packs ask something of the words of this incident, and no others."""
        there = {row.pack_id: row for row in self.filter(incident=incident)}
        for pack in packs:
            row, asks = there.pop(pack.id, None), _asks(pack)
            if row is None or (row.title, row.asks) != (pack.title, asks):
                asked = {"title": pack.title, "asks": asks, "changed_at": at}
                self.update_or_create(incident=incident, pack_id=pack.id, defaults=asked)
        self.filter(pk__in=[row.pk for row in there.values()]).delete()


class RegimeWords(models.Model):
    """One regime pack on one incident: elements its updates must have, words they may not, clocks that run."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="regime_words")
    pack_id = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    asks = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    objects: ClassVar = RegimeWordsQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "pack_id"], name="incidents_regime_words_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} on {self.incident}"

    def pack(self) -> Pack:
        """As the checker takes it."""
        return Pack(
            id=self.pack_id,
            title=self.title,
            required=[Required(**{**one, "stages": frozenset(one["stages"])}) for one in self.asks["required"]],
            wording=[_wording(one) for one in self.asks["wording"]],
            clocks=[_clock(one) for one in self.asks["clocks"]],
        )


def _asks(pack: Pack) -> dict[str, Any]:
    return {
        "required": [
            {
                "id": one.id,
                "label": one.label,
                "element": one.element,
                "words": list(one.words),
                "stages": sorted(one.stages),
            }
            for one in pack.required
        ],
        "wording": [
            {"pattern": one.pattern.pattern, "reason": one.reason, "severity": one.severity.value}
            for one in pack.wording
        ],
        "clocks": [
            {
                "name": one.name,
                "due_at": one.due_at.isoformat(),
                "at_risk_from": one.at_risk_from.isoformat(),
                "is_met": one.is_met,
            }
            for one in pack.clocks
        ],
    }


def _wording(asked: dict[str, str]) -> Wording:
    return Wording(re.compile(asked["pattern"], re.IGNORECASE), asked["reason"], Severity(asked["severity"]))


def _clock(asked: dict[str, Any]) -> Clock:
    moments = {name: datetime.fromisoformat(asked[name]) for name in ("due_at", "at_risk_from")}
    return Clock(asked["name"], **moments, is_met=asked["is_met"])
