"""The rows of the room."""

from daylight.pages.models.page import Page, Placement, Publication
from daylight.pages.models.target import Target

__all__ = ["Page", "Placement", "Publication", "Target"]
