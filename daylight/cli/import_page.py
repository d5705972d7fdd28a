"""Brings a status page here: components in their sections, incidents with everything that was said, subscribers.

What the old page called a thing is kept as its public name, so that old addresses and programs go on working. Nobody
is told anything: neither customers nor subscribers get a message for being brought here. A second run changes nothing
and takes what is new; a run that broke off is gone on with. What could not be taken is written to a file with the
reason. Exit status: 0 when everything was looked at, 1 when the source could not be used."""

import csv
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.cli.commands import CannotDo
from daylight.cli.import_sources import Source
from daylight.core import clock
from daylight.core.spreadsheets import BOM, harmless
from daylight.pages.models import Page
from daylight.pages.moving.asking import NotAnswered
from daylight.pages.moving.saved import NotUsable
from daylight.pages.moving.taking import NEW, Target
from daylight.pages.moving.writing import Taken, take, try_out

FAULTS_SHOWN = 10
SHOWN_EVERY = 25


def arguments(parser: ArgumentParser, source: Source) -> None:
    """Describe the arguments of one source, and those of all."""
    source.arguments(parser)
    parser.add_argument("--to", default="", metavar="PAGE", help="the page that takes it, by its name in our addresses")
    parser.add_argument("--by", metavar="EMAIL", help="in whose name (the only owner, if there is one)")
    parser.add_argument("--dry-run", action="store_true", help="count what would happen, and write nothing")
    parser.add_argument("--faults", type=Path, help="where to write what could not be taken (KIND.faults.csv)")


def run(options: Namespace) -> int:
    """Bring everything here, with progress on stderr and a summary at the end."""
    now, source = clock.now(), options.source
    target = Target(page=_page(options.to), by=_member(options.by), at=now, origin=source.label)
    work = try_out if options.dry_run else take
    try:
        taken = work(source.read(options), target, tell=_show)
    except (NotAnswered, NotUsable) as problem:
        print(file=sys.stderr)
        raise CannotDo(str(problem)) from None
    _show(taken, is_last=True)
    print(file=sys.stderr)
    _sum_up(taken, options.faults or Path(f"{source.name}.faults.csv"), is_dry=options.dry_run)
    return 0


def _page(slug: str) -> Page:
    if not slug:
        return Page.main(clock.now())
    found = Page.objects.filter(slug=slug).first()
    if found is None:
        raise CannotDo(f"There is no page {slug!r}; add it under Pages first.")
    return found


def _member(email: str | None) -> Member:
    able = Member.objects.able_to(Act.SET_UP)
    found = list((able.filter(email=email.lower()) if email else able.filter(grants__role="owner"))[:2])
    if len(found) == 1:
        return found[0]
    if email:
        raise CannotDo(f"There is no member {email!r} whose roles allow this: {Act.SET_UP.label}.")
    raise CannotDo("Say in whose name: --by ana@firm.example")


def _show(taken: Taken, *, is_last: bool = False) -> None:
    if is_last or taken.seen % SHOWN_EVERY == 0:
        print(f"\r  {taken.seen:,} looked at", end="", file=sys.stderr, flush=True)


def _sum_up(taken: Taken, path: Path, *, is_dry: bool) -> None:
    for what in dict.fromkeys(what for what, _ in sorted(taken.counts)):
        found = {verdict: number for (each, verdict), number in taken.counts.items() if each == what}
        print(f"  {what:<12} " + ", ".join(f"{number:,} {verdict}" for verdict, number in sorted(found.items())))
    new = sum(number for (_, verdict), number in taken.counts.items() if verdict == NEW)
    print(f"{'Dry run: nothing was written. ' if is_dry else ''}{new:,} new, {len(taken.faults):,} with a fault.")
    for fault in taken.faults[:FAULTS_SHOWN]:
        print(f"  {fault.what} {fault.name[:60]}: {fault.reason}")
    if taken.faults and not is_dry:
        with path.open("w", encoding="utf-8", newline="") as out:
            out.write(BOM)
            rows = csv.writer(out)
            rows.writerow(["What", "Name", "Why"])
            rows.writerows([harmless(cell) for cell in (each.what, each.name, each.reason)] for each in taken.faults)
        print(f"What could not be taken, or not whole, is in {path} with the reasons.")
