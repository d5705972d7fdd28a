"""Hosts on one machine: network namespaces, each joined to ours by a cable that can be cut. Needs root and `ip`."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

HERE = "10.213.0.1"
"""Where every host finds us: the sink and the database."""

NETWORK = "10.213.0.0/16"


class Host:
    """One host; `number` from 1."""

    def __init__(self, number: int) -> None:
        self.name = f"dlb{number}"
        self._ours, self._own = f"10.213.{number}.1", f"10.213.{number}.2"
        self._cable = f"{self.name}-cable"
        self.is_cut = False

    @property
    def prefix(self) -> list[str]:
        """What to put before a command, so that it runs there."""
        return ["ip", "netns", "exec", self.name]

    def make(self) -> None:
        """Lay the cable."""
        _ip("netns", "add", self.name)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        _ip("addr", "add", f"{self._ours}/30", "dev", self._cable)
        _ip("link", "set", self._cable, "up")
        for words in (
            ["addr", "add", f"{self._own}/30", "dev", "eth0"],
            ["link", "set", "eth0", "up"],
            ["link", "set", "lo", "up"],
            ["route", "add", "default", "via", self._ours],
        ):
            _ip("-n", self.name, *words)

    def cut(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self.is_cut = True
        _ip("link", "set", self._cable, "down")

    def mend(self) -> None:
        """It passes again."""
        self.is_cut = False
        _ip("link", "set", self._cable, "up")

    def remove(self) -> None:
        """Take it all away."""
        subprocess.run(["ip", "netns", "del", self.name], check=False)


@contextmanager
def joined(count: int) -> Iterator[list[Host]]:
    """So many hosts; none for 0."""
    if not count:
        yield []
        return
    if os.geteuid() != 0 or not shutil.which("ip"):
        raise SystemExit("Hosts need root, and ip (apt install iproute2).")
    hosts = [Host(number) for number in range(1, count + 1)]
    _ip("addr", "add", f"{HERE}/32", "dev", "lo")
    try:
        for host in hosts:
            host.make()
        yield hosts
    finally:
        for host in hosts:
            host.remove()
        _ip("addr", "del", f"{HERE}/32", "dev", "lo")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
