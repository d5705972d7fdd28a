"""The fixed words of the room."""

from django.db import models


class Moment(models.TextChoices):
    """When in an incident words are for: the checker's stages."""

    ACKNOWLEDGE = "acknowledge", "First word"
    UPDATE = "update", "Update"
    FINAL = "final", "Last word"
    LETTER = "letter", "Letter"


class Form(models.TextChoices):
    """In which form they are read."""

    LONG = "long", "E-mail and page"
    SHORT = "short", "Text message"
    SPOKEN = "spoken", "On the phone"
    LETTER = "letter", "Letter"


LABELS = {
    "headline": "Headline",
    "what": "What is wrong?",
    "who": "For whom?",
    "why": "Why?",
    "doing": "What are we doing?",
    "meanwhile": "Meanwhile you can",
    "closing": "Closing words",
    "text": "Text",
}
"""The pieces, as the composer asks for them."""
