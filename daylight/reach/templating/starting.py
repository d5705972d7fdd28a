"""The words a template begins with: what our own say, in Liquid, so that nobody faces an empty sheet."""

from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from daylight.reach.channels.base import WordedChannel
from daylight.reach.templating.examples import Scope
from daylight.reach.words import Phrases


def first_words(channel: WordedChannel, scope: Scope) -> dict[str, str]:
    """Each piece as it would say what ours say."""
    words = Phrases(scope.language).say_all(reach_a_person="{{ organisation.person }}")
    return {piece.name: _start(scope.channel, piece.name, {"words": words}) for piece in channel.pieces}


def _start(channel: str, piece: str, context: dict[str, object]) -> str:
    try:
        return render_to_string(f"reach/starts/{channel}.{piece}.txt", context).strip()
    except TemplateDoesNotExist:
        return ""
