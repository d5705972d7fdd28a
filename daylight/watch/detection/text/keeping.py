"""What `Surges` has learned, as bytes, so that a restart forgets nothing that matters.

Who wrote in the last days is not kept: after a restart one writer may count twice.
"""

import io
import json
from array import array
from typing import Any
from zipfile import BadZipFile

import numpy as np

from daylight.watch.detection.text.episodes import Episode, Episodes
from daylight.watch.detection.text.memory import Memory
from daylight.watch.detection.text.surges import Surges
from daylight.watch.detection.text.usage import MOST_TIMES, MOST_USES, Times, Usage
from daylight.watch.detection.text.vectors import SIZE, Middle


def to_bytes(surges: Surges) -> bytes:
    """Everything that `from_bytes` needs; some megabytes."""
    out = io.BytesIO()
    arrays = {**_usage(surges.usage), **_episodes(surges.episodes)}
    arrays["memory"] = np.frombuffer(surges.memory.to_bytes(), np.uint8)
    arrays["middle"] = surges.middle.mean
    arrays["counts"] = np.array([surges.middle.count, surges.count])
    arrays["now"] = np.array([surges.now])
    arrays["texts"] = np.frombuffer(json.dumps(list(surges.copies.texts.items())).encode(), np.uint8)
    np.savez(out, **arrays)
    return out.getvalue()


def from_bytes(kept: bytes) -> Surges:
    """What `to_bytes` kept; a ValueError or KeyError where it is anything else."""
    try:
        arrays = np.load(io.BytesIO(kept), allow_pickle=False)
    except (BadZipFile, EOFError) as error:
        raise ValueError("This is nothing that was kept of surges, or only a part of it.") from error
    surges = Surges()
    surges.memory = Memory.from_bytes(arrays["memory"].tobytes())
    told, surges.count = arrays["counts"].tolist()
    surges.middle, surges.seen_from = Middle(arrays["middle"], told), arrays["middle"]
    surges.memory.seen_from(surges.middle)
    surges.now = float(arrays["now"][0])
    surges.copies.texts.update({int(name): text for name, text in json.loads(arrays["texts"].tobytes())})
    surges.usage, surges.episodes = _usage_of(arrays), _episodes_of(arrays)
    return surges


def _usage(usage: Usage) -> dict[str, Any]:
    every = [usage.all, *usage.uses.values()]
    return {
        "terms": np.frombuffer(json.dumps(list(usage.uses)).encode(), np.uint8),
        "lengths": np.array([len(one.times) for one in every]),
        "times": np.concatenate([one.times for one in every]),
        "sums": np.concatenate([one.sums for one in every]),
        "names": np.concatenate([one.names for one in every]).astype(np.int64),
        "growing": np.array([(one.fast, one.slow) for one in every]),
        "origin": np.array(usage.origin),
    }


def _usage_of(arrays: Any) -> Usage:
    usage = Usage()
    usage.origin = arrays["origin"].tolist()
    terms = json.loads(arrays["terms"].tobytes())
    times, sums, names = (arrays[key].tolist() for key in ("times", "sums", "names"))
    start = 0
    for number, (length, growing) in enumerate(
        zip(arrays["lengths"].tolist(), arrays["growing"].tolist(), strict=True)
    ):
        end, shift = start + length, start + number
        found = Times(MOST_USES if number else MOST_TIMES)
        found.times, found.names = array("d", times[start:end]), array("q", names[start:end])
        found.sums = array("d", sums[shift : shift + length + 1])
        found.fast, found.slow = growing
        if number:
            usage.uses[terms[number - 1]] = found
        else:
            usage.all = found
        start = end
    return usage


def _episodes(episodes: Episodes) -> dict[str, Any]:
    unrest, opened = episodes.unrest, episodes.open
    told = {
        "counts": list(unrest.counts),
        "day": unrest.day,
        "threshold": unrest.threshold,
        "open": [[one.last, one.highest, sorted(one.names)] for one in opened],
    }
    centres = np.array([one.centre for one in opened], np.float32).reshape(-1, SIZE)
    return {"episodes": np.frombuffer(json.dumps(told).encode(), np.uint8), "centres": centres}


def _episodes_of(arrays: Any) -> Episodes:
    episodes, told = Episodes(), json.loads(arrays["episodes"].tobytes())
    unrest = episodes.unrest
    unrest.counts.clear()
    unrest.counts.extend(told["counts"])
    unrest.day, unrest.threshold = told["day"], told["threshold"]
    for centre, (last, highest, names) in zip(arrays["centres"], told["open"], strict=True):
        episodes.open.append(Episode(centre, last, highest, set(names)))
    return episodes
