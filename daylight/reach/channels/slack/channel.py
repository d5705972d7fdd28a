"""Composes blocks for Slack and reads its answers."""

from typing import Any

from daylight.core import http
from daylight.reach.channels.base import Accepted
from daylight.reach.channels.rooms import Room, RoomWords, clipped, judged, units

LONGEST_HEADER = 150
LONGEST_SECTION = 2900
"""Characters; Slack allows 3,000 in a section, and escaping makes some longer."""

LONGEST_LABEL = 75

GONE = ("no_service", "no_active_hooks", "invalid_token", "no_team", "team_disabled", "channel_is_archived")
REFUSED = ("invalid_payload", "invalid_blocks", "no_text", "too_many_attachments")


class Slack(Room):
    """Blocks, with the same words as plain text for notifications and screen readers."""

    name = "slack"
    label = "Slack"
    hosts = ("hooks.slack.com", "hooks.slack-gov.com")
    path = r"/(services|workflows|triggers)/\w"
    example = "https://hooks.slack.com/services/T…/B…/…"

    def body(self, words: RoomWords) -> dict[str, Any]:
        """A header, a section per part, and buttons."""
        title = {"type": "plain_text", "text": clipped(words.title, LONGEST_HEADER), "emoji": False}
        blocks: list[dict[str, Any]] = [{"type": "header", "text": title}]
        blocks += [_section(escaped(line)) for line in (words.mark, words.intro) if line]
        if len(words.title) > LONGEST_HEADER:
            blocks.insert(1, _section(f"*{escaped(words.title)}*"))
        blocks += [_section(_said(part.question, escaped(f"{words.said}: {part.answer}"))) for part in words.corrected]
        blocks += [_section(_said(part.question, escaped(part.answer))) for part in words.parts]
        if words.person:
            line = {"type": "mrkdwn", "text": escaped(words.person), "verbatim": True}
            blocks.append({"type": "context", "elements": [line]})
        if words.links:
            blocks.append({"type": "actions", "elements": [_button(label, url) for label, url in words.links]})
        return {"text": escaped(words.text), "blocks": blocks, "unfurl_links": False}

    def fits(self, words: RoomWords) -> bool:
        """Whether each section is short enough."""
        sections = [block["text"]["text"] for block in self.body(words)["blocks"] if block["type"] == "section"]
        return all(units(section) <= LONGEST_SECTION for section in sections)

    def judge(self, answer: http.Answer, *, key: str) -> Accepted:
        """What an answer means: Slack writes a word into the body."""
        said = answer.text.strip()[:40]
        return judged(answer, key=key, gone=said in GONE, refused=said.startswith(REFUSED))


def escaped(text: str) -> str:
    """The three signs that Slack reads as markup; nothing in a text can then mention a person or a whole room."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _said(question: str, answer: str) -> str:
    return f"*{escaped(question)}*\n{answer}"


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _button(label: str, url: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": clipped(label, LONGEST_LABEL), "emoji": False}
    return {"type": "button", "text": text, "url": url}
