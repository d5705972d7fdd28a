"""Our words in Statuspage's: nothing of ours lacks a word, and one indicator stands for a page."""

import pytest

from daylight.incidents.words import ComponentState, Severity, Stage
from daylight.reach.statuspage import table

WORKING = "operational"


def test_every_word_of_ours_has_one_of_theirs() -> None:
    assert set(table.COMPONENT_STATUS) == set(ComponentState)
    assert set(table.IMPACT) == set(Severity)
    assert {*table.INCIDENT_STATUSES, *table.MAINTENANCE_STATUSES} == set(Stage.values)
    assert all(
        table.COMPONENT_STATUS[table.COMPONENT_STATE[status]] == status for status in table.COMPONENT_STATE if status
    )


@pytest.mark.parametrize(
    ("statuses", "impacts", "indicator", "description"),
    [
        ([], [], "none", "All Systems Operational"),
        ([WORKING, WORKING], [], "none", "All Systems Operational"),
        ([WORKING, "under_maintenance"], [], "maintenance", "Service Under Maintenance"),
        ([WORKING, "degraded_performance"], [], "minor", "Partially Degraded Service"),
        (["degraded_performance"], [], "minor", "Degraded System Service"),
        ([WORKING, "partial_outage"], [], "minor", "Minor Service Outage"),
        (["partial_outage"], [], "major", "Partial System Outage"),
        (["partial_outage", "partial_outage", WORKING], [], "major", "Partial System Outage"),
        ([WORKING, "major_outage"], [], "major", "Partial System Outage"),
        (["major_outage", "major_outage"], [], "critical", "Major System Outage"),
        ([WORKING], ["critical"], "critical", "Major System Outage"),
        ([WORKING], ["maintenance"], "maintenance", "Service Under Maintenance"),
        ([WORKING], ["minor", "none"], "minor", "Partially Degraded Service"),
        ([], ["major"], "major", "Partial System Outage"),
        (["under_maintenance"], ["major"], "major", "Partial System Outage"),
    ],
)
def test_one_indicator_stands_for_a_page(
    statuses: list[str], impacts: list[str], indicator: str, description: str
) -> None:
    assert table.roll_up(statuses, impacts) == table.RollUp(indicator, description)


def test_the_worst_component_gives_an_incident_its_impact() -> None:
    assert table.impact_of_components(["operational", "partial_outage", "degraded_performance"]) == "major"
    assert table.impact_of_components([]) == "none"
