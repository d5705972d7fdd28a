"""Brings the database up to date, then keeps web, worker and outbox alive: a process that dies is started again.
Ctrl-C stops everything. On the first start it prints a link that signs you in."""

import http.client
import os
import threading
import time
from argparse import ArgumentParser, Namespace

from django.conf import settings

from daylight.accounts.signing_in import first_owner_link
from daylight.cli import address, demo
from daylight.cli.prepare import prepare
from daylight.cli.running import hold_as_supervisor
from daylight.cli.supervisor import Child, Supervisor, say
from daylight.core import clock

READY_WITHIN = 120.0
"""Seconds after which a web process that does not answer is called slow."""


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    address.arguments(parser)
    parser.add_argument("--demo", action="store_true", help="fill an empty installation with a small mail-order firm")


def run(options: Namespace) -> int:
    """Run everything until Ctrl-C."""
    address.refuse_if_taken(settings.HOST, settings.PORT)
    hold_as_supervisor(settings.DATA_DIR)
    say("preparing the database.")
    prepare()
    if options.demo:
        say("making up a small mail-order firm.")
        demo.fill_once()
    link = first_owner_link(clock.now())
    threading.Thread(target=welcome, args=(link,), daemon=True).start()
    return Supervisor(waves()).run()


def waves() -> list[list[Child]]:
    """The processes of this installation; the outbox only where no mail server is named in the environment.

    The receiver of mail that comes back only where a port is named for it.
    """
    served = [Child("worker", grace=15), Child("web", grace=6)]
    if settings.BOUNCE_PORT or settings.BOUNCE_LMTP_PORT:
        served.append(Child("bounces", grace=5))
    if settings.SMTP_URL:
        return [served]
    os.environ["DAYLIGHT_OUTBOX_PORT"] = str(settings.OUTBOX_PORT or address.free_port())
    return [[Child("outbox", grace=5)], served]


def welcome(link: str | None) -> None:
    """When the first page is answered, say where everything is."""
    deadline = time.monotonic() + READY_WITHIN
    while not answers(settings.HOST, settings.PORT):
        if time.monotonic() > deadline:
            say("the web process does not answer yet; its messages above may say why.")
            return
        time.sleep(0.1)
    lines = [
        "",
        f"  Status page, for the world:  {settings.SITE_URL}/",
        f"  The desk, for the crew:      {settings.SITE_URL}/desk/",
        *([f"  First sign-in, valid once:   {link}"] if link else []),
        "",
        "  Ctrl-C stops everything.",
        "",
    ]
    print("\n".join(lines), flush=True)


def answers(host: str, port: int) -> bool:
    """Whether the web process answers there, in whatever health."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()
