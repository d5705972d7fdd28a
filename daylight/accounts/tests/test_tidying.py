import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache

from conftest import HandClock
from daylight.accounts import loops, signing_in
from daylight.accounts.models import Member, SignInLink
from daylight.core.models import RememberedAnswer


@pytest.mark.django_db
def test_what_is_past_its_time_goes_and_the_rest_stays(bela: Member, clock: HandClock) -> None:
    signing_in.link_for(bela, at=clock.now)
    Session.objects.create(session_key="a", session_data="", expire_date=clock.now)

    loops.tidy(clock.now)
    assert SignInLink.objects.count() == Session.objects.count() == 1

    clock.move(hours=25)
    cache.set("x", 1)
    loops.tidy(clock.now)
    assert SignInLink.objects.count() == Session.objects.count() == 0


@pytest.mark.django_db
def test_answers_to_programs_are_kept_for_a_day_and_claims_of_the_dead_for_minutes(clock: HandClock) -> None:
    RememberedAnswer.objects.create(scope="a", key="answered", fingerprint="f", made_at=clock.now, status=201)
    RememberedAnswer.objects.create(scope="a", key="died", fingerprint="f", made_at=clock.now)

    clock.move(minutes=6)
    loops.tidy(clock.now)
    assert [answer.key for answer in RememberedAnswer.objects.all()] == ["answered"]

    clock.move(hours=24)
    loops.tidy(clock.now)
    assert not RememberedAnswer.objects.exists()
