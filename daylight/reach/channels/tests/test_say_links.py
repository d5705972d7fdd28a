"""From every notice that has room for links one leads to the form on which its reader tells us."""

import html

import pytest

from daylight.reach.channels.base import Channel, Reader
from daylight.reach.channels.email.tests.samples import a_notification
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.links import say_url
from daylight.reach.words import LANGUAGES, Phrases

OWN = "https://firm.example/yours/7-12.0a1b/"
SAY = "https://firm.example/say/?from=7-12.0a1b"
ONE_LINK = {"sms", "push", "voice"}
"""No room for a second: the reader's own page, behind the one, has the form."""


def composed(channel: Channel, *, say: str) -> str:
    reader = Reader("a", "Zoë", "", "", OWN, "https://firm.example/unsubscribe/x/", say_url=say)
    message = channel.compose(a_notification(), to=reader, key="k")
    return html.unescape(message.payload.decode("utf-8", "replace") + message.text).replace("\\/", "/")


def test_the_form_is_told_who_writes_by_the_link_to_their_page() -> None:
    assert say_url(OWN) == SAY
    assert say_url("") == say_url("https://firm.example/desk/") == ""


@pytest.mark.parametrize(
    "channel", [one for one in CHANNELS.values() if one.name not in ONE_LINK], ids=lambda c: c.name
)
def test_every_notice_with_room_for_links_leads_to_the_form(channel: Channel) -> None:
    shown = SAY.partition("?")[0] if channel.name == "letter" else SAY  # Nobody types a seal from paper.

    assert shown in composed(channel, say=SAY)
    assert "/say/" not in composed(channel, say="")


def test_a_mail_says_so_in_both_of_its_parts() -> None:
    assert composed(CHANNELS["email"], say=SAY).count(SAY) == 3  # In the text twice, for the message keeps it as well.


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_link_are_said_in_each_language(language: str) -> None:
    said = Phrases(language).say("say")

    assert said
    assert language == "en" or said != Phrases("en").say("say")
