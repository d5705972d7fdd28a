"""What this room does when its time comes."""

from daylight.core.loops import Loop

LOOPS: tuple[Loop, ...] = ()
