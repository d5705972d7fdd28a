"""What a reader reads of an update: everything once, in their language."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.incidents import promises
from daylight.incidents.models import Update
from daylight.incidents.tests.makers import WORDS, an_incident, an_update
from daylight.reach.composing import notification_for, preview

pytestmark = pytest.mark.django_db

SLOWER = {
    "en": "From now on we speak",
    "de": "Von jetzt an melden wir uns",
    "fr": "Désormais nous donnons des nouvelles",
    "es": "Desde ahora daremos noticias",
}


@pytest.mark.parametrize("language", list(SLOWER))
def test_a_slower_rhythm_is_said_once_beside_the_next_word(ana: Member, clock: HandClock, language: str) -> None:
    incident = an_incident(lead=ana)
    texts = dict.fromkeys(SLOWER, WORDS)
    an_update(incident, by=ana, texts=texts)

    slower = an_update(incident, by=ana, texts=texts, rhythm=240, next_in=timedelta(hours=4))

    parts = {part.name: part.answer for part in notification_for(slower, language=language).parts}
    assert SLOWER[language] in parts["next"]
    assert preview(slower, "email", at=clock.now, language=language).text.count(SLOWER[language]) == 1


def test_a_holding_update_says_once_that_nothing_is_new(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)
    assert incident.open_promise is not None
    promises.hold(incident.open_promise, at=clock.move(minutes=5), by=ana)

    mail = preview(Update.objects.get(kind="holding"), "email", at=clock.now).text

    assert mail.count("nothing new yet") == 1
    assert mail.count("We promised") == 1
