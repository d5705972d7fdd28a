"""Composes an Adaptive Card for Teams and reads the answers of Workflows."""

import json
from typing import Any

from daylight.core import http
from daylight.reach.channels.base import Accepted
from daylight.reach.channels.over_http import read_json
from daylight.reach.channels.rooms import Room, RoomWords, judged

LARGEST_BODY = 26_000
"""Bytes; Teams shows cards of up to 28 KB."""

GONE = frozenset({"WorkflowNotFound", "WorkflowTriggerNotFound"})
REFUSED = frozenset({"InvalidRequestContent", "TriggerInputSchemaMismatch", "RequestEntityTooLarge"})


class Teams(Room):
    """An Adaptive Card of runs of text, in which nothing a person wrote is read as markup."""

    name = "teams"
    label = "Microsoft Teams"
    hosts = ("logic.azure.com", "environment.api.powerplatform.com", "webhook.office.com")
    path = r"/\w"
    example = "https://….environment.api.powerplatform.com/powerautomate/…/workflows/…"

    def body(self, words: RoomWords) -> dict[str, Any]:
        """A message with one card."""
        lines = [_text(words.title, size="Large", weight="Bolder")]
        lines += [_text(words.mark, color="Attention", weight="Bolder")] if words.mark else []
        lines += [_text(words.intro)] if words.intro else []
        for part in words.corrected:
            lines += [_text(part.question, weight="Bolder"), _text(f"{words.said}: {part.answer}", italic=True)]
        for part in words.parts:
            lines += [_text(part.question, weight="Bolder"), _text(part.answer)]
        lines += [_text(words.person, isSubtle=True)] if words.person else []
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "fallbackText": words.title,
            "msteams": {"width": "Full"},
            "body": lines,
            "actions": [{"type": "Action.OpenUrl", "title": label, "url": url} for label, url in words.links],
        }
        kind = "application/vnd.microsoft.card.adaptive"
        return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}

    def fits(self, words: RoomWords) -> bool:
        """Whether the whole is small enough."""
        return len(json.dumps(self.body(words), ensure_ascii=False).encode("utf-8", "replace")) <= LARGEST_BODY

    def judge(self, answer: http.Answer, *, key: str) -> Accepted:
        """What an answer means: Workflows says 202, or writes a code."""
        problem = read_json(answer).get("error")
        code = problem.get("code") if isinstance(problem, dict) else ""
        return judged(answer, key=key, gone=code in GONE, refused=code in REFUSED)


def _text(text: str, **looks: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **looks}]}
