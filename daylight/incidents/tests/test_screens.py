"""The screens: every one answers, bad input is met with a sentence, nothing typed is lost."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation
from daylight.customers.models import Customer
from daylight.customers.tests.makers import a_commitment, a_customer
from daylight.incidents import promises, timeline
from daylight.incidents.failures import AlreadyResolved, NothingToHold
from daylight.incidents.models import (
    AffectedCustomer,
    Cadence,
    Component,
    EscalationRung,
    Incident,
    Update,
    WithheldFact,
)
from daylight.incidents.promises import release_step
from daylight.incidents.tests.makers import a_component, a_draft, a_resolution, an_incident, an_update

pytestmark = pytest.mark.django_db

SAID = {
    "en-headline": "Card payments fail",
    "en-what": "Payments by card are refused.",
    "en-who": "Everybody who pays by card.",
    "en-why": "",
    "why_known": "no",
    "en-doing": "We work with the bank.",
    "en-meanwhile": "Pay by invoice.",
    "stage": "investigating",
    "next_update_by": "2026-05-04T12:30",
    "window": "w1",
    "language": "en",
}


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def url(name: str, incident: Incident, *more: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.public_id, *more])


PANELS = ("panel-clock", "panel-register", "panel-composer", "panel-timeline", "panel-beginning", "panel-facts")


@pytest.mark.parametrize("name", [*PANELS, "manage", "register", "note", "keep-back"])
@pytest.mark.parametrize("state", ["fresh", "told", "late", "ended"])
def test_every_screen_of_an_incident_answers(name: str, state: str, ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana if state != "fresh" else None, affected=[a_customer()])
    a_component()
    if state != "fresh":
        an_update(incident, by=ana)
        a_draft(incident, by=ana)
    if state == "late":
        clock.move(hours=3)
    if state == "ended":
        a_resolution(incident, by=ana)
    client = signed_in(ana)
    assert client.get(url(name, incident)).status_code == 200
    fragment = client.get(url(name, incident), headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    if name in PANELS:
        assert "<html" not in fragment.content.decode()


@pytest.mark.parametrize("name", ["list", "declare", "components", "new-component", "cadence", "ladder"])
def test_every_other_screen_answers_empty_and_full(name: str, ana: Member, clock: HandClock) -> None:
    client = signed_in(ana)
    assert client.get(reverse(f"incidents:{name}")).status_code == 200
    an_update(an_incident(lead=ana), by=ana)
    a_resolution(an_incident(lead=ana), by=ana)
    a_component()
    EscalationRung.objects.create(position=1, member=ana, after=5)
    Cadence.objects.create(severity=1, first_word=5, rhythm=20)
    assert client.get(reverse(f"incidents:{name}")).status_code == 200


def test_a_stranger_and_a_member_without_a_role_get_nothing(dora: Member, ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    assert Client().get(url("panel-composer", incident)).status_code == 302
    assert signed_in(dora).get(url("panel-composer", incident)).status_code == 403
    assert signed_in(ana).get(reverse("incidents:panel-clock", args=["nothing"])).status_code == 404


def test_declaring_with_who_is_affected_right_there(ana: Member, clock: HandClock) -> None:
    north, _south = a_commitment(attributes={"warehouse": "North"}), a_commitment(attributes={"warehouse": "South"})
    said = {
        "title": "Parcels from North are late",
        "kind": "late_delivery",
        "severity": "2",
        "occurred_at": "2026-05-04T11:00",
        "lead": ana.pk,
        "visibility": "public",
        "rule_kind": "commitments",
        "promised_from": "2026-05-03",
        "promised_until": "2026-05-05",
        "commitment_facts": "warehouse: North",
        "reason": "Your order ships from North.",
    }
    client = signed_in(ana)
    counted = client.post(reverse("incidents:count-first"), said)
    assert "<strong" in counted.content.decode()

    answer = client.post(reverse("incidents:declare"), said)

    incident = Incident.objects.get()
    assert answer.status_code == 302
    assert incident.lead == ana
    assert [row.customer for row in AffectedCustomer.objects.all()] == [north.customer]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "This field is required"),
        ({"occurred_at": "yesterday"}, "Write a date and a time"),
        ({"occurred_at": "2027-05-04T12:00"}, "still to come"),
        ({"kind": "maintenance"}, "Say when the work begins"),
        ({"planned_from": "2026-05-05T12:00", "planned_until": "2026-05-05T11:00"}, "must end after it begins"),
        ({"rule_kind": "component", "reason": "So."}, "Choose a component"),
        ({"rule_kind": "group", "group": "Nobody", "reason": "So."}, "no group called"),
        ({"rule_kind": "attributes", "attributes": "gold", "reason": "So."}, "is not a fact"),
        ({"rule_kind": "everyone", "reason": ""}, "Say why they are affected"),
        ({"rule_kind": "listed", "numbers": "no-such-number", "reason": "So."}, "finds nobody"),
    ],
)
def test_a_wrong_answer_gets_a_sentence_and_loses_nothing(
    wrong: dict[str, str], sentence: str, ana: Member, clock: HandClock
) -> None:
    said = {
        "title": "Trouble <with> markup",
        "kind": "outage",
        "severity": "3",
        "occurred_at": "2026-05-04T11:00",
        "visibility": "public",
        "summary": "Kept.",
    }
    answer = signed_in(ana).post(reverse("incidents:declare"), said | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Kept." in page
    assert not Incident.objects.exists()


def test_writing_and_telling_from_the_composer(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, affected=[a_customer(), a_customer()])
    a_component()
    client = signed_in(ana)
    assert "Tell 2 customers" in client.get(url("panel-composer", incident)).content.decode()
    assert not Update.objects.exists()

    said = SAID | {"impact-checkout": "major_outage", "act": "send", "revision": "", "read": ""}
    assert client.post(url("compose", incident), said).status_code == 302
    assert "Take it back" in client.get(url("panel-composer", incident)).content.decode()
    client.post(url("take-back", incident))
    draft = Update.objects.get()
    assert draft.state == "draft"
    client.post(url("compose", incident), said | {"revision": draft.revision})
    release_step(clock.move(seconds=10))

    update = Update.objects.get()
    assert (update.state, update.texts.get().what) == ("published", "Payments by card are refused.")
    assert update.statement().impacts == {"checkout": "major_outage"}


def test_what_is_missing_is_said_at_the_field_and_the_words_are_kept(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    answer = signed_in(ana).post(url("compose", incident), SAID | {"en-meanwhile": "", "act": "send"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "have no words yet" in page
    assert "We work with the bank." in page
    assert Update.objects.get().state == "draft"


def test_a_time_that_cannot_be_read_is_kept_and_said(ana: Member, clock: HandClock) -> None:
    answer = signed_in(ana).post(url("compose", an_incident(lead=ana)), SAID | {"next_update_by": "soon"})
    assert answer.status_code == 422
    assert "Write a date and a time" in answer.content.decode()
    assert "We work with the bank." in answer.content.decode()


def test_saving_by_itself_answers_with_what_changed(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    first = an_update(incident, by=ana)
    said = SAID | {"en-what": "Orders are lost.", "act": "by-itself", "read": first.pk}
    page = signed_in(ana).post(url("compose", incident), said).content.decode()

    assert "Draft saved" in page
    assert "Orders are lost." in page
    assert 'name="is_correction"' in page
    assert 'hx-swap-oob="true"' in page


def test_a_translation_that_is_missing_is_said_before_publishing_and_no_more_once_it_is_there(
    ana: Member, clock: HandClock
) -> None:
    Organisation.objects.filter(pk=Organisation.get().pk).update(languages=["de"])
    incident, client = an_incident(lead=ana), signed_in(ana)
    room = client.get(url("panel-composer", incident)).content.decode()
    assert "In German" in room
    assert "missing translation" in room

    page = client.post(url("compose", incident), SAID | {"act": "by-itself"}).content.decode()
    assert "German: its readers get the words in English." in page
    assert '<span id="language-de" hx-swap-oob="true"><span class="badge badge--amber">missing translation' in page

    german = {"language": ["en", "de"], "de-headline": "Kartenzahlung geht nicht", "de-what": "Sie scheitert."}
    draft = Update.objects.get()
    said = SAID | german | {"act": "by-itself", "revision": draft.revision}
    page = client.post(url("compose", incident), said).content.decode()
    assert "missing translation" not in page
    assert "In German these parts have no words yet" in page


def test_a_fact_told_otherwise_goes_only_as_a_correction(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    first = an_update(incident, by=ana)
    told = first.texts.get()
    said = SAID | {"en-what": "Orders are lost.", "en-who": told.who, "act": "send", "read": first.pk}
    client = signed_in(ana)
    refused = client.post(url("compose", incident), said)
    assert refused.status_code == 422
    assert "Send it as a correction" in refused.content.decode()
    assert client.post(url("compose", incident), said | {"is_correction": "on"}).status_code == 302
    assert Update.objects.leaving().get().corrects == first


def test_a_slower_rhythm_is_said(ana: Member, clock: HandClock) -> None:
    incident = an_incident(severity=1, lead=ana)
    client = signed_in(ana)
    said = SAID | {"next_update_by": "2026-05-04T14:00", "act": "send"}
    refused = client.post(url("compose", incident), said)
    assert 'name="says_slower"' in refused.content.decode()
    client.post(url("compose", incident), said | {"says_slower": "on"})
    assert Update.objects.leaving().get().rhythm == 120


def test_two_windows_show_the_conflict_and_keep_both_texts(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    client = signed_in(ana)
    client.post(url("compose", incident), SAID | {"act": "save"})
    client.post(url("compose", incident), SAID | {"act": "save", "revision": "2", "en-doing": "Ours, first window."})
    answer = client.post(
        url("compose", incident), SAID | {"act": "save", "revision": "2", "window": "w2", "en-doing": "Second window."}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ours, first window." in page
    assert "Second window." in page


def test_a_yes_and_a_no_of_a_second_member(ana: Member, bela: Member, chidi: Member, clock: HandClock) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"two_person_rule": True})
    incident = an_incident(lead=ana)
    assert signed_in(bela).post(url("compose", incident), SAID | {"act": "ask"}).status_code == 302
    update = Update.objects.get()
    page = url("draft", incident, update.pk)
    assert "Yes, it may go" in signed_in(chidi).get(page).content.decode()
    assert "Yes, it may go" not in signed_in(bela).get(page).content.decode()
    assert f'name="revision" value="{update.revision}"' in signed_in(chidi).get(page).content.decode()
    signed_in(chidi).post(page, {"act": "yes", "revision": update.revision})
    signed_in(chidi).post(page, {"act": "send", "revision": update.revision})
    assert Update.objects.get().state == "waiting"
    signed_in(ana).post(page, {"act": "send", "revision": update.revision})
    assert Update.objects.get().state == "leaving"


def test_nobody_approves_or_sends_words_that_were_changed_while_they_read(
    ana: Member, bela: Member, chidi: Member, clock: HandClock
) -> None:
    incident = an_incident(lead=ana)
    draft = a_draft(incident, by=bela)
    page, read = url("draft", incident, draft.pk), draft.revision
    a_draft(incident, by=bela, who="Everybody, as we know now.")
    answer = signed_in(chidi).post(page, {"act": "yes", "revision": read}, follow=True)
    assert "nothing was approved" in answer.content.decode()
    answer = signed_in(ana).post(page, {"act": "send", "revision": read}, follow=True)
    assert "nothing was sent" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.is_approved) == ("draft", False)


def test_a_holding_update_asked_for_twice_goes_once(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)
    stale = incident.open_promise
    assert stale is not None
    promises.hold(stale, at=clock.now, by=ana)
    with pytest.raises(NothingToHold):
        promises.hold(stale, at=clock.now, by=ana)
    assert incident.updates.filter(kind="holding").count() == 1


def test_an_incident_ended_twice_ends_once(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    stale = Incident.objects.get()
    incident.resolve(by=ana, at=clock.now, summary="Over.")
    with pytest.raises(AlreadyResolved):
        stale.resolve(by=ana, at=clock.now, summary="Over.")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_year_that_cannot_be_meant_is_met_with_a_sentence(ana: Member, clock: HandClock, moment: str) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "America/New_York"})
    incident = an_incident(lead=ana)
    answer = signed_in(ana).post(url("compose", incident), SAID | {"next_update_by": moment})
    assert answer.status_code == 422
    assert "This year cannot be meant" in answer.content.decode()


def test_a_language_that_is_none_and_a_number_that_is_none_break_nothing(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    strange = {
        "language": ["en", "../../secret", "x" * 40],
        f"{'x' * 40}-what": "Words.",
        "../../secret-what": "Words.",
    }
    assert signed_in(ana).post(url("compose", incident), SAID | strange | {"act": "save"}).status_code == 200
    assert [text.language for text in Update.objects.get().texts.all()] == ["en"]
    for number in ("²", "9" * 40, ""):
        answer = signed_in(ana).post(url("change-one", incident), {"customer": number, "reason": "So."})
        assert answer.status_code == 404


def test_the_register_by_a_list_reports_lines_that_match_nobody(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    first, second = a_customer(number="K-1"), a_customer(email="x@mail.example")
    third = a_commitment(reference="O-7").customer
    file = SimpleUploadedFile("list.csv", b"number\nK-1\nX@mail.example\nO-7\n=nobody\n")
    client = signed_in(ana)
    answer = client.post(
        url("add-rule", incident), {"rule_kind": "listed", "file": file, "reason": "You ordered."}, follow=True
    )
    assert {row.customer for row in AffectedCustomer.objects.all()} == {first, second, third}
    assert "1 lines name nobody" in answer.content.decode()
    rule = incident.register_rules.get()
    assert client.get(url("unmatched", incident, rule.pk)).content.decode() == "line,value\r\n5,'=nobody\r\n"


def test_whom_campaigns_leave_out_is_a_file(ana: Member, bela: Member, clock: HandClock) -> None:
    zoe, olga = a_customer("Zoë", number="=K-1", email="zoe@mail.example"), a_customer("Olga Other")
    gone = a_customer("Gone")
    incident, drill = an_incident(lead=ana, affected=[zoe, olga, gone]), an_incident(affected=[zoe], is_exercise=True)
    olga.contact_points.update(retired_at=clock.now)
    Customer.objects.filter(pk=gone.pk).update(erased_at=clock.now)
    client = signed_in(ana)
    assert url("leave-out", incident) in client.get(url("register", incident)).content.decode()

    lines = b"".join(client.get(url("leave-out", incident))).decode().split("\r\n")

    assert lines == ["email,customer,name", "zoe@mail.example,'=K-1,Zoë", ",,Olga Other", ""]
    assert url("leave-out", drill) not in client.get(url("register", drill)).content.decode()
    assert b"Zo" not in b"".join(client.get(url("leave-out", drill)))
    assert signed_in(bela).get(url("leave-out", incident)).status_code == 403
    assert AuditEntry.objects.filter(act="register.export", actor="Ana").exists()


def test_people_are_searched_removed_and_added_one_by_one(ana: Member, clock: HandClock) -> None:
    miller, other = a_customer("Mary Miller"), a_customer("Olga Other")
    incident = an_incident(lead=ana, affected=[miller])
    client = signed_in(ana)
    assert "Mary Miller" in client.get(url("register", incident), {"q": "miller"}).content.decode()
    client.post(url("change-one", incident), {"customer": miller.pk, "remove": "1", "reason": "Paid cash."})
    assert not AffectedCustomer.objects.present().exists()
    assert "Paid cash." in client.get(url("register", incident), {"removed": "1"}).content.decode()
    assert "Olga Other" in client.get(url("register", incident), {"add": "olga"}).content.decode()
    client.post(url("change-one", incident), {"customer": other.pk, "reason": "You called us."})
    assert AffectedCustomer.objects.present().get().customer == other


def test_the_lead_sets_what_only_a_lead_may(ana: Member, bela: Member, clock: HandClock) -> None:
    incident = an_incident(public=False)
    client = signed_in(ana)
    for said in (
        {"act": "take-the-lead"},
        {"act": "severity", "s-severity": "2", "s-reason": "Less than feared."},
        {"act": "rhythm", "r-minutes": "20"},
        {"act": "allow-holding"},
        {"act": "confirm"},
        {"act": "make-public"},
    ):
        assert client.post(url("manage", incident), said).status_code == 302
    incident.refresh_from_db()
    assert (incident.lead, incident.severity, incident.rhythm, incident.is_public) == (ana, 2, 20, True)
    slower = client.post(url("manage", incident), {"act": "rhythm", "r-minutes": "90"})
    assert "only be lengthened in an update" in slower.content.decode()
    assert client.post(url("manage", incident), {"act": "nonsense"}).status_code == 422
    assert signed_in(bela).get(url("manage", incident)).status_code == 403


def test_an_end_without_a_word_has_a_name_and_a_reason(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)
    client = signed_in(ana)
    assert "ending now breaks that promise" in client.get(url("manage", incident)).content.decode()

    silent = client.post(url("manage", incident), {"act": "end", "e-reason": " "})
    assert silent.status_code == 422
    incident.refresh_from_db()
    assert incident.is_open

    client.post(url("manage", incident), {"act": "end", "e-reason": "A monitor was wrong; nobody noticed."})
    incident.refresh_from_db()
    [end] = [entry for entry in timeline.of(incident) if "Ended without a word" in entry.text]
    assert (incident.is_open, end.who) == (False, "Ana")
    assert end.text.endswith("because A monitor was wrong; nobody noticed.")


def test_a_holding_update_by_hand(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    client = signed_in(ana)
    client.post(url("holding", incident))
    assert not Update.objects.exists()
    an_update(incident, by=ana)
    clock.move(minutes=20)
    client.post(url("holding", incident))
    holding = Update.objects.get(kind="holding")
    assert (holding.sent_off_by, holding.state) == (ana, "published")


def test_notes_and_facts_kept_back(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    client = signed_in(ana)
    client.post(url("note", incident), {"text": "The bank called."})
    assert "The bank called." in client.get(url("panel-timeline", incident)).content.decode()
    said = {"fact": "It was a cable.", "reason": "Not sure.", "owner": ana.pk, "review_at": "2026-05-04T11:00"}
    assert client.post(url("keep-back", incident), said).status_code == 422
    client.post(url("keep-back", incident), said | {"review_at": "2026-05-04T15:00"})
    fact = WithheldFact.objects.get()
    owner, lead = fact.reminders.order_by("rung")
    assert (owner.member, owner.planned_for) == (ana, clock.now + timedelta(hours=3))
    assert (lead.recipients(), lead.planned_for) == ([ana], clock.now + timedelta(hours=3, minutes=30))
    longer = {"reason": "", "review_at": "2026-05-04T18:00"}
    assert client.post(url("look-again", incident, fact.pk), longer).status_code == 422
    client.post(url("look-again", incident, fact.pk), longer | {"reason": "The test runs until six."})
    assert fact.reminders.waiting().order_by("rung")[0].planned_for == clock.now + timedelta(hours=6)
    assert "The test runs until six." in client.get(url("panel-timeline", incident)).content.decode()
    client.post(url("release-fact", incident, fact.pk))
    assert not fact.reminders.waiting().exists()


def test_components_rhythms_and_ladder_are_set(ana: Member, clock: HandClock) -> None:
    client = signed_in(ana)
    said = {"name": "Shop", "key": "shop", "state": "operational", "position": "1", "is_public": "on"}
    client.post(reverse("incidents:new-component"), said)
    shop = Component.objects.get()
    uses = a_customer(number="K-1", attributes={"uses": ["shop"]})
    client.post(reverse("incidents:read-users"))
    assert shop.uses.get().customer == uses
    other = a_customer(number="K-2")
    client.post(reverse("incidents:users", args=["shop"]), {"file": SimpleUploadedFile("u.csv", b"K-2\nK-9\n")})
    assert shop.uses.get().customer == other
    client.post(reverse("incidents:users", args=["shop"]), {})
    client.post(reverse("incidents:retire", args=["shop"]))
    assert not Component.objects.in_use().exists()
    for minutes in ("45", "40"):
        client.post(reverse("incidents:cadence"), {"severity": "2", "kind": "", "first_word": "20", "rhythm": minutes})
    assert Cadence.objects.get().rhythm == 40
    assert client.post(reverse("incidents:cadence"), {"severity": "2", "rhythm": "0"}).status_code == 422
    client.post(reverse("incidents:drop-cadence", args=[Cadence.objects.get().pk]))
    client.post(reverse("incidents:ladder"), {"member": ana.pk, "after": "3"})
    client.post(reverse("incidents:drop-rung", args=[EscalationRung.objects.get().pk]))
    assert not EscalationRung.objects.exists()


def test_a_link_may_fill_in_the_form_of_a_new_incident_and_nothing_more(client: Client, ana: Member) -> None:
    client.force_login(ana)
    filled = {"title": "A pipe burst", "rule_kind": "commitments", "commitment_facts": "warehouse = North", "kind": "?"}

    page = client.get("/desk/incidents/declare/", filled).content.decode()

    assert 'value="A pipe burst"' in page
    assert "warehouse = North" in page
    assert not Incident.objects.exists()
