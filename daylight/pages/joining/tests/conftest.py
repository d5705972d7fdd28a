"""The folder of the page, as the tests of the room have it."""

from daylight.pages.tests.conftest import folder

__all__ = ["folder"]
