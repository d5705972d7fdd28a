import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import RequestFactory

from conftest import HandClock
from daylight.core import limits
from daylight.core.models import Bucket

THREE_A_MINUTE = limits.Limit("try", times=3, per=timedelta(minutes=1))


@pytest.mark.django_db
def test_a_few_at_once_then_one_at_a_time(clock: HandClock) -> None:
    for _ in range(3):
        limits.take(THREE_A_MINUTE, "ana", at=clock.now)
    with pytest.raises(limits.TooMany) as refused:
        limits.take(THREE_A_MINUTE, "ana", at=clock.now)
    assert refused.value.wait == timedelta(seconds=20)
    limits.take(THREE_A_MINUTE, "bela", at=clock.now)
    limits.take(limits.Limit("other", times=1, per=timedelta(hours=1)), "ana", at=clock.now)

    clock.move(seconds=20)
    limits.take(THREE_A_MINUTE, "ana", at=clock.now)
    with pytest.raises(limits.TooMany):
        limits.take(THREE_A_MINUTE, "ana", at=clock.now)


@pytest.mark.django_db
def test_empty_buckets_are_swept_and_name_nobody(clock: HandClock) -> None:
    limits.take(THREE_A_MINUTE, "ana@firm.example", at=clock.now)
    assert "ana" not in Bucket.objects.get().key

    assert limits.sweep(clock.now) == 0
    clock.move(minutes=1)
    assert limits.sweep(clock.now) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_there_is(clock: HandClock) -> None:
    won: list[int] = []
    refused: list[int] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        for _ in range(3):
            try:
                limits.take(limits.Limit("rush", times=10, per=timedelta(days=1)), "all", at=clock.now)
                won.append(1)
            except limits.TooMany:
                refused.append(1)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(refused)) == (10, 14)


@pytest.mark.django_db
def test_a_share_is_taken_with_one_write_and_given_out_from_memory(
    clock: HandClock, django_assert_num_queries: Any
) -> None:
    shared = limits.Limit("shared", times=100, per=timedelta(minutes=1), share=10)
    limits.take(shared, "a writer", at=clock.now)

    with django_assert_num_queries(0):
        for _ in range(9):
            limits.take(shared, "a writer", at=clock.now)
    for _ in range(90):
        limits.take(shared, "a writer", at=clock.now)
    with pytest.raises(limits.TooMany):
        limits.take(shared, "a writer", at=clock.now)


@pytest.mark.django_db
def test_what_is_left_of_a_share_ends_with_its_time_and_is_nobody_elses(
    clock: HandClock, django_assert_num_queries: Any
) -> None:
    shared = limits.Limit("ending", times=100, per=timedelta(minutes=1), share=10)
    limits.take(shared, "a writer", at=clock.now)

    with django_assert_num_queries(2):
        limits.take(shared, "a writer", at=clock.now + timedelta(minutes=1))
    assert not Bucket.objects.filter(empty_at__gt=clock.now + timedelta(minutes=1, seconds=6)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("share", [1, 10])
def test_an_allowance_finer_than_a_microsecond_is_no_fault(share: int, clock: HandClock) -> None:
    limits.take(limits.Limit("fine", times=10**9, per=timedelta(seconds=1), share=share), "ana", at=clock.now)

    assert Bucket.objects.get().empty_at == clock.now + share * timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("address", "forwarded", "caller"),
    [
        ("93.184.215.14", "", "93.184.215.14"),
        ("93.184.215.14", "198.51.100.1", "93.184.215.14"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_a_forwarded_address_is_believed_from_a_proxy_nearby_only(
    address: str, forwarded: str, caller: str, rf: RequestFactory
) -> None:
    request = rf.get("/", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)

    assert limits.caller(request) == caller


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0.2, "1 second"), (20, "20 seconds"), (91, "2 minutes"), (5000, "84 minutes"), (7300, "3 hours")],
)
def test_a_wait_in_words(seconds: float, says: str) -> None:
    assert limits.in_words(timedelta(seconds=seconds)) == says


@pytest.mark.django_db
def test_each_of_many_uses_its_own_in_their_order(clock: HandClock) -> None:
    once = limits.Limit("once", times=1, per=timedelta(hours=4))
    limits.take(once, "had it", at=clock.now)

    assert limits.take_each(once, ["ana", "had it", "bela", "ana"], at=clock.now) == [True, False, True, False]
    assert limits.take_each(THREE_A_MINUTE, ["ana"] * 4, at=clock.now) == [True, True, True, False]
    assert limits.take_each(once, [], at=clock.now) == []

    with pytest.raises(limits.TooMany):
        limits.take(once, "ana", at=clock.now)
    clock.move(hours=4)
    assert limits.take_each(once, ["ana", "had it"], at=clock.now) == [True, True]


@pytest.mark.django_db
def test_what_is_rolled_back_was_not_used(clock: HandClock) -> None:
    once = limits.Limit("once", times=1, per=timedelta(hours=4))
    with transaction.atomic():
        assert limits.take_each(once, ["ana"], at=clock.now) == [True]
        transaction.set_rollback(True)
    assert limits.take_each(once, ["ana"], at=clock.now) == [True]
