from datetime import time
from urllib.parse import urlsplit

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.customers.models import Consent, ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.reach import fanout, ledger, links, preferring, suppressing
from daylight.reach.models import Confirmation, Delivery, QuietHours, Suppression
from daylight.reach.moves import State
from daylight.reach.quiet import USUAL, Quiet
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db
Reason = Suppression.Reason


@pytest.fixture
def visitor() -> Client:
    """Somebody without cookies, whose browser checks nothing for us."""
    return Client(enforce_csrf_checks=True)


def _preferences(point: ContactPoint) -> str:
    return urlsplit(links.preferences_url(point.customer_id, point.pk)).path


def _unsubscribe(point: ContactPoint) -> str:
    return urlsplit(links.unsubscribe_url(point.pk, 5)).path


def _choice(*points: ContactPoint, **chosen: object) -> dict[str, object]:
    usual = {"language": "en", "time_zone": "UTC", "quiet_from": "22:00", "quiet_until": "07:00"}
    return {"use": [str(point.pk) for point in points], **usual, **chosen}


def test_the_page_shows_the_own_address_and_masks_the_others(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point(address="zoe@shop.example")
    a_contact_point(customer=mail.customer, channel="sms", address="+491701234567")

    page = visitor.get(_preferences(mail)).content.decode()

    assert "zoe@shop.example" in page
    assert "+49 ••• 567" in page
    assert "+491701234567" not in page


def test_looking_at_it_sets_no_cookie_and_is_kept_by_nobody(visitor: Client, clock: HandClock) -> None:
    response = visitor.get(_preferences(a_contact_point()))

    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"


def test_a_customer_stops_and_restarts_a_contact_point(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()
    phone = a_contact_point(customer=mail.customer, channel="sms", address="+491701234567")

    visitor.post(_preferences(mail), _choice(phone))
    assert Consent.objects.get(contact_point=mail).withdrawn_at == clock.now
    assert not Consent.objects.filter(contact_point=phone).exists()

    visitor.post(_preferences(mail), _choice(mail, phone))
    assert Consent.objects.get(contact_point=mail).withdrawn_at is None


def test_language_zone_and_order_are_chosen(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()
    phone = a_contact_point(customer=mail.customer, channel="sms", address="+491701234567")
    places = {f"place-{mail.pk}": "2", f"place-{phone.pk}": "1"}

    page = visitor.post(_preferences(mail), _choice(mail, phone, language="de", time_zone="Europe/Berlin", **places))

    customer = Customer.objects.get()
    assert (customer.language, customer.time_zone) == ("de", "Europe/Berlin")
    assert list(customer.contact_points.order_by("position")) == [phone, mail]
    assert "Gespeichert." in page.content.decode()
    assert '<html lang="de"' in page.content.decode()


def test_quiet_hours_are_the_usual_ones_until_chosen(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()
    assert preferring.quiet_of(mail.customer) == USUAL

    visitor.post(_preferences(mail), _choice(mail))
    assert not QuietHours.objects.exists()

    visitor.post(_preferences(mail), _choice(mail, quiet_from="20:00", quiet_until="09:00", always_tell="on"))
    assert preferring.quiet_of(mail.customer) == Quiet(time(20), time(9), always_tell=True)
    assert '<option value="20:00" selected>' in visitor.get(_preferences(mail)).content.decode()


@pytest.mark.parametrize("hour", ["25:00", "noon", "09:30"])
def test_an_hour_that_is_none_changes_nothing(visitor: Client, clock: HandClock, hour: str) -> None:
    mail = a_contact_point()

    page = visitor.post(_preferences(mail), _choice(mail, quiet_from=hour)).content.decode()

    assert "Choose an hour from the list." in page
    assert preferring.quiet_of(mail.customer) == USUAL


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"time_zone": "Mars/Olympus"}])
def test_a_wrong_choice_changes_nothing_and_says_so(visitor: Client, clock: HandClock, wrong: dict[str, str]) -> None:
    mail = a_contact_point()

    page = visitor.post(_preferences(mail), _choice(**wrong)).content.decode()

    assert "nothing was changed" in page
    assert not Consent.objects.exists()
    assert Customer.objects.get().language == ""


def test_stopping_everything_is_allowed_and_said_plainly(visitor: Client, clock: HandClock) -> None:
    page = visitor.post(_preferences(a_contact_point()), _choice()).content.decode()

    assert "you will not hear from us" in page


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.BOUNCED, Reason.REJECTED, Reason.SPAM_REPORT])
def test_a_customer_lifts_what_is_theirs_to_lift(visitor: Client, clock: HandClock, reason: Reason) -> None:
    mail = a_contact_point()
    suppressing.suppress(mail, reason=reason, at=clock.now)

    visitor.post(_preferences(mail), _choice(mail))

    assert not suppressing.is_suppressed(mail)
    assert Suppression.objects.get().lifted_by == "the customer"


@pytest.mark.parametrize("reason", [Reason.BY_HAND, Reason.QUARANTINED])
def test_a_customer_does_not_lift_what_the_crew_decided(visitor: Client, clock: HandClock, reason: Reason) -> None:
    mail = a_contact_point()
    suppressing.suppress(mail, reason=reason, at=clock.now)

    visitor.post(_preferences(mail), _choice(mail))

    assert suppressing.is_suppressed(mail)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_pages_exist_in_each_language(visitor: Client, clock: HandClock, language: str) -> None:
    mail = a_contact_point()
    Customer.objects.update(language=language)

    for url in (_preferences(mail), _unsubscribe(mail)):
        page = visitor.get(url)
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.content.decode()


