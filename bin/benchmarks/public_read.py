"""Requests a second of the public page at 64 and 256 clients, against a Django view with three queries.

Both are served by the same server (granian, two processes) on this machine and say the same page; the peer asks the
database three questions and renders our template for each request, as status pages with an ORM behind them do. The
load comes from wrk when it is installed, else from a small client in Python that is itself the limit; the remark says
which, with the 99th percentile of the answer time. Seconds are for 10,000 requests.
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.frame import Measure

SIZES = (64, 256)
SECONDS = 6
REQUESTS = 10_000


def measure(size: int) -> Measure:
    """The page from memory, in front of Django."""
    return served("daylight.config.wsgi:application", clients=size)


def peer(size: int) -> Measure:
    """The page from a Django view, three queries and a template for each request."""
    return served("benchmarks.public_read:peer_application", "--factory", clients=size)


def served(application: str, *options: str, clients: int) -> Measure:
    """Start a server for the application and load it."""
    make_world()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    words += ["--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "error", *options, application]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "daylight.config.settings"}
    server = subprocess.Popen(words, env=environment)
    try:
        body = first_answer(port)
        load(port, clients, 1)
        rate, remark = load(port, clients, SECONDS)
    finally:
        server.terminate()
        server.wait()
    return Measure(things=REQUESTS, seconds=REQUESTS / rate, remark=f"{remark}, page {len(body) / 1024:.0f} KB")


def make_world() -> None:
    """A dozen components, forty past incidents, one open, published."""
    from daylight.incidents.words import ComponentState
    from daylight.pages import publishing
    from daylight.pages.tests.makers import a_component, a_told_incident, resolve

    now = datetime.now(UTC)
    parts = [a_component(f"Part {number}", section=f"Section {number // 4}") for number in range(12)]
    for number in range(40):
        began = now - timedelta(days=2 * number + 1)
        past = a_told_incident(began, headline="Parcels late", impacts={parts[number % 12]: ComponentState.DEGRADED})
        resolve(past, began + timedelta(hours=2), headline="Parcels on their way")
    a_told_incident(now, headline="Card payments fail", impacts={parts[0]: ComponentState.MAJOR_OUTAGE})
    publishing.refresh(now)


def first_answer(port: int) -> bytes:
    """The page, as soon as the server answers."""
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/")
            answer = connection.getresponse()
            body = answer.read()
        except OSError:
            time.sleep(0.1)
            continue
        if answer.status != 200 or b"Card payments fail" not in body:
            raise RuntimeError(f"The page is not what it should be: {answer.status}.")
        return body
    raise RuntimeError("The server did not answer within ten seconds.")


def load(port: int, clients: int, seconds: int) -> tuple[float, str]:
    """Requests a second, and how they were measured."""
    if shutil.which("wrk") is None:
        return load_by_python(port, clients, seconds)
    words = ["wrk", "-t2", f"-c{clients}", f"-d{seconds}s", "--latency", "--timeout", "5s", f"http://127.0.0.1:{port}/"]
    said = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    tail = re.search(r"99%\s+(\S+)", said)
    if rate is None or tail is None:
        raise RuntimeError(f"wrk said something else than expected:\n{said}")
    trouble = re.search(r"timeout (\d+)", said)
    timed_out = f", {trouble[1]} timed out" if trouble and trouble[1] != "0" else ""
    if float(rate[1]) == 0:
        return 1 / seconds, f"wrk, none answered in {seconds} s, counted as one"
    return float(rate[1]), f"wrk, p99 {tail[1]}{timed_out}"


def load_by_python(port: int, clients: int, seconds: int) -> tuple[float, str]:
    """As `load`, with threads of this process: good for the ratio, too slow for the figure."""
    times: list[float] = []
    until = time.monotonic() + seconds

    def read() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while (began := time.monotonic()) < until:
            connection.request("GET", "/")
            connection.getresponse().read()
            times.append(time.monotonic() - began)

    threads = [threading.Thread(target=read) for _ in range(min(clients, 64))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p99 = sorted(times)[int(len(times) * 0.99)] if times else 0.0
    return max(len(times) / seconds, 0.01), f"Python client, p99 {p99 * 1000:.0f} ms"


def peer_application() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """A Django application whose only page is the peer's view; granian calls this once per process."""
    import django

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse
    from django.urls import path, set_urlconf

    from daylight.accounts.models import Organisation
    from daylight.incidents.models import Component, Update
    from daylight.pages import reading, rendering
    from daylight.pages.models import Page

    known = reading.read(Page.main(datetime.now(UTC)), now=datetime.now(UTC))

    def view(request: HttpRequest) -> HttpResponse:
        Organisation.get()
        list(Component.objects.filter(is_public=True))
        list(Update.objects.filter(state=Update.State.PUBLISHED).select_related("incident"))
        return HttpResponse(rendering.now_page(known))

    class Addresses:
        urlpatterns = [path("", view)]

    class Handler(WSGIHandler):
        def get_response(self, request: Any) -> Any:
            request.urlconf = Addresses
            set_urlconf(Addresses)  # type: ignore[arg-type]
            return super().get_response(request)

    return Handler()
