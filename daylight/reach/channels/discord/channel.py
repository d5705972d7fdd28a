"""Composes an embed for Discord and reads its answers."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from daylight.core import http
from daylight.reach.channels.base import Accepted
from daylight.reach.channels.over_http import read_json
from daylight.reach.channels.rooms import Room, RoomWords, clipped, judged, units, without_markdown

LONGEST_CONTENT = 2000
LONGEST_TITLE = 256
LONGEST_DESCRIPTION = 4096
LONGEST_FIELD = 1024
LARGEST_EMBED = 6000
UNKNOWN = frozenset({10003, 10004, 10015, 50027})
"""Unknown channel, server or webhook, and a wrong token."""

INVALID = frozenset({50006, 50035})
"""An empty message, and a body that breaks a rule."""


class Discord(Room):
    """An embed with a field per part; nobody is mentioned, whatever the words hold."""

    name = "discord"
    label = "Discord"
    hosts = ("discord.com", "discordapp.com")
    path = r"/api(/v\d+)?/webhooks/\d+/\w"
    example = "https://discord.com/api/webhooks/…/…"

    def body(self, words: RoomWords) -> dict[str, Any]:
        """The title as the message itself, the rest in one embed."""
        lines = [f"**{without_markdown(words.mark)}**"] if words.mark else []
        lines += [without_markdown(words.intro)] if words.intro else []
        lines += [without_markdown(words.person)] if words.person else []
        lines += [f"[{without_markdown(label)}](<{url}>)" for label, url in words.links]
        fields = [
            (part.question, f"*{without_markdown(words.said)}*: {without_markdown(part.answer)}")
            for part in words.corrected
        ] + [(part.question, without_markdown(part.answer)) for part in words.parts]
        embed: dict[str, Any] = {
            "title": clipped(words.title, LONGEST_TITLE),
            "description": "\n".join(lines),
            "fields": [{"name": clipped(name, LONGEST_TITLE), "value": value} for name, value in fields],
        }
        if words.links:
            embed["url"] = words.links[0][1]
        content = clipped(f"**{without_markdown(words.title)}**", LONGEST_CONTENT)
        return {"content": content, "embeds": [embed], "allowed_mentions": {"parse": []}}

    def fits(self, words: RoomWords) -> bool:
        """Whether each part, and all together, is short enough."""
        embed = self.body(words)["embeds"][0]
        values = [units(field["value"]) for field in embed["fields"]]
        around = [embed["title"], embed["description"], *(field["name"] for field in embed["fields"])]
        return (
            sum(values) + sum(map(units, around)) <= LARGEST_EMBED
            and units(embed["description"]) <= LONGEST_DESCRIPTION
            and max(values, default=0) <= LONGEST_FIELD
        )

    def target(self, address: str) -> str:
        """Asks Discord to answer with the message it made."""
        parts = urlsplit(address)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, "wait=true")))))

    def judge(self, answer: http.Answer, *, key: str) -> Accepted:
        """What an answer means: Discord numbers its errors, and says how long to wait in seconds."""
        said = read_json(answer)
        code = said.get("code")
        if answer.is_good:
            return Accepted(reference=str(said.get("id") or key), answer=f"{answer.status}")
        wait = _seconds(said.get("retry_after")) or _seconds(answer.headers.get("x-ratelimit-reset-after"))
        return judged(answer, key=key, gone=code in UNKNOWN, refused=code in INVALID, wait=wait)


def _seconds(written: Any) -> float:
    """A number of seconds, whether it came as a number or as text; 0 when it is neither."""
    try:
        return max(0.0, float(written))
    except (TypeError, ValueError):
        return 0.0
