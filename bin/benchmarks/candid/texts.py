"""Labelled texts from a file that the user has; none come with Daylight."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from daylight.candour.draft import STAGES
from daylight.cli.candour import STAGE_OF

ELEMENTS = (
    *("states_what", "states_who_affected", "states_why", "states_action", "action_specific", "states_workaround"),
    *("states_next_update_time", "owns_apologises", "evasive_minimising", "blames_other", "jargon_heavy"),
    "empty_boilerplate",
)
SAYS, DODGES = ELEMENTS[:8], ELEMENTS[8:]

DUE = {
    "acknowledge": ("states_what", "states_action", "states_next_update_time"),
    "update": ("states_what", "states_action", "states_next_update_time"),
    "final": ("states_what", "states_why", "states_action"),
    "letter": ("states_what", "states_action"),
}
"""At each stage, the elements whose absence is an error."""

_PUBLISHER = re.compile(r" (?:incident|post-mortem)\b|(?:,| —| \()")


@dataclass(frozen=True)
class Text:
    """One text with its labels; `publisher` is whoever wrote it, whatever the incident."""

    id: str
    publisher: str
    kind: str
    stage: str
    title: str
    text: str
    labels: dict[str, bool]

    @property
    def profile(self) -> str:
        """How the checker reads it."""
        return "letter" if self.stage == "letter" else "status"

    @property
    def is_good(self) -> bool:
        """Whether nothing due is missing, and nothing dodges or blames: an error of the checker would be false."""
        dodges = self.labels["evasive_minimising"] or self.labels["blames_other"]
        return not dodges and all(self.labels[name] for name in DUE[self.stage])


def texts_of(path: Path) -> list[Text]:
    """Those of a file with one JSON object a line."""
    return [_text(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def publisher_of(source: str) -> str:
    """Who published a text, from its source: "Acme status incident 17 (2026-01-02)" is by "Acme status"."""
    return _PUBLISHER.split(source, maxsplit=1)[0].strip() or source


def _text(row: dict[str, object]) -> Text:
    given, labels = str(row.get("stage", "")), row["labels"]
    if not isinstance(labels, dict):
        raise SystemExit(f"{row['id']} has no labels.")
    return Text(
        id=str(row["id"]),
        publisher=publisher_of(str(row.get("source", ""))),
        kind=str(row.get("kind", "")),
        stage=given if given in STAGES else STAGE_OF.get(given, "update"),
        title=str(row.get("title", "")),
        text=str(row["text"]),
        labels={name: bool(labels.get(name)) for name in ELEMENTS},
    )
