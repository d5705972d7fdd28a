"""Each rule has its page; the pages in the documents are the rules as they are."""

import pytest

from daylight.candour import check, pages
from daylight.candour.rules import RULES
from daylight.candour.rules.rule import Rule


def test_the_documents_are_fresh() -> None:
    """Made by: bin/daylight candour --pages docs/candour."""
    written = {path.name: path.read_text(encoding="utf-8") for path in pages.DOCUMENTS.glob("*.md")}

    assert written == dict(pages.documents())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_page_says_why_what_is_found_and_when_it_is_fine(rule: Rule) -> None:
    page = pages.page_of(rule.id)
    told = pages.markdown(page)

    assert told.startswith(f"# {rule.id}: {page.title}\n\n{page.why}\n")
    assert page.why.endswith(".")
    assert page.fine.endswith(".")
    assert "{" not in told
    assert all(f"- {text}\n" in told for text in (*page.bad, *page.good))


def test_a_finding_leads_to_the_page_of_its_rule() -> None:
    [finding, *_] = check("We are investigating.").findings

    assert (pages.DOCUMENTS.parents[1] / finding.page).read_text(encoding="utf-8").startswith(f"# {finding.rule}")


def test_a_rule_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(pages.UnknownRule, match="There is no rule CND-000"):
        pages.page_of("CND-000")
