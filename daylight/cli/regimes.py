"""What the law asks, as packs. `check` reads every pack and says in a sentence what is wrong, by file and field;
`list` shows them with the dates of their sources. A firm's own packs lie in the folder `regimes` of the data directory;
files that are named are read instead. Exit status: 0 when every pack can be read, 1 when one cannot."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from daylight.core import clock
from daylight.regimes.known import our_folder, the_shelf
from daylight.regimes.packs.reading import PackFault, read_pack


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="check|list")
    check = acts.add_parser("check", help="read every pack, or the files named, and say what is wrong")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE")
    acts.add_parser("list", help="every pack, where it counts, and when it was checked")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status."""
    return _list() if options.act == "list" else _check(options.files)


def _check(files: list[Path]) -> int:
    faults = [fault for fault in map(_fault_of, files) if fault] if files else list(the_shelf().faults)
    for fault in faults:
        print(fault)
    if not faults:
        count = len(files) or len(the_shelf().packs)
        print(f"{count} pack{'' if count == 1 else 's'} read. Your own lie in {our_folder()}.")
    return int(bool(faults))


def _fault_of(path: Path) -> str:
    try:
        read_pack(path, questions=the_shelf().questions)
    except PackFault as problem:
        return str(problem)
    return ""


def _list() -> int:
    today = clock.now().date()
    for pack in the_shelf().packs.values():
        marks = [", faded"] * pack.is_faded(today) + [", your own"] * pack.is_own + [", example"] * pack.is_example
        print(f"{pack.id:18} {pack.checked_on}{''.join(marks)}  {pack.title} ({pack.jurisdiction})")
    return 0
