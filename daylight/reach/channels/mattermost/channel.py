"""Composes a post for Mattermost and reads its answers."""

import json
import re
from typing import Any

from daylight.core import http
from daylight.reach.channels.base import Accepted
from daylight.reach.channels.over_http import read_json
from daylight.reach.channels.rooms import Room, RoomWords, judged, units, without_markdown

LARGEST_BODY = 15_000
"""Characters; a post may have 16,383 in all."""

GONE = re.compile(r"incoming_webhook\.(invalid|channel|user)\.app_error")
REFUSED = re.compile(r"incoming_webhook\.(text|parse)\.app_error|post_too_long")

_EVERYBODY = re.compile(r"@(?=(all|channel|here)\b)", re.IGNORECASE)


class Mattermost(Room):
    """A post with one attachment in Markdown, from which nobody can call a whole room."""

    name = "mattermost"
    label = "Mattermost"
    path = r"(/[^/]+)*/hooks/\w"
    example = "https://chat.example.com/hooks/…"

    def body(self, words: RoomWords) -> dict[str, Any]:
        """One attachment: the title leads on, the parts stand below each other."""
        lines = [f"**{escaped(words.mark)}**"] if words.mark else []
        lines += [escaped(words.intro)] if words.intro else []
        lines += [
            f"**{escaped(part.question)}**\n*{escaped(words.said)}*: {escaped(part.answer)}" for part in words.corrected
        ]
        lines += [f"**{escaped(part.question)}**\n{escaped(part.answer)}" for part in words.parts]
        lines += [escaped(words.person)] if words.person else []
        lines += [" · ".join(f"[{escaped(label)}]({url})" for label, url in words.links)] if words.links else []
        card = {"fallback": escaped(words.text), "title": escaped(words.title), "text": "\n\n".join(lines)}
        if words.links:
            card["title_link"] = words.links[0][1]
        return {"attachments": [card]}

    def fits(self, words: RoomWords) -> bool:
        """Whether the post is short enough."""
        return units(json.dumps(self.body(words), ensure_ascii=False)) <= LARGEST_BODY

    def judge(self, answer: http.Answer, *, key: str) -> Accepted:
        """What an answer means: Mattermost names its errors in `id`."""
        code = str(read_json(answer).get("id", ""))
        return judged(answer, key=key, gone=bool(GONE.search(code)), refused=bool(REFUSED.search(code)))


def escaped(text: str) -> str:
    """The text letter by letter, without a mention of everybody."""
    return _EVERYBODY.sub("@\u200b", without_markdown(text))
