"""Opens every screen of the inbox over so many conversations, many times each, and prints the slowest 5 % of each.

What counts is the 95th percentile of the slowest screen: no page and no count may grow with the number of
conversations. Beside it stand what the screen takes of the processor and of the database, which a busy machine spoils
less, and any statement that takes long.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator

from benchmarks.frame import Measure

SIZES = (10_000, 1_000_000)
RUNS = 20
TOGETHER = 500
"""Messages that are taken in on top, for the price that the words and the indexes put on intake."""

LONG = 0.03
"""Seconds from which on a statement is named."""


def measure(size: int) -> Measure:
    """Fill, take some more in, then open each screen again and again."""
    from django.test import Client

    from benchmarks.listening.filling import filled
    from benchmarks.listening.looking import Look
    from daylight.accounts.models import Member

    began = time.monotonic()
    there = filled(size)
    print(f"  filled {size:,} in {time.monotonic() - began:.0f} s", file=sys.stderr)
    each = intake()
    print(f"  taken in on top: {1 / each:,.0f} messages a second", file=sys.stderr)
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get())
    found = {}
    for name, address in screens(there.conversation, there.incident):
        look = Look.at(client, address, RUNS)
        found[name] = look.late
        print(f"  {name:<36}{look}", file=sys.stderr, flush=True)
        for seconds, statement in look.long(LONG):
            print(f"      {seconds * 1000:.0f} ms: {statement}", file=sys.stderr)
    slowest = max(found, key=lambda name: found[name])
    told = {name: round(seconds * 1000) for name, seconds in found.items()} | {"intake a second": round(1 / each)}
    return Measure(things=1, seconds=found[slowest], remark=f"slowest: {slowest}; " + json.dumps(told))


def screens(conversation: str, incident) -> Iterator[tuple[str, str]]:  # type: ignore[no-untyped-def]
    """Each screen by what a member calls it."""
    from daylight.listen import listing

    inbox = "/desk/inbox/"
    for show in listing.SHOWN:
        yield f"the list: {show}", f"{inbox}?show={show}"
    yield from _further_on(inbox)
    for name, value in (("source", "api"), ("kind", "idea"), ("language", "fi"), ("incident", incident.pk)):
        for show in ("needs", "all", "closed"):
            yield f"{show}, one {name}", f"{inbox}?show={show}&{name}={value}"
    for words in ("parcel", "rare4711", "parcel saturday", "parc", "Adler", "c777@shop.example"):
        yield f"found by {words}", f"{inbox}?q={words}"
    yield "one conversation", f"{inbox}conversation/{conversation}/"
    yield "what is told (poll)", f"{inbox}told/"
    yield "who has how much", f"{inbox}load/"
    yield "answer all of an incident", f"{inbox}answer/?incident={incident.public_id}"
    yield "question cards", f"{inbox}cards/"
    yield "panel of an incident", f"{inbox}incidents/{incident.public_id}/"
    yield "panel of a customer", f"{inbox}customers/777/"
    yield "Today", "/desk/"


def _further_on(inbox: str) -> Iterator[tuple[str, str]]:
    from daylight.accounts.models import Member
    from daylight.listen import listing
    from daylight.listen.listing import Asked

    member = Member.objects.get()
    for show in ("needs", "all", "closed"):
        asked = Asked(show=show)
        for _ in range(20):
            asked = Asked(show=show, after=listing.page(asked, by=member).next)
        yield f"the list: {show}, 20 pages on", f"{inbox}?show={show}&after={asked.after}"


def intake() -> float:
    """Seconds for each further message."""
    from django.utils import timezone

    from daylight.listen import accepting, taking_in
    from daylight.listen.said import Said

    now, run = timezone.now(), uuid.uuid4().hex[:8]
    text = "My parcel did not come on Saturday and nobody can tell me where it is, please look for it. " * 3
    said = [
        Said("api", f"more-{run}-{number}", now, text, channel="email", address=f"{run}-{number}@mail.example")
        for number in range(TOGETHER * 4)
    ]
    accepting.accept(said, at=now)
    began = time.perf_counter()
    while taking_in.step(now).handled:
        pass
    return (time.perf_counter() - began) / len(said)
