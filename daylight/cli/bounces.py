"""Receives mail that comes back, by SMTP or LMTP, on the ports that the settings name; the worker reads it."""

import socket
from argparse import ArgumentParser, Namespace

from django.conf import settings

from daylight.cli.commands import CannotDo
from daylight.cli.lifeline import hold_to
from daylight.cli.running import hold_shared
from daylight.reach.inbound import receiver


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("--lifeline", type=int, metavar="FD", help="for the supervisor: end when this pipe closes")


def run(options: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    ports = {"DAYLIGHT_BOUNCE_PORT": settings.BOUNCE_PORT, "DAYLIGHT_BOUNCE_LMTP_PORT": settings.BOUNCE_LMTP_PORT}
    if not any(ports.values()):
        raise CannotDo(f"Nothing to listen on: set {' or '.join(ports)}.")
    for name, port in ports.items():
        _refuse_if_taken(name, port)
    if options.lifeline is not None:
        hold_to(options.lifeline)
    hold_shared(settings.DATA_DIR)
    receiver.serve(host=settings.BOUNCE_HOST, smtp_port=settings.BOUNCE_PORT, lmtp_port=settings.BOUNCE_LMTP_PORT)
    return 0


def _refuse_if_taken(name: str, port: int) -> None:
    if not port:
        return
    try:
        socket.create_server((settings.BOUNCE_HOST, port)).close()
    except OSError as problem:
        raise CannotDo(
            f"{settings.BOUNCE_HOST} port {port} cannot be used ({problem.strerror}). Change {name}."
        ) from None
