"""From the composer: a template takes the facts of the record and of the writer, and leaves gaps for the rest."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.incidents import failures
from daylight.incidents.models import Update
from daylight.incidents.tests.makers import a_component, a_draft, an_incident, an_update
from daylight.prepare.filling import Prepared
from daylight.prepare.forms.draft_templates import FactsForm
from daylight.prepare.shelf import shelf
from daylight.prepare.tests.makers import a_draft_template
from daylight.prepare.using import filled_elsewhere, known_facts, put_into_draft

pytestmark = pytest.mark.django_db
UPDATE, FIRST = shelf("en").prepared["outage.update.long"], shelf("en").prepared["outage.acknowledge.long"]


def posted(prepared: Prepared, facts: dict[str, str], **more: str) -> dict[str, str]:
    names = FactsForm(prepared, {}).names
    return {**{field: facts.get(name, "") for field, name in names.items()}, **more}


def test_what_the_record_knows_is_filled_in(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    shop = a_component("Web shop")
    an_update(incident, by=ana, who="Customers in Kiel.", impacts={shop.key: "major_outage"})

    known = known_facts(incident, UPDATE, at=clock.now)

    assert known["who is affected"] == "Customers in Kiel"
    assert known["what"] == "Web shop"
    assert known["since when"].endswith("UTC")
    assert "the cause" not in known


def test_a_fact_that_nobody_gave_is_a_gap_and_is_not_published(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)

    draft, _ = put_into_draft(incident, UPDATE, {"what": "card payment"}, by=ana, at=clock.now)

    words = draft.statement().texts["en"]
    assert words.headline == "Card payment still does not work"
    assert "[what customers notice?]" in words.what
    assert words.why == ""
    assert not draft.why_known
    with pytest.raises(failures.GapOpen, match=r"\[since when\?\]"):
        draft.send_off(by=ana, at=clock.now)


def test_filled_with_all_its_facts_it_can_go(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    facts = shelf("en").examples("outage")

    draft, _ = put_into_draft(incident, UPDATE, facts, by=ana, at=clock.now)
    draft.send_off(by=ana, at=clock.now)
    draft.release(at=clock.move(seconds=11))

    told = Update.objects.published().get().statement()
    assert told.why_known
    assert told.texts["en"].why == f"It fails because {facts['the cause']}."


def test_the_last_word_ends_the_incident_and_a_letter_has_its_closing(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    prepared, facts = shelf("en").prepared, shelf("en").examples("outage")

    draft, _ = put_into_draft(incident, prepared["outage.final.long"], facts, by=ana, at=clock.now)
    assert draft.stage == "resolved"

    draft, _ = put_into_draft(incident, prepared["outage.letter.letter"], facts, by=ana, at=clock.now)
    assert draft.statement().texts["en"].meanwhile.endswith("Ana Roth, head of customer care")


def test_a_writer_picks_one_gives_facts_sees_them_and_has_a_draft(
    client: Client, ana: Member, clock: HandClock
) -> None:
    incident = an_incident(lead=ana, kind="outage")
    own = a_draft_template(by=ana, copied="outage.acknowledge.long")
    client.force_login(ana)

    composer = client.get(reverse("incidents:panel-composer", args=[incident.public_id])).content.decode()
    pick = reverse("prepare:pick", args=[incident.public_id])
    assert pick in composer
    page = client.get(pick).content.decode()
    assert page.index(own.name) < page.index("Outage, update")

    use = reverse("prepare:use", args=[incident.public_id, own.public_id])
    assert 'value="' in client.get(use).content.decode()
    shown = client.post(use, posted(FIRST, {"what": "the shop"}), headers={"HX-Request": "true"}).content.decode()
    assert "The shop does not work" in shown
    assert "<html" not in shown
    assert not incident.updates.exists()

    client.post(use, posted(FIRST, {"what": "the shop"}, act="use"))
    assert incident.updates.get().statement().texts["en"].headline == "The shop does not work"


def test_the_words_it_took_the_place_of_can_be_put_back(client: Client, ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, kind="outage")
    mine = a_draft(incident, by=ana, doing="We restart it.").statement()
    client.force_login(ana)
    use = reverse("prepare:use", args=[incident.public_id, "outage.final.long"])
    back = reverse("prepare:put-back", args=[incident.public_id])

    client.post(use, posted(shelf("en").prepared["outage.final.long"], {}, act="use"))
    assert incident.updates.get().stage == "resolved"
    assert (
        "Put back what was there before"
        in client.get(reverse("prepare:pick", args=[incident.public_id])).content.decode()
    )

    client.post(back)
    again = incident.updates.get().statement()
    assert (again.texts, again.stage, again.why_known) == (mine.texts, mine.stage, mine.why_known)
    assert "nothing to put back" in client.post(back, follow=True).content.decode()


def test_what_cannot_be_written_is_told_and_the_facts_stay(client: Client, ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, kind="outage")
    a_draft(incident, by=ana, at=clock.now).send_off(by=ana, at=clock.now)
    client.force_login(ana)
    use = reverse("prepare:use", args=[incident.public_id, "outage.update.long"])

    answer = client.post(use, posted(UPDATE, {"what": "the shop"}, act="use"))

    assert answer.status_code == 422
    assert "is just leaving" in answer.content.decode()
    assert 'value="the shop"' in answer.content.decode()


@pytest.mark.parametrize(("part", "longest"), [("headline", 160), ("meanwhile", 4000)])
def test_what_is_too_long_for_a_draft_is_told_at_the_fact_and_nothing_is_lost(
    client: Client, ana: Member, clock: HandClock, part: str, longest: int
) -> None:
    incident = an_incident(lead=ana, kind="outage")
    own = a_draft_template(by=ana, copied="outage.letter.letter")
    pieces = {**own.current.pieces, "headline": "{what} does not work", part: "{what}" + "!" * (longest - 10)}
    own.write(pieces, {}, based_on=1, by=ana, at=clock.now)
    client.force_login(ana)
    use = reverse("prepare:use", args=[incident.public_id, own.public_id])
    facts = posted(own.prepared, {"what": "payment " * 5, "customers": "short"})

    answer = client.post(use, {**facts, "act": "use"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"and may have {longest}. Say it shorter." in page
    assert page.index("Say it shorter.") < page.index("Put it into my draft")
    assert f'value="{"payment " * 5}"' in page
    assert not incident.updates.exists()
    partial = client.post(use, facts, headers={"HX-Request": "true"})
    assert (partial.status_code, f"and may have {longest}" in partial.content.decode()) == (200, True)


def test_a_template_in_british_english_knows_the_facts_of_english(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    british = replace(UPDATE, language="en-GB")

    assert known_facts(incident, british, at=clock.now) == known_facts(incident, UPDATE, at=clock.now) != {}
    assert filled_elsewhere(british, {}) == filled_elsewhere(UPDATE, {}) != {}


def test_a_draft_whose_use_cannot_be_recorded_is_not_written(client: Client, ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, kind="outage")
    client.force_login(ana)
    use = reverse("prepare:use", args=[incident.public_id, "outage.update.long"])

    def full(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT") and AuditEntry._meta.db_table in sql:
            raise OperationalError("disk full")
        return execute(sql, *rest)

    with connection.execute_wrapper(full), pytest.raises(OperationalError):
        client.post(use, posted(UPDATE, {"what": "the shop"}, act="use"))

    assert not incident.updates.exists()


@pytest.mark.parametrize("kind", ["maintenance", "other", "recall"])
def test_each_kind_has_something_to_begin_with(client: Client, ana: Member, kind: str) -> None:
    incident = an_incident(lead=ana, kind=kind)
    client.force_login(ana)

    page = client.get(reverse("prepare:pick", args=[incident.public_id])).content.decode()

    assert page.count('class="panel"') == 4


def test_a_reader_cannot_put_anything_into_a_draft(client: Client, dora: Member, ana: Member) -> None:
    incident = an_incident(lead=ana)
    client.force_login(dora)

    assert client.get(reverse("prepare:use", args=[incident.public_id, "outage.update.long"])).status_code == 403
