"""The part of an evidence pack for reading: what was said, to how many, when, and who could not be reached; as PDF."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from daylight.accounts.models import Organisation
from daylight.core.printing import BOLD, SANS, use_typeface
from daylight.core.templatetags.moments import duration
from daylight.incidents.models import Incident, Update
from daylight.reach.composing import Wording
from daylight.reach.evidence import texts
from daylight.reach.evidence.tally import Tally
from daylight.reach.words import zone_of
from daylight.regimes import record

SIZE = 9
TEXT = ParagraphStyle("text", fontName=SANS, fontSize=SIZE, leading=SIZE * 1.4, spaceAfter=2 * mm)
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=7, leading=9.5, textColor=colors.HexColor("#444444"))
CELL = ParagraphStyle("cell", parent=TEXT, spaceAfter=0, splitLongWords=1)
TITLE = ParagraphStyle("title", parent=TEXT, fontName=BOLD, fontSize=17, leading=22, spaceAfter=3 * mm)
HEADING = ParagraphStyle("heading", parent=TEXT, fontName=BOLD, fontSize=12, leading=16, spaceBefore=6 * mm)
QUESTION = ParagraphStyle("question", parent=TEXT, fontName=BOLD, spaceAfter=0, keepWithNext=1)
LINES = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#bbbbbb")),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)
LONGEST_CELL = 600
"""Characters; a table row must fit on a page."""

LENGTHS = {
    "after_publishing": "From publication to the first word",
    "after_beginning": "From the beginning to the first word",
    "after_knowing": "From our knowledge to the first word",
    "between": "Between one word and the next",
    "in_the_dark": "In the dark",
}


@dataclass(frozen=True)
class Summary:
    """What the summary speaks of; times are shown in `zone`."""

    incident: Incident
    updates: Sequence[Update]
    tally: Tally
    facts: Mapping[str, Any]
    zone: ZoneInfo

    @classmethod
    def of(cls, incident: Incident, updates: Sequence[Update], tally: Tally, facts: Mapping[str, Any]) -> "Summary":
        """In the organisation's time zone."""
        return cls(incident, updates, tally, facts, zone_of("", Organisation.get().time_zone))

    def time(self, moment: datetime | str | None) -> str:
        """A time as the summary writes it."""
        if not moment:
            return "-"
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"


