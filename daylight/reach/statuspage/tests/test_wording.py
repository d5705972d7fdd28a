"""A body reads as the update reads, and a body that came in comes out again as it was."""

import pytest

from daylight.incidents.statement import Words
from daylight.reach.statuspage import wording

WRITTEN = {
    "headline": "Card payments fail",
    "what": "Payments by card are refused.",
    "who": "Everybody who paid by card.",
    "why": "",
    "doing": "We work with the bank.",
    "meanwhile": "Pay by invoice.",
}


def test_the_parts_stand_under_their_questions() -> None:
    assert wording.text(WRITTEN, stage="investigating", language="en") == (
        "Payments by card are refused.\n\nWhat are we doing? We work with the bank.\n\n"
        "Who is affected? Everybody who paid by card.\n\nWhat can you do meanwhile? Pay by invoice."
    )


def test_only_what_is_new_is_said_again() -> None:
    now = WRITTEN | {"doing": "The bank has found it.", "why": "A certificate ran out."}

    assert wording.text(now, stage="identified", language="en", before=WRITTEN) == (
        "The bank has found it.\n\nWhy? A certificate ran out."
    )
    assert wording.text(WRITTEN, stage="identified", language="en", before=WRITTEN).startswith("We work with the bank.")


def test_a_correction_says_what_was_said() -> None:
    now = WRITTEN | {"what": "Only one card is refused."}
    said = wording.text(
        now, stage="identified", language="en", before=WRITTEN, said_before=["Payments by card are refused."]
    )

    assert said == "Only one card is refused.\n\nWe said: Payments by card are refused."


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
@pytest.mark.parametrize(
    "stages",
    [("investigating", "identified", "monitoring", "resolved"), ("scheduled", "in_progress", "verifying", "completed")],
)
def test_a_body_comes_out_as_it_went_in(language: str, stages: tuple[str, ...]) -> None:
    told: Words | None = None
    for number, stage in enumerate(stages):
        body = f"Word {number}.\n\nSecond paragraph."
        now = wording.whole("It fails", body, stage=stage, language=language, told=told)

        assert all(vars(now)[part] for part in ("headline", "what", "who", "doing", "meanwhile"))
        before = vars(told) if told else None
        assert wording.text(vars(now), stage=stage, language=language, before=before) == body
        told = now


def test_what_was_told_before_stands() -> None:
    told = Words(**WRITTEN)
    now = wording.whole("It fails", "Nearly there.", stage="monitoring", language="en", told=told)

    assert (now.what, now.who, now.meanwhile, now.doing) == (told.what, told.who, told.meanwhile, "Nearly there.")
