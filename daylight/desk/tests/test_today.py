"""Today: every item appears when its cause does, offers the act that ends it, and vanishes with its cause."""

from datetime import timedelta

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.core.models import Heartbeat
from daylight.customers.models import Import
from daylight.customers.tests.makers import a_customer
from daylight.desk import today
from daylight.desk.standing import standings
from daylight.incidents.models import WithheldFact
from daylight.incidents.tests.makers import a_draft, a_resolution, an_incident, an_update
from daylight.reach.models import Batch, Call, Notice, Provider, WebhookEndpoint
from daylight.reach.tests.makers import a_webhook


def on_the_list(member: Member, clock: HandClock) -> list[str]:
    rows = today.items(member, now=clock.now, standings=standings(member))
    return [f"{item.word}: {item.text}" for item in rows]


def deeds(member: Member, clock: HandClock) -> list[str]:
    rows = today.items(member, now=clock.now, standings=standings(member))
    return [deed.words for item in rows for deed in item.deeds]


def test_a_quiet_day_needs_nobody(ana: Member, clock: HandClock) -> None:
    assert on_the_list(ana, clock) == []


def test_a_first_word_is_owed_until_it_is_said(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, severity="noticeable")
    assert on_the_list(ana, clock) == []

    clock.move(minutes=90)
    assert on_the_list(ana, clock) == ["due: The first word is due"]

    clock.move(minutes=31)
    assert on_the_list(ana, clock) == ["late: The first word was due"]

    an_update(incident, by=ana, at=clock.now)
    assert on_the_list(ana, clock) == []


def test_a_promise_shows_when_it_comes_near_and_when_it_is_late(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana, at=clock.now, next_in=timedelta(minutes=30))

    assert on_the_list(ana, clock) == ["due: The next word is due"]
    assert "Write it" in deeds(ana, clock)

    clock.move(minutes=31)
    assert on_the_list(ana, clock) == ["late: The next word was due"]

    a_resolution(incident, by=ana, at=clock.now)
    assert on_the_list(ana, clock) == []


def test_only_those_who_write_are_offered_to_write(ana: Member, chidi: Member, clock: HandClock) -> None:
    an_incident(lead=ana)

    assert "Write it" not in deeds(chidi, clock)
    assert on_the_list(chidi, clock) == ["due: The first word is due"]


def test_an_incident_without_a_lead_asks_for_one(ana: Member, clock: HandClock) -> None:
    incident = an_incident(by=ana)
    assert "no lead: Nobody leads this incident." in on_the_list(ana, clock)

    incident.assign(role="lead", member=ana, by=ana, at=clock.now)
    assert "no lead: Nobody leads this incident." not in on_the_list(ana, clock)


def test_a_draft_waits_for_somebody_else_to_say_yes(ana: Member, bela: Member, chidi: Member, clock: HandClock) -> None:
    draft = a_draft(an_incident(lead=ana), by=bela, at=clock.now)
    draft.ask_approval(by=bela, at=clock.now)
    line = "draft: Bela's update waits for your yes."

    assert line in on_the_list(chidi, clock)
    assert line not in on_the_list(bela, clock)

    draft.approve(by=chidi, at=clock.now, words="")
    assert line not in on_the_list(chidi, clock)
    assert "approved: Bela's update has its yes and was not sent yet." in on_the_list(ana, clock)

    draft.send_off(by=ana, at=clock.now)
    assert on_the_list(ana, clock) == []


def test_a_paused_channel_shows_until_it_goes_on(ana: Member, clock: HandClock) -> None:
    provider = Provider.objects.create(channel="email", name="Mail", paused_at=clock.now, problem="wrong password")
    assert on_the_list(ana, clock) == ["paused: Nothing can be sent: wrong password. What waits is kept."]

    Provider.objects.filter(pk=provider.pk).update(paused_at=None)
    assert on_the_list(ana, clock) == []


def test_webhooks_in_quarantine_show_until_they_are_mended(ana: Member, clock: HandClock) -> None:
    endpoint = WebhookEndpoint.objects.get(contact_point=a_webhook())
    assert on_the_list(ana, clock) == []

    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(quarantined_at=clock.now)
    assert on_the_list(ana, clock) == ["quarantine: 1 webhook failed for long and gets nothing."]


def test_unreachable_customers_of_an_open_incident_are_to_be_called(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, severity="noticeable", affected=[a_customer(email=None)])
    update = an_update(incident, by=ana, at=clock.now)
    notice = Notice.objects.create(incident=incident, update=update, audience="customers", made_at=clock.now)
    Call.objects.create(
        incident=incident, customer=a_customer(), notice=notice, reason="unreachable", listed_at=clock.now
    )
    assert on_the_list(ana, clock) == ["1: 1 customer can only be reached by a call."]

    a_resolution(incident, by=ana, at=clock.now)
    assert on_the_list(ana, clock) == []


