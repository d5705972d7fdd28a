"""Every loop of the product: one visible line per room."""

from daylight.accounts.loops import LOOPS as ACCOUNTS
from daylight.core.loops import Loop
from daylight.customers.loops import LOOPS as CUSTOMERS
from daylight.incidents.loops import LOOPS as INCIDENTS
from daylight.listen.loops import LOOPS as LISTEN
from daylight.pages.loops import LOOPS as PAGES
from daylight.reach.loops import LOOPS as REACH
from daylight.regimes.loops import LOOPS as REGIMES
from daylight.watch.loops import LOOPS as WATCH
from daylight.worker.loops import LOOPS as WORKER

LOOPS: tuple[Loop, ...] = (
    *ACCOUNTS,
    *CUSTOMERS,
    *INCIDENTS,
    *REGIMES,
    *REACH,
    *LISTEN,
    *PAGES,
    *WATCH,
    *WORKER,
)


def chosen(names: list[str]) -> tuple[Loop, ...]:
    """The loops with these names (`reach.send`) or of these rooms (`reach`); all when none is named.

    Raises KeyError with the name that no loop and no room bears.
    """
    if not names:
        return LOOPS
    for name in names:
        if not any(_bears(loop, name) for loop in LOOPS):
            raise KeyError(name)
    return tuple(loop for loop in LOOPS if any(_bears(loop, name) for name in names))


def _bears(loop: Loop, name: str) -> bool:
    return loop.name == name or loop.name.startswith(f"{name}.")
