"""A storm of mail: loops, bombs, fifty megabytes, broken mails, every language; and processes that die.

Starts Daylight as `./run` does, on an empty data folder, with its mail going to an independent mail server, and brings
mails to its receiver over a real socket. After each storm the database must hold every mail that was answered with 250
(and every message that the API answered with 202) exactly once, with the words and files that were sent; prints how
long it took and how much memory receiver, worker and web had at most. DATABASE_URL names an empty database for
PostgreSQL; without it everything is in SQLite.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import django

from proofs import storm
from proofs.product import browser, daylight, mail_server, require, sign_in, wait_for
from proofs.real_input import api_key
from proofs.storm import HELP, MEGABYTE, Counted, Wire

PROCESSES = ("bounces", "worker", "web")
LARGEST_GROWTH = 250 * MEGABYTE
"""Bytes by which no process may grow in any storm."""

MOST_ANSWERS = 5
"""Mails that a robot may get of us before we fall silent."""


@dataclass(frozen=True)
class Scene:
    """What the storms need."""

    folder: Path
    url: str
    port: int
    token: str
    bag: Path


def main() -> None:
    """Run the proof."""
    options = _options()
    os.environ |= {
        "DAYLIGHT_MAIL_ADDRESSES": HELP,
        "DAYLIGHT_BOUNCE_PORT": str(options.mail_port),
        "DJANGO_SETTINGS_MODULE": "daylight.config.settings",
    }
    storms = {name: storm for name, storm in STORMS.items() if not options.only or name in options.only}
    folder = Path(tempfile.mkdtemp(prefix="daylight-proof-"))
    try:
        with ExitStack() as open_:
            port, _ = open_.enter_context(mail_server(folder))
            url, link = open_.enter_context(daylight(folder, port, options.port))
            with browser() as page:
                sign_in(page, link)
            django.setup()
            scene = Scene(folder, url, options.mail_port, api_key(), folder / "mails")
            for name, blow in storms.items():
                with _measured(scene, name):
                    blow(scene)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("PROVED")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/prove mail_storm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="*", choices=sorted(STORMS), help="only these storms")
    parser.add_argument("--port", type=int, default=8540, help="where Daylight listens")
    parser.add_argument("--mail-port", type=int, default=8541, help="where its receiver does")
    return parser.parse_args()


# -- Looking -----------------------------------------------------------------------------------------------------------


def processes(folder: Path) -> dict[str, int]:
    """The processes of this installation by their command."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            mine = f"DAYLIGHT_DATA_DIR={folder}".encode() in (entry / "environ").read_bytes()
        except OSError:
            continue
        if mine and "daylight.cli" in words and "--lifeline" in words:
            found[words[words.index("daylight.cli") + 1]] = int(entry.name)
    return found


