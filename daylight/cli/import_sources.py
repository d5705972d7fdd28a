"""The status pages that `daylight import` can bring here: what each needs to be told, and how it is read."""

import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daylight.cli.commands import CannotDo
from daylight.pages.moving import cachet, cstate, statuspage, upptime
from daylight.pages.moving.asking import Asking
from daylight.pages.moving.moved import Moved

KEY_IN = "DAYLIGHT_IMPORT_KEY"


@dataclass(frozen=True)
class Source:
    """A kind of status page: its own arguments, and how it is read."""

    name: str
    label: str
    says: str
    arguments: Callable[[ArgumentParser], None]
    read: Callable[[Namespace], Iterator[Moved]]


def _key(parser: ArgumentParser, what: str) -> None:
    parser.add_argument("--api-key", metavar="KEY", help=f"{what}; or {KEY_IN} in the environment")


def _zone(parser: ArgumentParser) -> None:
    parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="what times without a zone mean there")


def _asking(options: Namespace, **forms: str) -> Asking:
    """Calls with the key in these headers."""
    key = options.api_key or os.environ.get(KEY_IN, "")
    return Asking(pause=time.sleep, headers={name: form.format(key) for name, form in forms.items()} if key else {})


def _read_zone(options: Namespace) -> ZoneInfo:
    try:
        return ZoneInfo(options.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CannotDo(f"There is no time zone {options.time_zone!r}; write it like Europe/Berlin.") from None


def _statuspage_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("saved", type=Path, nargs="?", metavar="FILE|FOLDER", help="JSON that was saved")
    _key(parser, "a key of your user at Statuspage")
    parser.add_argument("--page", metavar="ID", help="the id of your page at Statuspage, twelve letters and digits")
    parser.add_argument("--base-url", default=statuspage.BASE, metavar="URL", help="where the management API stands")


def _statuspage(options: Namespace) -> Iterator[Moved]:
    if options.saved is not None:
        return statuspage.read(statuspage.from_saved(options.saved))
    if not options.page or not (options.api_key or os.environ.get(KEY_IN)):
        raise CannotDo("Give --api-key and --page, or a file or folder with saved JSON.")
    asking = _asking(options, Authorization="OAuth {}")
    return statuspage.read(statuspage.from_api(asking, page=options.page, base=options.base_url))


def _cachet_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("place", metavar="URL|FILE|FOLDER", help="its address, or JSON that was saved")
    _key(parser, "the token of a user, without which subscribers stay behind")
    _zone(parser)


def _cachet(options: Namespace) -> Iterator[Moved]:
    zone = _read_zone(options)
    if not options.place.startswith(("http://", "https://")):
        return cachet.read(cachet.from_saved(Path(options.place)), zone=zone)
    # 2.x reads the first of these headers, 3.x the second.
    asking = _asking(options, **{"X-Cachet-Token": "{}", "Authorization": "Bearer {}"})
    return cachet.read(cachet.from_api(asking, options.place), zone=zone)


def _cstate_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of the site, with config.yml in it")
    _zone(parser)


def _cstate(options: Namespace) -> Iterator[Moved]:
    return cstate.read(options.folder, zone=_read_zone(options))


def _upptime_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the repository, with .upptimerc.yml in it")
    parser.add_argument("--repository", metavar="OWNER/NAME", help="ask GitHub for its issues and comments")
    _key(parser, "a token of GitHub, where the repository is private")
    parser.add_argument("--base-url", default=upptime.API, metavar="URL", help="where the API of GitHub stands")


def _upptime(options: Namespace) -> Iterator[Moved]:
    if options.repository:
        asking = _asking(options, Authorization="Bearer {}")
        found = upptime.from_api(asking, options.repository, base=options.base_url)
    else:
        found = upptime.from_saved(options.folder)
    return upptime.read(options.folder, *found)


SOURCES: tuple[Source, ...] = (
    Source(
        "statuspage",
        "Statuspage",
        "A page of Atlassian Statuspage, by its API or from saved JSON.",
        _statuspage_arguments,
        _statuspage,
    ),
    Source("cachet", "Cachet", "A page of Cachet 2 or 3, by its API or from saved JSON.", _cachet_arguments, _cachet),
    Source("cstate", "cState", "A site of cState, from its folder.", _cstate_arguments, _cstate),
    Source("upptime", "Upptime", "A repository of Upptime, from its folder.", _upptime_arguments, _upptime),
)
