"""A row of a file as something said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from daylight.customers import values
from daylight.customers.values import Refused
from daylight.listen.said import Said
from daylight.listen.sources import given
from daylight.listen.sources.base import Joins, Source
from daylight.listen.sources.csv.columns import FACTS
from daylight.listen.sources.mentions.reading import host, safe

CSV = Source("csv", "File", Joins.NEVER)


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one file: what its columns are, and how its dates and numbers are meant."""

    source: str
    columns: Sequence[str]
    date_order: str
    zone: ZoneInfo
    region: str
    is_past: bool

    def read(self, cells: Sequence[str], *, at: datetime) -> Said:
        """What a row says. Raises Refused with a sentence for a row that cannot be taken."""
        row = {name: cell.strip() for name, cell in zip(self.columns, cells, strict=False) if name and cell.strip()}
        text = row.get("text") or row.get("subject", "")
        if not text:
            raise Refused("The row says nothing.")
        said_at = self._said_at(row.get("said_at", ""), at)
        channel, address = self._way(row)
        link = safe(row.get("link", ""))
        facts = {name: row[name] for name in FACTS if name in row} | ({"link": link} if link else {})
        if self.source != CSV.name and link:
            facts.setdefault("where", host(link))
        return Said(
            source=self.source,
            external_id=f"file-{row['id']}" if "id" in row else f"file-{self._made_name(row, text)}",
            said_at=said_at,
            text=text,
            subject=row.get("subject", ""),
            channel=channel,
            address=address,
            name=row.get("name", ""),
            thread_key=f"file-{row['thread']}" if "thread" in row else "",
            customer_key=row.get("customer", ""),
            references=(row["order"],) if "order" in row else (),
            facts=facts,
            is_past=self.is_past,
        )

    def _said_at(self, written: str, at: datetime) -> datetime:
        """When it was said; a day without a time of day is its noon, and without a day it is now."""
        if not written:
            return at
        try:
            found = datetime.fromisoformat(written)
            return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)
        except ValueError:
            day, moment = values.day(written, order=self.date_order or "dmy")
        return values.instant(moment or datetime.combine(day, time(12)), self.zone) or at

    def _way(self, row: dict[str, str]) -> tuple[str, str]:
        """Where an answer goes. An address that cannot be read is none: the words count."""
        for name, channel in (("email", "email"), ("phone", "sms")):
            if name in row:
                try:
                    read = values.email(row[name]) if name == "email" else values.phone(row[name], region=self.region)
                except Refused:
                    continue
                return channel, read
        return "", ""

    def _made_name(self, row: dict[str, str], text: str) -> str:
        return given.made_name(text, *(row.get(name, "") for name in ("said_at", "name", "email", "phone", "link")))
