"""What a rule is: a number, weights, and a finder."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from daylight.candour.draft import Draft
from daylight.candour.reading.reading import Place
from daylight.candour.report import Severity, Span

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is broken; no spans where something is missing. `says` fills the words of the finding."""

    spans: tuple[Span, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    weight: Severity | None = None
    """Set where this place weighs otherwise than the rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `weights` maps each stage in which it speaks to its weight."""

    number: int
    weights: Mapping[str, Severity]
    find: Callable[[Draft], Iterable[Hit]]
    in_letters: Severity | None = None
    """Its weight in letters where that is another one: writers of letters sin otherwise than writers of statuses."""

    @property
    def id(self) -> str:
        """Its name in findings and documents."""
        return f"CND-{self.number}"

    def weight(self, profile: str, stage: str) -> Severity | None:
        """What a hit weighs, `None` where the rule is silent."""
        weight = self.weights.get(stage)
        return self.in_letters if weight and profile == "letter" and self.in_letters else weight


def weights(
    acknowledge: Severity | None, update: Severity | None, final: Severity | None, letter: Severity | None
) -> dict[str, Severity]:
    """The weights of a rule at the four stages, `None` where it is silent."""
    stages = {"acknowledge": acknowledge, "update": update, "final": final, "letter": letter}
    return {stage: weight for stage, weight in stages.items() if weight}


def always(weight: Severity) -> dict[str, Severity]:
    """The same weight at each stage."""
    return weights(weight, weight, weight, weight)


def hits(draft: Draft, places: Sequence[Place]) -> list[Hit]:
    """A hit for each place, with the words that stand there."""
    return hits_at(draft, draft.spans(places)) if places else []


def hits_at(draft: Draft, spans: Iterable[Span]) -> list[Hit]:
    """A hit for each of these characters, but for what is quoted."""
    text = draft.reading.text
    told = [span for span in spans if not _is_quoted(text, span)]
    return [Hit((span,), {"phrase": text[span.start : span.end]}) for span in told]


def _is_quoted(text: str, span: Span) -> bool:
    """Whether a place stands in quotation marks within its line: a message that is quoted is not what we say."""
    if '"' not in text and "“" not in text:
        return False
    before = text[: span.start].rpartition("\n")[2]
    after = text[span.end :].partition("\n")[0]
    straight = before.count('"') % 2 == 1 and '"' in after
    return straight or (before.rfind("“") > before.rfind("”") and "”" in after)


def missing(is_missing: bool) -> list[Hit]:
    """One hit without a place, or none."""
    return [Hit()] if is_missing else []
