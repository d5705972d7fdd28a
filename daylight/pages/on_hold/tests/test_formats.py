"""The files of the phone line: what each telephone system is given, against the rules of its language."""

import json
from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from daylight.pages.facts import PageFacts
from daylight.pages.on_hold import sound
from daylight.pages.on_hold.composing import compose, words_of
from daylight.pages.on_hold.facts import Choices, OnHoldFacts, Part
from daylight.pages.on_hold.formats import Where, files, neutral_json, sounds_of, twiml, twiml_words
from daylight.pages.on_hold.tests.makers import NOW, a_page, an_incident, words

TWIML_IN_RESPONSE = {"Gather", "Play", "Say", "Pause", "Redirect", "Hangup"}
TWIML_IN_GATHER = {"Say", "Play", "Pause"}
TWIML_ATTRIBUTES = {
    "Gather": {"action", "finishOnKey", "input", "method", "numDigits", "timeout", "language"},
    "Say": {"voice", "loop", "language"},
    "Play": {"loop", "digits"},
    "Pause": {"length"},
    "Redirect": {"method"},
}
"""By https://www.twilio.com/docs/voice/twiml: the verbs of a wait sheet, what may stand in which, what each takes."""

VXML = "{http://www.w3.org/2001/vxml}"
SRGS = "{http://www.w3.org/2001/06/grammar}"
VXML_CHILDREN = {
    "vxml": {
        "catch",
        "error",
        "filled",
        "form",
        "help",
        "link",
        "menu",
        "meta",
        "noinput",
        "nomatch",
        "property",
        "var",
    },
    "catch": {"exit", "goto", "prompt", "submit", "reprompt"},
    "form": {"block", "catch", "field", "filled", "noinput", "nomatch", "property", "var", "subdialog"},
    "field": {"audio", "catch", "filled", "grammar", "noinput", "nomatch", "option", "prompt", "property", "value"},
    "prompt": {"audio", "break", "value", "s", "p"},
    "noinput": {"goto", "reprompt", "prompt", "exit"},
    "nomatch": {"goto", "reprompt", "prompt", "exit"},
    "filled": {"submit", "goto", "if", "prompt"},
}
"""By the schema of VoiceXML 2.1 (https://www.w3.org/TR/voicexml21/), as far as we use it."""


def on_hold_of(facts: PageFacts, *, sounding: tuple[Part, ...] = (), choices: Choices | None = None) -> PageFacts:
    choices = choices or Choices()
    spoken = compose(facts, choices=choices)
    tone = sounds_of(sound.to_bytes(array("h", [9000, -9000] * 4000)))
    on_hold = OnHoldFacts(spoken, choices, words_of(facts, spoken), dict.fromkeys(sounding, tone))
    return replace(facts, on_hold=on_hold)


@pytest.fixture
def broken() -> PageFacts:
    return a_page(an_incident(told=words('Cards "fail" & orders wait')))


