from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from conftest import HandClock
from daylight.accounts import keys
from daylight.accounts.models import ApiKey, Member
from daylight.accounts.roles import Act, Role

pytestmark = pytest.mark.django_db


def test_a_key_opens_what_its_scopes_say_and_only_its_hash_is_kept(ana: Member, clock: HandClock) -> None:
    made, token = keys.make_key(name="Shop", scopes=[Act.READ, Act.WRITE_CUSTOMERS], by=ana, at=clock.now)

    key = keys.key_for(token, clock.now)

    assert key == made
    assert key.may(Act.WRITE_CUSTOMERS)
    assert not key.may(Act.PUBLISH_UPDATE)
    assert token.startswith(key.prefix)
    assert token not in {str(value) for value in ApiKey.objects.values_list("token_hash", "name", "prefix").get()}


def test_a_key_may_do_no_more_than_its_maker_now(bela: Member, clock: HandClock) -> None:
    with pytest.raises(keys.TooMuch):
        keys.make_key(name="Sly", scopes=[Act.SET_UP], by=bela, at=clock.now)
    _, token = keys.make_key(name="Writer", scopes=[Act.WRITE_UPDATE], by=bela, at=clock.now)

    bela.set_roles([Role.READER], by=None, at=clock.now)

    assert not keys.key_for(token, clock.now).may(Act.WRITE_UPDATE)


def test_each_way_a_key_opens_nothing_has_a_name(ana: Member, clock: HandClock) -> None:
    ends = clock.now + timedelta(days=1)
    key, token = keys.make_key(name="Shop", scopes=[Act.READ], by=ana, at=clock.now, expires_at=ends)

    with pytest.raises(keys.KeyUnknown):
        keys.key_for(token + "x", clock.now)
    with pytest.raises(keys.KeyUnknown):
        keys.key_for("\udcff\x00", clock.now)
    with pytest.raises(keys.KeyExpired):
        keys.key_for(token, ends)
    Member.objects.filter(pk=ana.pk).update(is_active=False)
    with pytest.raises(keys.MakerGone):
        keys.key_for(token, clock.now)
    key.revoke(at=clock.now)
    with pytest.raises(keys.KeyRevoked):
        keys.key_for(token, clock.now)


def test_the_last_use_is_noted_once_a_minute(
    ana: Member, clock: HandClock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, token = keys.make_key(name="Shop", scopes=[Act.READ], by=ana, at=clock.now)
    keys.key_for(token, clock.now)
    first = clock.now

    clock.move(seconds=59)
    with django_assert_num_queries(2):
        keys.key_for(token, clock.now)
    assert ApiKey.objects.get().last_used_at == first

    clock.move(seconds=1)
    keys.key_for(token, clock.now)
    assert ApiKey.objects.get().last_used_at == clock.now
