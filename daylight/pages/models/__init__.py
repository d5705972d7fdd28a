"""The rows of the room."""

from daylight.pages.models.page import Page, Publication

__all__ = ["Page", "Publication"]
