"""A storm of mail: loops, bombs, fifty megabytes, broken mails, every language; and processes that die.

Starts Daylight as `./run` does, on an empty data folder, with its mail going to an independent mail server, and brings
mails to its receiver over a real socket. After each storm the database must hold every mail that was answered with 250
(and every message that the API answered with 202) exactly once, with the words and files that were sent; prints how
long it took, how much memory receiver, worker and web had at most, and how long they worked. DATABASE_URL names an
empty database for PostgreSQL; without it everything is in SQLite.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import django

from proofs import mail_floods, mail_kills, mail_kinds, storm
from proofs.looking import Scene, measured, settle
from proofs.product import browser, daylight, mail_server, require, sign_in, wait_for
from proofs.real_input import api_key
from proofs.storm import HELP, Wire

FIRST_WORDS = "Where is my order? You promised it for last Friday, and nobody tells me anything."
"""Long enough that its language is told, too: then all that words are read with is loaded."""

STORMS: dict[str, Callable[[Scene], None]] = {
    "languages": mail_kinds.languages,
    "broken": mail_kinds.broken,
    "large": mail_kinds.large,
    "zip-bomb": mail_kinds.zip_bomb,
    "loop": mail_floods.loop,
    "mail-bomb": mail_floods.mail_bomb,
    "kill": mail_kills.kill,
}


def main() -> None:
    """Run the proof."""
    options = _options()
    os.environ |= {
        "DAYLIGHT_MAIL_ADDRESSES": HELP,
        "DAYLIGHT_BOUNCE_PORT": str(options.mail_port),
        "DJANGO_SETTINGS_MODULE": "daylight.config.settings",
    }
    storms = {name: blow for name, blow in STORMS.items() if not options.only or name in options.only}
    folder = Path(tempfile.mkdtemp(prefix="daylight-proof-"))
    try:
        with ExitStack() as open_:
            port, _ = open_.enter_context(mail_server(folder))
            url, link = open_.enter_context(daylight(folder, port, options.port))
            with browser() as page:
                sign_in(page, link)
            django.setup()
            scene = Scene(folder, url, options.mail_port, api_key(), folder / "mails")
            _warm_up(scene)
            for name, blow in storms.items():
                with measured(scene, name):
                    blow(scene)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("PROVED")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/prove mail_storm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="*", choices=sorted(STORMS), help="only these storms")
    parser.add_argument("--port", type=int, default=8540, help="where Daylight listens")
    parser.add_argument("--mail-port", type=int, default=8541, help="where its receiver does")
    return parser.parse_args()


def _warm_up(scene: Scene) -> None:
    """One mail through the whole product, which then has loaded what it reads words with."""
    name = "first@mail.example"
    require(Wire(scene.port).send_until_taken(storm.plain(name, name, FIRST_WORDS), name), "the first mail")
    settle()
    from daylight.watch.models import Reading  # The rows are there once the product has started.

    wait_for(lambda: Reading.objects.filter(head__gt=0).exists(), 120, "the first topic")


if __name__ == "__main__":
    main()
