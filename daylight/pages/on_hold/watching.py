"""Sees to it that nobody hears yesterday's news: own words and recordings fall out when the facts change, and lines
that play something old, or are silent for too long, raise an alarm.
"""

from datetime import datetime

from django.template.loader import render_to_string

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.loops import Step
from daylight.pages import reading as page_reading
from daylight.pages.models import OwnSpeech, Page, PhoneLine, Recording
from daylight.pages.on_hold import lines, voicing
from daylight.pages.on_hold.facts import OnHoldFacts
from daylight.reach import alarms


def step(now: datetime) -> Step:
    """Look at everything once; how much was found to be wrong."""
    found = sum(_words_and_recordings(page, now) for page in _spoken_by_hand())
    found += sum(_line(line, now) for line in PhoneLine.objects.filter(retired_at__isnull=True).select_related("page"))
    return Step(handled=found + voicing.sweep(now).handled)


def _spoken_by_hand() -> list[Page]:
    """The pages with words or a recording of the crew."""
    by_hand = {*Recording.objects.values_list("page", flat=True), *OwnSpeech.objects.values_list("page", flat=True)}
    return list(Page.objects.filter(pk__in=by_hand))


def _words_and_recordings(page: Page, now: datetime) -> int:
    found = 0
    for language in page.languages():
        on_hold = page_reading.read(page, now=now, language=language).on_hold
        if on_hold is not None:
            found += _recording(page, on_hold, now) + _own_words(page, on_hold, now)
    return found


def _recording(page: Page, on_hold: OnHoldFacts, now: datetime) -> int:
    rows = Recording.objects.filter(page=page, language=on_hold.spoken.language).defer("samples")
    rows.filter(stamp=on_hold.spoken.facts_stamp, fell_out_at__isnull=False).update(fell_out_at=None)
    fallen = list(rows.exclude(stamp=on_hold.spoken.facts_stamp).filter(fell_out_at__isnull=True))
    for row in fallen:
        Recording.objects.filter(pk=row.pk).update(fell_out_at=now)
        if on_hold.spoken.incidents:
            _alarm(page, "recording", key=f"{row.pk}-{row.recorded_at.isoformat()}", at=now, row=row)
    return len(fallen)


def _own_words(page: Page, on_hold: OnHoldFacts, now: datetime) -> int:
    stamps = on_hold.spoken.stamps
    rows = OwnSpeech.objects.filter(page=page, language=on_hold.spoken.language, incident__public_id__in=stamps)
    found = 0
    for row in rows.select_related("incident"):
        stands = row.stamp == stamps[row.incident.public_id]
        if stands and row.fell_out_at is not None:
            OwnSpeech.objects.filter(pk=row.pk).update(fell_out_at=None)
        elif not stands and row.fell_out_at is None:
            OwnSpeech.objects.filter(pk=row.pk).update(fell_out_at=now)
            _alarm(page, "own_words", key=f"{row.pk}-{row.written_at.isoformat()}", at=now, row=row)
            found += 1
    return found


def _line(line: PhoneLine, now: datetime) -> int:
    fault = lines.standing(line, now=now).fault
    if fault is None:
        return 0
    since = (line.heard_at or line.made_at) if fault == lines.Fault.SILENT else _message_since(line)
    made = _alarm(
        line.page, f"line_{fault}", key=f"{line.pk}-{since.isoformat()}", at=now, act=Act.SET_UP, row=line, since=since
    )
    return int(made)


def _message_since(line: PhoneLine) -> datetime:
    current = lines.current_message(line.page, line.heard_language)
    return current.since if current else line.made_at


def _alarm(page: Page, what: str, *, key: str, at: datetime, act: Act = Act.PUBLISH_UPDATE, **context: object) -> bool:
    """Tell those who can mend it, once for each time; whether anybody was told now."""
    said = render_to_string(f"pages/on_hold/alarms/{what}.txt", {"page": page, **context}).strip()
    subject, _, text = said.partition("\n")
    made = alarms.alarm(
        Member.objects.able_to(act),
        key=f"on-hold-{what}-{key}",
        subject=subject,
        text=text.strip(),
        at=at,
        path=f"/desk/pages/{page.slug}/phone-line/",
    )
    return any(row.made_at == at for row in made)
