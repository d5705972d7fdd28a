"""What several threads bring at the same moment is kept once each, whoever commits it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from conftest import HandClock
from daylight.listen import accepting
from daylight.listen.models import Incoming
from daylight.listen.said import Said

THREADS, EACH = 6, 5


@pytest.mark.django_db(transaction=True)
def test_each_is_kept_once_and_known_the_next_time(clock: HandClock) -> None:
    now = clock.now

    def bring(thread: int) -> list[int]:
        try:
            return [
                accepting.accept([Said(source="api", external_id=f"{thread}-{n}", said_at=now, text="Late.")], at=now)
                for n in range(EACH)
            ]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        first = list(pool.map(bring, range(THREADS)))
        again = list(pool.map(bring, range(THREADS)))

    assert first == [[1] * EACH] * THREADS
    assert again == [[0] * EACH] * THREADS
    assert Incoming.objects.count() == THREADS * EACH
