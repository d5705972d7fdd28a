"""Imports customers and commitments from CSV files, or a whole status page from another service.

`daylight import KIND --help` explains each kind: what it needs, and what it leaves alone."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter, _SubParsersAction

from daylight.cli import import_csv, import_page, import_sources
from daylight.customers.models import Import


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND", help="what comes in")
    for kind in Import.Kind:
        mine = _parser(kinds, kind.value, f"{kind.label} from a CSV file.", import_csv.__doc__)
        import_csv.arguments(mine)
        mine.set_defaults(does=import_csv.run)
    for source in import_sources.SOURCES:
        mine = _parser(kinds, source.name, source.says, import_page.__doc__)
        import_page.arguments(mine, source)
        mine.set_defaults(does=import_page.run, source=source)


def run(options: Namespace) -> int:
    """Import what was asked for."""
    status: int = options.does(options)
    return status


def _parser(kinds: "_SubParsersAction[ArgumentParser]", name: str, says: str, more: str | None) -> ArgumentParser:
    return kinds.add_parser(
        name, help=says, description=f"{says}\n\n{more or ''}", formatter_class=RawDescriptionHelpFormatter
    )
