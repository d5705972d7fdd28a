"""Every loop of the product: one visible line per room."""

from daylight.core.loops import Loop

LOOPS: tuple[Loop, ...] = ()
