"""The host name under which a page stands: read as people type it, kept as the network knows it."""

import re

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
LONGEST = 253


class HostRefused(Exception):
    """It is no host name that a page could have; the message says why and what to do."""


def host_of(typed: str) -> str:
    """The host name in what was typed: a whole address is taken too, and letters beyond ASCII become punycode.

    Empty where nothing was typed. Raises HostRefused.
    """
    name = typed.strip().lower()
    for start in ("https://", "http://"):
        name = name.removeprefix(start)
    name = name.rstrip("/").rstrip(".")
    if not name:
        return ""
    if any(sign in name for sign in "/?#@"):
        raise HostRefused("Write the host name alone, such as status.firm.example, without a path.")
    if ":" in name:
        raise HostRefused("Write the host name without a port: pages are read at the usual one.")
    name = _ascii(name)
    labels = name.split(".")
    if len(labels) < 2 or len(name) > LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        raise HostRefused("This is no host name. One looks like status.firm.example.")
    if labels[-1].isdigit():
        raise HostRefused("Write a name, not a number: a certificate is made out to a name.")
    return name


def _ascii(name: str) -> str:
    try:
        encoded = name.encode("idna").decode("ascii")
        meant = encoded.encode("ascii").decode("idna")
    except UnicodeError:
        raise HostRefused("This is no host name. One looks like status.firm.example.") from None
    if name not in {meant, encoded}:
        # Older and newer rules of the network differ for such letters, so they would lead to two places.
        raise HostRefused("Some of its letters lead to different places. Write it in its form that begins with xn--.")
    return encoded
