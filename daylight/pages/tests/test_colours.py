"""Links can be read in every colour a firm may have, and a colour that can be read stays as it is."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from daylight.pages.colours import DARK_GROUND, ENOUGH, LIGHT_GROUND, PAPERS, colour_of, contrast, readable, shades

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
grounds = st.sampled_from([LIGHT_GROUND, DARK_GROUND])


@given(colours, grounds)
def test_readable_always_is_and_leaves_a_good_colour_alone(colour: str, ground: str) -> None:
    shade = readable(colour, ground)

    assert contrast(shade, ground) >= ENOUGH
    assert (shade == colour) == (contrast(colour, ground) >= ENOUGH)
    assert readable(shade, ground) == shade


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_within_its_bounds(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.01


def test_the_grounds_are_the_hardest_that_the_style_has() -> None:
    style = (Path(__file__).parent.parent / "assets" / "status.css").read_text(encoding="utf-8")
    light, dark = (re.findall(r"--(?:\w+-)?(?:ground|panel): (#\w+);", block) for block in style.split("@media")[:2])

    assert len(light) == len(dark) == 6
    whole = [colour_of(ground) for ground in light]
    assert min(contrast("#000000", ground) for ground in whole) == contrast("#000000", LIGHT_GROUND)
    assert min(contrast("#ffffff", ground) for ground in dark) == contrast("#ffffff", DARK_GROUND)
    assert {"light": light[0], "dark": dark[0]} == PAPERS


def test_known_contrasts() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert [each.is_itself for each in shades("#ffe000")] == [False, True]
    assert [each.is_itself for each in shades("#0b3d91")] == [True, False]


@given(st.text(max_size=9))
def test_what_is_typed_is_a_colour_or_nothing(typed: str) -> None:
    known = colour_of(typed)
    assert known == "" or colour_of(known) == known
