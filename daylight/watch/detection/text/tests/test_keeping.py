"""A restart forgets nothing that matters."""

import pytest

from daylight.watch.detection.text.heard import heard
from daylight.watch.detection.text.keeping import from_bytes, to_bytes
from daylight.watch.detection.text.surges import Surges
from daylight.watch.detection.text.tests.test_replay import TROUBLE, in_order, ordinary, said


def test_after_a_restart_a_surge_is_seen_as_before() -> None:
    trouble = [said(13 + number / 20, text) for number, text in enumerate(TROUBLE)]
    messages = [heard(one) for one in in_order(ordinary(14, 40) + trouble)]
    surges = Surges()
    surges.take(messages[:512])

    again = from_bytes(to_bytes(surges))

    one, other = (
        surges.take(messages[512:], range(512, len(messages))),
        again.take(messages[512:], range(512, len(messages))),
    )
    before, after = (max(reading.score for reading in readings) for readings in (one, other))
    assert before > 0.7
    assert after == pytest.approx(before, abs=0.02)


def test_what_has_heard_nothing_is_kept_too() -> None:
    assert from_bytes(to_bytes(Surges())).take([heard(said(0, "The parcel is late"))])[0].score < 1


@pytest.mark.parametrize("kept", [b"", b"of another release", to_bytes(Surges())[:-200]])
def test_what_is_damaged_is_refused(kept: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        from_bytes(kept)
