"""What a reader finds on the public page, through HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Organisation
from daylight.incidents.models import Promise, Update
from daylight.incidents.words import ComponentState, Kind, Stage
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Publication
from daylight.pages.tests.makers import a_component, a_told_incident, an_incident, an_update, resolve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def read(client: Client, clock: HandClock, address: str = "/") -> str:
    publishing.refresh(clock.now)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everything_works(client: Client, clock: HandClock) -> None:
    a_component("Checkout")

    text = read(client, clock)

    assert '<h1 id="headline">Everything works.</h1>' in text
    assert "True at" in text
    assert "12:00 UTC" in text


def test_an_empty_installation_says_so_calmly(client: Client, clock: HandClock) -> None:
    assert "We have no troubles to report." in read(client, clock)
    assert "Nothing has gone wrong" in read(client, clock, "/history/")


def test_an_open_incident_with_all_its_parts(client: Client, clock: HandClock) -> None:
    shop = a_component("Checkout", section="Shop")
    incident = a_told_incident(
        clock.now, headline="Card payments fail", impacts={shop: ComponentState.MAJOR_OUTAGE}, what="Cards <b>fail</b>"
    )

    text = read(client, clock)

    assert '<h1 id="headline">Card payments fail</h1>' in text
    assert "headline--outage" in text
    assert "Cards &lt;b&gt;fail&lt;/b&gt;" in text
    assert "We do not know yet." in text
    assert "Next word by" in text
    assert "12:30 UTC" in text
    assert f'href="/incidents/{incident.public_id}/"' in text
    assert "Not as usual on 1 of 1 days: May 4 out" in text


def test_a_promise_that_ran_out_shows_though_no_row_changed(client: Client, clock: HandClock) -> None:
    a_told_incident(clock.now)
    read(client, clock)

    clock.move(minutes=42)
    text = read(client, clock)

    assert "our update is late" in text
    assert "Late by 12 minutes" in text
    assert "we promised word by" in text


def test_a_declared_incident_without_words_is_not_green_and_gives_nothing_away(
    client: Client, clock: HandClock
) -> None:
    a_component()
    incident = an_incident(clock.now, title="The crew's own words", severity=2)

    text = read(client, clock)

    assert "We are looking into a problem." in text
    assert "headline--outage" in text
    assert "own words" not in text
    assert client.get(f"/incidents/{incident.public_id}/").status_code == 404


def test_planned_work_is_foreseen_then_under_way_then_overdue(client: Client, clock: HandClock) -> None:
    shop = a_component("Shop")
    a_told_incident(
        clock.now,
        kind=Kind.MAINTENANCE,
        headline="We move the database",
        stage=Stage.SCHEDULED,
        planned_from=clock.now + timedelta(hours=1),
        planned_until=clock.now + timedelta(hours=2),
        promised_in=None,
        impacts={shop: ComponentState.MAJOR_OUTAGE},
    )
    shop.refresh_from_db()
    shop.state = ComponentState.OPERATIONAL
    shop.save()

    assert "Everything works." in read(client, clock)
    assert "We move the database" in read(client, clock)
    shop.state = ComponentState.MAJOR_OUTAGE
    shop.save()
    clock.move(hours=1)
    text = read(client, clock)
    assert "Planned work is under way." in text
    assert "headline--planned" in text
    assert "Under maintenance" in text
    clock.move(hours=1)
    text = read(client, clock)
    assert "Planned work takes longer than planned." in text
    assert "headline--trouble" in text


def test_a_correction_shows_what_was_said_before(client: Client, clock: HandClock) -> None:
    incident = a_told_incident(clock.now, what="All cards fail.")
    first = Update.objects.get(incident=incident)
    clock.move(minutes=5)
    an_update(incident, clock.now, kind=Update.Kind.CORRECTION, corrects=first, what="Only two kinds of card fail.")

    text = read(client, clock, f"/incidents/{incident.public_id}/")

    assert "This corrects update 1." in text
    assert "<del>All cards fail.</del>" in text
    assert text.index("Update 2: a correction") < text.index(">Update 1<")


def test_kept_late_and_missed_promises_stay_on_record(client: Client, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    clock.move(minutes=20)
    an_update(incident, clock.now, promised_for=clock.now + timedelta(minutes=30))
    clock.move(minutes=37)
    an_update(incident, clock.now, promised_for=clock.now + timedelta(minutes=30))
    Promise.objects.filter(update__number=3).update(state=Promise.State.MISSED, decided_at=clock.now)
    resolve(incident, clock.move(hours=2))

    text = " ".join(read(client, clock, f"/incidents/{incident.public_id}/").split())

    assert "Kept at" in text
    assert "It came 7 minutes late" in text
    assert "and did not keep it." in text
    listed = read(client, clock, "/history/2026-05/")
    assert "2 updates came late" in listed
    assert listed == read(client, clock, "/history/")


@pytest.mark.parametrize("hidden", [{"public": False}, {"is_exercise": True}])
def test_private_and_exercise_are_as_unknown(client: Client, clock: HandClock, hidden: Any) -> None:
    shop = a_component("Shop")
    incident = a_told_incident(
        clock.now, headline="Sealed words", impacts={shop: ComponentState.MAJOR_OUTAGE}, **hidden
    )

    text = read(client, clock)
    private = client.get(f"/incidents/{incident.public_id}/")
    unknown = client.get("/incidents/0000000000/")

    assert "Sealed" not in text
    assert "Everything works." in text
    assert private.status_code == unknown.status_code == 404
    assert private.content == unknown.content
    assert dict(private.headers) == dict(unknown.headers)


def test_an_incident_that_is_no_longer_public_leaves_the_folder(
    client: Client, clock: HandClock, folder: PageFolder
) -> None:
    incident = a_told_incident(clock.now)
    address = f"/incidents/{incident.public_id}/"
    read(client, clock, address)

    incident.made_public_at = incident.made_public_by = None
    incident.save()
    publishing.refresh(clock.now)

    assert client.get(address).status_code == 404
    assert not list(folder.site.glob("incidents/*"))
    assert client.get("/history/2026-05/").status_code == 404


def test_old_incidents_keep_their_address_and_are_read_no_more(client: Client, clock: HandClock) -> None:
    old = a_told_incident(clock.now - timedelta(days=400), headline="A year ago")
    resolve(old, clock.now - timedelta(days=399), headline="A year ago")

    assert "A year ago" in read(client, clock, f"/incidents/{old.public_id}/")
    assert "A year ago" in read(client, clock, "/history/2025-03/")
    a_told_incident(clock.now)
    assert "2025-03" in read(client, clock, "/history/")
    assert "A year ago" in read(client, clock, f"/incidents/{old.public_id}/")


def test_the_page_speaks_its_language_and_picks_the_words(client: Client, clock: HandClock) -> None:
    from daylight.incidents.models import UpdateText
    from daylight.pages.models import Page

    page = Page.main(clock.now)
    page.language = "de"
    page.save()
    organisation = Organisation.get()
    organisation.time_zone = "Europe/Berlin"
    organisation.save()
    incident = a_told_incident(clock.now, headline="Cards fail")
    UpdateText.objects.create(update=incident.updates.get(), language="de", headline="Kartenzahlung gestört")

    text = read(client, clock)

    assert '<html lang="de">' in text
    assert "Kartenzahlung gestört" in text
    assert "14:30 CEST" in text
    assert "Nächste Nachricht bis" in text
    assert "Next word" not in text


def test_a_publication_for_each_change_of_facts_and_none_for_the_minute(client: Client, clock: HandClock) -> None:
    a_component()
    read(client, clock)
    for _ in range(3):
        clock.move(minutes=1)
        assert publishing.refresh(clock.now)
    assert Publication.objects.count() == 1

    a_told_incident(clock.now)
    assert publishing.refresh(clock.now)
    assert not publishing.refresh(clock.now)
    assert list(Publication.objects.values_list("version", flat=True)) == [1, 2]
