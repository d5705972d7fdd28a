"""What a benchmark gives back, and how the results are told."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One measured run: how many things were done, in how many seconds of the part that counts, and a remark."""

    things: int
    seconds: float
    remark: str = ""


@dataclass(frozen=True)
class Result:
    """A measure with where and by whom, and the megabytes of memory before it and at its highest."""

    who: str
    size: int
    things: int
    seconds: float
    remark: str
    before_mb: float
    peak_mb: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to cross from one process to another."""
        return asdict(self)


def table(results: list[Result]) -> list[str]:
    """The results as lines: growth is against the size before, the ratio is our time over the peer's."""
    lines = [f"{'who':<9}{'size':>10}{'seconds':>10}{'per second':>12}{'peak MB':>9}{'growth':>16}{'vs peer':>9}"]
    for result in results:
        smaller = [other for other in results if other.who == result.who and other.size < result.size]
        peer = [other for other in results if other.who == "peer" and other.size == result.size]
        growth = ratio = ""
        if smaller:
            before = max(smaller, key=lambda other: other.size)
            growth = f"{result.seconds / before.seconds:.1f} x for {result.size / before.size:.0f} x"
        if peer and result.who != "peer":
            ratio = f"{result.seconds / peer[0].seconds:.2g}"
        rate = result.things / result.seconds if result.seconds else 0
        lines.append(
            f"{result.who:<9}{result.size:>10,}{result.seconds:>10.2f}{rate:>12,.0f}{result.peak_mb:>9.0f}"
            f"{growth:>16}{ratio:>9}  {result.remark}".rstrip()
        )
    return lines
