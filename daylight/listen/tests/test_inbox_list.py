"""The list: what needs an answer first, narrowed, searched, leafed through."""

from datetime import timedelta

import pytest
from django.test import Client

from conftest import START, HandClock, a_member
from daylight.accounts.models import Member
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in
from daylight.customers.tests.makers import a_customer
from daylight.incidents.tests.makers import an_incident, an_update, turn_the_loops
from daylight.listen import chasing, judging, let_down, listing, replying
from daylight.listen.listing import Asked
from daylight.listen.matching import Match
from daylight.listen.models import Conversation, Message
from daylight.listen.tests.makers import a_conversation, something_said, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(clock: HandClock) -> Member:
    return a_member("Efe", Role.AGENT)


def subjects(asked: Asked, by: Member) -> list[str]:
    return [row.conversation.subject for row in listing.page(asked, by=by).rows]


@pytest.fixture
def three(agent: Member) -> list[Conversation]:
    """The second waits longest; the first is the agent's; the third is answered."""
    second = a_conversation(at=START - timedelta(hours=1), subject="second", source="api")
    first = a_conversation(at=START, subject="first")
    third = a_conversation(at=START + timedelta(hours=1), subject="third", text="Ein Paket ist kaputt, ganz und gar.")
    Conversation.objects.filter(pk=first.pk).update(claimed_by=agent)
    Conversation.objects.filter(pk=third.pk).update(answer_due_at=None, owed_since=None, warn_at=None)
    return [first, second, third]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), ["second", "first"]),
        (Asked(show="mine"), ["first"]),
        (Asked(show="nobodys"), ["second"]),
        (Asked(show="all"), ["third", "first", "second"]),
        (Asked(show="closed"), []),
        (Asked(show="aside"), []),
        (Asked(facts={"source": "api"}), ["second"]),
        (Asked(show="all", facts={"language": "de"}), ["third"]),
        (Asked(show="all", facts={"kind": "idea"}), []),
        (Asked(words="paket kaputt"), ["third"]),
        (Asked(words="nothing of the kind"), []),
    ],
)
def test_each_part_holds_what_belongs_there(
    three: list[Conversation], agent: Member, asked: Asked, found: list[str]
) -> None:
    assert subjects(asked, agent) == found


def test_a_customer_finds_their_conversations(three: list[Conversation], agent: Member) -> None:
    Conversation.objects.filter(pk=three[1].pk).update(customer=a_customer("Zoë Adler", number="K-7"))

    assert subjects(Asked(words="adler"), agent) == ["second"]
    assert subjects(Asked(words="K-7"), agent) == ["second"]
    assert subjects(Asked(words=three[0].address), agent) == ["first"]


