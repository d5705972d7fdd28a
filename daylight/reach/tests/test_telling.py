"""The numbers of the told panel, and the people behind each of them."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation
from daylight.customers.models import Customer
from daylight.incidents import register
from daylight.incidents.models import Incident, Update
from daylight.incidents.tests.makers import an_incident
from daylight.reach import audience, fanout, sending
from daylight.reach.channels.base import AddressRejected, TryLater, Unanswered
from daylight.reach.models import Delivery
from daylight.reach.moves import State
from daylight.reach.progress import InShort, Progress, in_short
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident, customers, join
from daylight.reach.tests.test_sending import Postman, postman, send

pytestmark = pytest.mark.django_db
__all__ = ["postman"]


def told_incident(ana: Member, clock: HandClock, postman: Postman) -> tuple[Incident, list[Customer]]:
    """Ten affected: six told, one on the way, one in doubt, one refused, one unreachable."""
    affected = [*customers(9), *customers(1, points=False)]
    for index, failure in ((6, TryLater("450 later")), (7, Unanswered("lost")), (8, AddressRejected("550 5.1.1 no"))):
        postman.moods[affected[index].contact_points.get().address] = failure
    incident = a_reached_incident(ana, affected=affected)
    a_published_update(incident)
    send(clock)
    return incident, affected


Told = tuple[Incident, list[Customer]]


@pytest.fixture
def told(ana: Member, clock: HandClock, postman: Postman) -> Told:
    return told_incident(ana, clock, postman)


def test_the_numbers_add_up_to_everybody(ana: Member, clock: HandClock, postman: Postman) -> None:
    incident, _ = told_incident(ana, clock, postman)

    progress = Progress.of(incident)

    assert (progress.affected, progress.told, progress.on_the_way) == (10, 6, 1)
    assert (progress.in_doubt, progress.failed, progress.unreachable) == (1, 1, 1)
    assert progress.percent == 60
    assert [(channel.label, channel.size) for channel in progress.channels] == [("Email", 9)]


def test_a_customer_with_two_points_counts_once(ana: Member, clock: HandClock, postman: Postman) -> None:
    affected = customers(2)
    a_contact_point(customer=affected[0], channel="webhook", address="https://hooks.example/a")
    incident = a_reached_incident(ana, affected=affected)
    a_published_update(incident)
    send(clock)

    progress = Progress.of(incident)

    assert (progress.affected, progress.told, progress.on_the_way) == (2, 2, 0)


def test_before_fan_out_everybody_is_on_the_way(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(4))
    assert Progress.of(incident).update is None

    a_published_update(incident)
    assert Progress.of(incident).on_the_way == 4
    fanout._notice_updates(clock.now)
    assert Progress.of(incident).on_the_way == 4


def test_joiners_are_told_at_once_and_the_panel_says_by_when(
    ana: Member, clock: HandClock, postman: Postman, client: Client
) -> None:
    incident = a_reached_incident(ana, affected=customers(3))
    a_published_update(incident)
    send(clock)
    join(incident, customers(2), at=clock.move(minutes=6))
    send(clock)

    progress = Progress.of(incident)
    assert (progress.affected, progress.told) == (5, 5)
    [wave] = progress.joined
    assert (wave.added, wave.told) == (2, 2)
    assert wave.all_told_at is not None

    client.force_login(ana)
    page = client.get(reverse("reach:panel-told", args=[incident.public_id]), headers={"HX-Request": "true"})
    assert "all told by" in page.content.decode()
    assert "12:06" in page.content.decode()


def test_the_short_account_says_what_the_whole_one_says(ana: Member, clock: HandClock, postman: Postman) -> None:
    told, affected = told_incident(ana, clock, postman)
    quiet = an_incident(lead=ana, affected=customers(2))
    register.remove(told, customers=[affected[0].pk], because="Not them.", by=ana, at=clock.now)

    with CaptureQueriesContext(connection) as queries:
        short = in_short([told, quiet])

    whole = Progress.of(told)
    assert (short[told.pk].affected, short[told.pk].told) == (whole.affected, whole.told) == (10, 6)
    assert short[quiet.pk] == InShort(affected=2, told=0, has_spoken=False)
    assert len(queries) == 3


def test_counting_does_not_read_the_ledger(ana: Member, clock: HandClock, postman: Postman) -> None:
    incident, _ = told_incident(ana, clock, postman)

    with CaptureQueriesContext(connection) as queries:
        Progress.of(incident)

    assert not any("reach_delivery" in query["sql"] for query in queries)
    assert len(queries) <= 5


@pytest.mark.parametrize(
    ("which", "number"), [("told", 6), ("on-the-way", 1), ("in-doubt", 1), ("failed", 1), ("unreachable", 1)]
)
def test_each_number_opens_the_people_behind_it(
    ana: Member, client: Client, told: Told, which: str, number: int
) -> None:
    incident, affected = told
    client.force_login(ana)

    panel = client.get(reverse("reach:panel-told", args=[incident.public_id])).content.decode()
    address = reverse("reach:people", args=[incident.public_id, which])
    assert address in panel
    page = client.get(address)
    assert (page.context["number"], len(page.context["rows"])) == (number, number)

    nobody = client.get(address, {"q": "nobody of that name"})
    assert nobody.context["rows"] == []
    assert "Nobody found" in nobody.content.decode()
    if which == "unreachable":
        assert affected[9].name in page.content.decode()


def test_doubt_is_sent_again_by_hand_and_audited(
    ana: Member, clock: HandClock, postman: Postman, client: Client
) -> None:
    incident, _ = told_incident(ana, clock, postman)
    postman.moods.clear()
    [doubtful] = Delivery.objects.filter(state=State.IN_DOUBT)
    client.force_login(ana)

    client.post(reverse("reach:send-again", args=[incident.public_id]), {"delivery": doubtful.pk})
    clock.move(minutes=1)
    send(clock)

    doubtful.refresh_from_db()
    assert doubtful.state == State.ACCEPTED
    assert AuditEntry.objects.get(act="delivery.send_again").details == {"deliveries": 1}
    again = client.post(reverse("reach:send-again", args=[incident.public_id]), {"delivery": "x"}, follow=True)
    assert "Nothing was in doubt" in again.content.decode()


def test_who_may_not_publish_cannot_send_again(
    ana: Member, bela: Member, clock: HandClock, postman: Postman, client: Client
) -> None:
    incident, _ = told_incident(ana, clock, postman)
    client.force_login(bela)

    assert client.post(reverse("reach:send-again", args=[incident.public_id])).status_code == 403
    assert Delivery.objects.filter(state=State.IN_DOUBT).count() == 1


def test_the_ledger_of_an_update_on_screen_and_as_a_file(
    ana: Member, clock: HandClock, postman: Postman, client: Client
) -> None:
    incident, affected = told_incident(ana, clock, postman)
    Customer.objects.filter(pk=affected[0].pk).update(name='=HYPERLINK("x")')
    yusuf = Customer.objects.get(pk=affected[1].pk)
    yusuf.name = "Yusuf Demir"
    yusuf.save()
    client.force_login(ana)

    page = client.get(reverse("reach:ledger", args=[incident.public_id]), {"update": "1", "q": "yusuf"})
    assert [row.customer for row in page.context["page"].rows] == [affected[1]]
    assert affected[1].contact_points.get().address not in page.content.decode()

    file = client.get(reverse("reach:ledger-csv", args=[incident.public_id]), {"update": "1"})
    rows = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode())))  # type: ignore[attr-defined]
    assert len(rows) == 10
    assert rows[0]["customer"] == '\'=HYPERLINK("x")'
    assert [row["state"] for row in rows].count("accepted") == 6
    assert client.get(reverse("reach:ledger", args=[incident.public_id]), {"update": "99999999999"}).status_code == 200
    assert client.get(reverse("reach:ledger-csv", args=[incident.public_id]), {"update": "77"}).status_code == 404


def test_a_delivery_shows_what_was_sent(ana: Member, clock: HandClock, client: Client) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    a_published_update(incident)
    fanout.step(clock.now)
    row = Delivery.objects.get()
    client.force_login(ana)

    page = client.get(reverse("reach:delivery", args=[row.pk])).content.decode()
    html = client.get(reverse("reach:delivery-html", args=[row.pk]))

    assert "Checkout fails for card payments" in page
    assert "Your shop uses our checkout" in html.content.decode()
    assert "sandbox" in html["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["panel-told", "ledger", "ledger-csv"])
def test_a_stranger_and_a_member_without_a_role_see_nothing(
    ana: Member, dora: Member, clock: HandClock, client: Client, name: str
) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    address = reverse(f"reach:{name}", args=[incident.public_id])

    assert client.get(address).status_code == 302
    client.force_login(dora)
    assert client.get(address).status_code in {403, 404}


def test_empty_states_say_what_comes_next(ana: Member, clock: HandClock, client: Client) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    client.force_login(ana)

    assert (
        "Nobody has been told yet"
        in client.get(reverse("reach:panel-told", args=[incident.public_id])).content.decode()
    )
    assert (
        "Nothing was published yet" in client.get(reverse("reach:ledger", args=[incident.public_id])).content.decode()
    )
    assert client.get(reverse("reach:people", args=[incident.public_id, "told"])).status_code == 404


def a_composer_form(**changes: str) -> dict[str, str]:
    return {
        "language": "en",
        "en-headline": "Parcels from North are late",
        "en-what": "Parcels leave one day later.",
        "en-who": "Orders from warehouse North.",
        "why_known": "no",
        "en-why": "a guess we do not tell",
        "en-doing": "We hire a second van.",
        "en-meanwhile": "Nothing, we take care of it.",
        "stage": "investigating",
        "next_update_by": "2026-05-04T12:30",
    } | changes


def test_the_preview_shows_the_exact_words_per_channel_and_who_gets_them(
    ana: Member, clock: HandClock, client: Client
) -> None:
    incident = a_reached_incident(ana, affected=[*customers(3), *customers(1, points=False)])
    client.force_login(ana)

    page = client.post(reverse("reach:preview", args=[incident.public_id]), a_composer_form())
    html = client.get(reverse("reach:preview-html", args=[incident.public_id])).content.decode()

    text = page.content.decode()
    assert page.context["mail"].subject == "Parcels from North are late"
    assert "12:30 (UTC), in 30 minutes at the time of writing" in " ".join(page.context["mail"].text.split())
    assert "Began: 12:00 (UTC)" in page.context["mail"].text
    assert "We do not know yet" in page.context["mail"].text
    assert "a guess we do not tell" not in text + html
    assert "We hire a second van." in html
    assert page.context["reached"].channels == (("E-mail", 3),)
    assert page.context["reached"].unreachable == 1
    assert not Update.objects.exists()


def test_the_preview_says_when_an_update_names_no_way_to_a_person(
    ana: Member, clock: HandClock, client: Client
) -> None:
    address = reverse("reach:preview", args=[a_reached_incident(ana, affected=customers(1)).public_id])
    client.force_login(ana)
    nobody = client.post(address, a_composer_form()).content.decode()
    Organisation.objects.update(reach_a_person="Call +49 30 1234")

    assert "how to reach a person" in nobody
    assert "how to reach a person" not in client.post(address, a_composer_form()).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"en-headline": "x" * 500, "stage": "no such stage", "next_update_by": "soon"},
        {"stage": "resolved"},
        {"is_correction": "on"},
        {"language": "de", "de-what": "Pakete sind spät"},
        {"en-what": "\x00\u2028 <script>alert(1)</script>"},
    ],
)
def test_the_preview_of_something_half_written_never_fails(
    ana: Member, clock: HandClock, client: Client, typed: dict[str, str]
) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    a_published_update(incident)
    client.force_login(ana)

    page = client.post(reverse("reach:preview", args=[incident.public_id]), typed)

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_the_audience_foretold_is_the_audience_told(ana: Member, clock: HandClock) -> None:
    affected = [*customers(4), *customers(2, points=False)]
    a_contact_point(customer=affected[0], channel="webhook", address="https://hooks.example/a")
    a_contact_point(customer=affected[4], channel="webhook", address="https://hooks.example/b")
    incident = a_reached_incident(ana, affected=affected)
    foretold = audience.of(incident)

    a_published_update(incident)
    while fanout.step(clock.now).handled:
        pass

    progress = Progress.of(incident)
    assert dict(foretold.channels) == {channel.label: channel.counts["queued"] for channel in progress.channels}
    assert (foretold.customers, foretold.unreachable) == (progress.affected, progress.unreachable)
    assert sending.oldest_due(clock.now, channel="email") == clock.now


@pytest.mark.parametrize(
    ("show", "words"),
    [("text", "sent and paid for as 2 segments"), ("page", "Who is affected?"), ("phone", "Press 1 if you have heard")],
)
def test_the_preview_in_other_channels(ana: Member, clock: HandClock, client: Client, show: str, words: str) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    client.force_login(ana)

    page = client.post(reverse("reach:preview", args=[incident.public_id]), a_composer_form(preview_show=show))

    assert words in page.content.decode()
    assert f'value="{show}" id="preview-show-{show}" checked' in page.content.decode()


def test_the_audience_of_a_large_register_is_not_counted_at_every_letter(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "COUNTED_EACH_TIME", 2)
    incident = a_reached_incident(ana, affected=customers(3))
    first = audience.lately(incident)
    join(incident, customers(2))

    with CaptureQueriesContext(connection) as asked:
        again = audience.lately(incident)
        audience.lately(incident)

    assert (first.customers, again.customers) == (3, 5)
    assert sum("customers_contactpoint" in query["sql"] for query in asked) > 0
    with CaptureQueriesContext(connection) as asked:
        assert audience.lately(incident) == again
    assert not any("customers_contactpoint" in query["sql"] for query in asked)


def test_the_preview_of_a_text_names_what_makes_it_dear(ana: Member, clock: HandClock, client: Client) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    client.force_login(ana)
    dear = a_composer_form(preview_show="text") | {"en-headline": "Zoë cannot pay"}

    page = client.post(reverse("reach:preview", args=[incident.public_id]), dear).content.decode()

    assert "“ë” costs the wide alphabet" in page
    assert "segments of at most 3" in page
