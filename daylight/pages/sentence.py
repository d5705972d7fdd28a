"""The sentence that says how everything is doing, in words; which one it is, `headline.py` works out."""

import html

from django.template.loader import render_to_string
from django.utils import translation

from daylight.incidents.words import Stage
from daylight.pages.facts import PageFacts
from daylight.pages.headline import TONE_OF_COMPONENT, Tone


def sentence(facts: PageFacts) -> str:
    """What the page says first, in its language, as plain text: it is escaped wherever it is put."""
    broken = [each for each in facts.components if TONE_OF_COMPONENT[each.state] >= Tone.TROUBLE]
    return _plain("_headline", facts.site.language, headline=facts.headline, open=facts.open, broken=broken)


def stage_in_words(stage: str, language: str) -> str:
    """How far we are with an incident, as a reader is told, as plain text."""
    return _plain("_stage", language, stage=Stage(stage).value)


def _plain(template: str, language: str, **context: object) -> str:
    with translation.override(language):
        return html.unescape(render_to_string(f"pages/{template}.html", context)).strip()
