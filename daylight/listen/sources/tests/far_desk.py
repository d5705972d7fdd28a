"""The far end of a bridge: a real HTTP server that speaks as one helpdesk does, from its recorded answers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from daylight.reach.channels.tests.provider import Asked, FarEnd, Reply, listening

FOLDER = Path(__file__).parent.parent


def recorded(source: str, name: str) -> Any:
    """A recorded payload of a source."""
    return json.loads((FOLDER / source / "fixtures" / name).read_text(encoding="utf-8"))


class FarDesk:
    """Answers what is recorded, and after a reply was posted, what stands there then; `posted` are the replies."""

    def __init__(self, source: str, far_end: FarEnd) -> None:
        api = recorded(source, "api.json")
        self._routes: dict[str, Any] = api["routes"]
        self._post: Mapping[str, Any] = api["post"]
        self.far_end = far_end
        self.posted: list[Any] = []
        self.loses_answers = False
        far_end.answers = self._answer

    def _answer(self, asked: Asked) -> Reply:
        call = f"{asked.method} {asked.path}"
        if call == self._post["call"]:
            self.posted.append(asked.json)
            self._routes |= self._post["then"]
            return Reply(hangs_up=True) if self.loses_answers else _json(self._post["answer"])
        found = [(path, body) for path, body in self._routes.items() if call.startswith(path)]
        if not found:
            return Reply(404, b'{"error": "RecordNotFound"}')
        return _json(max(found, key=lambda pair: len(pair[0]))[1])


@contextmanager
def far_desk(source: str) -> Iterator[FarDesk]:
    """A helpdesk that listens inside the block."""
    with listening() as far_end:
        yield FarDesk(source, far_end)


def _json(body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode())
