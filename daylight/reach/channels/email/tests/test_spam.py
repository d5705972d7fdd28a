"""No mail filter takes offence at our words, our HTML or our headers."""

import re
import shutil
import subprocess
from email import message_from_bytes
from email.utils import unquote

import pytest

from daylight.reach.channels.base import Message, Notification, Part
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.envelopes import Envelopes
from daylight.reach.channels.email.server import Abilities
from daylight.reach.channels.email.tests.samples import NASTY_NAMES, a_notification, a_reader
from daylight.reach.words import LANGUAGES, Phrases

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not shutil.which("spamassassin"), reason="spamassassin is not installed here (Debian: apt install spamassassin)"
    ),
]
MOST_POINTS = 1.0
FILTER = shutil.which("spamassassin")
TELLING = ("report_safe 0", "add_header all Scores _TESTSSCORES(,)_")


def a_worded(language: str, **changes: object) -> Notification:
    """An update with the phrases that readers of this language get."""
    words = Phrases(language).say_all(
        kind="update",
        stage="identified",
        exercise=changes.get("is_exercise", False),
        headline="Checkout fails for card payments",
        organisation="Nordlicht Versand, GmbH",
        reach_a_person="+49 30 1234",
    )
    return a_notification(language=language, words=words, **changes)


def mails() -> dict[str, Message]:
    """Mails of every kind by their keys."""
    said = (Part("who", "Who is affected?", "Every shop."),)
    worded = {language: a_worded(language) for language in LANGUAGES}
    worded["exercise"] = a_worded("en", is_exercise=True)
    worded["correction"] = a_worded("en", correction_of=said)
    worded["base64"] = a_worded("en", parts=(Part("what", "What is wrong?", "結帳時信用卡付款失敗" * 200),))
    reader = a_reader(confirm_url="https://status.firm.example/seen/11-5.abc/")
    made = {key: Email().compose(notification, to=reader, key=key) for key, notification in worded.items()}
    for number, name in enumerate(NASTY_NAMES):
        made[f"name{number}"] = Email().compose(worded["en"], to=a_reader(name), key=f"name{number}")
    return made


def scored(made: dict[str, Message]) -> dict[str, dict[str, float]]:
    """The points of every rule that each mail hits, by one run over a mailbox of all."""
    sent = Envelopes(Abilities(eight_bit=True))
    mailbox = b"".join(
        b"From news@firm.example Sat May  2 12:00:00 2026\n"
        + re.sub(rb"^From ", b">From ", sent.body(mail).replace(b"\r\n", b"\n"), flags=re.MULTILINE)
        + b"\n"
        for mail in made.values()
    )
    settings = [f"--cf={line}" for line in TELLING]
    run = subprocess.run([str(FILTER), "-L", "--mbox", *settings], input=mailbox, capture_output=True, check=True)
    found: dict[str, dict[str, float]] = {}
    for letter in re.split(rb"^From news@firm\.example .*\n", run.stdout, flags=re.MULTILINE)[1:]:
        message = message_from_bytes(letter)
        hits = "".join(str(message["X-Spam-Scores"]).split()).split(",")
        key = unquote(str(message["Message-ID"])).partition("@")[0]
        found[key] = {rule: float(points) for rule, _, points in (hit.partition("=") for hit in hits) if points}
    return found


def test_no_rule_about_content_costs_more_than_a_point() -> None:
    made = mails()

    found = scored(made)

    assert set(found) == set(made)
    costly = {key: {rule: points for rule, points in hits.items() if points > 0.1} for key, hits in found.items()}
    assert {key: hits for key, hits in costly.items() if any(points > MOST_POINTS for points in hits.values())} == {}
    assert {key: sum(hits.values()) for key, hits in found.items() if sum(hits.values()) > MOST_POINTS} == {}


def test_the_filter_does_take_offence_at_something() -> None:
    loud = a_notification(headline="VIAGRA!!! EARN $$$ NOW", parts=(Part("what", "?", "Dear friend, buy viagra now"),))
    found = scored({"loud": Email().compose(loud, to=a_reader(), key="loud")})

    assert sum(found["loud"].values()) > MOST_POINTS
