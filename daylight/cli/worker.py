"""The worker does everything that happens later: imports, promises, sending, pages. It turns one loop per task,
and each loop in a thread of its own. Several workers may run on several machines on the same PostgreSQL."""

import signal
import threading
from argparse import ArgumentParser, Namespace

from django.conf import settings

from daylight.cli.commands import CannotDo
from daylight.cli.lifeline import hold_to
from daylight.cli.running import hold_shared
from daylight.worker.registry import LOOPS, chosen
from daylight.worker.turning import turn_all


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="LOOP",
        help="turn only this loop (reach.send) or the loops of this room (reach); may be given several times",
    )
    parser.add_argument("--lifeline", type=int, metavar="FD", help="for the supervisor: end when this pipe closes")


def run(options: Namespace) -> int:
    """Turn the loops until SIGTERM or Ctrl-C, then finish the present steps."""
    try:
        loops = chosen(options.only)
    except KeyError as unknown:
        names = ", ".join(loop.name for loop in LOOPS)
        raise CannotDo(f"There is no loop {unknown.args[0]!r}. The loops are: {names}.") from None
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options.lifeline is not None:
        hold_to(options.lifeline)
    hold_shared(settings.DATA_DIR)
    turn_all(loops, stop)
    return 0