@pytest.mark.parametrize("show", listing.SHOWN)
def test_pages_follow_on_without_a_gap(agent: Member, monkeypatch: pytest.MonkeyPatch, show: str) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    for number in range(7):
        a_conversation(at=START + timedelta(minutes=number // 2), subject=str(number))
    everything = Conversation.objects.all()
    if show == "mine":
        everything.update(claimed_by=agent)
    elif show == "closed":
        everything.update(closed_at=START, answer_due_at=None)
    elif show == "aside":
        everything.update(nature="spam")
    elif show == "suggested":
        match = Match(an_incident().pk, "Alike.", is_certain=False)
        judging.keep([judging.Suggested(row, match) for row in everything], at=START)
    elif show == "let-down":
        monkeypatch.setattr(let_down, "CHASED", 1)
        Message.objects.update(is_chaser=True)

    pages, after = [], ""
    while True:
        page = listing.page(Asked(show=show, after=after), by=agent)
        pages.append([row.conversation.subject for row in page.rows])
        after = page.next
        if not after:
            break

    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(subject for page in pages for subject in page) == [str(number) for number in range(7)]


def test_no_count_goes_further_than_a_thousand(
    three: list[Conversation], agent: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert listing.counts(agent) == {"needs": 2, "mine": 1, "nobodys": 1, "suggested": 0}
    monkeypatch.setattr(listing, "COUNTED", 2)
    assert listing.in_short(listing.waiting(agent)) == "1+"
    assert listing.in_short(0) == ""


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?show=x&source=y&kind=z&language=';&incident=a",
        "?after=%00&q=%00",
        "?after=bm9uc2Vuc2U=",
        "?incident=" + "9" * 40,
    ],
)
def test_whatever_the_address_says_there_is_an_answer(agent: Member, three: list[Conversation], query: str) -> None:
    assert signed_in(agent).get(f"/desk/inbox/{query}").status_code == 200


def test_what_is_told_shows_in_the_inbox_before_it_leaves(agent: Member, ana: Member, clock: HandClock) -> None:
    incident = an_incident(by=ana)
    an_update(incident, by=ana, headline="Cards fail", doing="We mend it.", at=clock.now)

    page = signed_in(agent).get("/desk/inbox/told/", headers={"HX-Request": "true"}).content.decode()

    assert "We mend it." in page
    clock.move(hours=3)
    assert "We mend it." not in signed_in(agent).get("/desk/inbox/told/").content.decode()


def test_the_inbox_counts_in_the_frame_and_on_today(three: list[Conversation], agent: Member, clock: HandClock) -> None:
    clock.move(hours=5)
    today = signed_in(agent).get("/desk/").content.decode()

    assert 'Inbox <span class="nav__count">2</span>' in today
    assert "2 conversations should have been answered by now;" in today


def test_customer_and_incident_show_their_conversations(three: list[Conversation], agent: Member, ana: Member) -> None:
    customer, incident = a_customer("Zoë Adler"), an_incident(by=ana)
    Conversation.objects.update(customer=customer, incident=incident)
    client: Client = signed_in(agent)

    assert "second" in client.get(f"/desk/inbox/customers/{customer.pk}/").content.decode()
    room = client.get(f"/desk/inbox/incidents/{incident.public_id}/").content.decode()
    assert "Ein Paket ist kaputt" in room
    assert "2</strong> wait for an answer" in room


def test_who_was_let_down_stands_together_each_with_what_happened(ana: Member, clock: HandClock) -> None:
    later, kim = START + timedelta(hours=3), a_customer("Kim", email="kim@mail.example")
    incident = an_incident(affected=[kim], lead=ana)
    an_update(incident)
    turn_the_loops(START + timedelta(hours=2))
    for address, texts in {
        "kim@mail.example": ["Any update?"],
        "lea@mail.example": ["Any news?", "Still no answer?"],
        "max@mail.example": ["My lamp is broken.", "The shade is, I mean.", "And the plug is hot."],
        "ned@mail.example": ["My lamp is broken.", "It is the blue one."],
    }.items():
        for number, text in enumerate(texts):
            at = later + timedelta(minutes=number)
            taken_in(something_said(text, at=at, address=address, channel="email", thread=address), at=at)
    chasing.step(later + timedelta(minutes=9))

    rows = listing.page(Asked(show="let-down"), by=ana).rows

    assert {row.conversation.address: row.let_down for row in rows} == {
        "kim@mail.example": "Was promised a word that did not come in time",
        "lea@mail.example": "Asked 2 times for news",
        "max@mail.example": "Wrote 3 times before an answer",
    }
    page = signed_in(ana).get("/desk/inbox/?show=let-down").content.decode()
    assert "Wrote 3 times before an answer" in page
    for row in rows:
        replying.reply(row.conversation, "Here we are.", by=ana, at=later + timedelta(minutes=10))
    chasing.step(later + timedelta(minutes=11))
    assert listing.page(Asked(show="let-down"), by=ana).rows == []
    Conversation.objects.update(closed_at=later, answer_due_at=None, owed_since=None, warn_at=None, claimed_by=None)
    assert "Nobody was let down" in signed_in(ana).get("/desk/inbox/?show=let-down").content.decode()
