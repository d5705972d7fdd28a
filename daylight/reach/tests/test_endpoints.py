import pytest

from conftest import HandClock
from daylight.customers.models import ContactPoint
from daylight.reach import endpoints, suppressing
from daylight.reach.models import Suppression, WebhookEndpoint
from daylight.reach.tests.makers import a_webhook

pytestmark = pytest.mark.django_db


def _fail(point: ContactPoint, times: int, clock: HandClock) -> bool:
    return [endpoints.record_failure(point.pk, problem="503", at=clock.now) for _ in range(times)][-1]


def test_ten_failures_in_a_minute_are_not_lasting(clock: HandClock) -> None:
    point = a_webhook()

    assert not _fail(point, 30, clock)
    assert not suppressing.is_suppressed(point)


def test_lasting_failure_ends_in_quarantine_once(clock: HandClock) -> None:
    point = a_webhook()
    _fail(point, 9, clock)

    clock.move(minutes=61)

    assert _fail(point, 1, clock)
    assert not _fail(point, 1, clock)
    assert [row.reason for row in Suppression.objects.standing()] == [Suppression.Reason.QUARANTINED]


def test_an_answer_forgets_what_failed_before(clock: HandClock) -> None:
    point = a_webhook()
    _fail(point, 9, clock)

    endpoints.record_success([point.pk], at=clock.move(minutes=59))
    clock.move(minutes=2)

    assert not _fail(point, 9, clock)


def test_release_lifts_only_the_quarantine(clock: HandClock) -> None:
    point = a_webhook()
    _fail(point, 9, clock)
    clock.move(hours=2)
    _fail(point, 1, clock)

    endpoints.release(WebhookEndpoint.objects.get(), by="Ana", at=clock.now)

    assert not suppressing.is_suppressed(point)
    assert WebhookEndpoint.objects.get().quarantined_at is None


def test_a_changed_secret_signs_together_with_the_former_for_a_day(clock: HandClock) -> None:
    point = a_webhook()
    endpoint = WebhookEndpoint.objects.get()
    former = endpoint.secret

    secret = endpoints.rotate(endpoint, at=clock.now)

    assert endpoints.secrets_of([point.pk], at=clock.now) == {point.pk: f"{secret} {former}"}
    assert endpoints.secrets_of([point.pk], at=clock.move(hours=25)) == {point.pk: secret}


def test_the_secret_is_not_readable_in_the_database(clock: HandClock) -> None:
    a_webhook()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM reach_webhookendpoint")
        assert "whsec_" not in cursor.fetchone()[0]
