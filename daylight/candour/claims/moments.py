"""Since when, and by when."""

from collections.abc import Iterator

from daylight.candour.claims.claim import Claim, minute_of_day
from daylight.candour.claims.sentence import Sentence
from daylight.candour.reading.reading import Place
from daylight.candour.when import moment

ZONE_AFTER = 3
"""Words after a clock time among which its zone may stand."""


def starts(sentence: Sentence) -> Iterator[Claim]:
    """ "Since 09:10 UTC": minutes of the day in UTC, about the parts that its clause names.

    That something works again since then, or fails again since then, is another start.
    """
    if sentence.has("again"):
        return
    begin = sentence.place.start
    for place in sentence.found("since"):
        clause, begin = Place(begin, place.start), place.end
        after = sentence.reading.pieces[place.end : min(place.end + ZONE_AFTER, sentence.place.end)]
        zone = (piece for piece in after if piece and piece.shape != "time")
        said = [*sentence.reading.pieces[place.start : place.end], *zone]
        when = moment(said, sentence.language.when, now=sentence.began or sentence.now, zone=sentence.zone)
        if when and not when.is_span:
            minutes = minute_of_day(when.at)
            yield Claim(
                "since", sentence.stems_of("part", clause), place, sentence.reading.words(place), minutes, minutes
            )


def due(sentence: Sentence) -> Iterator[Claim]:
    """ "Your money back by 6 March": what is promised to be done, not when the next word comes; minutes from 1970."""
    if sentence.has("next_word"):
        return
    for place in sentence.found("by"):
        said = sentence.reading.pieces[place.start : place.end]
        beside = sentence.reading.pieces[place.end : min(place.end + ZONE_AFTER, sentence.place.end)]
        when = moment(said, sentence.language.when, now=sentence.now, zone=sentence.zone, beside=beside)
        if when:
            minutes = when.at.timestamp() // 60
            yield Claim("due", sentence.matter, place, sentence.reading.words(place), minutes, minutes)


FINDERS = (starts, due)
