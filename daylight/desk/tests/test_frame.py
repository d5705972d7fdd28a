"""The frame: the bar of open incidents, the outbox banner, the navigation by what a member may do."""

from datetime import timedelta

from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.tests.makers import a_customer
from daylight.desk.standing import standings
from daylight.incidents.tests.makers import a_draft, a_resolution, an_incident, an_update
from daylight.reach.models import Batch, Notice


def bar(client: Client, member: Member) -> str:
    client.force_login(member)
    return client.get("/desk/now/").content.decode()


def test_the_bar_says_what_is_open_when_the_next_word_is_due_and_how_many_are_told(
    client: Client, ana: Member, clock: HandClock
) -> None:
    incident = an_incident(title="Checkout fails", lead=ana, affected=[a_customer(), a_customer()])
    an_update(incident, by=ana, at=clock.now, next_in=timedelta(minutes=30))
    clock.move(minutes=18, seconds=18)

    text = bar(client, ana)

    assert "Checkout fails" in text
    assert "11:42" in text
    assert "/2" in text


def test_the_bar_counts_up_when_word_is_late(client: Client, ana: Member, clock: HandClock) -> None:
    an_update(an_incident(lead=ana), by=ana, at=clock.now, next_in=timedelta(minutes=30))
    clock.move(minutes=31, seconds=5)

    text = bar(client, ana)

    assert "countdown--late" in text
    assert ">01:05<" in text


def test_the_bar_is_empty_when_nothing_is_open(client: Client, ana: Member, clock: HandClock) -> None:
    a_resolution(an_incident(title="Over and done", lead=ana), by=ana, at=clock.now)

    assert "Over and done" not in bar(client, ana)


def test_the_one_that_needs_word_first_comes_first(ana: Member, clock: HandClock) -> None:
    for title, minutes in (("calm", 25), ("pressing", 5)):
        an_update(an_incident(title=title, lead=ana), by=ana, at=clock.now, next_in=timedelta(minutes=minutes))

    assert [row.incident.title for row in standings(ana)] == ["pressing", "calm"]


def test_what_is_leaving_can_be_taken_back_from_every_screen(client: Client, ana: Member, clock: HandClock) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana, at=clock.now)
    draft.send_off(by=ana, at=clock.now)
    assert "Leaving in" in bar(client, ana)

    draft.release(at=clock.move(seconds=10))
    assert "Leaving in" not in bar(client, ana)


def test_an_exercise_says_so(client: Client, ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, is_exercise=True)
    client.force_login(ana)

    assert "EXERCISE" in client.get("/desk/now/").content.decode()
    assert 'class="desk exercise"' in client.get(f"/desk/incident/{incident.public_id}/").content.decode()
    assert 'class="desk exercise"' not in client.get("/desk/keys/").content.decode()


def test_mail_that_stays_inside_is_said_on_every_screen(client: Client, ana: Member, settings: Settings) -> None:
    client.force_login(ana)
    settings.SMTP_URL = ""
    assert "Mail is not sent to the world" in client.get("/desk/keys/").content.decode()

    settings.SMTP_URL = "smtp://mail.example:25"
    assert "Mail is not sent to the world" not in client.get("/desk/keys/").content.decode()


def test_the_navigation_offers_only_what_a_member_may_open(
    client: Client, ana: Member, bela: Member, chidi: Member
) -> None:
    client.force_login(ana)
    assert 'data-key="g t"' in client.get("/desk/keys/").content.decode()

    for member in (ana, bela, chidi):
        client.force_login(member)
        for place in client.get("/desk/keys/").context["frame"].places:
            assert client.get(place.address).status_code == 200, (member, place)


def test_the_bar_counts_who_has_the_latest_word(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, affected=[a_customer(), a_customer(), a_customer()])
    update = an_update(incident, by=ana, at=clock.now)
    version = incident.register_versions.get()
    notice = Notice.objects.create(
        incident=incident, update=update, audience="customers", register_version=version, made_at=clock.now
    )
    Batch.objects.create(notice=notice, channel="email", number=1, size=3, told=2, expires_at=clock.now)

    assert [row.told_in_words for row in standings(ana)] == ["2/3"]

    an_update(incident, by=ana, at=clock.move(minutes=5))
    assert [row.told_in_words for row in standings(ana)] == ["0/3"]


def test_the_incident_one_looks_at_stands_first_in_the_bar(client: Client, ana: Member, clock: HandClock) -> None:
    for title, minutes in (("calm", 25), ("pressing", 5)):
        an_update(an_incident(title=title, lead=ana), by=ana, at=clock.now, next_in=timedelta(minutes=minutes))
    client.force_login(ana)
    calm = standings(ana)[1].address

    text = client.get("/desk/now/", headers={"HX-Current-URL": f"http://testserver{calm}"}).content.decode()

    assert text.index("calm") < text.index("pressing")


def test_an_odd_way_back_leads_home(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    for there in ("x", "https://elsewhere.example/", "//elsewhere.example/", "\u2028'<", ""):
        assert client.post("/desk/appearance/", {"theme": "dark", "next": there})["Location"] == "/desk/"
