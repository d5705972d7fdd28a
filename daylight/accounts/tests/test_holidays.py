"""Days on which the firm does not work."""

from datetime import date

import pytest

from daylight.accounts.holidays import Holidays, read_lines
from daylight.accounts.models import Member, Organisation
from daylight.accounts.tests.makers import signed_in

OURS = Holidays(frozenset({"12-25", "2027-03-26"}))


def test_lines_are_kept_as_days_and_a_line_that_is_no_day_is_named() -> None:
    assert read_lines("2027-03-26\n\n 12-25 \n12-25\n02-29") == ["02-29", "12-25", "2027-03-26"]
    for wrong in ("Christmas", "2027-02-30", "13-01"):
        with pytest.raises(ValueError, match=wrong):
            read_lines(f"12-25\n{wrong}")


def test_a_day_of_each_year_is_off_every_year_and_another_once() -> None:
    found = list(OURS.between(date(2026, 12, 1), date(2027, 12, 31)))

    assert found == [date(2026, 12, 25), date(2027, 3, 26), date(2027, 12, 25)]
    assert date(2028, 3, 26) not in OURS


def test_an_owner_names_the_holidays(ana: Member) -> None:
    browser, path = signed_in(ana), "/desk/team/organisation/"
    given = {"name": "Ours", "time_zone": "UTC", "language": "en"}

    refused = browser.post(path, given | {"holidays": "Christmas"})
    assert "“Christmas” is no day" in refused.content.decode()
    browser.post(path, given | {"holidays": "2027-03-26\r\n12-25"})

    assert Organisation.get().days_off == OURS
    assert "12-25\n2027-03-26</textarea>" in browser.get(path).content.decode()
