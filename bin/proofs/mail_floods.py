"""Storms of too many mails: ten thousand of one writer, and machines that answer each of ours."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from proofs import storm
from proofs.looking import Scene, conversations, settle, texts
from proofs.product import require, wait_for
from proofs.storm import Counted, Wire

BOMBER = "bomber@flood.example"
SENDERS = 40
"""Connections by which the bomb comes."""

MOST_ANSWERS = 5
"""Mails that a robot may get of us before we fall silent."""


def mail_bomb(scene: Scene) -> None:
    """Ten thousand mails of one writer within a minute; others write meanwhile."""
    counted, number = Counted(), 10_000
    began = time.monotonic()
    delays: list[float] = []
    others = threading.Thread(target=_others, args=(scene, delays))
    others.start()
    with ThreadPoolExecutor(SENDERS) as senders:
        wires = threading.local()
        list(senders.map(partial(_throw, scene, wires, counted), range(number)))
    sent = time.monotonic() - began
    others.join()
    settle()
    found = texts("flood-")
    require(set(found) == counted.taken and len(found) == number, f"{number} were sent, {len(found)} are here")
    require(all(len(one) == 1 for one in found.values()), "a mail of the bomb is here twice")
    read = time.monotonic() - began
    held, answers = conversations(BOMBER), _mails_to(scene, BOMBER)
    require(held == 1, f"the bomb made {held} conversations")
    require(answers <= 1, f"the bomber got {answers} mails of us")
    print(
        f"  {number:,} mails of one writer in {sent:.0f} s: all here, once, in one conversation, read in {read:.0f} s;"
    )
    print(f"  mails of ours to the writer: {answers}")
    print(f"  {len(delays)} mails of others: in the inbox after {_median(delays):.1f} s, at most {max(delays):.1f} s")
    require(max(delays) < 30, "the bomb delayed the mails of others")


def _throw(scene: Scene, wires: threading.local, counted: Counted, number: int) -> None:
    wire = wires.__dict__.setdefault("wire", Wire(scene.port))
    name = f"flood-{number}@flood.example"
    raw = storm.plain(name, BOMBER, f"Bomb {number}!", subject=f"{number * 7919 % 10_007}")
    if wire.send_until_taken(raw, BOMBER):
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


def _mails_to(scene: Scene, address: str) -> int:
    """Mails that left for this address."""
    lines = scene.bag.read_text().splitlines()
    return sum(json.loads(line)["recipients"] == [address] for line in lines)


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
