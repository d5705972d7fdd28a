from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.reach.channels.base import AlarmWords, Notification, Part
from daylight.reach.channels.voice.composing import LONGEST, Speech, Unreadable, of_alarm, of_update
from daylight.reach.channels.voice.speaking import for_ear, phrases_of
from daylight.reach.words import LANGUAGES, Phrases

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NEXT = "14:30 (Europe/Berlin)"


def an_update(
    *,
    kind: str = "update",
    language: str = "en",
    is_exercise: bool = False,
    what: str = "Card payments fail at the last step. More: https://status.firm.example/x?y=1.",
) -> Notification:
    words = Phrases(language).say_all(kind=kind, stage="identified", exercise=is_exercise, headline="", next_short=NEXT)
    return Notification(
        incident_id="ab12cd34ef",
        update_number=2,
        kind=kind,
        stage="identified",
        headline="Checkout fails for card payments",
        parts=(Part("what", "", what), Part("doing", "", ""), Part("meanwhile", "", "Offer payment by invoice.")),
        language=language,
        sender_name="Nordlicht",
        sender_address="news@firm.example",
        reply_to="",
        reach_a_person="",
        page_url="https://status.firm.example/incidents/ab12cd34ef/",
        published_at=AT,
        next_update_by=AT + timedelta(minutes=30),
        is_exercise=is_exercise,
        words=words,
    )


def test_an_update_is_said_for_the_ear() -> None:
    assert of_update(an_update()).said == (
        "This is Nordlicht. Checkout fails for card payments. Card payments fail at the last step."
        " Offer payment by invoice. Next word by 2:30 PM, Berlin time."
    )


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("de", "Nächste Nachricht bis 14 Uhr 30, Zeit in Berlin."),
        ("fr", "Prochaines nouvelles avant 14 heures 30, heure de Berlin."),
        ("es", "Siguiente aviso antes de 14 horas 30, hora de Berlin."),
    ],
)
def test_times_are_said_as_people_say_them(language: str, spoken: str) -> None:
    assert of_update(an_update(language=language)).said.endswith(spoken)


def test_a_full_hour_and_a_zone_of_two_words() -> None:
    speech = of_update(an_update(language="de", what="Um 09:00 Uhr (America/New_York) und 10:05 Uhr."))

    assert "Um 9 Uhr, Zeit in New York und 10 Uhr 5." in speech.said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "Wait 5 min.", "Wait 5 minutes."),
        ("en", "Parcels & bags, e.g. SO-2231, take 10-12 days", "Parcels and bags, for example, S O, 2 2 3 1,"),
        (
            "en",
            "5% of payments/refunds since 00:00 on 2026-11-24",
            "5 percent of payments or refunds since 12 AM on 24",
        ),
        ("en", "Call +49 30 901820, 24/7", "Call plus 4 9, 3 0, 9 0 1 8 2 0, around the clock."),
        ("en", "See https://a.example/b.", ""),
        ("en", "More at status.firm.example/now. Thank you", "Thank you."),
        ("en", "Order 10-4471 is **late**: 1,188 of 1,200", "Order 1 0, 4 4 7 1 is late: 1,188 of 1,200."),
        ("de", "z. B. ca. 3 Std. bzw. Nr. 5", "zum Beispiel etwa 3 Stunden beziehungsweise Nummer 5."),
        ("fr", "env. 1 min le 2026-11-24", "environ 1 minute le 24 novembre 2026."),
        ("es", "aprox. 5 min el 2026-11-24", "unos 5 minutos el 24 de noviembre de 2026."),
    ],
)
def test_what_a_voice_stumbles_over_is_said_in_full(language: str, written: str, said: str) -> None:
    assert for_ear(written, phrases_of(language)).startswith(said)


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_whatever_is_written_can_be_said(written: str, language: str) -> None:
    said = for_ear(written, phrases_of(language))

    assert "http://" not in said.lower()
    assert not said or said[-1] in ".!?\u2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_and_an_exercise_say_so_first(language: str) -> None:
    phrases = Phrases(language, folder="reach/voice/words")

    correction = of_update(an_update(kind="correction", language=language)).said
    exercise = of_update(an_update(is_exercise=True, language=language)).said

    assert phrases.say("mark", kind="correction") in correction.split("Checkout", maxsplit=1)[0]
    assert exercise.startswith("EXERCISE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_which_keys_to_press(language: str) -> None:
    press = of_update(an_update(language=language)).phrases.say("press")

    assert all(digit in press for digit in "129")


def test_a_language_without_words_of_ours_is_asked_in_english() -> None:
    speech = of_update(an_update(language="it"))

    assert speech.language == "it"
    assert speech.phrases.say("press").startswith("Press 1")


def test_what_is_too_long_to_listen_to_ends_with_a_whole_sentence_and_the_next_word() -> None:
    speech = of_update(an_update(what="Card payments fail at the last step. " * 60))

    assert len(speech.said) <= LONGEST
    assert speech.said.endswith("at the last step. Next word by 2:30 PM, Berlin time.")


def test_an_alarm_says_what_is_the_matter() -> None:
    alarm = AlarmWords("Word is late", "We promised it.", "https://d.example/desk/", "N", "n@firm.example", AT)

    assert of_alarm(alarm).said == "Word is late. We promised it."


@given(language=st.sampled_from(["en", "de", "pt-BR"]), said=st.text(max_size=LONGEST))
def test_a_speech_goes_through_an_address_and_comes_back(language: str, said: str) -> None:
    packed = Speech(language, said).packed()

    assert packed.isascii()
    assert not set(packed) & set("&?=/+# %")
    assert Speech.unpacked(packed) == Speech(language, said)


@pytest.mark.parametrize("packed", ["", "x", "AAAA", "eJw=", "é", "eJyLNjSMBQACQwEC" * 3])
def test_what_is_no_speech_of_ours_is_refused(packed: str) -> None:
    with pytest.raises(Unreadable):
        Speech.unpacked(packed)
