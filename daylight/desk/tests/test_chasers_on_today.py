"""Who had to ask for news, and for whom it is not fixed, stands on Today until a person has answered."""

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.desk.tests.test_today import deeds, on_the_list
from daylight.incidents.tests.makers import an_incident
from daylight.listen import chasing, replying
from daylight.listen.ending import fixed
from daylight.listen.models import Chaser, FixedQuestion
from daylight.listen.tests.makers import a_conversation


def words(member: Member, clock: HandClock) -> list[str]:
    """What Today says of these two."""
    return [said for said in on_the_list(member, clock) if said.startswith(("chaser", "not fixed"))]


def test_a_chaser_stands_there_until_a_member_wrote(ana: Member, clock: HandClock) -> None:
    conversation = a_conversation("Any update?", name="Kim", at=clock.now, incident_id=an_incident(lead=ana).pk)
    chasing.step(clock.now)

    assert words(ana, clock) == ["chaser: Kim had to ask us for news: “Any update?” Call or write in person."]
    assert "Write to them yourself" in deeds(ana, clock)

    replying.reply(conversation, "I am sorry that you had to ask.", by=ana, at=clock.now)
    chasing.step(clock.now)
    assert Chaser.objects.unmended().count() == 0
    assert words(ana, clock) == []


def test_a_no_stands_there_until_it_is_answered(ana: Member, clock: HandClock) -> None:
    conversation = a_conversation("It broke.", name="Kim", at=clock.now)
    incident = an_incident(lead=ana)
    row = FixedQuestion.objects.create(conversation=conversation, incident=incident, asked_at=clock.now)
    fixed.answer(row, False, how=FixedQuestion.How.REPLY, at=clock.now)
    assert words(ana, clock) == ["not fixed: It is not fixed for Kim, who says so."]

    replying.reply(conversation, "I look at it now.", by=ana, at=clock.now)
    assert words(ana, clock) == []
