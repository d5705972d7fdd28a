"""The rows of the room."""

from daylight.pages.models.page import Page, Placement, Publication

__all__ = ["Page", "Placement", "Publication"]
