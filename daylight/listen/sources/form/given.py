"""What somebody filled in, and the same as something said. There is one mistake to make: to say nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict

from daylight.customers import importing, values
from daylight.incidents.models import Component, Incident
from daylight.listen.models.conversation import SPEAK_UP
from daylight.listen.said import Said, SaidFile
from daylight.listen.sources.base import Joins, Source
from daylight.listen.sources.form import keys
from daylight.listen.sources.form.knowing import Known

FORM = Source("form", "Form", Joins.SAME_WRITER)
INSIDE = Source(SPEAK_UP, "Speak-up line")
"""What people of the firm say without their name; kept apart, see `ConversationQuerySet.visible_to`."""

LONGEST = 200_000
"""Characters that the form offers room for; what is longer is kept, too."""

FIELDS = ("words", "about", "product", "order", "name", "reach", "from", "website", "once")


@dataclass(frozen=True)
class Given:
    """The fields as they were written."""

    fields: Mapping[str, str]
    files: Sequence[Any] = ()
    left_out: Sequence[str] = ()

    @classmethod
    def read(cls, posted: QueryDict, files: Sequence[Any], left_out: Sequence[str]) -> "Given":
        """From a posted form."""
        fields = {name: posted.get(name, "").replace("\x00", "").replace("\r\n", "\n") for name in FIELDS}
        return cls(fields, [file for file in files if file.size], left_out)

    def nameless(self) -> "Given":
        """The words and files alone, without who and where."""
        return replace(self, fields={name: self.fields.get(name, "") for name in ("words", "website", "once")})

    def __getitem__(self, name: str) -> str:
        """A field without blanks around it."""
        return self.fields.get(name, "").strip()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said: neither words nor a file."""
        return not self["words"] and not self.files

    def said(self, source: Source, *, known: Known | None, page: str, language: str, at: datetime) -> Said:
        """The same as something said; an address that cannot be read goes along as it was written."""
        key = keys.key_of(self["once"])
        channel, address, unread = self._way(known)
        facts = {"page": page, "how to reach them": unread, "files left out": ", ".join(self.left_out)}
        return Said(
            source=source.name,
            external_id=keys.name_of(key, self["words"], [f"{file.name} {file.size}" for file in self.files]),
            said_at=at,
            text=self["words"],
            channel=channel,
            address=address,
            name=self["name"] or (known.name if known else ""),
            thread_key="" if address else key,
            customer_id=known.point.customer_id if known else None,
            references=tuple(self["order"].replace(",", " ").replace(";", " ").split()),
            language=language if len(self["words"].split()) < FEW_WORDS else "",
            facts={name: value for name, value in {**facts, **self._product()}.items() if value},
            nature="spam" if self["website"] else "words",
            incident_id=self._incident() or (known.incident_id if known else None),
            files=tuple(SaidFile(str(file.name), file.content_type or "", file.chunks()) for file in self.files),
        )

    def _way(self, known: Known | None) -> tuple[str, str, str]:
        """Channel and address of an answer, and what was written there that is neither."""
        written = self["reach"]
        if not written:
            return (known.point.channel, known.point.address, "") if known else ("", "", "")
        try:
            if "@" in written:
                return "email", values.email(written), ""
            return "sms", values.phone(written, region=importing.home_region()), ""
        except values.Refused:
            return "", "", written[:200]

    def _product(self) -> dict[str, str]:
        chosen = Component.objects.in_use().filter(public_id=self["product"][:12]).first() if self["product"] else None
        return {"product": chosen.name} if chosen else {}

    def _incident(self) -> int | None:
        """The open public incident that they said it is about."""
        if not self["about"]:
            return None
        told = Incident.objects.public().open().filter(public_id=self["about"][:20])
        found = told.filter(updates__published_at__isnull=False).values_list("pk", flat=True).first()
        return found


FEW_WORDS = 4
"""In so few words no language can be recognised; then it is that of the page."""
