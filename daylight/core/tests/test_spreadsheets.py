"""No cell of ours is a formula."""

import csv

import pytest

from daylight.core.spreadsheets import Echo, harmless


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%0A=1"])
def test_what_a_spreadsheet_would_run_is_disarmed(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Zoë", "+49 30 1234", "-5", "", "a=1"])
def test_what_is_harmless_stays(cell: str) -> None:
    assert harmless(cell) == cell


def test_a_writer_hands_back_each_line() -> None:
    assert csv.writer(Echo()).writerow(["a", 'b "c"']) == 'a,"b ""c"""\r\n'
