"""How much likelier a surge is than chance."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAST_EXPECTED = 0.5
"""No theme is taken for rarer: life is full of small new themes, and six messages of a kind are not a crisis."""


def evidence(seen: Floats, of: Floats, before: Floats, of_before: Floats) -> Floats:
    """Log likelihood ratio of two rates: `seen` among `of` messages now, `before` among `of_before` earlier.

    Zero where the rate did not grow. What is not known of the past lowers it, so that a young stream needs more.
    """
    share = of / np.maximum(of + of_before, 1e-9)
    both = seen + before
    grown = (seen > 0) & (seen * of_before > before * of)
    now = np.where(grown, seen, 1.0) * np.log(np.where(grown, seen / np.maximum(both * share, 1e-12), 1.0))
    past = before * np.log(np.where(grown, before / np.maximum(both * (1 - share), 1e-12), 1.0))
    return np.where(grown, np.minimum(now + past, _most(seen)), 0.0)


def _most(seen: Floats) -> Floats:
    """What so many messages can say at most, however rare their theme was before."""
    sure = np.maximum(seen, LEAST_EXPECTED)
    return np.asarray(sure * np.log(sure / LEAST_EXPECTED) - (sure - LEAST_EXPECTED))


def unrest(counts: npt.NDArray[np.floating], totals: npt.NDArray[np.floating]) -> float:
    """How much more a topic swings than chance alone would let it: 1 is chance; the highest swings are left out.

    `counts` and `totals` are of equal stretches of the past. Surges that happened are not the rule.
    """
    if len(counts) < FEWEST_STRETCHES or counts.sum() < FEWEST_MESSAGES:
        return 1.0
    usual = counts.sum() / max(totals.sum(), 1.0) * totals
    squares = np.where(usual > 0, (counts - usual) ** 2, 0.0)
    up = np.where(counts > usual, squares / np.maximum(usual, 1e-9), 0.0)
    kept = np.argsort(up)[: len(counts) - max(1, int(np.ceil(LEFT_OUT * len(counts))))]
    swing = squares[kept].sum() / max(usual[kept].sum(), 1e-9)
    return max(1.0, float((swing * len(kept) + 3) / (len(counts) + 3)))


FEWEST_STRETCHES, FEWEST_MESSAGES, LEFT_OUT = 6, 3, 0.06
