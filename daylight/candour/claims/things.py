"""Which lots, which state, what is spared and what is struck, why."""

from collections.abc import Iterator

from daylight.candour.claims.claim import Claim
from daylight.candour.claims.sentence import Sentence
from daylight.candour.reading.reading import Place

CAUSE_WORDS = 20
"""Words after “the cause is” that tell it."""

LONGEST_NUMBER = 18
"""Digits of a lot that is counted up from; a longer one is a name."""

STATES = ("cancelled", "delayed")
"""What a flight, a train, a show can be; each is a group of patterns, and cannot be true with the other."""


def lots(sentence: Sentence) -> Iterator[Claim]:
    """ "Batches 14 to 19": about batches, all of the numbers. What is said to be new adds to the others."""
    if sentence.has("adding"):
        return
    for place in sentence.found("lot"):
        said = [piece for piece in sentence.reading.pieces[place.start : place.end] if piece]
        numbers = [piece.word for piece in said if any(letter.isdigit() for letter in piece.word)]
        if len(numbers) == 2 and any(piece.word.lower() in sentence.language.when["bounds"]["joins"] for piece in said):
            numbers = _all_between(*numbers)
        about = frozenset({sentence.stem(said[0].word)})
        yield Claim("lots", about, place, sentence.reading.words(place), value=frozenset(numbers))


def states(sentence: Sentence) -> Iterator[Claim]:
    """ "Flight KX 212 is cancelled": about KX 212."""
    told = [(state, place) for state in STATES for place in sentence.found(state)[:1]]
    for subject in sentence.found("numbered"):
        about = frozenset(piece.word for piece in sentence.reading.pieces[subject.start : subject.end] if piece)
        for state, place in told:
            whole = Place(min(subject.start, place.start), max(subject.end, place.end))
            yield Claim("state", about, whole, sentence.reading.words(whole), value=frozenset({state}))


def spared(sentence: Sentence) -> Iterator[Claim]:
    """ "Card payments are not affected", "no passwords were taken": about each thing, and that it is spared."""
    if sentence.has("unknown"):
        return
    has_basis = bool(sentence.reading.found(sentence.language.groups["claims.checked"]))
    for place in sentence.found("spared"):
        for about in _objects(sentence, place):
            words = sentence.reading.words(place)
            yield Claim("reach", about, place, words, value=frozenset({"spared"}), is_progress=has_basis)


def struck(sentence: Sentence) -> Iterator[Claim]:
    """ "Card payments fail", "passwords were copied": about each thing, that it is struck, or may be."""
    is_unknown = sentence.has("unknown")
    if not is_unknown and not _is_trouble(sentence):
        return
    value = frozenset({"unknown" if is_unknown else "struck"})
    for about in _objects(sentence, sentence.place):
        yield Claim("reach", about, sentence.place, sentence.reading.words(sentence.place), value=value)


def where(sentence: Sentence) -> Iterator[Claim]:
    """ "Customers in Spain and Portugal cannot sign in": where it is; fewer places are progress, others are not."""
    if not _is_trouble(sentence):
        return
    for place in sentence.found("where")[:1]:
        names = sentence.stems_of("place_name", place)
        words = sentence.reading.words(place)
        yield Claim("where", sentence.stems - names, place, words, value=names)


def causes(sentence: Sentence) -> Iterator[Claim]:
    """ "The cause is a full disk": the words of it."""
    for place in sentence.found("cause")[:1]:
        first = sentence.number_of(place) + place.end - place.start
        whole = Place(place.start, min(place.end + CAUSE_WORDS, sentence.place.end))
        stems = sentence.stems_within(first, first + CAUSE_WORDS)
        yield Claim("cause", frozenset(), whole, sentence.reading.words(whole), value=stems)


FINDERS = (lots, states, spared, struck, where, causes)


def _all_between(first: str, last: str) -> list[str]:
    """Every number of a range that is not too long to be one."""
    are_numbers = all(word.isdecimal() and len(word) <= LONGEST_NUMBER for word in (first, last))
    if not (are_numbers and 0 < int(last) - int(first) <= 1_000):
        return [first, last]
    return [str(number) for number in range(int(first), int(last) + 1)]


def _is_trouble(sentence: Sentence) -> bool:
    """Something fails or was harmed, and it is not said that it is over or that it is spared."""
    return (sentence.has("trouble") or sentence.has("harm")) and not (sentence.has("spared") or sentence.has("again"))


def _objects(sentence: Sentence, within: Place) -> set[frozenset[str]]:
    """The things that a place names, each with the thing before it that tells which: “card payments”."""
    places = {place.start for place in sentence.found("object", within)}
    found = set()
    for at in places:
        if at + 1 not in places:
            which = [number for number in (at - 1, at) if number in places]
            words = (sentence.pieces[number - sentence.place.start].word for number in which)
            found.add(frozenset(sentence.stem(word) for word in words))
    return found