def _peak(pid: int) -> int:
    """The most memory that a process had since its mark was set back, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


@contextmanager
def _measured(scene: Scene, name: str) -> Iterator[None]:
    """Print how long a storm took, and what it took of memory."""
    before = {}
    for command, pid in processes(scene.folder).items():
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        before[command] = pid, _peak(pid)
    began = time.monotonic()
    yield
    figures = []
    for command, (pid, floor) in before.items():
        if processes(scene.folder).get(command) == pid and command in PROCESSES:
            peak = _peak(pid)
            figures.append(f"{command} {floor / MEGABYTE:.0f} -> {peak / MEGABYTE:.0f} MB")
            require(peak - floor < LARGEST_GROWTH, f"{name}: {command} grew from {floor:,} to {peak:,} bytes")
    print(
        f"{name}: {time.monotonic() - began:.1f} s in all; memory at most: {', '.join(figures) or 'killed'}", flush=True
    )


def settle(within: float = 600) -> None:
    """Wait until nothing waits to be read."""
    from daylight.listen.models import Incoming  # The rows are there once the product has started.
    from daylight.reach.models import ReturnedMail

    wait_for(
        lambda: not ReturnedMail.objects.waiting().exists() and not Incoming.objects.exists(),
        within,
        "the end of what waits to be read",
    )


def texts(prefix: str, source: str = "mailbox") -> dict[str, list[str]]:
    """What the database holds under names that begin so: the texts by name."""
    from daylight.listen.models import Message  # Likewise.

    found: dict[str, list[str]] = {}
    rows = Message.objects.filter(source=source, external_id__startswith=prefix)
    for name, text in rows.values_list("external_id", "text"):
        found.setdefault(name, []).append(text)
    return found


def conversations(address: str) -> int:
    """Conversations with this writer."""
    from daylight.listen.models import Conversation  # Likewise.

    return Conversation.objects.filter(address=address).count()


# -- The storms --------------------------------------------------------------------------------------------------------


def languages(scene: Scene) -> None:
    """Each language in each of its character sets, from left and from right."""
    wire = Wire(scene.port)
    sent = list(storm.in_languages())
    for number, (_, raw, _) in enumerate(sent):
        require(wire.send(raw, f"l{number}@mail.example") == 250, "a mail in some language was not taken")
    settle()
    found = texts("language-")
    wrong = [name for name, _, words in sent if found.get(name) != [words]]
    require(not wrong, f"these came with other words: {wrong}")
    print(f"  {len(sent)} mails in {len(storm.WORDS)} languages: every word as it was written")


def broken(scene: Scene) -> None:
    """Mails as programs write them, and thousands of broken ones."""
    from daylight.listen.models import Message  # Likewise.
    from daylight.reach.models import ReturnedMail

    def here() -> int:
        return Message.objects.filter(source="mailbox").count() + ReturnedMail.objects.count()

    wire, before = Wire(scene.port), here()
    sent = list(storm.fuzzed(3000))
    for number, raw in enumerate(sent):
        require(wire.send(raw, f"f{number}@mail.example") == 250, f"broken mail {number} was not taken")
    settle()
    aside = ReturnedMail.objects.kept_aside().count()
    require(here() - before == len(sent), f"{len(sent)} broken mails were taken and {here() - before} are here")
    print(
        f"  {len(sent):,} whole and broken mails: every one is here, {aside} of them aside because they hold no words"
    )


def large(scene: Scene) -> None:
    """Four files of 50 MB at once; one mail above the limit."""
    contents = {f"large-{number}": storm.random_file(50 * MEGABYTE, number) for number in range(4)}
    began = time.monotonic()
    with ThreadPoolExecutor(4) as senders:
        raws = {name: storm.with_file(name, content) for name, content in contents.items()}
        codes = list(senders.map(lambda one: Wire(scene.port).send(one[1], f"{one[0]}@mail.example"), raws.items()))
    taken = time.monotonic() - began
    require(codes == [250] * 4, f"the large mails were answered with {codes}")
    settle()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    _same_files(digests)
    code = Wire(scene.port).send(b"Subject: too large\r\n\r\n" + b"x" * 76 * 1_200_000, "a@mail.example")
    require(code == 552, f"a mail of 91 MB was answered with {code}")
    size = len(next(iter(raws.values())))
    print(
        f"  4 files of 50 MB ({size / MEGABYTE:.0f} MB each on the wire) at once: taken in {taken:.1f} s, byte by byte"
    )
    print("  a mail of 87 MB: 552")


def _same_files(digests: dict[str, str]) -> None:
    from daylight.listen.models import Attachment  # Likewise.

    for name, digest in digests.items():
        file = Attachment.objects.get(name=f"{name}.zip", message__external_id=f"{name}@mail.example")
        held = hashlib.sha256()
        for piece in file.pieces():
            held.update(piece)
        require(held.hexdigest() == file.sha256 == digest, f"{name} is not what was sent")


def zip_bomb(scene: Scene) -> None:
    """A gigabyte of nothing in a zip of one megabyte."""
    bomb = storm.zip_bomb()
    require(Wire(scene.port).send(storm.with_file("bomb", bomb), "z@mail.example") == 250, "the bomb was not taken")
    settle()
    _same_files({"bomb": hashlib.sha256(bomb).hexdigest()})
    print(f"  a zip of {len(bomb) / MEGABYTE:.1f} MB that holds 1 GB: kept as it came, never unpacked")


def mail_bomb(scene: Scene) -> None:
    """Ten thousand mails of one writer within a minute; others write meanwhile."""
    counted, number = Counted(), 10_000
    began = time.monotonic()
    delays: list[float] = []
    others = threading.Thread(target=_others, args=(scene, delays))
    others.start()
    with ThreadPoolExecutor(8) as senders:
        wires = threading.local()
        list(senders.map(partial(_throw, scene, wires, counted), range(number)))
    sent = time.monotonic() - began
    others.join()
    settle()
    found = texts("flood-")
    require(set(found) == counted.taken and len(found) == number, f"{number} were sent, {len(found)} are here")
    require(all(len(one) == 1 for one in found.values()), "a mail of the bomb is here twice")
    held = conversations("bomber@flood.example")
    require(held < 20, f"the bomb made {held} conversations")
    print(f"  {number:,} mails of one writer in {sent:.0f} s: all here, once, in {held} conversations; read in "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    print(f"  {len(delays)} mails of others: in the inbox after {_median(delays):.1f} s, at most {max(delays):.1f} s")
    require(max(delays) < 30, "the bomb delayed the mails of others")


def _throw(scene: Scene, wires: threading.local, counted: Counted, number: int) -> None:
    wire = wires.__dict__.setdefault("wire", Wire(scene.port))
    name = f"flood-{number}@flood.example"
    raw = storm.plain(name, "bomber@flood.example", f"Bomb {number}!", subject=f"{number * 7919 % 10_007}")
    if wire.send_until_taken(raw, "bomber@flood.example"):
        counted.note(name)


def _others(scene: Scene, delays: list[float]) -> None:
    """Another writer every two seconds: how long until their words are a message."""
    wire = Wire(scene.port)
    for number in range(15):
        name = f"other-{number}@mail.example"
        began = time.monotonic()
        wire.send_until_taken(storm.plain(name, name, f"My parcel {number} is late."), name)
        wait_for(lambda name=name: texts(name), 120, f"the mail of {name}")  # type: ignore[misc]
        delays.append(time.monotonic() - began)
        time.sleep(1)


def _median(figures: list[float]) -> float:
    return sorted(figures)[len(figures) // 2]


def loop(scene: Scene) -> None:
    """A polite robot and a rude one answer every mail of ours; each of them must soon hear nothing more."""
    wire, answered = Wire(scene.port), Counter[str]()
    polite, rude = "polite@robot.example", "rude@robot.example"
    for robot in (polite, rude):
        wire.send(storm.plain(f"loop-{robot}", robot, "Where is my order?"), robot)
    seen = 0
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        lines = scene.bag.read_text().splitlines()
        for line in lines[seen:]:
            robot = json.loads(line)["recipients"][0]
            if robot in {polite, rude}:
                answered[robot] += 1
                wire.send(_robots(robot, answered[robot]), robot)
        seen = len(lines)
        time.sleep(0.5)
    settle()
    require(max(answered.values(), default=0) <= MOST_ANSWERS, f"the robots got {dict(answered)} mails of us")
    print(f"  two robots that answer every mail, for a minute: {answered[polite]} and {answered[rude]} mails to them")


def _robots(robot: str, number: int) -> bytes:
    raw = storm.plain(
        f"loop-{number}-{robot}", robot, f"We have your mail number {number} and will look.", f"Got it {number}"
    )
    return b"Auto-Submitted: auto-replied\r\n" + raw if robot.startswith("polite") else raw


def kill(scene: Scene) -> None:
    """Receiver, worker and web are killed again and again while mails and messages come in."""
    counted, ends = Counted(), threading.Event()
    senders = [threading.Thread(target=_keep_sending, args=(scene, number, counted, ends)) for number in range(4)]
    posters = [threading.Thread(target=_keep_posting, args=(scene, number, counted, ends)) for number in range(2)]
    for thread in (*senders, *posters):
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
    for thread in (*senders, *posters):
        thread.join()
    settle(900)
    found = texts("kill-") | texts("kill-", source="api")
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


STORMS: dict[str, Callable[[Scene], None]] = {
    "languages": languages,
    "broken": broken,
    "large": large,
    "zip-bomb": zip_bomb,
    "mail-bomb": mail_bomb,
    "loop": loop,
    "kill": kill,
}

if __name__ == "__main__":
    main()
