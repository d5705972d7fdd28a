"""The headline is never greener than the worst open incident, and planned work never makes it red."""

from hypothesis import given
from hypothesis import strategies as st

from daylight.incidents.words import ComponentState
from daylight.pages.headline import TONE_OF_COMPONENT, Says, Tone, Trouble, headline

troubles = st.builds(
    Trouble,
    severity=st.integers(1, 5),
    is_planned=st.booleans(),
    has_begun=st.booleans(),
    is_overrun=st.booleans(),
    is_late=st.booleans(),
    is_told=st.booleans(),
)
states = st.lists(st.sampled_from(ComponentState), max_size=8)


@given(st.lists(troubles, max_size=6), states)
def test_never_greener_than_the_worst(open_incidents: list[Trouble], components: list[ComponentState]) -> None:
    said = headline(open_incidents, components)

    for incident in open_incidents:
        assert said.tone >= incident.tone
        if not incident.is_planned:
            assert said.tone >= Tone.TROUBLE
            assert said.says not in {Says.ALL_WORKS, Says.NOTHING_YET, Says.PLANNED_WORK, Says.PLANNED_WORK_LONGER}
        if not incident.is_planned and incident.severity <= 2:
            assert said.tone is Tone.OUTAGE
    for state in components:
        assert said.tone >= TONE_OF_COMPONENT[state]


@given(st.lists(troubles, max_size=6), states, troubles)
def test_one_more_incident_never_makes_it_greener(
    open_incidents: list[Trouble], components: list[ComponentState], another: Trouble
) -> None:
    assert headline([*open_incidents, another], components).tone >= headline(open_incidents, components).tone


@given(st.lists(troubles, min_size=1, max_size=6), states)
def test_a_late_word_shows(open_incidents: list[Trouble], components: list[ComponentState]) -> None:
    said = headline(open_incidents, components)

    late = [incident for incident in open_incidents if incident.is_late]
    assert said.late == len(late)
    if late:
        assert said.tone >= Tone.TROUBLE
        assert said.says is not Says.ALL_WORKS


@given(st.lists(st.builds(Trouble, severity=st.integers(1, 5), is_planned=st.just(True)), max_size=6), states)
def test_planned_work_never_makes_it_red(works: list[Trouble], components: list[ComponentState]) -> None:
    calm = [state for state in components if state != ComponentState.MAJOR_OUTAGE]

    assert headline(works, calm).tone < Tone.OUTAGE


def test_the_sentences() -> None:
    works = ComponentState.OPERATIONAL
    assert headline([], []).says is Says.NOTHING_YET
    assert headline([], [works]).says is Says.ALL_WORKS
    assert headline([], [works, ComponentState.DEGRADED]).says is Says.COMPONENTS
    assert headline([Trouble(5)], [works]).says is Says.ONE_INCIDENT
    assert headline([Trouble(2, is_told=False)], [works]).says is Says.LOOKING
    assert headline([Trouble(2), Trouble(4)], [works]).count == 2
    assert headline([Trouble(1, is_planned=True, has_begun=False)], [works]).says is Says.ALL_WORKS
    assert headline([Trouble(1, is_planned=True)], [works]).says is Says.PLANNED_WORK
    assert headline([Trouble(1, is_planned=True, is_overrun=True)], [works]).says is Says.PLANNED_WORK_LONGER
