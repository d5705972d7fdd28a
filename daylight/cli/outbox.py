"""The outbox is a mail server on this machine's loopback: while no real one is connected, mail goes to it and stays
here, where the crew can read it in the browser. Nothing is sent to the world."""

import socket
from argparse import ArgumentParser, Namespace

from django.conf import settings

from daylight.cli.commands import CannotDo
from daylight.cli.lifeline import hold_to
from daylight.cli.running import hold_shared
from daylight.reach import outbox


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument(
        "--port", type=int, help="loopback port; DAYLIGHT_OUTBOX_PORT, or a free one, when it is not given"
    )
    parser.add_argument("--lifeline", type=int, metavar="FD", help="for the supervisor: end when this pipe closes")


def run(options: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    port = settings.OUTBOX_PORT if options.port is None else options.port
    if port:
        _refuse_if_taken(port)
    if options.lifeline is not None:
        hold_to(options.lifeline)
    hold_shared(settings.DATA_DIR)
    outbox.serve(port)
    return 0


def _refuse_if_taken(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as problem:
        raise CannotDo(
            f"Port {port} cannot be used for the outbox ({problem.strerror}). Name another with --port, or 0."
        ) from None
