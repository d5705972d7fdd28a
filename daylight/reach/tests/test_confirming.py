"""I have seen this: asked for when it is urgent, and the first yes counts, whatever road it came by."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint
from daylight.incidents.models import Incident
from daylight.reach import confirming, fanout, links, sending
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import notification_for
from daylight.reach.items import Readers
from daylight.reach.models import Confirmation, Notice
from daylight.reach.tests.makers import HandChannel, a_contact_point, a_published_update, a_reached_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ana: Member, clock: HandClock) -> ContactPoint:
    """A German customer's address, written to about an urgent incident."""
    point = a_contact_point()
    type(point.customer).objects.update(language="de", time_zone="Europe/Berlin")
    a_published_update(a_reached_incident(ana, affected=[point.customer], severity=1))
    fanout.step(clock.now)
    return point


class ReadingChannel(HandChannel):
    """Keeps what it was told of each reader."""

    def compose(self, notification, *, to, key):  # type: ignore[no-untyped-def]
        self.readers = [*getattr(self, "readers", []), to]
        return super().compose(notification, to=to, key=key)


@pytest.mark.parametrize(("severity", "has_link"), [(1, True), (2, True), (3, False)])
def test_a_message_carries_the_link_when_it_is_urgent(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch, severity: int, has_link: bool
) -> None:
    channel = ReadingChannel()
    monkeypatch.setitem(CHANNELS, "email", channel)
    point = a_contact_point()
    a_published_update(a_reached_incident(ana, affected=[point.customer], severity=severity))
    fanout.step(clock.now)

    sending.step(clock.now, channel="email")

    [reader] = channel.readers
    assert reader.confirm_url == (links.own_url(point.pk, Notice.objects.get().pk) if has_link else "")


@pytest.mark.parametrize("confirm_url", ["https://status.example/seen/abc/", ""])
def test_a_mail_asks_in_both_parts_or_not_at_all(told: ContactPoint, confirm_url: str) -> None:
    notice = Notice.objects.get()
    readers = Readers(notice, secrets={}, promised={}, generations={})
    reader = readers.of((1, told.pk, told.customer_id, told.address, "Zoë", "", "en", ""))
    update = notice.update
    mail = Email().compose(notification_for(update), to=replace(reader, confirm_url=confirm_url), key="1.2.abc")

    assert ("I have seen this" in mail.text) is bool(confirm_url)
    assert mail.payload.count(b"https://status.example/seen/abc/") == (2 if confirm_url else 0)
    assert mail.payload.count(b"/seen/") == (2 if confirm_url else 0)


@pytest.mark.parametrize("path", ["/seen/nonsense/", "/seen/1-1.forged/"])
def test_a_link_that_is_not_ours_is_refused_in_a_sentence(db: None, path: str) -> None:
    page = Client().post(path)

    assert page.status_code == 404
    assert "does not work" in page.content.decode()


def test_the_link_of_one_purpose_confirms_nothing(told: ContactPoint) -> None:
    token = urlsplit(links.unsubscribe_url(told.pk, Notice.objects.get().pk)).path.split("/")[2]

    assert Client().post(f"/seen/{token}/").status_code == 404
    assert not Confirmation.objects.exists()


def test_the_first_yes_counts_whatever_road_the_second_came_by(told: ContactPoint, clock: HandClock) -> None:
    incident = Incident.objects.get()
    first = confirming.confirm(told.customer, incident, how=Confirmation.How.REPLY, at=clock.now)

    again = confirming.confirm(told.customer, incident, how=Confirmation.How.CALL, at=clock.move(minutes=5))

    assert again == first
    assert [row.how for row in confirming.confirmed(incident)] == ["reply"]


def test_the_crew_sees_it_on_the_customers_page_and_on_the_list(
    told: ContactPoint, client: Client, ana: Member, clock: HandClock
) -> None:
    incident = Incident.objects.get()
    confirming.confirm(told.customer, incident, how=Confirmation.How.KEY, at=clock.now)
    client.force_login(ana)

    for path in (f"customers/{told.customer_id}/", f"{incident.public_id}/confirmed/"):
        page = client.get(f"/desk/reach/{path}").content.decode()
        assert "by a key on the phone" in page.lower()
    assert "1</span> confirmed" in client.get(f"/desk/reach/{incident.public_id}/told/").content.decode()
