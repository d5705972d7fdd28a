import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach import fanout, ledger
from daylight.reach.models import Batch, Delivery
from daylight.reach.moves import COUNT, MOVES, State, allowed
from daylight.reach.tests.makers import a_published_update, a_reached_incident, customers

ENDS = {State.BOUNCED, State.FAILED, State.SUPPRESSED, State.SUPERSEDED, State.SEALED}


def test_every_state_is_listed_and_counted() -> None:
    assert set(MOVES) == set(COUNT) == set(State)
    assert {state for state, after in MOVES.items() if not after} == ENDS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.ACCEPTED, State.QUEUED),
        (State.ACCEPTED, State.FAILED),
        (State.FAILED, State.QUEUED),
        (State.BOUNCED, State.DELIVERED),
        (State.SUPPRESSED, State.QUEUED),
        (State.QUEUED, State.DELIVERED),
        (State.SEALED, State.ACCEPTED),
    ],
)
def test_what_must_never_happen(before: State, after: State) -> None:
    assert not allowed(before, after)


@pytest.mark.django_db
def test_counts_move_with_the_rows_and_the_same_results_twice_change_nothing(ana: Member, clock: HandClock) -> None:
    a_published_update(a_reached_incident(ana, affected=customers(3)))
    while fanout.step(clock.now).handled:
        pass
    batch = Batch.objects.select_related("notice").get()
    keys = list(Delivery.objects.values_list("pk", flat=True))
    results = [ledger.Result(key, State.ACCEPTED, "250 ok") for key in keys]

    assert ledger.write(batch, results, before=State.QUEUED, at=clock.now) == 3
    assert ledger.write(batch, results, before=State.QUEUED, at=clock.now) == 0
    assert ledger.move(keys[:1], to=State.BOUNCED, at=clock.now, answer="550 gone") == keys[:1]
    assert ledger.move(keys, to=State.QUEUED, at=clock.now) == []

    batch.refresh_from_db()
    assert (batch.queued, batch.accepted, batch.bounced, batch.told) == (0, 2, 1, 2)
    row = Delivery.objects.get(pk=keys[0])
    assert (row.attempts, row.accepted_at, row.answer) == (1, clock.now, "550 gone")
