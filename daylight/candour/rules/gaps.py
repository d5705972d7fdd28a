"""CND-111: what was to be filled in and was not."""

from daylight.candour.draft import Draft
from daylight.candour.gaps import open_gaps
from daylight.candour.rules.rule import E, Hit, Rule, always


def left_open(draft: Draft) -> list[Hit]:
    """A gap of a template or of a suggestion stands in the text as it came."""
    text = draft.reading.text
    return [
        Hit((span,), {"phrase": text[span.start : span.end]}) for span in open_gaps(text, language=draft.language.code)
    ]


RULES = (Rule(111, always(E), left_open),)
