"""What Statuspage keeps and we do not: readers of single components, and metrics.

Lists are empty, single things are not found, and a wish to make one is refused in a sentence: a yes would be a lie.
"""

from daylight.accounts.roles import Act
from daylight.api.statuspage.components import the_component
from daylight.api.statuspage.door import Answer, Call, Run, call
from daylight.api.statuspage.refusals import Missing, NotKept

READERS = "readers of single components"
READERS_INSTEAD = "Make a page of its own for them, private and with a secret link: at the desk, under Pages."
METRICS = "metrics"
METRICS_INSTEAD = "Link to your own dashboard in the introduction of the page."

_LISTS = (
    ("pages/{page}/page_access_users", READERS, READERS_INSTEAD),
    ("pages/{page}/page_access_groups", READERS, READERS_INSTEAD),
    ("pages/{page}/metrics", METRICS, METRICS_INSTEAD),
    ("pages/{page}/metrics_providers", METRICS, METRICS_INSTEAD),
)
_INSIDE = {
    "pages/{page}/page_access_users": ("components", "metrics"),
    "pages/{page}/page_access_groups": ("components",),
    "pages/{page}/metrics": ("data",),
    "pages/{page}/metrics_providers": ("metrics",),
}


@call("GET", "metrics_providers", Act.READ)
def available_providers(made: Call) -> Answer:
    """There is none to link."""
    return []


def _empty(made: Call) -> Answer:
    made.page  # noqa: B018  # Refuses a page that is not there.
    return []


def _missing(made: Call) -> Answer:
    made.page  # noqa: B018
    raise Missing


def _refusal(what: str, instead: str) -> Run:
    def refuse(made: Call) -> Answer:
        made.page  # noqa: B018
        raise NotKept(what, instead)

    return refuse


def _add(address: str, what: str, instead: str) -> None:
    refuse, one = _refusal(what, instead), f"{address}/{{one}}"
    call("GET", address, Act.READ)(_empty)
    call("POST", address, Act.SET_UP)(refuse)
    if what == METRICS:
        call("POST", f"{address}/data", Act.SET_UP)(refuse)
    call("GET", one, Act.READ)(_missing)
    call("PATCH PUT", one, Act.SET_UP)(refuse)
    call("DELETE", one, Act.SET_UP)(_missing)
    for inside in _INSIDE[address]:
        call("GET", f"{one}/{inside}", Act.READ)(_empty)
        call("POST PATCH PUT", f"{one}/{inside}", Act.SET_UP)(refuse)
        call("DELETE", f"{one}/{inside}", Act.SET_UP)(_missing)
        call("DELETE", f"{one}/{inside}/{{two}}", Act.SET_UP)(_missing)


for _address, _what, _instead in _LISTS:
    _add(_address, _what, _instead)


@call("POST", "pages/{page}/components/{component}/page_access_users", Act.SET_UP)
@call("POST", "pages/{page}/components/{component}/page_access_groups", Act.SET_UP)
def add_readers(made: Call) -> Answer:
    """Whoever may read the page may read all of it."""
    the_component(made)
    raise NotKept(READERS, READERS_INSTEAD)


@call("DELETE", "pages/{page}/components/{component}/page_access_users", Act.SET_UP)
@call("DELETE", "pages/{page}/components/{component}/page_access_groups", Act.SET_UP)
def remove_readers(made: Call) -> Answer:
    """There were none."""
    the_component(made)
    raise Missing
