"""Which open incident somebody writes about: a calculation, no database."""

from collections.abc import Sequence

from daylight.listen.matching import Matter, Speaker, best
from daylight.listen.understanding.cues import stems

PAYMENTS = Matter(
    1,
    is_public=True,
    title="Card payments fail",
    stems=frozenset(stems("Card payments fail refused")),
    components={"Checkout": frozenset(stems("Checkout"))},
    words="Card payments fail",
)
LETTERS = Matter(2, is_public=False, title="Letters went astray", stems=frozenset(stems("Letters went astray")))
NOBODY = Speaker()
AFFECTED = Speaker(affected_by={1: "You paid by card today."}, is_sure=True)


def found(
    text: str, speaker: Speaker, matters: Sequence[Matter] = (PAYMENTS, LETTERS), *, kind: str = "complaint"
) -> tuple[int, bool, str] | None:
    """The incident, whether that is certain, and why."""
    match = best(text, kind=kind, speaker=speaker, matters=matters)
    return (match.incident_id, match.is_certain, match.why) if match else None


def test_a_complaint_of_an_affected_customer_is_about_what_affects_them() -> None:
    assert found("Nothing works!", AFFECTED) == (1, True, "They are in the register: You paid by card today.")


def test_another_wish_of_theirs_is_only_suggested_unless_they_name_it() -> None:
    why = "They are in the register: You paid by card today."
    assert found("Please change my address.", AFFECTED, kind="question") == (1, False, why)
    assert found("When will checkout be back?", AFFECTED, kind="question") == (1, True, why)


def test_of_two_that_affect_them_the_one_they_name_is_meant() -> None:
    speaker = Speaker(affected_by={1: "You paid by card.", 2: "We wrote to you."}, is_sure=True)
    assert found("My letters never came.", speaker) == (2, True, "They are in the register: We wrote to you.")
    unclear = found("This is a mess.", speaker)
    assert unclear is not None
    assert unclear[1] is False


def test_an_order_number_alone_discloses_nothing_private() -> None:
    speaker = Speaker(affected_by={2: "We wrote to you."}, is_sure=False, named_order=True)
    why = "The order they name is in the register: We wrote to you."
    assert found("Order A-1 is not here.", speaker) == (2, False, why)


def test_strangers_are_matched_by_a_public_incidents_component_and_words_alone() -> None:
    named = "They name Checkout, which is hit."
    assert found("Checkout: my payments are refused.", NOBODY, [PAYMENTS]) == (1, True, named)
    assert found("The checkout lady was rude.", NOBODY, [PAYMENTS]) == (1, False, named)
    assert found("My letters went astray.", NOBODY, [LETTERS]) is None


def test_likeness_of_words_is_a_suggestion_that_says_why() -> None:
    why = "Its words are like those of “Card payments fail”."
    assert found("Card payments fail", NOBODY, [PAYMENTS]) == (1, False, why)
    assert found("Do you sell umbrellas?", NOBODY, [PAYMENTS], kind="question") is None
    assert found("Card payments fail", NOBODY, []) is None
