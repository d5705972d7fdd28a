"""Where the web process listens: asked on the command line or set in the environment."""

import errno
import os
import socket
from argparse import ArgumentError, ArgumentParser
from collections.abc import Sequence

from daylight.cli.commands import CannotDo


def arguments(parser: ArgumentParser) -> None:
    """Let the command line choose host and port."""
    parser.add_argument("--host", help="address to listen on (DAYLIGHT_HOST; 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (DAYLIGHT_PORT; 8000)")


def put_into_environment(words: Sequence[str]) -> None:
    """The command line wins over the environment; links, settings and children all read the environment."""
    parser = ArgumentParser(add_help=False, exit_on_error=False)
    arguments(parser)
    try:
        options, _ = parser.parse_known_args(words)
    except ArgumentError:
        return  # The command's own parser says what is wrong.
    for name in ("host", "port"):
        value = getattr(options, name)
        if value is not None:
            os.environ[f"DAYLIGHT_{name.upper()}"] = str(value)


def refuse_if_taken(host: str, port: int) -> None:
    """Raises CannotDo with the way out when nobody could listen there."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except (socket.gaierror, OverflowError):
        raise CannotDo(f"{host} port {port} is not an address of this machine.") from None
    except OSError as problem:
        raise CannotDo(
            _WAYS_OUT.get(problem.errno or 0, _OTHERWISE).format(host=host, port=port, other=port + 1)
        ) from None


_WAYS_OUT = {
    errno.EADDRINUSE: (
        "Port {port} on {host} is taken, perhaps by another Daylight. Stop that one, or choose another: --port {other}"
    ),
    errno.EACCES: "Only root may listen on port {port}. Choose one above 1023: --port 8000",
}
_OTHERWISE = "Nobody can listen on {host} port {port}: check --host, which must be an address of this machine."


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
