"""Writing, sending off, taking back and releasing updates."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.incidents import drafting, failures
from daylight.incidents.models import PublishedStays, Update, UpdateText
from daylight.incidents.promises import release_step
from daylight.incidents.statement import Words, taken_back
from daylight.incidents.tests.makers import WORDS, a_component, a_draft, a_resolution, an_incident, an_update

pytestmark = pytest.mark.django_db


def test_an_update_leaves_after_ten_seconds_and_is_numbered(ana: Member, clock: HandClock) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana)
    draft.send_off(by=ana, at=clock.now)
    release_step(clock.move(seconds=9))
    assert Update.objects.get().state == "leaving"

    release_step(clock.move(seconds=1))

    update = Update.objects.get()
    assert (update.state, update.number, update.published_at) == ("published", 1, clock.now)
    assert update.promise.promised_for == update.next_update_by


def test_taken_back_in_time_it_is_a_draft_again_with_every_word(ana: Member, clock: HandClock) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana)
    draft.send_off(by=ana, at=clock.now)
    draft.take_back(by=ana, at=clock.move(seconds=9))
    release_step(clock.move(seconds=60))

    assert Update.objects.get().state == "draft"
    assert Update.objects.get().texts.get().words() == WORDS
    draft.send_off(by=ana, at=clock.now)
    with pytest.raises(failures.TooLate):
        draft.take_back(by=ana, at=clock.move(seconds=10))
    release_step(clock.now)
    with pytest.raises(failures.TooLate):
        draft.take_back(by=ana, at=clock.now)


def test_two_workers_release_once(ana: Member, clock: HandClock) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana)
    draft.send_off(by=ana, at=clock.now)
    other = Update.objects.get()

    assert draft.release(at=clock.now)
    assert not other.release(at=clock.now)
    assert Update.objects.get().number == 1


def test_published_words_stay_in_python_and_in_the_database(ana: Member, clock: HandClock) -> None:
    update = an_update(an_incident(lead=ana), by=ana)
    text = update.texts.get()
    text.what = "Nothing happened."
    with pytest.raises(PublishedStays):
        text.save()
    with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic():
        UpdateText.objects.filter(pk=text.pk).update(what="Nothing happened.")
    with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic():
        Update.objects.filter(pk=update.pk).update(next_update_by=clock.now + timedelta(days=9))


def test_a_new_draft_starts_from_the_facts_last_told(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    checkout = a_component()
    an_update(incident, by=ana, stage="identified", impacts={checkout.key: "major_outage"})

    draft = drafting.start(incident, by=ana, at=clock.move(minutes=10))

    assert draft.texts.get().words() == WORDS
    assert draft.stage == "identified"
    assert draft.statement().impacts == {"checkout": "major_outage"}
    assert drafting.changes(draft) == []
    assert drafting.start(incident, by=ana, at=clock.now) == draft


def test_changes_are_shown_part_by_part(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)
    draft = a_draft(incident, by=ana, stage="identified", doing="The bank has found it.")

    assert [(change.part, change.after) for change in drafting.changes(draft)] == [
        ("doing", "The bank has found it."),
        ("stage", "identified"),
    ]


@pytest.mark.parametrize(
    ("words", "part"),
    [({"what": "Orders are lost."}, "what"), ({"who": "Nobody."}, "who"), ({"why": "It was us."}, "why")],
)
def test_a_fact_once_told_changes_only_by_a_correction(
    words: dict[str, Any], part: str, ana: Member, clock: HandClock
) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana, why="The bank is down.")
    draft = a_draft(incident, by=ana, **words)
    with pytest.raises(failures.MustBeCorrection) as refused:
        draft.send_off(by=ana, at=clock.now)
    assert refused.value.parts == (part,)

    correction = an_update(incident, by=ana, is_correction=True, **words)

    assert correction.kind == "correction"
    said, says = incident.updates.get(number=1).text_in("en"), correction.text_in("en")
    assert said is not None
    assert says is not None
    taken = taken_back(said.words(), says.words(), was_why_known=True, is_why_known=True)
    assert taken == {part: getattr(said, part)}


def test_saying_at_the_end_what_happened_is_no_correction(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)

    assert a_resolution(incident, by=ana, what="Card payments failed and work again.").kind == "resolution"


def test_learning_why_is_news_and_no_correction(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)
    assert an_update(incident, by=ana, why="A cable was cut.").kind == "update"


def test_each_missing_part_is_named(ana: Member, clock: HandClock) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana, what=" ", meanwhile="")
    with pytest.raises(failures.PartMissing) as refused:
        draft.send_off(by=ana, at=clock.now)
    assert refused.value.parts == ("what", "meanwhile")


def test_the_next_word_is_required_in_the_future_and_within_the_rhythm(ana: Member, clock: HandClock) -> None:
    incident = an_incident(severity=1, lead=ana)
    draft = a_draft(incident, by=ana, next_in=timedelta(minutes=-1))
    with pytest.raises(failures.PromiseMissing):
        draft.send_off(by=ana, at=clock.now)
    draft = a_draft(incident, by=ana, next_in=timedelta(hours=2))
    with pytest.raises(failures.RhythmLengthenedSilently):
        draft.send_off(by=ana, at=clock.now)

    update = an_update(incident, by=ana, next_in=timedelta(hours=2), rhythm=120)

    incident.refresh_from_db()
    assert update.texts.get().rhythm_said == "From now on we speak every 2 hours instead of every 30 minutes."
    assert incident.cadence.between == timedelta(hours=2)


def test_somebody_elses_news_must_be_read_first_and_nothing_is_lost(
    ana: Member, bela: Member, clock: HandClock
) -> None:
    incident = an_incident(lead=ana)
    mine = a_draft(incident, by=ana, doing="We restart it.")
    theirs = an_update(incident, by=bela)
    with pytest.raises(failures.NewsSinceDraft):
        mine.send_off(by=ana, at=clock.now)

    mine.write(mine.statement(), by=ana, at=clock.now, read=theirs)
    mine.send_off(by=ana, at=clock.now)

    assert mine.texts.get().doing == "We restart it."


def test_one_draft_in_two_windows_shows_the_conflict(ana: Member, clock: HandClock) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana)
    seen = draft.revision
    draft.write(Update.objects.get().statement(), by=ana, at=clock.now, revision=seen)
    a_draft(draft.incident, by=ana, doing="Said in the other window.")
    with pytest.raises(failures.DraftChanged):
        draft.write(draft.statement(), by=ana, at=clock.now, revision=seen)
    assert Update.objects.get().texts.get().doing == "Said in the other window."


def test_the_two_person_rule(ana: Member, bela: Member, chidi: Member, clock: HandClock) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"two_person_rule": True})
    draft = a_draft(an_incident(lead=ana), by=bela)
    with pytest.raises(failures.NeedsApproval):
        draft.send_off(by=ana, at=clock.now)
    draft.ask_approval(by=bela, at=clock.now)
    with pytest.raises(failures.OwnWords):
        draft.approve(by=bela, at=clock.now)
    draft.refuse(by=chidi, at=clock.now, words="Say for whom.")
    assert draft.state == "draft"
    draft.ask_approval(by=bela, at=clock.now)
    draft.approve(by=chidi, at=clock.now)

    draft = a_draft(draft.incident, by=bela, who="All who paid by card since noon.")
    with pytest.raises(failures.NeedsApproval):
        draft.send_off(by=ana, at=clock.now)

    draft.ask_approval(by=bela, at=clock.now)
    draft.approve(by=ana, at=clock.now)
    draft.send_off(by=ana, at=clock.now)
    assert draft.state == "leaving"


def test_a_resolution_closes_keeps_the_promise_and_mends_components(ana: Member, clock: HandClock) -> None:
    checkout = a_component()
    incident = an_incident(lead=ana)
    first = an_update(incident, by=ana, impacts={"checkout": "major_outage"})
    checkout.refresh_from_db()
    assert checkout.state == "major_outage"

    update = a_resolution(incident, by=ana, at=clock.move(minutes=20), impacts={"checkout": "operational"})

    incident.refresh_from_db()
    checkout.refresh_from_db()
    first.promise.refresh_from_db()
    assert (update.kind, incident.is_open, checkout.state) == ("resolution", False, "operational")
    assert (first.promise.state, first.promise.kept_by) == ("kept", update)
    assert incident.open_promise is None


def test_private_trouble_never_shows_in_a_components_state(ana: Member, clock: HandClock) -> None:
    checkout = a_component()
    an_update(an_incident(lead=ana, public=False), by=ana, impacts={"checkout": "major_outage"})
    checkout.refresh_from_db()
    assert checkout.state == "operational"


def test_planned_work_speaks_at_its_beginning_without_a_rhythm(ana: Member, clock: HandClock) -> None:
    begins = clock.now + timedelta(days=3)
    incident = an_incident(
        kind="maintenance", severity=4, lead=ana, planned_from=begins, planned_until=begins + timedelta(hours=2)
    )
    draft = a_draft(incident, by=ana, next_update_by=begins)
    with pytest.raises(failures.StageForeign):
        draft.send_off(by=ana, at=clock.now)
    assert an_update(incident, by=ana, stage="scheduled", next_update_by=begins).promise.promised_for == begins


def test_a_language_that_was_used_before_and_is_missing_now_is_seen(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    german = Words("Karten gehen nicht", "Karten werden abgelehnt.", "Alle.", "", "Wir arbeiten daran.", "Rechnung.")
    an_update(incident, by=ana, texts={"en": WORDS, "de": german})
    draft = a_draft(incident, by=ana, texts={"en": WORDS})

    assert drafting.missing_languages(draft) == ["de"]
    text = draft.text_in("de-AT")
    assert text is not None
    assert text.language == "en"
