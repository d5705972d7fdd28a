"""How a text is read: pieces and sentences with their places, words by their classes, patterns over them."""

import pytest

from daylight.candour.languages import UnknownLanguage, language, spoken
from daylight.candour.reading.cutting import pieces_of
from daylight.candour.reading.lexicon import Lexicon
from daylight.candour.reading.patterns import Finder, PatternProblem, words_in
from daylight.candour.reading.reading import read

WORDS = {"we": {"we"}, "are": {"be"}, "fixing": {"fix", "ing"}, "now": {"adverb"}, "it": {"thing"}}


def found(line: str, text: str) -> list[str]:
    classes = {word: set(names) for word, names in WORDS.items()}
    known = {name for names in classes.values() for name in names} | Lexicon.SHAPES
    for word in words_in(line, known):
        classes.setdefault(word, set()).add(f"={word}")
    lexicon = Lexicon(classes)
    reading = read(text, lexicon)
    return [reading.words(place) for place in reading.found(Finder({"x": [line]}, lexicon, {"us": "{we}"}).groups["x"])]


@pytest.mark.parametrize(
    ("chunk", "shapes"),
    [
        ("14:30", ["time"]),
        ("2pm", ["time"]),
        ("8.5%", ["percent"]),
        ("1,200", ["number"]),
        ("€40", ["money"]),
        ("30min", ["measure"]),
        ("ci.example.org", ["host"]),
        ("https://shop.example/a,", ["url", "mark"]),
        ("2026-03-02", ["date"]),
        ("don't", ["word", "clitic"]),
        ("HTTP/502", ["code"]),
        ("re-route.", ["word", "mark"]),
    ],
)
def test_pieces_are_told_by_how_they_are_written(chunk: str, shapes: list[str]) -> None:
    assert [piece.shape for piece in pieces_of(chunk)] == shapes


def test_places_are_those_of_the_text_as_it_was_given() -> None:
    text = "Zoë\u2019s shop\n\n  is down."
    reading = read(text, language("en").lexicon)

    assert [text[piece.start : piece.end] for piece in reading.pieces if piece][-2:] == ["is", "down"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("One. Two! Three?", 3),
        ("It costs 2.50 at shop.example today.", 1),
        ("A short line\nanother line", 2),
        ("This line is long enough that a mail program would have broken it\nand it goes on here.", 1),
        ("- first\n- second", 2),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, number: int) -> None:
    assert len(read(text, language("en").lexicon).sentences()) == number


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        ("{we} {be} {fix&ing}", "We are fixing it.", ["We are fixing"]),
        ("{we} {be} {adverb}? {fix}", "we are now fixing it", ["we are now fixing"]),
        ("{we} ..2 it", "we are fixing it", ["we are fixing it"]),
        ("{we} ..1 it", "we are fixing it", []),
        ("{be} !{adverb} {fix}", "we are now fixing", []),
        ("< {we}", "it. We are", ["We"]),
        ("{fix} >", "we are fixing. it", ["fixing"]),
        ("@us {be}", "we are", ["we are"]),
        ("({we} | it) {be}", "it are", ["it are"]),
        ("{we} {be} it", "we are. it", []),
    ],
)
def test_patterns_match_by_class_within_a_sentence(line: str, text: str, words: list[str]) -> None:
    assert found(line, text) == words


@pytest.mark.parametrize("line", ["{nobody}", "({we}", "@nowhere", "*"])
def test_a_pattern_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(PatternProblem, match="pattern"):
        Finder({"x": [line]}, Lexicon(WORDS), {})


def test_a_language_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownLanguage, match="there are en"):
        language("xx")


@pytest.mark.parametrize("code", spoken())
def test_every_pattern_of_a_language_is_an_expression(code: str) -> None:
    finder = next(iter(language(code).groups.values())).finder

    assert len(finder) > 100
    for pattern in range(len(finder)):
        finder.expression(pattern)
