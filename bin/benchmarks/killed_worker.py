"""Tells customers by mail while the worker is killed (kill -9) again and again; fails when one is lost or told twice.

An independent mail server in a process of its own writes down each recipient and Message-ID before it answers. KILLS
in the environment says how often (10 when absent); the kills are spread over the whole fan-out.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.frame import Measure
from benchmarks.sink import LINE

SIZES = (50_000,)
CONNECTIONS = 4
STUCK_AFTER = 300.0
"""Seconds without any progress after which the run is given up."""


def measure(size: int) -> Measure:
    """Everything from the published update to the last row of the ledger, kills and restarts included."""
    return told(size, kills=int(os.environ.get("KILLS", "10")))


def told(size: int, *, kills: int, sink_kind: str = "strict") -> Measure:
    """Tell `size` customers with `kills` deaths of the worker on the way, and check the ledger against the sink."""
    folder = Path(os.environ["DAYLIGHT_DATA_DIR"])
    record = folder / "sink"
    words = [sys.executable, "-m", "benchmarks.sink", sink_kind, str(record)]
    sink = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        port = int(sink.stdout.readline() if sink.stdout else 0)
        publish(size)
        return _run(size, kills, record, {**os.environ, "DAYLIGHT_SMTP_URL": f"smtp://127.0.0.1:{port}"})
    finally:
        sink.kill()
        sink.wait()


def _run(size: int, kills: int, record: Path, environment: dict[str, str]) -> Measure:
    from daylight.reach.models import Batch, Notice

    marks = [size * number // (kills + 1) for number in range(1, kills + 1)]
    began = time.monotonic()
    worker = _start_worker(environment)
    moved_at, seen = began, 0
    first_at = 0.0
    try:
        while True:
            time.sleep(0.02)
            count = _lines(record)
            if count != seen:
                first_at = first_at or time.monotonic()
                moved_at, seen = time.monotonic(), count
            if marks and count >= marks[0]:
                marks.pop(0)
                os.kill(worker.pid, signal.SIGKILL)
                worker.wait()
                worker = _start_worker(environment)
            elif not marks and count >= size - 8 * kills - 8:
                written = Notice.objects.filter(written_at__isnull=False).exists()
                if written and not Batch.objects.filter(due_at__isnull=False).exists():
                    break
            if time.monotonic() - moved_at > STUCK_AFTER or worker.poll() is not None:
                raise SystemExit(f"stuck at {count} of {size}, worker {worker.poll()}")
        own = "" if kills else f"; {_cpu_seconds(worker.pid) / size * 1e6:.0f} us of the worker's CPU per message"
    finally:
        worker.terminate()
        worker.wait()
    remark = _check(size, kills, record, first_at - began) + own
    return Measure(things=size, seconds=moved_at - first_at, remark=remark)


def _cpu_seconds(process: int) -> float:
    """User and system time of a process so far: a figure that a busy machine does not spoil."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _check(size: int, kills: int, record: Path, until_first: float) -> str:
    """Compare ledger and sink to the row; a sentence with the figures. Fails when they disagree."""
    from daylight.reach.keys import read_delivery_key
    from daylight.reach.models import Batch, Delivery
    from daylight.reach.moves import State

    came = Counter(line.split()[0] for line in record.read_text().splitlines())
    for line in record.read_text().splitlines()[:100]:
        read_delivery_key(line.split()[1].strip("<>").rpartition("@")[0])
    ledger = dict(Delivery.objects.values_list("contact_point__address", "state"))
    doubtful = {address for address, state in ledger.items() if state == State.IN_DOUBT}
    accepted = {address for address, state in ledger.items() if state == State.ACCEPTED}
    twice = [address for address, times in came.items() if times > 1]
    lost = accepted - set(came)
    unknown = set(came) - accepted - doubtful
    counts = sum(batch.accepted + batch.in_doubt for batch in Batch.objects.all())
    for wrong, says in (
        (len(ledger) != size, f"{len(ledger)} rows for {size} customers"),
        (twice, f"told twice: {twice[:5]}"),
        (lost, f"in the ledger and never at the sink: {sorted(lost)[:5]}"),
        (unknown, f"at the sink and not in the ledger: {sorted(unknown)[:5]}"),
        (len(accepted) + len(doubtful) != size, "some are neither told nor in doubt"),
        (len(doubtful) > CONNECTIONS * kills, f"{len(doubtful)} in doubt, more than connections times kills"),
        (counts != size, f"the counts of the batches say {counts}"),
    ):
        if wrong:
            raise SystemExit(says)
    arrived = len(doubtful & set(came))
    return (
        f"{kills} kills: 0 lost, 0 twice, {len(doubtful)} in doubt ({arrived} had arrived);"
        f" first message after {until_first:.1f} s"
    )


def publish(size: int) -> None:
    """An incident with `size` affected customers, and a published update that nobody has been told yet."""
    from daylight.accounts.models import Member
    from daylight.customers.models import ContactPoint, Customer
    from daylight.incidents.models import AffectedCustomer, Incident, RegisterVersion, Update, UpdateText

    now = datetime.now().astimezone()
    ana = Member.objects.create_user(email="ana@firm.example", name="Ana", password="x" * 12)
    incident = Incident.objects.create(
        kind="outage",
        severity=2,
        title="Checkout fails",
        occurred_at=now,
        aware_at=now,
        opened_at=now,
        opened_by=ana,
        made_public_at=now,
        made_public_by=ana,
    )
    for start in range(0, size, 10_000):
        numbers = range(start, min(start + 10_000, size))
        customers = Customer.objects.bulk_create(
            Customer(
                name=f"Zoë Adler {number}",
                language=("en", "de")[number % 2],
                time_zone=("Europe/Berlin", "Europe/Lisbon", "")[number % 3],
                created_at=now,
                updated_at=now,
            )
            for number in numbers
        )
        ContactPoint.objects.bulk_create(
            ContactPoint(customer=customer, channel="email", address=f"c{number}@shop.example", created_at=now)
            for number, customer in zip(numbers, customers, strict=True)
        )
        AffectedCustomer.objects.bulk_create(
            AffectedCustomer(
                incident=incident,
                customer=customer,
                reason="Your shop uses our checkout",
                since=now,
                added_at=now,
                added_in=1,
            )
            for customer in customers
        )
    RegisterVersion.objects.create(incident=incident, number=1, frozen_at=now, added=size, total=size)
    update = Update.objects.create(
        incident=incident,
        number=1,
        state=Update.State.PUBLISHED,
        stage="identified",
        written_at=now,
        published_at=now,
        next_update_by=now + timedelta(minutes=30),
    )
    for language in ("en", "de"):
        UpdateText.objects.create(
            update=update,
            language=language,
            headline="Checkout fails for card payments",
            what="Card payments fail at the last step. Your customers see an error and nothing is charged.",
            who="Shops that use our checkout.",
            why="",
            doing="We go back to yesterday's version of the payment page.",
            meanwhile="Offer payment by invoice, or ask your customers to try again after 15:00.",
        )


def _start_worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "daylight.cli", "worker", "--only", "reach.fan_out", "--only", "reach.send"]
    return subprocess.Popen(words, env=environment, start_new_session=True)


def _lines(record: Path) -> int:
    """How many messages the sink has taken: each line has the same length."""
    return record.stat().st_size // LINE if record.exists() else 0
