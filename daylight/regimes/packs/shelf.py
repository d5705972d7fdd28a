"""Every pack at hand: those that come with Daylight, and the firm's own, which go first where ids are the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from daylight.regimes.packs.pack import Pack, Question
from daylight.regimes.packs.reading import PackFault, read_pack, read_questions

SHIPPED = Path(__file__).parent
QUESTIONS = SHIPPED.with_name("questions.toml")


@dataclass(frozen=True)
class Shelf:
    """Packs by id, every question in the order in which it is asked, and what is wrong with files of the firm's own."""

    packs: Mapping[str, Pack]
    questions: Mapping[str, Question]
    faults: tuple[str, ...] = ()

    def for_kind(self, kind: str) -> list[Pack]:
        """Packs that an incident of this kind may fall under; those without kinds are only added by hand."""
        return [pack for pack in self.packs.values() if kind in pack.kinds]


def shelf(own: Path) -> Shelf:
    """Everything that comes with Daylight, and what lies in the firm's own folder now."""
    files = tuple(
        (path, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(own.glob("*.toml")) if path.is_file()
    )
    return _shelf(files)


@lru_cache(maxsize=4)
def _shelf(own: tuple[tuple[Path, int, int], ...]) -> Shelf:
    shared = read_questions(QUESTIONS)
    packs = {path.stem: read_pack(path, questions=shared) for path in sorted(SHIPPED.glob("*.toml"))}
    faults = []
    for path, *_ in own:
        try:
            packs[path.stem] = read_pack(path, questions=shared, is_own=True)
        except PackFault as problem:
            faults.append(str(problem))
    asked = {question.id: question for pack in packs.values() for question in pack.questions}
    return Shelf(packs, {**shared, **asked}, tuple(faults))
