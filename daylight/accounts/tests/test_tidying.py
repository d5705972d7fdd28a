import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache

from conftest import HandClock
from daylight.accounts import loops, signing_in
from daylight.accounts.models import Member, SignInLink


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