def test_opening_the_unsubscribe_link_changes_nothing(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()

    page = visitor.get(_unsubscribe(mail))
    visitor.head(_unsubscribe(mail))

    assert "Nothing has changed yet" in page.content.decode()
    assert not suppressing.is_suppressed(mail)


def test_one_click_of_a_mail_program_stops_us(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()

    for _ in range(2):
        response = visitor.post(_unsubscribe(mail), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200

    row = Suppression.objects.get()
    assert (row.reason, row.details) == (Reason.UNSUBSCRIBED, "after notice 5")
    assert "last address" in response.content.decode()


def test_unsubscribing_one_address_leaves_the_others(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()
    phone = a_contact_point(customer=mail.customer, channel="sms", address="+491701234567")

    page = visitor.post(_unsubscribe(mail)).content.decode()

    assert not suppressing.is_suppressed(phone)
    assert "last address" not in page


def test_unsubscribing_can_be_undone(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()
    visitor.post(_unsubscribe(mail))

    assert visitor.get(f"{_unsubscribe(mail)}undo/").status_code == 405
    visitor.post(f"{_unsubscribe(mail)}undo/")

    assert not suppressing.is_suppressed(mail)


def test_undoing_does_not_lift_what_the_crew_decided(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()
    suppressing.suppress(mail, reason=Reason.BY_HAND, at=clock.now)

    visitor.post(f"{_unsubscribe(mail)}undo/")

    assert suppressing.is_suppressed(mail)


@pytest.mark.parametrize("place", ["preferences", "unsubscribe"])
@pytest.mark.parametrize("token", ["x", "1-1", "1-1.forged", "a-b.c", "1-1.ÿ"])
def test_a_bad_link_is_answered_in_words(visitor: Client, clock: HandClock, place: str, token: str) -> None:
    response = visitor.get(f"/{place}/{token}/")

    assert response.status_code == 404
    assert "This link does not work" in response.content.decode()


def test_a_link_of_an_erased_customer_leads_nowhere(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point()
    Customer.objects.update(erased_at=clock.now)

    assert visitor.get(_preferences(mail)).status_code == 404
    assert visitor.post(_unsubscribe(mail)).status_code == 404


def test_too_many_changes_are_refused_for_a_while(visitor: Client, clock: HandClock) -> None:
    mail, other = a_contact_point(), a_contact_point()
    answers = [visitor.post(_unsubscribe(mail)).status_code for _ in range(31)]

    assert answers == [200] * 30 + [429]
    assert visitor.post(_unsubscribe(other)).status_code == 200
    clock.move(minutes=10)
    assert visitor.post(_unsubscribe(mail)).status_code == 200


@pytest.fixture
def told(ana: Member, clock: HandClock) -> ContactPoint:
    """The contact point of a customer in Berlin who was told of an open incident."""
    [customer] = customers(1, language="de", time_zone="Europe/Berlin")
    a_published_update(a_reached_incident(ana, affected=[customer]))
    fanout.step(clock.now)
    ledger.move(Delivery.objects.values_list("pk", flat=True), to=State.ACCEPTED, at=clock.now)
    return ContactPoint.objects.get()


def test_the_page_shows_what_we_told_in_the_own_time_zone(visitor: Client, told: ContactPoint) -> None:
    page = visitor.get(_preferences(told)).content.decode()

    assert "14:00 Uhr (Europe/Berlin)" in page
    assert "Checkout fails" in page
    assert "Was wir Ihnen gesagt haben" in page


def test_a_customer_says_i_have_seen_this_once(visitor: Client, told: ContactPoint, clock: HandClock) -> None:
    incident = Incident.objects.get()
    seen = f"{_preferences(told)}seen/{incident.public_id}/"

    assert visitor.get(seen).status_code == 405
    assert not Confirmation.objects.exists()
    first = clock.now
    visitor.post(seen)
    clock.move(hours=1)
    page = visitor.post(seen).content.decode()

    row = Confirmation.objects.get()
    assert (row.customer, row.incident, row.confirmed_at) == (told.customer, incident, first)
    assert "Danke. Sie haben das gesehen." in page


def test_an_incident_of_others_cannot_be_confirmed(visitor: Client, told: ContactPoint, ana: Member) -> None:
    other = a_reached_incident(ana, affected=customers(1))

    assert visitor.post(f"{_preferences(told)}seen/{other.public_id}/").status_code == 404
    assert visitor.post(f"{_preferences(told)}seen/nonsense/").status_code == 404


def test_a_private_incident_is_named_without_a_link(visitor: Client, told: ContactPoint) -> None:
    Incident.objects.update(made_public_at=None, made_public_by=None)

    page = visitor.get(_preferences(told)).content.decode()

    assert "Checkout fails" in page
    assert "/incidents/" not in page


def test_what_a_member_chooses_for_a_customer_bears_their_name(client: Client, ana: Member, clock: HandClock) -> None:
    mail = a_contact_point()
    client.force_login(ana)

    client.post(_preferences(mail), _choice())

    assert Consent.objects.get().withdrawn_by == "Ana"
    assert AuditEntry.objects.filter(act="preferences.choose", actor="Ana").count() == 1


def test_names_are_shown_as_text(visitor: Client, clock: HandClock) -> None:
    mail = a_contact_point(name="<script>alert(1)</script> & Söhne")

    page = visitor.get(_preferences(mail)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in page


def test_an_exercise_is_no_news_for_the_customers_in_its_register(
    ana: Member, visitor: Client, clock: HandClock
) -> None:
    point = a_contact_point()
    incident = a_reached_incident(
        ana, affected=[point.customer], is_exercise=True, made_public_at=None, made_public_by=None
    )
    a_published_update(incident, texts={"en": {"headline": "Only a drill"}})

    page = visitor.get(_preferences(point)).content.decode()

    assert incident.public_id not in page
