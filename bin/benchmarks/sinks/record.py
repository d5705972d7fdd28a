"""What the far ends written in Python share with each other, and with the one in C: the record and the options."""

import asyncio
import os
import re
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from ssl import SSLContext

from benchmarks.sinks import LINE, TAKEN

MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]*)>", re.MULTILINE)


def arguments() -> Namespace:
    """The options every far end has."""
    parser = ArgumentParser()
    parser.add_argument("--record", required=True)
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds before each answer")
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--tls", default="", help="a file with certificate and key")
    parser.add_argument("--no-pipelining", action="store_true")
    parser.add_argument("--no-8bitmime", action="store_true")
    parser.add_argument("--everywhere", action="store_true", help="listen on every address of this machine")
    return parser.parse_args()


async def served(
    protocol: Callable[[], asyncio.BaseProtocol], *, tls: SSLContext | None = None, everywhere: bool = False
) -> None:
    """Listen on a free port, print it, and serve until killed."""
    address = "0.0.0.0" if everywhere else "127.0.0.1"  # noqa: S104  # So the hosts of a run find it.
    server = await asyncio.get_running_loop().create_server(protocol, address, 0, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Record:
    """Keeps nothing but who got which message, in lines of one length."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, recipient: bytes, key: bytes, size: int) -> None:
        """Write down one message."""
        line = b"%s %d %d %s %s" % (TAKEN.encode(), time.time_ns(), size, recipient[:56], key[:66])
        os.write(self._file, line.ljust(LINE - 1) + b"\n")

    def add_mail(self, recipient: bytes, body: bytes) -> None:
        """Write down one mail with its Message-ID."""
        found = MESSAGE_ID.search(body[:8192])
        self.add(recipient, found[1] if found else b"-", len(body))
