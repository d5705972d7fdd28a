"""The rows of the room."""

from daylight.prepare.models.draft_template import DraftTemplate, DraftTemplateVersion

__all__ = ["DraftTemplate", "DraftTemplateVersion"]
