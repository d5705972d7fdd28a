"""What a message wants, what it shows of its writer, and whether it is spam."""

from pathlib import Path

import pytest

from daylight.listen.understanding import cues, kinds, spam
from daylight.listen.understanding.kinds import Kind

KINDS = {
    Kind.COMPLAINT: [
        "My order has not arrived.",
        "The chair's leg broke after two days.",
        "We've had no hot water since Monday.",
        "I was charged twice, please return one payment.",
        "Why was my card declined? I stood there like a fool.",
        "Die Heizung funktioniert nicht.",
        "Das Paket kam beschädigt an. Wie kann ich es zurückschicken?",
        "Mir wurde doppelt abgebucht.",
        "Seit heute früh kein Strom.",
    ],
    Kind.QUESTION: [
        "When do you open on Sunday?",
        "How do I change my password?",
        "Do you ship to Norway?",
        "I'd like to know what documents I must bring.",
        "Wo finde ich meine Rechnung?",
        "Liefern Sie auch in die Schweiz?",
        "Ich wüsste gern, welche Unterlagen ich mitbringen soll.",
    ],
    Kind.IDEA: [
        "It would be great if the app had a dark mode.",
        "I'd suggest putting a bench at the stop.",
        "How about a quiet coach on the night train?",
        "Ich fände es toll, wenn man die Rechnung als PDF bekäme.",
        "Mein Vorschlag: eine Bank an der Haltestelle.",
        "Wie wäre es mit einem Ruhewagen?",
    ],
    Kind.PRAISE: [
        "Great service, the driver even carried my bag.",
        "I love the new design!",
        "Thank you for your quick help.",
        "Toller Service, der Fahrer hat sogar meine Tasche getragen.",
        "Das neue Design gefällt mir sehr.",
        "Vielen Dank für die schnelle Hilfe.",
    ],
    Kind.OWN_MISTAKE: [
        "I entered my old address by mistake, please correct it.",
        "My fault: I chose Express but wanted Standard.",
        "I typed the wrong account number. Can you undo it?",
        "Ich habe versehentlich die alte Adresse angegeben.",
        "Ich habe die beiden Nummern verwechselt.",
        "Mein Fehler: Ich habe Express gewählt.",
    ],
    Kind.CHASER: ["Any update?", "Gibt's was Neues?", "It's been 3 days and nobody has told us anything."],
}

ADVERTISEMENTS = [
    ("SEO services", "Dear business owner, we can rank your website first on Google. Click here to unsubscribe."),
    ("", "Online casino bonus and free spins! Limited time offer, click here now."),
    ("Investment", "Bitcoin trading profit guaranteed, earn daily income. Dear friend, act now."),
    ("Kredit", "Sofortkredit: Kredit ohne Schufa. Jetzt hier klicken und Link öffnen."),
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_the_kind_is_read_from_the_words(kind: Kind, text: str) -> None:
    assert kinds.read(text).kind is kind


def test_words_that_show_nothing_are_taken_for_what_must_be_answered_first() -> None:
    assert kinds.read("Room 14, 8 o'clock.").kind is Kind.COMPLAINT
    assert kinds.read("Zimmer 14?").kind is Kind.QUESTION


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("anger", "I am furious, this is a disgrace."),
        ("anger", "Das ist eine Frechheit, mir reicht es jetzt!"),
        ("worry", "We are worried about the insulin of our mother."),
        ("worry", "Ich habe Angst, dass das Geld weg ist."),
        ("sorrow", "So sad: we missed the funeral."),
        ("sorrow", "Ich bin enttäuscht, als treue Kundin."),
    ],
)
def test_a_feeling_is_offered_as_a_question(name: str, text: str) -> None:
    found = cues.feeling(text)
    assert found is not None
    assert (found.name, found.because in text) == (name, True)
    assert found.question.endswith("?")


def test_plain_words_show_no_feeling() -> None:
    assert cues.feeling("Please send the invoice to our new office.") is None


def test_the_effect_is_given_in_the_writers_own_words() -> None:
    text = "Hello. The lift is out again. My mother is 84 and cannot leave the house. Regards, Tom"
    assert cues.effect(text) == "My mother is 84 and cannot leave the house"
    assert cues.effect("Wann schließt das Tor?") == ""


def test_an_answer_names_the_effect_or_does_not() -> None:
    effect = "My mother is 84 and cannot leave the house"
    assert cues.names("We are sorry that your mother has to stay in the house.", effect)
    assert not cues.names("We apologise for any inconvenience.", effect)
    assert cues.names("Anything.", "")


@pytest.mark.parametrize(("subject", "text"), ADVERTISEMENTS)
def test_obvious_advertisements_are_spam(subject: str, text: str) -> None:
    found = spam.read(text, subject)
    assert found.is_spam
    assert len(found.because) >= 2


def test_a_customer_is_never_taken_for_an_advertiser() -> None:
    labelled = Path(__file__).with_name("labelled")
    lines = [line for path in sorted(labelled.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 900
    assert [line for line in lines if spam.read(line).is_spam] == []
    assert not spam.read("Your casino app took my bonus, click here now says the page. My account is 4711.").is_spam
