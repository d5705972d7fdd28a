"""What a writer decides: the checker never holds bad news back; a reason is asked for once, and kept."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import blake2b
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation
from daylight.customers.tests.makers import a_customer
from daylight.incidents import calm, checking, declaring, duty, keeping, timeline
from daylight.incidents.models import CalmMoment, Incident, RaisedFinding, Update
from daylight.incidents.statement import Statement, Words
from daylight.incidents.tests.makers import a_draft, an_incident, an_update

pytestmark = pytest.mark.django_db

BECAUSE = "We do not know their number yet."
SAID = {
    "en-headline": "Card payments fail",
    "en-what": "Payments by card are refused.",
    "en-who": "Everybody who paid by card since 12:00 UTC.",
    "en-why": "",
    "why_known": "no",
    "en-doing": "We apologise if anyone was upset. We have switched to our second bank.",
    "en-meanwhile": "You can pay by invoice.",
    "stage": "investigating",
    "next_update_by": "2026-05-04T12:30",
    "window": "w1",
    "language": "en",
}
IF_ANYONE = "en|doing|CND-202|"
"""How the remark at “apologise if anyone” is named, but for its words."""


@pytest.fixture
def incident(ana: Member, clock: HandClock) -> Incident:
    return an_incident(lead=ana, affected=[a_customer()])


@pytest.fixture
def desk(ana: Member, client: Client) -> Client:
    client.force_login(ana)
    return client


def post(desk: Client, incident: Incident, name: str = "compose", **more: str) -> str:
    answer = desk.post(reverse(f"incidents:{name}", args=[incident.public_id]), SAID | more)
    return answer.content.decode()


def key_of(page: str, remark: str = IF_ANYONE) -> str:
    found = re.search(f'name="keep" value="({re.escape(remark)}[^"]*)"', page)
    assert found
    return found[1]


def test_an_error_asks_for_one_reason_and_then_the_update_goes(incident: Incident, desk: Client, ana: Member) -> None:
    asked = post(desk, incident, act="send")
    assert "An apology with a condition" in asked
    assert not Update.objects.leaving().exists()

    post(desk, incident, act="send", because=BECAUSE)

    assert Update.objects.leaving().exists()
    kept = RaisedFinding.objects.get(rule="CND-202")
    assert (kept.kept_by, kept.reason, kept.part) == (ana, BECAUSE, "doing")
    assert AuditEntry.objects.filter(act="finding.keep").exists()


def test_words_that_are_mended_after_the_question_are_counted_as_mended(incident: Incident, desk: Client) -> None:
    post(desk, incident, act="send")
    post(desk, incident, act="send", **{"en-doing": "We have switched to our second bank."})

    share = RaisedFinding.objects.share()
    assert (share.kept, share.mended, share.percent) == (0, 1, 0)
    assert Update.objects.leaving().exists()


def test_a_remark_is_kept_while_writing_and_is_not_asked_about_again(incident: Incident, desk: Client) -> None:
    key = key_of(post(desk, incident, "check"))
    answer = post(desk, incident, "check", keep=key, **{f"because-{key}": BECAUSE})
    assert BECAUSE in answer

    post(desk, incident, act="send")

    assert Update.objects.leaving().exists()
    assert RaisedFinding.objects.share().percent == 100
    assert BECAUSE in desk.get(reverse("incidents:kept")).content.decode()


def test_keeping_without_a_reason_is_answered_in_a_sentence_beside_the_words(incident: Incident, desk: Client) -> None:
    key = key_of(post(desk, incident, "check"))
    assert "Say in a few words why it stays" in post(desk, incident, "check", keep=key)
    assert not RaisedFinding.objects.kept().exists()


def test_what_was_kept_can_be_opened_again(incident: Incident, desk: Client) -> None:
    key = key_of(post(desk, incident, "check"))
    post(desk, incident, "check", keep=key, **{f"because-{key}": BECAUSE})
    post(desk, incident, "check", reopen=key)

    assert not RaisedFinding.objects.kept().exists()


def test_without_a_script_a_fill_in_is_put_in_and_taken_out_again(incident: Incident, desk: Client) -> None:
    doing = "en-doing"
    post(desk, incident, fill=key_of(post(desk, incident, "check")))
    text = Update.objects.get().texts.get()
    assert text.doing == "We are sorry that you could not [do what?]. We have switched to our second bank."

    undo = {"undo": "yes", "undo-name": doing, "undo-value": SAID[doing], "undo-after": text.doing}
    answer = post(desk, incident, **undo, **{doing: f"{text.doing} More follows."})
    assert "You wrote on since it was filled in" in answer
    assert Update.objects.get().texts.get().doing == f"{text.doing} More follows."

    post(desk, incident, **undo, **{doing: text.doing})
    assert Update.objects.get().texts.get().doing == SAID[doing]


def test_words_typed_before_a_remark_do_not_lose_what_was_decided_about_it(incident: Incident, desk: Client) -> None:
    key = key_of(post(desk, incident, "check"))
    moved = {"en-doing": f"We are on it. {SAID['en-doing']}"}

    post(desk, incident, "check", keep=key, **moved, **{f"because-{key}": BECAUSE})

    assert RaisedFinding.objects.kept().get().reason == BECAUSE


@pytest.mark.parametrize("name", ["check", "compose"])
@pytest.mark.parametrize("now", ["We are sorry if you were hit.", "We have switched to our second bank."])
def test_a_remark_whose_words_are_gone_says_so_there_and_keeps_the_reason(
    name: str, now: str, incident: Incident, desk: Client
) -> None:
    key = key_of(post(desk, incident, "check"))

    answer = post(desk, incident, name, keep=key, **{"en-doing": now, f"because-{key}": BECAUSE})

    slot = answer[answer.index('id="said-en-doing"') : answer.index('id="said-en-meanwhile"')]
    assert "The words have changed meanwhile; look again." in slot
    assert BECAUSE in slot
    assert not RaisedFinding.objects.exists()
    assert "have changed meanwhile" in post(desk, incident, fill=key, **{"en-doing": now})
    assert Update.objects.get().texts.get().doing == now


def test_a_reason_is_cleaned_of_what_no_database_takes(incident: Incident, desk: Client) -> None:
    key = key_of(post(desk, incident, "check"))

    post(desk, incident, "check", keep=key, **{f"because-{key}": "So\x00 be it."})
    post(desk, incident, act="save", window="w\x001")

    assert RaisedFinding.objects.get().reason == "So be it."
    assert Update.objects.get().window == "w1"


def test_words_are_saved_before_the_checker_reads_them(
    incident: Incident, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(checking, "read_statement", fails)
    with pytest.raises(ZeroDivisionError):
        post(desk, incident, act="by-itself")

    assert Update.objects.get().texts.get().what == SAID["en-what"]


def test_a_finding_is_one_row_however_often_it_is_decided(incident: Incident, desk: Client, ana: Member) -> None:
    post(desk, incident, act="send")
    twin = RaisedFinding.objects.get()
    twin.pk = None
    twin.save()
    assert "An apology with a condition" in post(desk, incident, act="send")

    key = key_of(post(desk, incident, "check"))
    for _ in range(2):
        post(desk, incident, "check", keep=key, **{f"because-{key}": BECAUSE})

    assert RaisedFinding.objects.kept().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_are_asked_about_one_finding(incident: Incident, ana: Member, clock: HandClock) -> None:
    statement = Statement("investigating", texts={"en": Words(doing=SAID["en-doing"])})
    remarks = checking.read_statement(incident, statement, at=clock.now).errors
    draft = a_draft(incident, by=ana)
    begin = Barrier(4)

    def put(_: int) -> None:
        begin.wait()
        keeping.put_to_the_writer(incident, remarks, at=clock.now, update=draft)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))

    places = [row.place for row in RaisedFinding.objects.all()]
    assert len(places) == len(set(places)) == len(remarks)


def test_a_gap_is_not_offered_to_be_kept(incident: Incident, desk: Client) -> None:
    gap = {"en-doing": "We are [do what?]."}
    answer = post(desk, incident, "check", **gap)
    words = blake2b(b"[do what?]", digest_size=8).hexdigest()
    key = f"en|doing|CND-111|{words}"

    assert "CND-111" in answer
    assert f'name="keep" value="{key}"' not in answer
    assert "A gap is never sent" in post(desk, incident, "check", keep=key, **gap, **{f"because-{key}": BECAUSE})
    assert not RaisedFinding.objects.exists()


def test_reading_with_the_checker_writes_nothing(incident: Incident, desk: Client) -> None:
    answer = post(desk, incident, "check")

    assert 'id="said-en-doing"' in answer
    assert "An apology with a condition" in answer
    assert not Update.objects.exists()
    assert not RaisedFinding.objects.exists()


def test_half_typed_and_broken_input_is_read_as_far_as_it_goes(incident: Incident, desk: Client) -> None:
    answer = post(desk, incident, "check", next_update_by="tomorrow", keep="x|y", **{"en-what": "\x00" + "a" * 9000})

    assert "lamp--missing" in answer


def test_an_approver_who_sends_a_draft_gives_the_reason_there(incident: Incident, desk: Client, ana: Member) -> None:
    post(desk, incident, act="ask")
    post(desk, incident, act="ask", because=BECAUSE)
    draft = Update.objects.get()
    assert draft.state == Update.State.WAITING

    page = desk.get(reverse("incidents:draft", args=[incident.public_id, draft.pk])).content.decode()

    assert BECAUSE in page


def test_a_big_first_word_shows_the_mirror_and_stops_only_those_who_want_it(
    incident: Incident, desk: Client, ana: Member, clock: HandClock
) -> None:
    kind = {"en-doing": "We have switched to our second bank."}
    page = desk.get(reverse("incidents:panel-composer", args=[incident.public_id])).content.decode()
    assert "Would this do for you?" in page
    Member.objects.filter(pk=ana.pk).update(pause_minutes=2)

    assert "Would this do for you?" in post(desk, incident, act="send", **kind)
    assert not Update.objects.leaving().exists()
    assert "Your pause runs until" in post(desk, incident, act="pause", **kind)
    moment = CalmMoment.objects.get()
    assert moment.paused_until == clock.now + timedelta(minutes=2)

    post(desk, incident, act="go-on", **kind)
    assert calm.running(incident, ana, at=clock.now) is None
    post(desk, incident, act="send", **kind)
    assert Update.objects.leaving().exists()


def test_a_pause_ends_before_word_is_due_and_is_not_offered_when_there_is_no_time(
    incident: Incident, ana: Member, clock: HandClock
) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"calm_mode": True})
    due = incident.first_word_due_at
    assert due is not None
    now = due - timedelta(minutes=5)
    assert calm.possible_pause(incident, ana, at=now) == timedelta(minutes=3)
    assert calm.possible_pause(incident, ana, at=due - timedelta(minutes=2)) is None
    assert calm.possible_pause(incident, ana, at=due + timedelta(minutes=1)) is None


def test_the_mirror_is_for_first_words_on_something_grave(ana: Member, clock: HandClock) -> None:
    slight = an_incident(severity="slight", lead=ana)
    told = an_incident(severity="worst", lead=ana)
    an_update(told, by=ana)

    assert calm.mirror(slight, ana, [], at=clock.now) is None
    assert calm.mirror(told, ana, [], at=clock.now) is None


def a_day_of_words(incident: Incident, by: Member, clock: HandClock, *, every: float, hours: float) -> None:
    """Somebody writes a note every so many hours."""
    began = clock.now
    while clock.now - began < timedelta(hours=hours):
        declaring.write_note(incident, text="Still at it.", by=by, at=clock.now)
        clock.move(hours=every)


def test_who_has_been_at_it_for_long_is_asked_before_any_word(ana: Member, bela: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=bela)
    began = clock.now
    a_day_of_words(incident, ana, clock, every=2, hours=8)

    asked = calm.mirror(incident, ana, [], at=clock.now)
    assert asked is not None
    assert (asked.since, asked.is_first, asked.stops) == (began, False, False)
    assert calm.mirror(incident, bela, [], at=clock.now) is None

    ana.pause_minutes = 5
    assert calm.mirror(incident, ana, [], at=clock.now).stops  # type: ignore[union-attr]
    calm.ask(incident, ana, at=clock.now)
    assert not calm.mirror(incident, ana, [], at=clock.now).stops  # type: ignore[union-attr]


def test_a_later_question_does_not_move_a_pause(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    began = clock.now
    moment = calm.pause(incident, ana, at=began)
    calm.ask(incident, ana, at=clock.move(hours=8))

    assert moment is not None
    [entry] = [entry for entry in timeline.of(incident) if entry.text.startswith("A pause")]
    assert entry.at == began


def test_what_a_program_sends_is_nobodys_shift(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    for _ in range(14):
        an_update(incident, by=ana, at=clock.now)
        clock.move(minutes=30)
    assert calm.mirror(incident, ana, [], at=clock.now) is None

    Update.objects.update(window="0123456789abcdef")
    assert calm.mirror(incident, ana, [], at=clock.now) is not None


def test_whoever_rested_is_not_asked(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)
    a_day_of_words(incident, ana, clock, every=3, hours=9)
    assert calm.mirror(incident, ana, [], at=clock.now) is None
    a_day_of_words(incident, ana, clock, every=1, hours=5)
    assert calm.mirror(incident, ana, [], at=clock.now) is None


def test_the_page_says_since_when_somebody_is_at_it(
    incident: Incident, desk: Client, ana: Member, clock: HandClock
) -> None:
    a_day_of_words(incident, ana, clock, every=1, hours=7)
    Member.objects.filter(pk=ana.pk).update(pause_minutes=2)
    said = {"en-doing": "We have switched to our second bank.", "next_update_by": "2026-05-04T19:20"}
    stopped = post(desk, incident, act="send", **said)
    assert "Before it goes" in stopped
    assert stopped.index("Would this do for you?") < stopped.index("You have been at it since")

    an_update(incident, by=ana, at=clock.now)
    page = desk.get(reverse("incidents:panel-composer", args=[incident.public_id])).content.decode()
    assert "You have been at it since" in page
    assert "Would this do for you?" not in page


@pytest.mark.parametrize(("severity", "is_owed"), [("worst", True), ("major", True), ("noticeable", False)])
def test_severity_raises_the_duty_to_speak(severity: str, is_owed: bool, ana: Member, clock: HandClock) -> None:
    silent = an_incident(severity=severity, lead=ana)
    clock.move(days=2)

    owed = duty.duty(silent, at=clock.now)

    assert (owed is not None) is is_owed
    assert owed is None or (owed.is_breached and owed.is_silent)


def test_a_grave_incident_that_is_not_public_needs_a_name_a_reason_and_a_time(
    ana: Member, desk: Client, clock: HandClock
) -> None:
    incident = an_incident(severity="worst", lead=ana, public=False)
    an_update(incident, by=ana)
    clock.move(hours=1)
    assert "it is not public" in desk.get("/desk/").content.decode()

    declaring.keep_back(
        incident,
        fact="The leak is not closed.",
        reason="Police asked.",
        owner=ana,
        review_at=clock.now + timedelta(hours=2),
        by=ana,
        at=clock.now,
        is_everything=True,
    )

    owed = duty.duty(incident, at=clock.now)
    assert owed is not None
    assert not owed.is_breached
    assert "it is not public" not in desk.get("/desk/").content.decode()
    overdue = duty.duty(incident, at=clock.move(hours=3))
    assert overdue is not None
    assert overdue.is_breached
