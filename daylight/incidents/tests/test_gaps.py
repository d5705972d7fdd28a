"""What was to be filled in and was not never leaves: the sentence stands at the part that has the gap."""

import pytest

from conftest import START
from daylight.accounts.models import Member
from daylight.incidents import failures
from daylight.incidents.models.readiness import problems
from daylight.incidents.tests.makers import a_draft, an_incident


def test_a_gap_is_refused_with_a_sentence_at_its_part(ana: Member) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana, doing="We are [doing what now?], to [what end].")

    with pytest.raises(failures.GapOpen) as refused:
        draft.send_off(by=ana, at=START)

    assert refused.value.parts == ("doing",)
    assert "“What we are doing” still has a gap: [doing what now?], [what end]." in str(refused.value)
    assert draft.published_at is None


@pytest.mark.parametrize("words", ["Orders [batch 7] are late.", "See [our page](https://status.firm.example)."])
def test_brackets_of_ones_own_are_no_gap(ana: Member, words: str) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana, doing=words)

    assert list(problems(draft, at=START)) == []


def test_a_cause_that_is_not_told_may_have_a_gap(ana: Member) -> None:
    draft = a_draft(an_incident(lead=ana), by=ana, why="It fails because [the cause?].", why_known=False)

    assert list(problems(draft, at=START)) == []
