"""What a source hands in: one thing that somebody said to us, before we know who they are and what it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, Self

Nature = Literal["words", "automatic", "spam"]

Direction = Literal["in", "out", "note"]

LONGEST_TEXT = 1_000_000
"""Characters of a text; what is longer is kept as a file by the sources that can bring so much."""


@dataclass(frozen=True)
class SaidFile:
    """A file that came along: its content as pieces, so that a large one never lies in memory whole."""

    name: str
    content_type: str
    pieces: Iterable[bytes]


@dataclass(frozen=True)
class Said:
    """One thing that somebody said.

    `external_id` names it within its `source`: the same name again is the same thing. `said_at` is when they said it,
    not when we heard. `channel` and `address` are the way in which an answer reaches the writer; empty when there is
    none. `thread` are the names of messages that it answers, the nearest first; `thread_key` is the far end's own name
    for the whole thread. `connection_id` is the far end by which it came, where a source has several. `customer_id` is
    known when they came by a signed link, `customer_key` when the source knows the number in the firm's own records.
    `references` are order numbers that were given as such. `facts` say what it is about in the source's own terms
    ("product", "region", "category"). `typed_by` is the member who wrote it down for
    somebody on the phone. `direction` is "out" for what the crew answered elsewhere, at a helpdesk, and "note" for what
    it wrote there among itself; the writer's name and address are the customer's all the same. `is_past` marks history
    that is brought along: it is kept closed, no answer is owed, and nobody is written to because of it.
    `answer_by` is when whoever heard it promised an answer, such as to call back.
    """

    source: str
    external_id: str
    said_at: datetime
    text: str
    subject: str = ""
    channel: str = ""
    address: str = ""
    name: str = ""
    provider_id: int | None = None
    connection_id: int | None = None
    thread: tuple[str, ...] = ()
    thread_key: str = ""
    customer_id: int | None = None
    customer_key: str = ""
    references: tuple[str, ...] = ()
    language: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    nature: Nature = "words"
    direction: Direction = "in"
    incident_id: int | None = None
    typed_by: int | None = None
    is_past: bool = False
    answer_by: datetime | None = None
    files: tuple[SaidFile, ...] = ()

    def written(self) -> dict[str, Any]:
        """As JSON takes it; files are kept apart."""
        kept = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "files"}
        answer_by = self.answer_by.isoformat() if self.answer_by else None
        return {**kept, "said_at": self.said_at.isoformat(), "answer_by": answer_by, "facts": dict(self.facts)}

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """As it was written, without files."""
        answer_by = written.get("answer_by")
        kept = {**written, "said_at": datetime.fromisoformat(written["said_at"])}
        kept["answer_by"] = datetime.fromisoformat(answer_by) if answer_by else None
        return cls(**kept | {name: tuple(written[name]) for name in ("thread", "references")})


def bare(text: str) -> str:
    """A text without the blanks and line ends that a far end changes on its way."""
    return "".join(text.split())
