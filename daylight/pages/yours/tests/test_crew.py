"""The crew offers choices, sees who chose what, does it, previews a page and ends links; and all of it is on record."""

from datetime import timedelta

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.pages.models import Alternative, Choice
from daylight.pages.yours import choosing
from daylight.pages.yours.choosing import Answer
from daylight.pages.yours.tests.makers import Told, an_alternative
from daylight.reach import ending
from daylight.reach.models import Confirmation

pytestmark = pytest.mark.django_db

Kind, Needs = Alternative.Kind, Alternative.Needs


@pytest.fixture
def desk(told: Told, client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def url(told: Told, rest: str = "") -> str:
    return f"/desk/choices/{told.incident.public_id}/{rest}"


def text_of(desk: Client, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_usual_choices_are_offered_in_one_press(told: Told, desk: Client, clock: HandClock) -> None:
    posted = {"act": "usual", "usual-kinds": ["wait", "swap", "call_back"], "usual-until": "2026-05-06T18:00"}
    assert desk.post(url(told, "alternatives/"), posted).status_code == 302

    rows = Alternative.objects.values_list("kind", "needs")
    assert list(rows) == [("wait", "nothing"), ("swap", "words"), ("call_back", "phone")]
    assert {row.until for row in Alternative.objects.all()} == {clock.now + timedelta(days=2, hours=6)}
    page = Client().get(told.path).content.decode()
    assert "I wait for it" in page
    assert "You can choose and change it until" in page
    assert AuditEntry.objects.filter(act="alternative.offer").count() == 3


def test_own_words_are_offered_changed_and_withdrawn(told: Told, desk: Client) -> None:
    posted = {
        "act": "own",
        "own-needs": "date",
        "own-label_en": "Pick it up",
        "own-explanation_en": "At our door.",
        "own-label_de": "Abholen",
    }
    desk.post(url(told, "alternatives/"), posted)
    row = Alternative.objects.get()
    assert "At our door." in Client().get(told.path).content.decode()

    assert "Write what the customer reads" in desk.post(url(told, f"alternatives/{row.pk}/"), {}).content.decode()
    desk.post(url(told, f"alternatives/{row.pk}/"), {"label_en": "Fetch it", "until": "2026-05-09T12:00"})
    row.refresh_from_db()
    assert [text.label for text in row.texts.all()] == ["Fetch it"]
    assert row.until is not None

    desk.post(url(told, f"alternatives/{row.pk}/withdraw/"))
    assert "Fetch it" not in Client().get(told.path).content.decode()
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"alternative.offer", "alternative.reword", "alternative.withdraw"} <= acts


@pytest.mark.parametrize(
    ("posted", "says"),
    [
        ({"act": "usual"}, "Tick at least one."),
        ({"act": "usual", "usual-kinds": "wait", "usual-until": "2026-05-01T12:00"}, "This time has gone"),
        ({"act": "own", "own-needs": "nothing"}, "Write what the customer reads on the button."),
        ({"act": "own", "own-needs": "nothing", "own-explanation_fr": "Oui."}, "Name it as well"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_offered(
    told: Told, desk: Client, posted: dict[str, str], says: str
) -> None:
    answer = desk.post(url(told, "alternatives/"), posted)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Alternative.objects.exists()


def test_the_room_counts_and_the_list_names_them(told: Told, desk: Client, ana: Member, clock: HandClock) -> None:
    call = an_alternative(told.incident, Kind.CALL_BACK, needs=Needs.PHONE, by=ana)
    an_alternative(told.incident, Kind.WAIT, by=ana)
    answer = Answer(phone="+49 30 901820")
    choosing.choose(told.customer, told.incident, call, answer, point=told.point, at=clock.now)

    panel = text_of(desk, url(told, "panel/"))
    assert '<strong class="number">1</strong> of' in panel
    assert "1</span> to call back" in panel
    people = text_of(desk, url(told, "?which=to-call"))
    assert "Zoë Adler" in people
    assert "+49 30 901820" in people
    assert "Nothing is left to do" not in people


def test_what_was_done_is_marked_once_and_the_customer_sees_it(
    told: Told, desk: Client, ana: Member, clock: HandClock
) -> None:
    choice = choosing.choose(
        told.customer, told.incident, an_alternative(told.incident, by=ana), Answer(), point=told.point, at=clock.now
    )

    for _ in range(2):
        desk.post(url(told, "done/"), {"choice": [choice.pk, "x", 10**30]})

    choice.refresh_from_db()
    assert (choice.done_by, choice.done_at) == (ana, clock.now)
    assert AuditEntry.objects.filter(act="choice.done").count() == 1
    assert "Nothing is left to do" in text_of(desk, url(told))
    assert "We have done it:" in Client().get(told.path).content.decode()


def test_the_list_is_a_file_without_formulas(told: Told, desk: Client, clock: HandClock) -> None:
    said = Answer(words="=HYPERLINK(1)")
    choosing.choose(told.customer, told.incident, None, said, point=told.point, at=clock.now)

    lines = b"".join(desk.get(url(told, "choices.csv")).streaming_content).decode().splitlines()  # type: ignore[attr-defined]

    assert len(lines) == 2
    assert lines[1].startswith("Zoë Adler,,Own proposal,own,,,'=HYPERLINK(1),")
    assert AuditEntry.objects.filter(act="choices.export").exists()


def test_a_preview_shows_the_page_and_does_nothing(told: Told, desk: Client, ana: Member) -> None:
    an_alternative(told.incident, by=ana)

    page = text_of(desk, url(told, f"customers/{told.customer.pk}/"))

    assert "PREVIEW." in page
    assert "10-4471</span> is late." in page
    assert page.count("<button") + page.count("<textarea") == page.count(" disabled>")
    assert "/yours/" not in page.replace("/static/yours/", "")
    assert not Confirmation.objects.exists()
    assert desk.get(url(told, "customers/987654/")).status_code == 404


def test_all_links_of_a_customer_are_ended_with_a_reason(told: Told, desk: Client) -> None:
    path = f"/desk/choices/customers/{told.customer.pk}/end-links/"

    assert "Say why" in desk.post(path, {"because": " "}).content.decode()
    assert Client().get(told.path).status_code == 200
    desk.post(path, {"because": "They passed it on."})

    assert Client().get(told.path).status_code == 404
    assert ending.times_ended(told.customer) == 1
    assert AuditEntry.objects.filter(act="links.end").count() == 1
    assert "They passed it on." in text_of(desk, path)


def test_who_may_not_see_customers_sees_only_counts(told: Told, client: Client, dora: Member) -> None:
    client.force_login(dora)

    for rest in ("", "panel/", "alternatives/", "choices.csv", f"customers/{told.customer.pk}/"):
        assert client.get(url(told, rest)).status_code in {403, 404}
    assert client.post(url(told, "done/")).status_code in {403, 404}
    assert not Choice.objects.exists()


@pytest.mark.parametrize("which", ["nonsense", "²", "9" * 30])
def test_an_odd_tab_is_nowhere(told: Told, desk: Client, which: str) -> None:
    assert desk.get(url(told, f"?which={which}")).status_code == 404
