"""/healthz tells a watcher outside whether the machine is alive, and tells nothing else."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client

from conftest import HandClock
from daylight.core.models import Heartbeat
from daylight.worker.registry import LOOPS


def all_loops_turned(clock: HandClock) -> None:
    for loop in LOOPS:
        Heartbeat.objects.create(loop=loop.name, turned_at=clock.now, quiet_at=clock.now + timedelta(minutes=1))


@pytest.mark.django_db
def test_all_well_is_200(client: Client, clock: HandClock) -> None:
    all_loops_turned(clock)

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {
        "well": True,
        "says": "Everything turns.",
        "loops": {loop.name: "All is well." for loop in LOOPS},
    }


@pytest.mark.django_db
def test_a_silent_worker_is_503_with_a_sentence_per_loop(client: Client, clock: HandClock) -> None:
    all_loops_turned(clock)
    clock.move(minutes=10)

    answer = client.get("/healthz")

    assert answer.status_code == (503 if LOOPS else 200)
    assert set(answer.json()["loops"].values()) <= {"It last turned 10 minutes ago: is the worker running?"}


@pytest.mark.django_db
def test_what_went_wrong_stays_inside(client: Client, clock: HandClock) -> None:
    all_loops_turned(clock)
    Heartbeat.objects.update(problem="IntegrityError: ada@customer.example exists")

    assert "ada@customer.example" not in client.get("/healthz").content.decode()


@pytest.mark.django_db
def test_an_absent_database_is_said(client: Client) -> None:
    def away(*_: object) -> None:
        raise OperationalError("could not connect to server")

    with connection.execute_wrapper(away):
        answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["says"] == "The database cannot be reached."
