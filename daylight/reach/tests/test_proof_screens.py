"""The proof of an incident, of an update and of a delivery on screen; exports for those who may."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock, a_member
from daylight.accounts.models import AuditEntry, Member
from daylight.accounts.roles import Role
from daylight.incidents.models import Update
from daylight.reach import fanout, told_times
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.evidence import exporting, signing
from daylight.reach.evidence.verifying import verify
from daylight.reach.models import Delivery, EvidenceExport
from daylight.reach.tests.makers import a_published_update, a_reached_incident, customers
from daylight.reach.tests.test_told_times import accept, an_incident_told_twice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path


def text_of(client: Client, name: str, *arguments: object, **query: str) -> str:
    answer = client.get(reverse(f"reach:{name}", args=arguments), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def an_update(by: Member, clock: HandClock, number: int = 3) -> Update:
    update = a_published_update(a_reached_incident(by, affected=customers(number)))
    while fanout.step(clock.now).handled:
        pass
    return update


def test_the_proof_of_an_incident_says_how_long_they_waited(ana: Member, clock: HandClock, client: Client) -> None:
    incident, _ = an_incident_told_twice(ana)
    clock.move(hours=1)
    client.force_login(ana)

    page = text_of(client, "proof", incident.public_id)

    assert '<strong class="number">3</strong> of <span class="number">4</span> affected customers were told' in page
    assert "never" in page
    assert "2 min" in page
    assert "Update 2" in page
    assert CHANNELS["email"].label in page


def test_the_times_of_a_large_incident_are_being_counted(
    ana: Member, clock: HandClock, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told_times, "AT_ONCE", 1)
    incident, _ = an_incident_told_twice(ana)
    client.force_login(ana)

    first = text_of(client, "proof", incident.public_id)
    told_times.step(clock.now)

    assert "being counted now" in first
    assert "affected customers were told" in text_of(client, "proof", incident.public_id)


def test_an_incident_without_words_says_what_comes_next(ana: Member, clock: HandClock, client: Client) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    client.force_login(ana)

    assert "Nothing was published yet" in text_of(client, "proof", incident.public_id)
    assert client.get(reverse("reach:proof-of-update", args=[incident.public_id, 1])).status_code == 404


def test_the_proof_of_an_update_has_the_exact_words_with_their_hash(
    ana: Member, clock: HandClock, client: Client
) -> None:
    update = an_update(ana, clock)
    client.force_login(ana)

    page = text_of(client, "proof-of-update", update.incident.public_id, 1)

    assert "Card payments fail at the last step." in page
    assert "SHA-256" in page
    assert "register version 1" in page


def test_addresses_are_masked_on_screen(ana: Member, clock: HandClock, client: Client) -> None:
    update = an_update(ana, clock)
    row = Delivery.objects.select_related("contact_point").first()
    assert row is not None
    client.force_login(ana)

    for page in (
        text_of(client, "ledger", update.incident.public_id),
        text_of(client, "people", update.incident.public_id, "on-the-way"),
        text_of(client, "delivery", row.pk),
    ):
        assert row.contact_point.address not in page
        assert "•••@shop.example" in page


def test_a_delivery_shows_the_exact_message_and_how_long_it_took(ana: Member, clock: HandClock, client: Client) -> None:
    affected = customers(1)
    update = a_published_update(a_reached_incident(ana, affected=affected))
    accept(update, {affected[0]: 2})
    client.force_login(ana)
    row = Delivery.objects.get()

    before = text_of(client, "delivery", row.pk)
    affected[0].updated_at = clock.move(hours=1)
    affected[0].save()

    assert "Exactly what they got" in before
    assert "2 min after it was published" in before
    assert "What they got, as of today" in text_of(client, "delivery", row.pk)


def test_a_channel_that_is_gone_leaves_the_delivery_readable(
    ana: Member, clock: HandClock, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_update(ana, clock, 1)
    monkeypatch.delitem(CHANNELS, "email")
    client.force_login(ana)

    row = Delivery.objects.get()
    assert "no longer part of this installation" in text_of(client, "delivery", row.pk)
    assert client.get(reverse("reach:delivery-html", args=[row.pk])).status_code == 200


def test_a_pack_is_made_fetched_and_both_stand_on_the_audit_trail(
    ana: Member, clock: HandClock, client: Client, tmp_path: Path
) -> None:
    update = an_update(ana, clock)
    client.force_login(ana)

    asked = client.post(
        reverse("reach:export", args=[update.incident.public_id]), {"update": "1", "form": "pack"}, follow=True
    )
    row = EvidenceExport.objects.get()
    fetched = client.get(reverse("reach:evidence-file", args=[row.pk]))
    key = client.get(reverse("reach-public:evidence-key"))

    assert "Download daylight-evidence-" in asked.content.decode()
    path = tmp_path / "fetched.zip"
    path.write_bytes(b"".join(fetched.streaming_content))  # type: ignore[attr-defined]
    assert verify(path, trusted=[key.content.decode()]).files == 6
    assert set(AuditEntry.objects.values_list("act", flat=True)) >= {"evidence.export", "evidence.download"}


def test_a_long_export_shows_its_progress_and_then_the_way_to_it(
    ana: Member, clock: HandClock, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    update = an_update(ana, clock)
    client.force_login(ana)

    asked = client.post(
        reverse("reach:export", args=[update.incident.public_id]), {"update": "all", "form": "csv"}, follow=True
    )
    row = EvidenceExport.objects.get()
    too_early = client.get(reverse("reach:evidence-file", args=[row.pk]))
    exporting.step(clock.now)
    polled = client.get(reverse("reach:evidence", args=[row.pk]), headers={"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 2s"' in asked.content.decode()
    assert too_early.status_code == 404
    assert "<html" not in polled
    assert "hx-trigger" not in polled
    assert "Download" in polled


@pytest.mark.parametrize("change", [{"state": "expired", "path": ""}, {"path": "/nowhere/at/all"}, {"state": "failed"}])
def test_an_export_that_cannot_be_fetched_says_why(
    ana: Member, clock: HandClock, client: Client, change: dict[str, str]
) -> None:
    update = an_update(ana, clock)
    row = exporting.ask(update.incident, update, form="csv", by=ana, at=clock.now)
    EvidenceExport.objects.filter(pk=row.pk).update(failure="The key is gone.", host="east-1", **change)
    client.force_login(ana)

    page = text_of(client, "evidence", row.pk)

    said = {"expired": "thrown away", "failed": "The key is gone."}.get(change.get("state", ""), "east-1")
    assert said in page
    assert client.get(reverse("reach:evidence-file", args=[row.pk])).status_code == 404


@pytest.mark.parametrize(
    "asked", [{"form": "exe"}, {"form": "csv", "update": "77"}, {}, {"form": "pack", "update": "x"}]
)
def test_a_wrong_wish_is_a_sentence(ana: Member, clock: HandClock, client: Client, asked: dict[str, str]) -> None:
    update = an_update(ana, clock)
    client.force_login(ana)

    page = client.post(reverse("reach:export", args=[update.incident.public_id]), asked, follow=True)

    assert "Choose an update that was published" in page.content.decode()
    assert not EvidenceExport.objects.exists()


def test_who_may_not_export_sees_the_proof_without_people(clock: HandClock, ana: Member, client: Client) -> None:
    update = an_update(ana, clock)
    row = exporting.ask(update.incident, update, form="csv", by=ana, at=clock.now)
    client.force_login(a_member("Rita", Role.READER))
    public_id = update.incident.public_id

    assert (
        "Export" not in text_of(client, "proof-of-update", public_id, 1).partition("</main>")[0].partition("<main")[2]
    )
    assert client.post(reverse("reach:export", args=[public_id]), {"form": "csv"}).status_code == 403
    for name in ("evidence", "evidence-file"):
        assert client.get(reverse(f"reach:{name}", args=[row.pk])).status_code == 403
    assert client.get(reverse("reach:ledger-csv", args=[public_id])).status_code == 403


def test_the_public_key_is_for_everybody(clock: HandClock, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    answer = client.get(reverse("reach-public:evidence-key"))

    assert answer.content.decode() == signing.the_key(clock.now).public
    settings.SECRET_KEY = "another"
    assert client.get(reverse("reach-public:evidence-key")).status_code == 404
