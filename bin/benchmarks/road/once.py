"""One run in a process of its own, on the database the environment names: prepares it, or tells everybody in it.

The first word says which; the second holds the options as JSON. The last line of output is the result as JSON.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from benchmarks.road import audience, counting, processes
from benchmarks.road.disks import Ballast
from benchmarks.road.hosts import HERE, Host, joined
from benchmarks.road.rates import largest_deviation, spread
from benchmarks.road.troubles import Happened, Troubles
from benchmarks.road.watch import Times, until_told
from benchmarks.road.workers import Worker, wait_until_quiet
from benchmarks.sinks import Sink


@dataclass(frozen=True)
class Options:
    """What is asked of one run. `database_pid` is the root of the server's processes, 0 when there is none here."""

    recipients: int
    workers: int = 1
    http: bool = False
    sink: str = "compiled"
    latency: float = 0.0
    tls: str = ""
    rate: int | None = None
    connections: int | None = None
    database_pid: int = 0
    nasty: int = 0
    without: tuple[str, ...] = ()
    kills: int = 0
    crashes: int = 0
    cuts: int = 0
    full_disks: int = 0
    hosts: bool = False
    seed: int = 1

    @property
    def has_trouble(self) -> bool:
        """Whether workers will have reason to complain."""
        return bool(self.crashes or self.cuts or self.full_disks)


@dataclass(frozen=True)
class Told:
    """What one run showed. CPU is in microseconds a message.

    `may_be_in_doubt` counts the connections that were open to the sink when trouble came over them, and those that the
    sink broke. `arrivals` are messages at the sink in each of fifty equal parts of the time: they show
    where it stood still.
    """

    messages: int
    seconds: float
    first_seconds: float
    ledger_seconds: float
    cpu_workers: float
    cpu_database: float
    cpu_sink: float
    worker_share: float
    pss_mb: float
    rss_mb: float
    rest_mb: float
    deviation: float | None
    count: dict[str, int | str]
    arrivals: list[int]
    happened: dict[str, int] = field(default_factory=dict)
    may_be_in_doubt: int = 0
    per_second: float = field(default=0.0)


def tell(options: Options, folder: Path) -> Told:
    """Connect the sink, start the workers, publish, and watch until the last reply."""
    certificate = Path(options.tls) if options.tls else None
    with (
        TemporaryDirectory(prefix="daylight-bench-") as apart,
        joined(options.workers if options.hosts else 0) as hosts,
        Sink(
            options.sink,
            Path(apart),
            http=options.http,
            latency=options.latency,
            certificate=certificate,
            nasty=options.nasty,
            without=options.without,
            everywhere=options.hosts,
        ) as sink,
    ):
        audience.connect(
            HERE if options.hosts else "127.0.0.1",
            sink.port,
            http=options.http,
            certificate=certificate,
            rate=options.rate,
            connections=options.connections,
        )
        workers = list(_started(options, folder, hosts))
        try:
            wait_until_quiet(workers)
            troubles = Troubles(
                Happened(options.kills, options.crashes, options.cuts, options.full_disks),
                seed=options.seed,
                size=options.recipients,
                workers=workers,
                port=sink.port,
                hosts=hosts,
                ballast=Ballast(folder) if options.full_disks else None,
            )
            return _told(options, sink, troubles)
        finally:
            for worker in workers:
                worker.stop()


def _started(options: Options, folder: Path, hosts: list[Host]) -> Iterator[Worker]:
    """The workers: side by side on one data folder, or each on a host and a folder of its own."""
    for number in range(options.workers):
        environment = _environment(options)
        if hosts:
            own = folder / hosts[number].name
            own.mkdir()
            environment |= {
                "DAYLIGHT_DATA_DIR": str(own),
                "DATABASE_URL": environment["DATABASE_URL_FROM_HOSTS"],
            }
        yield Worker(environment, prefix=hosts[number].prefix if hosts else ())


def _told(options: Options, sink: Sink, troubles: Troubles) -> Told:
    workers = troubles.workers
    before = _cpu(options, sink, workers)
    rest = max(processes.memory_mb(worker.pid)[0] for worker in workers)
    roots = {str(number): worker.pid for number, worker in enumerate(workers)}
    began = time.time()
    with processes.MemoryWatch(roots) as memory:
        audience.publish()
        times = until_told(sink, troubles, recipients=options.recipients, began=began)
    after = _cpu(options, sink, workers)
    used = [now - then for now, then in zip(after, before, strict=True)]
    counted = counting.count(sink, options.recipients, by_key=options.http)
    return _result(options, times, used, counted, memory=memory, rest=rest, happened=troubles.happened, sink=sink)


def _result(
    options: Options,
    times: Times,
    used: list[float],
    counted: counting.Count,
    *,
    memory: processes.MemoryWatch,
    rest: float,
    happened: Happened,
    sink: Sink,
) -> Told:
    told = counted.accepted + counted.in_doubt
    each = 1e6 / max(told, 1)
    peaks = list(memory.peaks.values())
    return Told(
        messages=told,
        seconds=times.last - times.began,
        first_seconds=times.first - times.began,
        ledger_seconds=times.written - times.began,
        cpu_workers=used[0] * each,
        cpu_database=used[1] * each,
        cpu_sink=used[2] * each,
        worker_share=used[0] / max(times.last - times.began, 0.001),
        pss_mb=max(pss for pss, _ in peaks),
        rss_mb=max(rss for _, rss in peaks),
        rest_mb=rest,
        deviation=largest_deviation((line.at for line in sink.lines()), options.rate) if options.rate else None,
        count=asdict(counted),
        arrivals=spread((line.at for line in sink.lines() if line.came), times.began, times.last),
        happened=asdict(happened),
        may_be_in_doubt=happened.open_then + counted.troubles,
        per_second=told / max(times.last - times.began, 0.001),
    )


def _cpu(options: Options, sink: Sink, workers: list[Worker]) -> list[float]:
    database = processes.cpu_seconds(options.database_pid) if options.database_pid else 0.0
    return [sum(processes.cpu_seconds(worker.pid) for worker in workers), database, sink.cpu_seconds()]


def _environment(options: Options) -> dict[str, str]:
    environment = dict(os.environ)
    if options.tls:  # Python trusts what this file holds, as an operator with a house authority sets it.
        environment["SSL_CERT_FILE"] = options.tls
    environment["DAYLIGHT_ALLOW_PRIVATE_ADDRESSES"] = "127.0.0.1"
    return environment


def main(act: str, given: str) -> None:
    """Prepare or tell."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that nothing started here outlives it.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daylight.config.settings")
    django.setup()
    options = Options(**json.loads(given))
    if act == "prepare":
        audience.prepare(options.recipients)
        print("{}")
    else:
        print(json.dumps(asdict(tell(options, Path(os.environ["DAYLIGHT_DATA_DIR"])))))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
