"""The storm in which processes die: each accepted mail and message must be there afterwards, once."""

import json
import os
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable

from proofs import storm
from proofs.forms import Writer
from proofs.looking import MEGABYTE, PROCESSES, Scene, processes, settle, texts
from proofs.product import require
from proofs.storm import Counted, Wire


def kill(scene: Scene) -> None:
    """Receiver, worker and web are killed again and again while mails and messages come in."""
    counted, ends = Counted(), threading.Event()
    senders = [threading.Thread(target=_keep_sending, args=(scene, number, counted, ends)) for number in range(4)]
    posters = [threading.Thread(target=_keep_posting, args=(scene, number, counted, ends)) for number in range(2)]
    writers = [threading.Thread(target=_keep_writing, args=(scene, number, counted, ends)) for number in range(2)]
    for thread in (*senders, *posters, *writers):
        thread.start()
    kills: Counter[str] = Counter()
    chance, deadline = random.Random(3), time.monotonic() + 60  # noqa: S311  # Not a secret.
    while time.monotonic() < deadline:
        time.sleep(chance.uniform(1.5, 3))
        command = PROCESSES[sum(kills.values()) % 3]
        pid = processes(scene.folder).get(command)
        if pid:
            os.kill(pid, signal.SIGKILL)
            kills[command] += 1
    ends.set()
    for thread in (*senders, *posters, *writers):
        thread.join()
    settle(900)
    found = texts("kill-") | texts("kill-", source="api") | _written()
    lost, doubled = counted.taken - set(found), [name for name, said in found.items() if len(said) > 1]
    require(not lost, f"{len(lost)} accepted ones are lost, such as {sorted(lost)[:5]}")
    require(not doubled, f"{len(doubled)} are here more than once, such as {doubled[:5]}")
    print(f"  {sum(kills.values())} kills ({dict(kills)}) while {len(counted.taken):,} were accepted and"
          f" {counted.lost_connections} connections broke: each accepted one is here, once")  # fmt: skip


def _keep_sending(scene: Scene, sender: int, counted: Counted, ends: threading.Event) -> None:
    wire, number = Wire(scene.port), 0
    while not ends.is_set():
        name = f"kill-{sender}-{number}@mail.example"
        address = f"k{sender}-{number}@mail.example"
        raw = storm.plain(name, address, f"Number {number} of {sender}.")
        raw = (
            storm.with_file(name.partition("@")[0], storm.random_file(2 * MEGABYTE, number))
            if number % 20 == 7
            else raw
        )
        while not ends.is_set():
            if wire.send(raw, address) == 250:
                counted.note(name)
                break
            counted.broke()
            time.sleep(0.3)
        number += 1
        time.sleep(0.005)


def _keep_posting(scene: Scene, poster: int, counted: Counted, ends: threading.Event) -> None:
    number = 0
    while not ends.is_set():
        name = f"kill-api-{poster}-{number}"
        body = json.dumps({"messages": [{"id": name, "text": f"Message {number}."}]}).encode()
        if _until(ends, lambda body=body: _post(scene, body), counted):  # type: ignore[misc]
            counted.note(name)
        number += 1
        time.sleep(0.02)


def _keep_writing(scene: Scene, number: int, counted: Counted, ends: threading.Event) -> None:
    writer, written = Writer(scene.url, number), 0
    while not ends.is_set():
        words = f"kill-form-{number}-{written}"
        if _until(ends, lambda words=words: writer.say(words), counted):  # type: ignore[misc]
            counted.note(words)
        written += 1
        time.sleep(0.02)


def _written() -> dict[str, list[str]]:
    """What came by the form, by its words: its names are made by the form."""
    from daylight.listen.models import Message  # The rows are there once the product has started.

    found: dict[str, list[str]] = {}
    for text in Message.objects.filter(source="form", text__startswith="kill-").values_list("text", flat=True):
        found.setdefault(text, []).append(text)
    return found


def _until(ends: threading.Event, act: Callable[[], bool], counted: Counted) -> bool:
    while not ends.is_set():
        if act():
            return True
        counted.broke()
        time.sleep(0.3)
    return False


def _post(scene: Scene, body: bytes) -> bool:
    headers = {"Authorization": f"Bearer {scene.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{scene.url}/api/v1/messages", body, headers)  # noqa: S310  # Our own server.
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # Likewise.
            return bool(200 <= answer.status < 300)
    except (urllib.error.URLError, OSError, ValueError):
        return False
