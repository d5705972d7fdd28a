"""Somebody outside hears from us every minute, and hears nothing once a loop is in trouble."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django.fixtures import Settings

from conftest import HandClock
from daylight.core.models import Heartbeat
from daylight.worker.loops import NotHeard, call_the_watcher


class Watcher(HTTPServer):
    """A watcher on loopback that counts what it hears and answers as told."""

    heard = 0
    answer = 200


class Ear(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Watcher)
        self.server.heard += 1
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def watcher(settings: Settings) -> Iterator[Watcher]:
    server = Watcher(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.DEAD_MAN_URL = f"http://127.0.0.1:{server.server_port}/ping"
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db
def test_the_watcher_hears_us_while_all_is_well_and_nothing_once_a_loop_is_red(
    watcher: Watcher, clock: HandClock
) -> None:
    Heartbeat.objects.create(loop="reach.send", turned_at=clock.now, quiet_at=clock.now + timedelta(minutes=1))

    call_the_watcher(clock.now)
    assert watcher.heard == 1

    call_the_watcher(clock.move(minutes=5))
    assert watcher.heard == 1


@pytest.mark.django_db
def test_a_watcher_that_says_no_is_a_problem_of_the_loop(watcher: Watcher, clock: HandClock) -> None:
    watcher.answer = 404

    with pytest.raises(NotHeard):
        call_the_watcher(clock.now)


@pytest.mark.django_db
def test_without_a_watcher_nobody_is_called(settings: Settings, clock: HandClock) -> None:
    settings.DEAD_MAN_URL = ""

    assert call_the_watcher(clock.now).handled == 0