def pdf(summary: Summary) -> bytes:
    """The summary as PDF with its typeface embedded."""
    use_typeface()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=f"Evidence: {summary.incident.title}",
        author=str(summary.facts["organisation"]),
        lang="en",
    )

    def foot(canvas: Canvas, _: Any) -> None:
        canvas.setFont(SANS, 7)
        canvas.drawString(20 * mm, 12 * mm, f"Incident {summary.incident.public_id}, signed by {_key(summary)}")
        canvas.drawRightString(190 * mm, 12 * mm, f"Page {canvas.getPageNumber()}")

    document.build(list(_story(summary)), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _key(summary: Summary) -> str:
    return f"key {str(summary.facts['signed_by'])[:16]}"


def _story(summary: Summary) -> Iterator[Flowable]:
    yield _paragraph(f"{summary.facts['organisation'] or 'Evidence'}: who was told what, when", TITLE)
    if summary.incident.is_exercise:
        yield _paragraph("EXERCISE: composed to the last letter and never sent.", QUESTION)
    yield _paragraph(summary.incident.title, HEADING)
    yield from _in_short(summary)
    yield from _told_times(summary)
    yield from _timeline(summary)
    for update in summary.updates:
        yield from _words(summary, update)
    yield from _regimes(summary)
    yield from _not_reached(summary)
    yield _paragraph(
        "This summary is part of an evidence pack. Every customer, delivery, try and receipt stands in its files"
        " evidence.jsonl and people.csv, each channel's message in texts.json. README.txt says how to check that"
        " nothing was changed since it was signed.",
        SMALL,
    )


def _in_short(summary: Summary) -> Iterator[Flowable]:
    yield _table(
        [
            ("Read from the ledger", f"{summary.time(summary.facts['read_from'])} to"
             f" {summary.time(summary.facts['read_until'])}"),
            ("Made by", f"{summary.facts['made_by'] or 'Daylight'}, {summary.time(summary.facts['made_at'])}"),
            ("Software", f"Daylight {summary.facts['software']['version']}"),
        ],
        (45, 119),
    )  # fmt: skip
    yield _paragraph("How many", HEADING)
    rows: list[Sequence[str]] = [("Update", "Customers", "What became of them", "First told", "Last told")]
    for number, sums in sorted(summary.tally.updates.items()):
        ended = ", ".join(f"{count:,} {name}" for name, count in sorted(sums.outcomes.items()))
        first, last = summary.time(sums.first_told_at), summary.time(sums.last_told_at)
        rows.append((str(number), f"{sums.customers:,}", ended, first, last))
    yield _table(rows, (17, 21, 58, 34, 34), has_heading=True)
    rows = [("Update", "Channel", "Deliveries by state")]
    for number, sums in sorted(summary.tally.updates.items()):
        for channel, states in sorted(sums.deliveries.items()):
            rows.append(
                (str(number), channel, ", ".join(f"{count:,} {state}" for state, count in sorted(states.items())))
            )
    yield Spacer(0, 3 * mm)
    yield _table(rows, (17, 28, 119), has_heading=True)


def _told_times(summary: Summary) -> Iterator[Flowable]:
    figures = summary.facts["told_times_seconds"]
    known = [(label, figures[name]) for name, label in LENGTHS.items() if figures.get(name)]
    if not known:
        return
    yield _paragraph("How long customers of this incident waited", HEADING)
    rows: list[Sequence[str]] = [("", "Customers or pauses", "Median", "95 % within", "Slowest")]
    for label, each in known:
        lengths = (_length(each[name]) for name in ("median", "p95", "slowest"))
        rows.append((label, f"{each['count']:,}", *lengths))
    yield _table(rows, (62, 36, 22, 22, 22), has_heading=True)
    yield _paragraph(f"Never told: {figures['never']:,} of {figures['customers']:,}.", TEXT)


def _timeline(summary: Summary) -> Iterator[Flowable]:
    yield _paragraph("When", HEADING)
    rows = [(summary.time(at), text) for at, text in sorted(_events(summary), key=lambda event: event[0])]
    yield _table(rows, (45, 119))


def _events(summary: Summary) -> Iterator[tuple[datetime, str]]:
    incident = summary.incident
    yield incident.occurred_at, "It began."
    yield incident.aware_at, "We knew."
    yield incident.opened_at, f"Declared by {incident.opened_by.name}."
    for version in incident.register_versions.order_by("number"):
        yield version.frozen_at, f"Register version {version.number}: {version.total:,} customers affected."
    for update in summary.updates:
        yield from _events_of(summary, update)
    if incident.closed_at:
        yield incident.closed_at, "Ended."


def _events_of(summary: Summary, update: Update) -> Iterator[tuple[datetime, str]]:
    for approval in texts.approvals(update):
        yield approval.given_at, f"Update {update.number}: approved by {approval.member.name}."
    if update.published_at:
        by = f", sent off by {update.sent_off_by.name}" if update.sent_off_by else ""
        yield update.published_at, f"Update {update.number} published{by}."
    sums = summary.tally.updates.get(update.number or 0)
    if sums and sums.first_told_at:
        yield datetime.fromisoformat(sums.first_told_at), f"Update {update.number}: the first customer was told."
        yield datetime.fromisoformat(sums.last_told_at), f"Update {update.number}: the last of those told."


def _words(summary: Summary, update: Update) -> Iterator[Flowable]:
    wording = Wording(update)
    for text in texts.published(update):
        kind = update.get_kind_display()
        yield _paragraph(f"Update {update.number} ({kind.lower()}) as published, in language {text.language}", HEADING)
        notification = wording.notification(language=text.language)
        yield _paragraph(notification.headline, QUESTION)
        for part in notification.parts:
            if part.answer:
                yield _paragraph(part.question, QUESTION)
                yield from (_paragraph(line, TEXT) for line in part.answer.splitlines() if line.strip())
        yield _paragraph(f"SHA-256 of the published words: {text.sha256}", SMALL)


def _regimes(summary: Summary) -> Iterator[Flowable]:
    clocks = record.clocks(summary.incident)
    if not clocks:
        return
    yield _paragraph("What the law asked, and what was done", HEADING)
    rows = [("Regime and clock", "Owed by", "State", "How that is known")]
    now = datetime.fromisoformat(summary.facts["made_at"])
    for clock in clocks:
        settled = f", {summary.time(clock.met_at)}" if clock.met_at else ""
        known = clock.proof or f"{clock.exemption} {clock.exempt_because}".strip()
        state = record.state_on_record(clock, now) + settled
        rows.append((f"{clock.regime.title}: {clock.name}", summary.time(clock.owed_by), state, known))
    yield _table(rows, (58, 34, 30, 42), has_heading=True)
    yield _paragraph("Who answered what, every start of a clock and why it changed: see regimes.json.", TEXT)


def _not_reached(summary: Summary) -> Iterator[Flowable]:
    tally = summary.tally
    yield _paragraph("Who could not be reached, and what was tried", HEADING)
    if not tally.not_reached:
        yield _paragraph("Nobody: every affected customer was told.", TEXT)
        return
    rows = [("Update", "Customer", "What was tried")]
    rows += [(row["update"], row["name"] or "(no name)", row["tried"]) for row in tally.not_reached]
    yield _table(rows, (17, 50, 97), has_heading=True)
    more = tally.not_reached_in_all - len(tally.not_reached)
    if more:
        yield _paragraph(f"And {more:,} more: see people.csv.", TEXT)


def _table(rows: Sequence[Sequence[str]], widths: Sequence[int], *, has_heading: bool = False) -> Table:
    styles = [QUESTION if has_heading and place == 0 else CELL for place in range(len(rows))]
    cells = [[_paragraph(cell[:LONGEST_CELL], style) for cell in row] for row, style in zip(rows, styles, strict=True)]
    return Table(
        cells, [width * mm for width in widths], repeatRows=1 if has_heading else 0, style=LINES, hAlign="LEFT"
    )


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape("".join(sign for sign in text if sign.isprintable())), style)


def _length(seconds: int) -> str:
    return duration(timedelta(seconds=seconds)) or "0 s"