def test_deliveries_in_doubt_show_until_somebody_decides(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, severity="noticeable")
    update = an_update(incident, by=ana, at=clock.now)
    notice = Notice.objects.create(incident=incident, update=update, audience="customers", made_at=clock.now)
    batch = Batch.objects.create(
        notice=notice, channel="email", number=1, size=3, in_doubt=3, expires_at=clock.now + timedelta(hours=1)
    )
    assert on_the_list(ana, clock) == ["in doubt: 3 deliveries in doubt: sent or not, nobody knows."]

    Batch.objects.filter(pk=batch.pk).update(in_doubt=0)
    assert on_the_list(ana, clock) == []


def test_a_red_loop_shows_until_it_turns_again(ana: Member, clock: HandClock) -> None:
    beat = Heartbeat.objects.create(
        loop="reach.sending", turned_at=clock.now - timedelta(minutes=5), quiet_at=clock.now - timedelta(minutes=4)
    )
    assert on_the_list(ana, clock) == ["stopped: It last turned 5 minutes ago: is the worker running?"]

    Heartbeat.objects.filter(pk=beat.pk).update(turned_at=clock.now, quiet_at=clock.now + timedelta(minutes=1))
    assert on_the_list(ana, clock) == []


def test_a_failed_import_shows_until_it_was_done_again(ana: Member, bela: Member, clock: HandClock) -> None:
    file = {"kind": "customers", "file_name": "shop.csv", "path": "x"}
    Import.objects.create(**file, state="failed", made_at=clock.now)
    assert [line.split(":")[0] for line in on_the_list(ana, clock)] == ["failed"]
    assert on_the_list(bela, clock) == []

    Import.objects.create(**file, state="done", made_at=clock.move(minutes=1))
    assert on_the_list(ana, clock) == []


def test_a_withheld_fact_comes_back_when_its_time_has_come(ana: Member, bela: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, severity="noticeable")
    an_update(incident, by=ana, at=clock.now)
    fact = WithheldFact.objects.create(
        incident=incident,
        fact="The supplier is to blame.",
        reason="Their lawyers ask for a day.",
        owner=bela,
        withheld_at=clock.now,
        review_at=clock.now + timedelta(minutes=10),
    )
    assert on_the_list(ana, clock) == []

    clock.move(minutes=10)
    assert on_the_list(ana, clock) == ["review: Bela keeps a fact back, and it was to be looked at again by now."]
    assert on_the_list(bela, clock) == ["review: You keep a fact back, and it was to be looked at again by now."]

    fact.release(by=bela, at=clock.now)
    assert on_the_list(ana, clock) == []


def test_late_comes_before_soon_and_soon_before_the_rest(ana: Member, bela: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana, title="Parcels are late")
    an_update(incident, by=ana, at=clock.now, next_in=timedelta(minutes=30))
    a_draft(incident, by=bela, at=clock.now).ask_approval(by=bela, at=clock.now)
    clock.move(minutes=31)
    an_incident(lead=ana, at=clock.now - timedelta(minutes=13))

    assert [line.split(":")[0] for line in on_the_list(ana, clock)] == ["late", "due", "draft"]


@pytest.mark.parametrize("theirs", ["bela", "chidi"])
def test_the_screen_shows_the_list_and_what_is_well(
    client: Client, ana: Member, theirs: str, clock: HandClock, request: pytest.FixtureRequest
) -> None:
    an_incident(title="Checkout fails", by=ana)
    client.force_login(request.getfixturevalue(theirs))

    text = client.get("/desk/").content.decode()

    assert "Checkout fails" in text
    assert "Nobody leads this incident." in text
    assert "channels ok" in text


def test_a_newcomer_is_led_from_import_to_the_first_word(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    assert "First steps" in client.get("/desk/").content.decode()

    incident = an_incident(lead=ana, affected=[a_customer()])
    assert client.get("/desk/").content.decode().count("steps__step--done") == 2

    an_update(incident, by=ana, at=clock.now)
    assert "First steps" not in client.get("/desk/").content.decode()


def test_a_demonstration_is_led_through_its_first_crisis(client: Client, ana: Member, clock: HandClock) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"is_demo": True})
    past = an_incident(title="Long ago", lead=ana)
    an_update(past, by=ana, at=clock.now)
    a_resolution(past, by=ana, at=clock.now)
    client.force_login(ana)

    def done() -> int:
        return client.get("/desk/").content.decode().count("steps__step--done")

    assert "Your first crisis" in client.get("/desk/").content.decode()
    assert done() == 0
    incident = an_incident(lead=ana, affected=[a_customer()])
    assert done() == 2
    an_update(incident, by=ana, at=clock.now)
    assert done() == 4
    a_resolution(incident, by=ana, at=clock.now)
    assert "Your first crisis" not in client.get("/desk/").content.decode()


def test_today_asks_few_questions_however_many_incidents_are_open(
    client: Client, ana: Member, clock: HandClock, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(6):
        incident = an_incident(title=f"Incident {number}", lead=ana, affected=[a_customer()])
        an_update(incident, by=ana, at=clock.now)
    client.force_login(ana)

    with django_assert_max_num_queries(50):  # type: ignore[operator]  # a fixture of pytest-django without types
        client.get("/desk/")
