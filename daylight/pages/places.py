"""Where pages stand: words and numbers alone, so that settings and models may ask before there is a row."""

from dataclasses import dataclass

MAIN = "status"
"""The slug of the page at the root of the installation."""

UNDER = "/pages/"
"""Below it stand the pages that have no host of their own, each under its slug."""


@dataclass(frozen=True)
class Place:
    """Where a page stands, and whether only some may read it."""

    slug: str
    host: str = ""
    is_private: bool = False


def host_alone(host: str) -> str:
    """A host as a browser names it, in small letters and without its port."""
    return host.partition(":")[0].lower().rstrip(".")
