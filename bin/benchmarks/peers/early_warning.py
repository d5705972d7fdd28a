"""Known methods of noticing a surge, each giving one causal score a bucket; run in the peers' own environment.

    python early_warning.py METHOD IN.npz OUT.npz

IN holds `freq`, `weekday` and `hour` of each start, and the counts of each stream; OUT the scores and the seconds.
Above 1 is an alarm at the method's own usual setting.
"""

import math
import sys
import time

import numpy as np

ROOTS_BACK = {"D": 56, "H": 14 * 24}


def slots(size, freq, weekday, hour):
    """The place of each bucket in its week."""
    if freq == "D":
        return (np.arange(size) + weekday) % 7, 7
    return (np.arange(size) + weekday * 24 + hour) % 168, 168


def lagged(values, lags):
    """The values at each of these distances before each bucket; NaN before the beginning."""
    out = np.full((len(lags), len(values)), np.nan)
    for row, lag in zip(out, lags, strict=True):
        if lag < len(values):
            row[lag:] = values[: len(values) - lag]
    return out


def moving(values, length, lag, what):
    """A figure over the `length` values that end `lag` before each bucket, NaN where there are fewer than 7."""
    padded = np.concatenate([np.full(length + lag, np.nan), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[1 : len(values) + 1]
    return what(windows)


def mean_of(windows):
    return np.nanmean(windows, axis=1)


def adjusted_roots(counts, period):
    """Roots less the median of the same place in the last eight weeks, by the recent robust spread."""
    roots = 2 * np.sqrt(counts + 0.375)
    same = np.nanmedian(lagged(roots, [period * week for week in range(1, 9)]), axis=0)
    rest = roots - same
    back = 8 * period if period == 7 else 4 * period
    step = 1 if period == 7 else 6
    spread = np.full(len(rest), np.nan)
    for at in range(0, len(rest), step):
        past = rest[max(0, at - back) : at]
        past = past[np.isfinite(past)]
        if len(past) >= 7:
            spread[at : at + step] = 1.4826 * np.median(np.abs(past - np.median(past)))
    return np.nan_to_num(rest / np.fmax(spread, 0.5))


def kernel(counts, freq, weekday, hour):
    """ruptures: the best single change within the last two weeks, upward, by its gain."""
    import ruptures

    period = 7 if freq == "D" else 168
    values = adjusted_roots(counts, period)
    back, recent, step = (56, 14, 1) if freq == "D" else (168, 84, 6)
    scores = np.zeros(len(values))
    for at in range(back, len(values), step):
        window = values[at - back + 1 : at + 1].reshape(-1, 1)
        finder = ruptures.KernelCPD(kernel="linear", min_size=1).fit(window)
        change = finder.predict(n_bkps=1)[0]
        after = back - change
        if after <= recent:
            rise = window[change:].mean() - window[:change].mean()
            scores[at : at + step] = rise * math.sqrt(after * change / back) / 5.0
    return scores


def farrington(counts, freq, weekday, hour):
    """A quasi-Poisson regression on trend and place in the week, outliers weighed down, with the NB quantile."""
    place, _ = slots(len(counts), freq, weekday, hour)
    parts = [place] if freq == "D" else [place // 24, place % 24]
    step, back, guard = (7, 364, 14) if freq == "D" else (24, 28 * 24, 48)
    scores = np.zeros(len(counts))
    for at in range(step * 4, len(counts), step):
        first = max(0, at - guard - back)
        taught = np.arange(first, max(first + step, at - guard))
        asked = np.arange(at, min(at + step, len(counts)))
        design = _design(np.concatenate([taught, asked]), at, step, parts)
        mean, dispersion = _fitted(design[: len(taught)], counts[taught], design[len(taught) :])
        size = mean / max(dispersion - 1, 1e-6)
        upper = _negative_binomial_quantile(mean, size)
        scores[asked] = (counts[asked] - mean) / np.maximum(upper - mean, 1e-9) * (counts[asked] >= 3)
    return scores


def _design(index, at, step, parts):
    columns = [np.ones(len(index)), (index - at) / (52 * step)]
    for part in parts:
        values = part[index]
        columns += [(values == one).astype(float) for one in np.unique(part)[1:]]
    return np.stack(columns, axis=1)


def _fitted(design, counts, asked):
    weights = np.ones(len(counts))
    ridge = 0.1 * np.eye(design.shape[1])
    ridge[0, 0] = 0
    for _ in range(2):
        beta = np.zeros(design.shape[1])
        beta[0] = math.log(counts.mean() + 0.05)
        for _ in range(6):
            mean = np.exp(np.clip(design @ beta, -12, 16))
            work = weights * mean
            answer = design @ beta + (counts - mean) / mean
            beta = np.linalg.solve(design.T @ (work[:, None] * design) + ridge, design.T @ (work * answer))
        mean = np.exp(np.clip(design @ beta, -12, 16))
        pearson = (counts - mean) / np.sqrt(mean)
        dispersion = max(1.0, float((weights * pearson**2).sum() / max(weights.sum() - len(beta), 1)))
        rest = 1.5 * (counts ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * math.sqrt(dispersion))
        weights = np.where(rest > 2.58, (2.58 / np.maximum(rest, 2.58)) ** 2, 1.0)
    return np.exp(np.clip(asked @ beta, -12, 16)), dispersion


def _negative_binomial_quantile(mean, size):
    """Near enough: the 99.5 % point by the square of a normal root."""
    spread = np.sqrt(1 + mean / size)
    return (np.sqrt(mean + 0.375) + 0.5 * 2.576 * spread) ** 2


def ears(counts, freq, lag, kind):
    step = 1 if freq == "D" else 24
    days = counts if step == 1 else moving(np.asarray(counts, float), 24, 0, lambda w: np.nansum(w, axis=1))
    past = lagged(days.astype(float), [step * (lag + back) for back in range(1, 8)])
    mean, spread = np.nanmean(past, axis=0), np.nanstd(past, axis=0, ddof=1)
    score = np.nan_to_num((days - mean) / np.fmax(spread, 0.5))
    if kind == "C3":
        over = np.maximum(0, score - 1)
        score = over + np.nan_to_num(lagged(over, [step, 2 * step])).sum(axis=0)
        return score / 2
    return score / 3


def ears_c1(counts, freq, weekday, hour):
    return ears(counts, freq, 0, "C1")


def ears_c2(counts, freq, weekday, hour):
    return ears(counts, freq, 2, "C2")


def ears_c3(counts, freq, weekday, hour):
    return ears(counts, freq, 2, "C3")


def expected(counts, freq, weekday, hour):
    """The mean of the same place in the last eight weeks, two weeks aside."""
    period = 7 if freq == "D" else 168
    past = lagged(counts.astype(float), [period * week for week in range(2, 10)])
    level = np.nanmean(past, axis=0)
    return np.fmax(np.nan_to_num(level, nan=float(counts[:28].mean() if len(counts) else 0)), 0.05)


def kleinberg(counts, freq, weekday, hour):
    """Two states, the rate doubled in the upper: how much likelier it is to be in the upper now."""
    mean = expected(counts, freq, weekday, hour)
    gain = counts * math.log(2) - mean
    price = math.log(len(counts) + 1)
    state, scores = 0.0, np.zeros(len(counts))
    for at, one in enumerate(gain):
        state = max(0.0, state + one)
        scores[at] = state / (2 * price)
        state = min(state, 6 * price)
    return scores


def s_h_esd(counts, freq, weekday, hour):
    """Twitter's: season and median taken off, by the median deviation."""
    period = 7 if freq == "D" else 168
    values = counts.astype(float)
    same = np.nanmedian(lagged(values, [period * week for week in range(1, 9)]), axis=0)
    rest = np.nan_to_num(values - same)
    back = period * 8
    scores = np.zeros(len(rest))
    step = 1 if freq == "D" else 6
    for at in range(period, len(rest), step):
        past = rest[max(0, at - back) : at]
        middle = np.median(past)
        spread = max(1.4826 * float(np.median(np.abs(past - middle))), 0.5)
        scores[at : at + step] = (rest[at : at + step] - middle) / spread / 4
    return scores


def cusum(counts, mean, dispersion):
    """Of likelihood ratios for half as much again (and one more)."""
    more = np.maximum(1.5 * mean, mean + 1)
    if dispersion is None:
        ratio = counts * np.log(more / mean) - (more - mean)
    else:
        size = mean / np.maximum(dispersion - 1, 0.05)
        ratio = counts * np.log(more * (size + mean) / (mean * (size + more))) - size * np.log(
            (size + more) / (size + mean)
        )
    state, scores = 0.0, np.zeros(len(counts))
    for at, one in enumerate(ratio):
        state = min(max(0.0, state + one), 60.0)
        scores[at] = state / 7
    return scores


def cusum_poisson(counts, freq, weekday, hour):
    return cusum(counts, expected(counts, freq, weekday, hour), None)


def cusum_nb(counts, freq, weekday, hour):
    mean = expected(counts, freq, weekday, hour)
    pearson = (counts - mean) ** 2 / mean
    back = 56 if freq == "D" else 14 * 24
    dispersion = np.nan_to_num(moving(pearson, back, 1, mean_of), nan=2.0)
    return cusum(counts, mean, np.clip(dispersion, 1.05, 50))


def adwin(counts, freq, weekday, hour):
    """river's, on adjusted roots: one at an upward change and half the day after."""
    from river import drift

    values = np.clip(adjusted_roots(counts, 7 if freq == "D" else 168), -10, 30)
    finder, scores, before = drift.ADWIN(delta=0.002), np.zeros(len(values)), 0.0
    for at, value in enumerate(values):
        finder.update(float(value))
        if finder.drift_detected and finder.estimation > before:
            scores[at] = 1 + min(finder.estimation - before, 10)
        before = finder.estimation
    return scores


def ratio(counts, freq, weekday, hour):
    """Today by the same weekday of the last four weeks, for at least five."""
    period, length = (7, 1) if freq == "D" else (168, 24)
    days = counts.astype(float)
    if length > 1:
        days = moving(days, length, 0, lambda w: np.nansum(w, axis=1))
    usual = np.nanmean(lagged(days, [period * week for week in range(1, 5)]), axis=0)
    return np.nan_to_num(days / (usual + 1)) * (days >= 5) / 3


def bocpd(counts, freq, weekday, hour):
    """Bayesian online change points on adjusted roots: the chance that a higher run began in the last days."""
    values = np.clip(adjusted_roots(counts, 7 if freq == "D" else 168), -8, 12)
    longest, hazard, recent = (120, 1 / 250, 10) if freq == "D" else (120, 1 / 2000, 72)
    total, number = np.zeros(longest + 1), np.zeros(longest + 1)
    weight = np.zeros(longest + 1)
    weight[0] = 1.0
    scores = np.zeros(len(values))
    for at, value in enumerate(values):
        mean = total / (number + 1)
        spread = 1 + 1 / (number + 1)
        likely = np.exp(-((value - mean) ** 2) / 2 / spread) / np.sqrt(spread) + 1e-9
        grown = weight * likely * (1 - hazard)
        fresh = (weight * likely).sum() * hazard
        weight = np.concatenate([[fresh], grown[:-1]])
        weight[-1] += grown[-1]
        weight /= weight.sum()
        total = np.concatenate([[0.0], total[:-1] + value])
        number = np.concatenate([[0.0], number[:-1] + 1])
        high = total / (number + 1) > 0.7
        chance = float((weight * high)[1 : recent + 1].sum())
        scores[at] = math.log10(max(chance, 1e-9) / max(1 - chance, 1e-9)) / 2
    return scores


METHODS = {
    "kernel": kernel,
    "farrington": farrington,
    "kleinberg": kleinberg,
    "ears-c1": ears_c1,
    "ears-c2": ears_c2,
    "ears-c3": ears_c3,
    "same-weekday": ratio,
    "s-h-esd": s_h_esd,
    "cusum-poisson": cusum_poisson,
    "cusum-nb": cusum_nb,
    "adwin": adwin,
    "bocpd": bocpd,
}


def main():
    """Score every stream of the file."""
    name, source, target = sys.argv[1:]
    held = np.load(source)
    out, began = {}, time.perf_counter()
    with np.errstate(all="ignore"):
        for number, freq in enumerate(held["freq"]):
            counts = held[f"counts{number}"].astype(float)
            scores = METHODS[name](counts, str(freq), int(held["weekday"][number]), int(held["hour"][number]))
            out[f"scores{number}"] = np.nan_to_num(np.asarray(scores, float))
    np.savez(target, seconds=time.perf_counter() - began, **out)


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main()
