"""The web processes answer everybody: the world's status page from memory, the crew's desk from the database.
Put nginx or another proxy in front for TLS (docs/run/proxy.md)."""

from argparse import ArgumentParser, Namespace

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from daylight.cli import address
from daylight.cli.lifeline import hold_to
from daylight.cli.running import hold_shared


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    address.arguments(parser)
    parser.add_argument("--lifeline", type=int, metavar="FD", help="for the supervisor: end when this pipe closes")


def run(options: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    if options.lifeline is not None:
        hold_to(options.lifeline)
    address.refuse_if_taken(settings.HOST, settings.PORT)
    hold_shared(settings.DATA_DIR)
    server = Granian(
        "daylight.config.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        backpressure=settings.WEB_THREADS * 16,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=settings.WEB_PROCESSES > 1,
        workers_kill_timeout=5,
    )
    server.serve()
    return 0
