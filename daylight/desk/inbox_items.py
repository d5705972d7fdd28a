"""What the inbox asks of the crew on Today: late answers, those in hand, load to be shared, repeated questions."""

from collections.abc import Callable, Iterator

from daylight.accounts.roles import Act
from daylight.desk.addresses import address_of, room_of
from daylight.desk.items import Deed, Item, Scene, counted
from daylight.listen import cards, listing, strain
from daylight.listen.models import Chaser, Conversation, FixedQuestion

MOST_SUGGESTIONS = 3
MOST_CHASERS = 5


def late_answers(scene: Scene) -> Iterator[Item]:
    """Answers that should have been given by now."""
    if not scene.member.may(Act.ANSWER):
        return
    number = listing.late(scene.member, scene.now)
    oldest = (
        Conversation.objects.visible_to(scene.member).overdue(scene.now).order_by("answer_due_at", "pk").first()
        if number
        else None
    )
    if oldest is not None:
        deed = Deed("Answer the oldest", address_of("listen:conversation", oldest.public_id), is_first=True)
        more = Deed("All of them", address_of("listen:inbox"))
        what = "1,000 or more conversations" if number >= listing.COUNTED else counted(number, "conversation")
        yield Item(
            "red",
            "late",
            f"{what} should have been answered by now; the oldest was due",
            (deed, more),
            due=oldest.answer_due_at,
        )


def answers_in_hand(scene: Scene) -> Iterator[Item]:
    """Conversations that this member took and that wait for an answer."""
    mine = Conversation.objects.visible_to(scene.member).of(scene.member)
    mine = mine.filter(answer_due_at__gte=scene.now).order_by("answer_due_at")
    first = mine.first()
    if first is not None:
        number = mine[: listing.COUNTED].count()
        deeds = (Deed("Answer", address_of("listen:conversation", first.public_id), is_first=True),)
        waits = "waits" if number == 1 else "wait"
        text = f"{counted(number, 'conversation')} in your hand {waits} for an answer, the first is due"
        yield Item("blue", "yours", text, deeds, due=first.answer_due_at, since=first.owed_since)


def load_to_share(scene: Scene) -> Iterator[Item]:
    """Members who carry much, for those who lead."""
    if not scene.member.may(Act.LEAD_INCIDENT):
        return
    told = [(load, load.suggestion(scene.now)) for load in strain.loads(scene.now, by=scene.member)]
    for load, suggestion in [pair for pair in told if pair[1]][:MOST_SUGGESTIONS]:
        deeds = (Deed("Look", address_of("listen:load")),)
        yield Item("amber", "load", suggestion, deeds, subject=load.member.name)


def repeated_questions(scene: Scene) -> Iterator[Item]:
    """Questions that were answered so often that an update should answer them."""
    if not scene.member.may(Act.WRITE_UPDATE):
        return
    for repeat in cards.repeats(scene.now):
        deeds = (Deed("Write it", f"{room_of(repeat.incident)}#composer", is_first=True),)
        text = f"“{repeat.card.question}” was asked {repeat.times} times: make it an update."
        yield Item(
            "amber", "asked", text, deeds, subject=repeat.incident.title, is_exercise=repeat.incident.is_exercise
        )


def had_to_ask(scene: Scene) -> Iterator[Item]:
    """Customers who had to ask for news and have had no personal word since."""
    if not scene.member.may(Act.ANSWER):
        return
    rows = Chaser.objects.unmended().select_related("message__conversation", "incident")
    for chaser in rows.order_by("counted_at")[:MOST_CHASERS]:
        conversation = chaser.message.conversation
        deeds = (
            Deed("Write to them yourself", address_of("listen:conversation", conversation.public_id), is_first=True),
        )
        name = conversation.writer or "A customer"
        text = f"{name} had to ask us for news: “{conversation.preview[:80]}” Call or write in person."
        yield Item("red", "chaser", text, deeds, subject=chaser.incident.title, since=chaser.message.said_at)


def not_fixed(scene: Scene) -> Iterator[Item]:
    """Customers for whom it is not fixed, though we said that it is over."""
    if not scene.member.may(Act.ANSWER):
        return
    rows = FixedQuestion.objects.filter(is_fixed=False, conversation__answer_due_at__isnull=False)
    for row in rows.select_related("conversation", "incident").order_by("answered_at")[:MOST_CHASERS]:
        deeds = (Deed("Answer", address_of("listen:conversation", row.conversation.public_id), is_first=True),)
        text = f"It is not fixed for {row.conversation.writer or 'a customer'}, who says so."
        yield Item("red", "not fixed", text, deeds, subject=row.incident.title, since=row.answered_at)


QUESTIONS: tuple[Callable[[Scene], Iterator[Item]], ...] = (
    late_answers,
    answers_in_hand,
    load_to_share,
    repeated_questions,
    had_to_ask,
    not_fixed,
)
