"""The public forms: nothing on GET, one answer for everybody, floods stopped where they come from."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.core.limits import TooMany, network_of, take
from daylight.customers.models import ContactPoint
from daylight.incidents.models import Section
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.joining import doors
from daylight.pages.models import Page
from daylight.pages.tests.makers import a_component, a_told_incident
from daylight.reach import links, preferring, signing_up, subscribers
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Provider, SignUp, Subscriber, Subscription
from daylight.reach.tests.makers import HandChannel, a_contact_point

pytestmark = pytest.mark.django_db
ZOE = "zoe@home.example"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> HandChannel:
    channel = HandChannel()
    monkeypatch.setitem(CHANNELS, "email", channel)
    return channel


def ask(clock: HandClock, address: str = ZOE, *, path: str = "/subscribe/", network: str = "", **more: Any) -> Any:
    """Open the form, fill it in like a person, and send it."""
    data = {"by": "email", "address": address, "opened": doors.opened(clock.now - timedelta(seconds=9)), **more}
    return Client().post(path, data, REMOTE_ADDR=network or "198.51.100.7")


def token_for(address: str = ZOE) -> str:
    return subscribers.confirm_token(Subscriber.objects.get(address=address))


def test_the_form_asks_for_what_is_connected_and_shown(clock: HandClock) -> None:
    a_component("Checkout", section="Shop")
    a_component("Secret", is_public=False)

    page = Client().get("/subscribe/").content.decode()

    assert all(words in page for words in ("Your e-mail address", "Shop: all of it", "Checkout"))
    assert "Secret" not in page
    assert "Text message" not in page
    texts: Any = {"kind": "gateway", "settings": {"kind": "gateway"}}
    Provider.objects.create(channel="sms", name="Texts", **texts)
    page = Client().get("/subscribe/?by=sms").content.decode()
    assert 'type="tel"' in page
    assert "Slack" in page


def test_asked_back_confirmed_and_managed(mail: HandChannel, clock: HandClock) -> None:
    a_component("Checkout", section="Shop")
    shop = Section.objects.get()
    answer = ask(clock, about=[f"section-{shop.pk}"], language="de")
    assert (answer.status_code, answer["Location"]) == (303, "/subscribe/asked/?by=email")
    signing_up.step(clock.now)
    assert "Shop" in mail.sent[0].text
    assert "Bitte bestätigen" in mail.sent[0].subject

    page = Client().post(f"/subscribe/confirm/{token_for()}/")

    assert ZOE in page.content.decode()
    assert "/preferences/" in page.content.decode()
    assert Subscription.objects.get().section == shop
    assert ContactPoint.objects.get().customer.language == "de"


def test_whoever_opens_links_changes_nothing(mail: HandChannel, clock: HandClock) -> None:
    """A scanner follows every link of the mail, and the links of those pages."""
    ask(clock)
    signing_up.step(clock.now)
    before = list(Subscriber.objects.values())
    client = Client()
    link = f"/subscribe/confirm/{token_for()}/"

    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200
    for path in ("/subscribe/", f"/subscribe/?by=email&address={ZOE}", "/subscribe/link/", "/subscribe/asked/"):
        client.get(path)
    client.get("/subscribe/confirm/1-1.nonsense/")

    assert list(Subscriber.objects.values()) == before
    assert not Subscription.objects.exists()
    client.post(link)
    unsubscribe = link_to_end()
    client.get(unsubscribe)
    assert state() == "active"
    client.post(unsubscribe, {"List-Unsubscribe": "One-Click"})
    assert state() == "ended"


def link_to_end() -> str:
    return "/" + links.unsubscribe_url(ContactPoint.objects.get().pk).partition("://")[2].partition("/")[2]


def state() -> str:
    return str(Subscriber.objects.with_state().get().state)  # type: ignore[attr-defined]  # annotated


@pytest.mark.parametrize("path", ["/subscribe/", "/subscribe/link/"])
def test_no_answer_tells_whom_we_know(mail: HandChannel, clock: HandClock, path: str) -> None:
    """The same bytes, and the same questions to the database, for the known, the told, the stopped and the unknown."""
    a_contact_point(address="customer@home.example")
    preferring.unsubscribe(a_contact_point(address="stopped@home.example"), at=clock.now)
    ask(clock, "told@home.example")
    ask(clock, "waiting@home.example")
    signing_up.step(clock.now)
    Client().post(f"/subscribe/confirm/{token_for('told@home.example')}/")
    answers, questions = set(), set()
    for name in ("nobody", "customer", "stopped", "told", "waiting", "told+variant", "x@no-such-host.example"):
        address = name if "@" in name else f"{name}@home.example"
        with CaptureQueriesContext(connection) as captured:
            answer = ask(clock, address, path=path)
        headers = tuple(header for header in answer.items() if header[0] != "Expires")  # It is the time of day.
        answers.add((answer.status_code, headers, answer.content))
        questions.add(
            tuple(query["sql"].partition("VALUES")[0] for query in captured if "core_bucket" not in query["sql"])
        )

    assert len(answers) == 1
    assert [shape[-1].split()[:3] for shape in questions] == [["INSERT", "INTO", '"reach_signup"']]


def test_programs_that_fill_in_everything_are_told_the_same_and_nothing_is_kept(clock: HandClock) -> None:
    answer = ask(clock, website="https://spam.example")

    assert answer.status_code == 303
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"address": "zoe at home"}, 422, "This is not an e-mail address."),
        ({"address": ""}, 422, "This is not an e-mail address."),
        ({"about": ["component-999"]}, 422, "Something is not right yet"),
        ({"opened": ""}, 422, "Please press the button once more."),
        ({"opened": "1.abc"}, 422, "Please press the button once more."),
        ({"language": "klingon"}, 422, "Something is not right yet"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_place(
    clock: HandClock, change: dict[str, Any], status: int, says: str
) -> None:
    answer = ask(clock, **({"address": ZOE} | change))

    assert answer.status_code == status
    assert says in answer.content.decode()
    assert not SignUp.objects.exists()


def test_too_quick_is_asked_once_more_with_what_was_typed(clock: HandClock) -> None:
    answer = ask(clock, opened=doors.opened(clock.now))

    assert ZOE in answer.content.decode()
    assert doors.opened(clock.now) in answer.content.decode()


def test_one_incident_until_it_is_over(mail: HandChannel, clock: HandClock, ana: Member) -> None:
    incident = a_told_incident(clock.now, headline="Cards fail", by=ana)
    path = f"/subscribe/?incident={incident.public_id}"
    assert "Only about “Cards fail”" in Client().get(path).content.decode()

    ask(clock, path=path, only=incident.public_id)

    assert SignUp.objects.get().about == [f"incident-{incident.pk}"]
    incident.closed_at = clock.now
    incident.save()
    assert "Only about" not in Client().get(path).content.decode()


def test_a_flood_from_one_network_hurts_nobody_elsewhere(clock: HandClock) -> None:
    """1,500 in an hour from one network, and one a minute from others: those go through at once."""
    let_in = refused = 0
    for number in range(1_500):
        clock.move(seconds=2.4)
        try:
            take(doors.OF_A_NETWORK, network_of(f"203.0.113.{number % 256}"), at=clock.now)
            let_in += 1
        except TooMany:
            refused += 1
        if number % 250 == 0:
            assert ask(clock, f"guest{number}@home.example", network=f"198.51.{number // 250}.9").status_code == 303

    assert 100 <= let_in <= 2 * doors.OF_A_NETWORK.times
    assert refused > 1_300
    assert SignUp.objects.count() == 6
    answer = ask(clock, network="203.0.113.77")
    assert (answer.status_code, "Very many people of your network" in answer.content.decode()) == (429, True)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
    ],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_link_is_sent_to_whom_we_tell(mail: HandChannel, clock: HandClock) -> None:
    ask(clock)
    signing_up.step(clock.now)
    Client().post(f"/subscribe/confirm/{token_for()}/")
    clock.move(hours=2)

    ask(clock, path="/subscribe/link/")
    ask(clock, "nobody@home.example", path="/subscribe/link/")
    signing_up.step(clock.now)

    assert [message.address for message in mail.sent] == [ZOE, ZOE]
    assert "/preferences/" in mail.sent[1].text


@pytest.mark.parametrize("path", ["/subscribe/", "/subscribe/asked/", "/subscribe/link/", "/subscribe/confirm/1-1.x/"])
def test_no_page_of_it_is_kept_or_indexed(clock: HandClock, path: str) -> None:
    answer = Client().get(path)

    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


def test_a_page_for_some_components_means_those_by_everything(
    folder: PageFolder, mail: HandChannel, clock: HandClock
) -> None:
    shop, depot = a_component("Shop"), a_component("Depot")
    page = Page.objects.create(
        slug="shop", title="Shop status", shows=Page.Shows.ITS_COMPONENTS, language="de", kept_since=clock.now
    )
    page.hidden_components.add(depot)
    publishing.refresh(clock.now)
    shown = Client().get("/pages/shop/subscribe/").content.decode()
    assert ("Shop status" in shown, "Depot" in shown) == (True, False)

    assert ask(clock, path="/pages/shop/subscribe/")["Location"] == "/pages/shop/subscribe/asked/?by=email"
    signing_up.step(clock.now)

    row = Subscriber.objects.get()
    assert (row.page, row.asked, row.language) == ("shop", [f"component-{shop.pk}"], "de")
    link = f"/subscribe/confirm/{token_for()}/"
    assert Client().get(link)["Location"].endswith(f"/pages/shop{link}")
    assert "Shop status" in Client().get(f"/pages/shop{link}").content.decode()


def test_a_private_page_offers_nothing_to_strangers(folder: PageFolder, clock: HandClock, ana: Member) -> None:
    a_component("Secret project")
    Page.objects.create(slug="inside", access=Page.Access.PRIVATE, kept_since=clock.now)
    publishing.refresh(clock.now)
    crew = Client()
    crew.force_login(ana)

    for path in ("/pages/inside/subscribe/", "/pages/inside/subscribe/link/"):
        answer = Client().get(path)
        assert (answer.status_code, "Secret" in answer.content.decode()) == (403, False)
        assert ask(clock, path=path).status_code == 403
    assert Client().post("/pages/inside/api/v2/subscribers.json", {"email": ZOE}).status_code == 401
    assert "Secret project" in crew.get("/pages/inside/subscribe/").content.decode()
    assert not SignUp.objects.exists()