def parsed(body: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(body)  # noqa: S314  # Our own sheets.


def twiml_of(body: bytes) -> ElementTree.Element:
    """A sheet that keeps the rules of Twilio."""
    response = parsed(body)
    assert response.tag == "Response"
    for verb in response:
        assert verb.tag in TWIML_IN_RESPONSE
        assert {child.tag for child in verb} <= (TWIML_IN_GATHER if verb.tag == "Gather" else set())
    for verb in response.iter():
        assert set(verb.attrib) <= TWIML_ATTRIBUTES.get(verb.tag, set())
        if verb.tag == "Say":
            assert 0 < len(verb.text or "") <= 4096
    assert len(body) <= 64 * 1024
    return response


def test_before_there_is_sound_every_voice_says_it_itself(broken: PageFacts) -> None:
    made = files(on_hold_of(broken))

    response = twiml_of(made["on-hold/twiml.xml"])
    said = [verb.text for verb in response.iter("Say")]

    assert "on-hold/message.wav" not in made
    assert list(response.iter("Play")) == []
    assert said[0] == (
        'This is Nordlicht. We know of a problem. Cards "fail" and orders wait. We speak again by 2:30 PM, Berlin time.'
    )
    assert next(response.iter("Say")).get("language") == "en-GB"
    assert said[1] == "Press 1 and we send you the updates as a text message."
    assert made["on-hold/message.txt"].decode().strip() == said[0]


def test_with_sound_the_sheet_plays_exactly_this_sound(broken: PageFacts) -> None:
    made = files(on_hold_of(broken, sounding=(Part.MESSAGE,)))
    told = json.loads(made["on-hold/message.json"])

    response = twiml_of(made["on-hold/twiml.xml"])
    (played,) = response.iter("Play")

    assert played.text == told["sounds"]["message"]["files"]["wav"]["url"]
    assert "/on-hold/message.wav?v=" in (played.text or "")
    assert [verb.tag for verb in response] == ["Gather", "Pause", "Redirect"]
    assert response.find("Redirect").text.endswith("/on-hold/twiml.xml")  # type: ignore[union-attr]
    for ending in ("wav", "ulaw.wav", "ulaw", "sln", "mp3"):
        assert len(made[f"on-hold/message.{ending}"]) == told["sounds"]["message"]["files"][ending]["bytes"]


def test_the_json_says_until_when_it_holds(broken: PageFacts) -> None:
    told = json.loads(files(on_hold_of(broken))["on-hold/message.json"])

    assert told["made_at"] == "2026-05-04T12:00:00Z"
    assert told["valid_until"] == "2026-05-04T12:15:00Z"
    assert told["next_update_by"] == "2026-05-04T12:30:00Z"
    assert told["says"] == "trouble"
    assert told["incidents"] == [broken.incidents[0].public_id]
    assert len(told["version"]) == 12


def test_the_version_moves_with_the_words_and_not_with_the_minute(broken: PageFacts) -> None:
    def version(facts: PageFacts) -> str:
        return str(json.loads(files(on_hold_of(facts))["on-hold/message.json"])["version"])

    assert version(broken) == version(replace(broken, now=NOW + timedelta(minutes=1)))
    assert version(broken) != version(a_page(an_incident()))


def test_what_is_too_old_gives_way_to_words_that_claim_nothing(broken: PageFacts) -> None:
    made = files(on_hold_of(broken, sounding=(Part.MESSAGE,)))

    response = twiml_of(made["on-hold/expired/twiml.xml"])

    assert [verb.tag for verb in response] == ["Say", "Pause", "Redirect"]
    assert "Please hold" in made["on-hold/expired/message.txt"].decode()
    assert b"Cards" not in b"".join(body for name, body in made.items() if name.startswith("on-hold/expired/"))
    assert "on-hold/expired/message.wav" not in made
    assert "on-hold/expired/message.wav" in files(on_hold_of(broken, sounding=(Part.NEUTRAL,)))


def test_a_line_that_says_nothing_still_keeps_the_call() -> None:
    made = files(on_hold_of(a_page(), choices=Choices(says_all_is_well=False, takes_keys=False)))

    response = twiml_of(made["on-hold/twiml.xml"])

    assert [verb.tag for verb in response] == ["Pause", "Redirect"]
    assert made["on-hold/message.txt"] == b"\n"


def test_a_thank_you_leads_back_to_the_message(broken: PageFacts) -> None:
    told = json.loads(files(on_hold_of(broken))["on-hold/message.json"])

    response = twiml_of(twiml_words(told, Part.THANKS, Where("https://d.example/l/t", "https://d.example/p", "?x=1")))

    assert [verb.tag for verb in response] == ["Say", "Redirect"]
    assert response[1].text == "https://d.example/l/t/twiml.xml?x=1"


def test_other_languages_are_a_key_away(broken: PageFacts) -> None:
    facts = on_hold_of(broken)
    assert facts.on_hold is not None
    told = json.loads(
        files(replace(facts, on_hold=replace(facts.on_hold, other_languages=("de", "fr"))))["on-hold/message.json"]
    )

    response = twiml_of(twiml(told, Where("a", "b")))

    said = {verb.get("language"): verb.text for verb in response.iter("Say")}
    assert said["de-DE"] == "Für Deutsch drücken Sie 2."
    assert said["fr-FR"] == "Pour le français, appuyez sur 3."


def vxml_elements(element: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    for each in element.iter():
        if each.tag.startswith(VXML):
            yield each.tag.removeprefix(VXML), each


@pytest.mark.parametrize("sounding", [(), (Part.MESSAGE, Part.PRESS, Part.NEUTRAL)])
@pytest.mark.parametrize("takes_keys", [True, False])
def test_voicexml_keeps_its_structure(broken: PageFacts, sounding: tuple[Part, ...], takes_keys: bool) -> None:
    made = files(on_hold_of(broken, sounding=sounding, choices=Choices(takes_keys=takes_keys)))

    root = parsed(made["on-hold/voicexml.vxml"])

    assert (root.tag, root.get("version")) == (f"{VXML}vxml", "2.1")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"
    for name, element in vxml_elements(root):
        for child in element:
            if child.tag.startswith(VXML):
                assert child.tag.removeprefix(VXML) in VXML_CHILDREN.get(name, set()), f"{child.tag} in {name}"
    (grammar,) = root.iter(f"{SRGS}grammar")
    assert grammar.get("root") in {rule.get("id") for rule in grammar.iter(f"{SRGS}rule")}
    assert len(list(root.iter(f"{VXML}submit"))) == (1 if takes_keys else 0)
    assert len(list(root.iter(f"{VXML}audio"))) == (len(sounding) - (not takes_keys) if sounding else 0)


def test_voicexml_ends_by_itself(broken: PageFacts) -> None:
    root = parsed(files(on_hold_of(broken))["on-hold/voicexml.vxml"])

    until = next(root.iter(f"{VXML}var")).get("expr")
    conditions = {prompt.get("cond") for prompt in root.iter(f"{VXML}prompt")}

    assert until == str(round((NOW + timedelta(minutes=15)).timestamp() * 1000))
    assert conditions == {"new Date().getTime() < until", "new Date().getTime() >= until"}


def test_the_dialplan_holds_what_asterisk_needs(broken: PageFacts) -> None:
    plan = files(on_hold_of(broken))["on-hold/asterisk.conf"].decode()

    assert "[daylight-on-hold]\nexten => s,1,Answer()\n same => n,AGI(daylight-on-hold)\n same => n,Return()" in plan
    assert "&" not in plan


def test_without_what_stands_behind_it_there_are_no_files() -> None:
    assert files(a_page()) == {}


def test_neutral_words_take_no_key(broken: PageFacts) -> None:
    told: dict[str, Any] = json.loads(files(on_hold_of(broken))["on-hold/message.json"])

    assert neutral_json(told)["takes_keys"] is False
    assert neutral_json(told)["text"] == told["phrases"]["neutral"]
