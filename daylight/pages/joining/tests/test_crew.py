"""What the crew sees of subscribers, and does with them."""

import csv
import io

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.customers.models import Customer
from daylight.pages.tests.makers import a_component
from daylight.reach import subscribers, suppressing
from daylight.reach.models import SignUp, Subscriber, Suppression
from daylight.reach.subscribers import Wish

pytestmark = pytest.mark.django_db
PATH = "/desk/pages/subscribers/"


@pytest.fixture
def desk(ana: Member) -> Client:
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def everybody(clock: HandClock) -> dict[str, Subscriber]:
    """One subscriber in each state; the one who is told is told about one component."""
    checkout = a_component("Checkout")
    made = {}
    for name in ("told", "waiting", "bounced", "ended"):
        about = [f"component-{checkout.pk}"] if name == "told" else ["everything"]
        wish = Wish("status", "email", f"{name}@home.example", about)
        made[name] = subscribers.enrol(wish, is_confirmed=name != "waiting", by="Ana", at=clock.now)
    bounced = made["bounced"].contact_point
    assert bounced is not None
    suppressing.suppress(bounced, reason=Suppression.Reason.BOUNCED, at=clock.now)
    subscribers.end(made["ended"], by="Ana", at=clock.now)
    return made


def test_the_list_finds_by_everything_it_shows(desk: Client, everybody: dict[str, Subscriber]) -> None:
    component = next(iter(subscribers.told(everybody["told"])))

    def found(query: str) -> list[str]:
        page = desk.get(f"{PATH}?{query}").content.decode()
        return [name for name in everybody if f"{name}@home.example" in page]

    assert found("") == ["told", "waiting", "bounced", "ended"]
    assert found("state=active") == ["told"]
    assert found("state=waiting") == ["waiting"]
    assert found("state=bounced") == ["bounced"]
    assert found("state=ended") == ["ended"]
    assert found("q=WAIT") == ["waiting"]
    assert found("by=sms") == []
    assert found("by=email") == list(everybody)
    assert found(f"about={component}") == ["told"]
    assert found("about=everything") == ["bounced"]
    assert found("state=nonsense&about=component-999") == list(everybody)
    assert "Told: 1" in desk.get(PATH).content.decode()


def test_an_empty_list_says_how_it_fills(desk: Client, clock: HandClock) -> None:
    assert "Nobody subscribed yet" in desk.get(PATH).content.decode()


def test_one_is_shown_asked_again_and_removed(desk: Client, everybody: dict[str, Subscriber]) -> None:
    told, waiting = everybody["told"], everybody["waiting"]
    SignUp.objects.all().delete()
    assert "Checkout" in desk.get(f"{PATH}{told.public_id}/").content.decode()

    assert desk.post(f"{PATH}{waiting.public_id}/", {"act": "resend"}).status_code == 302
    assert desk.post(f"{PATH}{told.public_id}/", {"act": "end"}).status_code == 302
    assert desk.post(f"{PATH}{told.public_id}/", {"act": "nonsense"}).status_code == 422

    assert SignUp.objects.get().subscriber == waiting.public_id
    assert Subscriber.objects.in_state("ended").filter(pk=told.pk).exists()
    acts = AuditEntry.objects.filter(act__startswith="subscriber.").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["subscriber.resend", "subscriber.end"]


def test_the_file_holds_those_found_and_no_formula(desk: Client, everybody: dict[str, Subscriber]) -> None:
    Subscriber.objects.filter(pk=everybody["waiting"].pk).update(address="=1+1@home.example")

    answer = desk.get("/desk/pages/subscribers.csv?state=waiting")

    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [row] = csv.DictReader(io.StringIO(body))
    assert (row["address"], row["state"], row["about"]) == ("'=1+1@home.example", "waiting", "everything")
    assert AuditEntry.objects.filter(act="subscriber.export").count() == 1


def test_who_may_what(everybody: dict[str, Subscriber], chidi: Member, dora: Member) -> None:
    own = f"{PATH}{everybody['told'].public_id}/"
    may_read, stranger = Client(), Client()
    may_read.force_login(chidi)
    stranger.force_login(dora)

    assert [may_read.get(path).status_code for path in (PATH, own)] == [200, 200]
    assert may_read.post(own, {"act": "end"}).status_code == 403
    assert may_read.get("/desk/pages/subscribers.csv").status_code == 403
    assert [stranger.get(path).status_code for path in (PATH, own)] == [403, 403]
    assert Client().get(PATH).status_code == 302


def test_who_only_asked_is_exported_and_erased_like_anybody(desk: Client, everybody: dict[str, Subscriber]) -> None:
    point = everybody["told"].contact_point
    assert point is not None
    path = f"/desk/customers/{point.customer_id}/"
    assert "told@home.example" in desk.get(f"{path}export/").content.decode()
    assert "told@home.example" not in desk.get("/desk/customers/").content.decode()

    desk.post(f"{path}erase/")
    subscribers.tidy(everybody["told"].created_at)

    assert Customer.objects.get(pk=point.customer_id).erased_at is not None
    assert not Subscriber.objects.filter(address="told@home.example").exists()
