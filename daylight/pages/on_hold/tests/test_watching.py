"""Nobody hears yesterday's news: what was spoken by hand falls out with the facts, and a line that lags is told of."""

from array import array
from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.pages import publishing, reading
from daylight.pages.models import OwnSpeech, Page, PhoneLine, Recording
from daylight.pages.on_hold import lines, sound, watching
from daylight.pages.on_hold.facts import OnHoldFacts, Part
from daylight.pages.on_hold.lines import Fault
from daylight.pages.tests.makers import a_told_incident, an_update, resolve
from daylight.reach.models import Alarm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder", "ana")]

TONE = sound.to_bytes(array("h", [9000, -9000] * 4000))


def on_hold(clock: HandClock) -> OnHoldFacts:
    found = reading.read(Page.main(clock.now), now=clock.now).on_hold
    assert found is not None
    return found


def a_recording(clock: HandClock) -> Recording:
    return Recording.objects.create(
        page=Page.main(clock.now),
        language="en",
        stamp=on_hold(clock).spoken.facts_stamp,
        file_name="bela.wav",
        seconds=1.0,
        samples=TONE,
        recorded_at=clock.now,
        recorded_by="Bela",
    )


def a_line(clock: HandClock, *, version: str, heard_at: timedelta | None, **more: int) -> PhoneLine:
    return PhoneLine.objects.create(
        page=Page.main(clock.now),
        name="Hotline",
        kind="asterisk",
        made_at=clock.now,
        heard_at=clock.now + heard_at if heard_at is not None else None,
        heard_version=version,
        heard_language="en",
        **more,
    )


def test_a_recording_is_played_until_the_facts_change_and_then_raises_one_alarm(clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    row = a_recording(clock)
    watching.step(clock.now)
    played = on_hold(clock)
    an_update(incident, clock.now, headline="Card payments work for most")

    watching.step(clock.now)
    watching.step(clock.now)

    row.refresh_from_db()
    assert (played.is_recording, Part.MESSAGE in played.sounds) == (True, True)
    assert not on_hold(clock).is_recording
    assert row.fell_out_at == clock.now
    assert "bela.wav" in Alarm.objects.get().text


def test_when_all_is_over_a_recording_falls_out_without_an_alarm(clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    a_recording(clock)
    resolve(incident, clock.now)

    watching.step(clock.now)

    assert not on_hold(clock).is_recording
    assert not Alarm.objects.exists()


def test_own_words_that_fell_out_are_said_on_the_desk_and_by_an_alarm(clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    stamp = on_hold(clock).spoken.stamps[incident.public_id]
    OwnSpeech.objects.create(
        page=Page.main(clock.now), incident=incident, language="en", words="Pay by invoice.", stamp=stamp,
        written_at=clock.now, written_by="Bela",
    )  # fmt: skip
    assert "Pay by invoice." in on_hold(clock).spoken.text
    clock.move(minutes=31)

    watching.step(clock.now)

    assert "Pay by invoice." not in on_hold(clock).spoken.text
    assert OwnSpeech.objects.get().fell_out_at == clock.now
    assert Alarm.objects.get().path == "/desk/pages/status/phone-line/"


@pytest.mark.parametrize(
    ("heard_after", "version", "fault"),
    [
        (5, "0ldversion00", None),
        (12, "0ldversion00", Fault.BEHIND),
        (12, "", Fault.BEHIND),
        (12, "now", None),
    ],
)
def test_a_line_is_behind_when_it_still_plays_the_old_after_its_time(
    clock: HandClock, heard_after: int, version: str, fault: Fault | None
) -> None:
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    current = lines.current_message(Page.main(clock.now), "en")
    assert current is not None
    version = current.version if version == "now" else version
    line = a_line(clock, version=version, heard_at=timedelta(minutes=heard_after))
    clock.move(minutes=13)

    watching.step(clock.now)
    watching.step(clock.now)

    assert lines.standing(line, now=clock.now).fault == fault
    assert Alarm.objects.count() == (1 if fault else 0)


def test_a_line_that_was_silent_for_hours_is_told_of_once_unless_nobody_expects_it(clock: HandClock) -> None:
    publishing.refresh(clock.now)
    a_line(clock, version="", heard_at=None, silent_after=2)
    PhoneLine.objects.create(page=Page.main(clock.now), name="Rare", kind="twilio", made_at=clock.now, silent_after=0)
    clock.move(hours=2)

    watching.step(clock.now)
    watching.step(clock.now + timedelta(minutes=5))

    assert [alarm.subject for alarm in Alarm.objects.all()] == ["Nothing is heard of the phone line “Hotline”"]


def test_a_member_who_called_and_heard_it_is_written_down(clock: HandClock, ana: Member) -> None:
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    line = a_line(clock, version="", heard_at=None)

    check = lines.confirm(line, by=ana.name, at=clock.now)

    current = lines.current_message(line.page, "en")
    assert current is not None
    assert lines.standing(line, now=clock.now).checked == check
    assert (check.checked_by, check.version) == (ana.name, current.version)
