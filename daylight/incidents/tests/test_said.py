"""Daylight's own sentences, in each language it speaks."""

from datetime import UTC, datetime, timedelta

import pytest

from daylight.incidents import said
from daylight.incidents.cadence import Rhythm

PROMISED = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "in_time", "late"),
    [
        ("en", "We promised word by 14:00. We have nothing new yet.", "did not keep that"),
        ("de", "bis 14:00 Uhr versprochen. Es gibt noch nichts Neues.", "nicht gehalten"),
        ("fr", "des nouvelles avant 14:00. Il n'y a encore rien de nouveau.", "pas tenu parole"),
        ("es", "noticias antes de las 14:00. Aún no hay novedades.", "no lo cumplimos"),
    ],
)
def test_a_holding_update_is_said_in_the_readers_language(language: str, in_time: str, late: str) -> None:
    def holding(*, is_late: bool, hours: int = 1) -> str:
        return said.holding(
            language,
            promised_for=PROMISED,
            next_update_by=PROMISED + timedelta(hours=hours),
            zone="Europe/Berlin",
            doing="Wir suchen.",
            is_late=is_late,
        )

    assert said.can_speak(language)
    assert in_time in holding(is_late=False)
    assert late in holding(is_late=True)
    assert "15:00" in holding(is_late=False)
    assert "4:00" in holding(is_late=False, hours=14)
    assert "Wir suchen." in holding(is_late=False)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "From now on we speak every 2 hours instead of every 30 minutes."),
        ("de", "Von jetzt an melden wir uns alle 2 Stunden statt alle 30 Minuten."),
        ("fr", "Désormais nous donnons des nouvelles toutes les 2 heures au lieu de toutes les 30 minutes."),
        ("es", "Desde ahora daremos noticias cada 2 horas en lugar de cada 30 minutos."),
    ],
)
def test_a_slower_rhythm_is_said_in_the_readers_language(language: str, sentence: str) -> None:
    assert said.rhythm(120, Rhythm(timedelta(minutes=15), timedelta(minutes=30)), language) == sentence


def test_a_language_has_its_name_for_the_crew() -> None:
    assert said.name_of("fr") == "French"
    assert said.name_of("tlh") == "tlh"
