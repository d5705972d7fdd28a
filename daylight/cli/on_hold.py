"""The phone line. `agi` prints the program that an Asterisk runs to play the on-hold message, with the address and the
secret of a line set up on the desk; `message` prints what callers hear now; `lines` lists the lines and what was last
heard of each."""

import sys
from argparse import ArgumentParser, Namespace

from daylight.cli.commands import CannotDo
from daylight.core import clock
from daylight.pages import reading
from daylight.pages.models import Page, PhoneLine
from daylight.pages.on_hold import lines


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="agi|message|lines")
    program = acts.add_parser("agi", help="print the program for an Asterisk; it holds the secret of the line")
    program.add_argument("--line", metavar="NAME", required=True, help="a line as the desk shows it")
    said = acts.add_parser("message", help="print what callers hear now")
    said.add_argument("--language", metavar="CODE", default="", help="another language of the page, such as de")
    acts.add_parser("lines", help="list the lines")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status. Raises CannotDo."""
    return {"agi": _agi, "message": _message, "lines": _lines}[options.act](options)


def _agi(options: Namespace) -> int:
    line = PhoneLine.objects.filter(name=options.line, retired_at__isnull=True).order_by("pk").first()
    if line is None:
        raise CannotDo(f"There is no line {options.line!r}. Add it on the desk under Phone line, or see: on-hold lines")
    sys.stdout.write(lines.program_for(line))
    return 0


def _message(options: Namespace) -> int:
    now = clock.now()
    page = Page.main(now)
    if options.language and options.language not in page.languages():
        raise CannotDo(f"The page does not speak {options.language!r}. It speaks: {', '.join(page.languages())}.")
    on_hold = reading.read(page, now=now, language=options.language).on_hold
    print(on_hold.spoken.text if on_hold else "")
    return 0


def _lines(options: Namespace) -> int:
    now = clock.now()
    for page in Page.objects.order_by("pk"):
        for each in lines.standings(page, now=now):
            heard = f"{each.line.heard_at:%Y-%m-%d %H:%M} UTC" if each.line.heard_at else "never"
            says = each.fault or ("plays the newest" if each.plays_current else "not heard playing the newest yet")
            print(f"{each.line.name}  {each.line.get_kind_display()}  heard {heard}  {says}")
    return 0
