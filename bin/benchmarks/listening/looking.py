"""How long a page takes, and where it spends its time."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client


@dataclass
class Look:
    """What was seen of one page: seconds of each look, of the processor and of the database, and of each statement."""

    took: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    statements: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def at(cls, client: Client, address: str, times: int) -> "Look":
        """Look so many times, after one that warms up."""
        client.get(address)
        look = cls()
        for _ in range(times):
            look._once(client, address)
        return look

    def _once(self, client: Client, address: str) -> None:
        asked: list[float] = []

        def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            began = time.perf_counter()
            try:
                return execute(sql, *rest)
            finally:
                asked.append(time.perf_counter() - began)
                self.statements[sql].append(asked[-1])

        busy, began = time.process_time(), time.perf_counter()
        with connection.execute_wrapper(watch):
            answer = client.get(address)
        self.took.append(time.perf_counter() - began)
        self.processor.append(time.process_time() - busy)
        self.database.append(sum(asked))
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    @property
    def late(self) -> float:
        """The seconds that 95 of 100 looks do not exceed."""
        return sorted(self.took)[int(len(self.took) * 0.95) - 1]

    def long(self, least: float) -> Iterator[tuple[float, str]]:
        """Statements that take at least so many seconds in the median."""
        for sql, seconds in self.statements.items():
            if median(seconds) >= least:
                yield median(seconds), sql[sql.find(" FROM ") :][:400]

    def __str__(self) -> str:
        times = (self.late, min(self.took), median(self.processor), median(self.database))
        late, quickest, processor, database = (1000 * seconds for seconds in times)
        return f"{late:>6.0f} ms, quickest {quickest:.0f}; processor {processor:.0f}, database {database:.0f}"
