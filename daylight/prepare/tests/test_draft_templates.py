"""Draft templates that members make: checked when they are saved, kept in versions, deleted and brought back."""

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.prepare.models import DraftTemplate
from daylight.prepare.shelf import shelf
from daylight.prepare.tests.makers import a_draft_template

pytestmark = pytest.mark.django_db
SCOPE = {"kind": "outage", "stage": "acknowledge", "form": "short", "language": "en"}
WHOLE = "{what} has not worked since {since when}. We are looking for the cause. Next update by {next word}."


def saved(client: Client, address: str, **words: str) -> tuple[int, str]:
    answer = client.post(address, {**SCOPE, "name": "Ours", "act": "save", "based_on": "0", **words}, follow=True)
    return answer.status_code, answer.content.decode()


def test_one_of_ours_is_read_with_its_example_and_copied(client: Client, ana: Member) -> None:
    client.force_login(ana)

    shown = client.get(reverse("prepare:template", args=["recall.acknowledge.long"])).content.decode()
    copy = client.get(reverse("prepare:template-new"), {"copy": "recall.acknowledge.long"}).content.decode()

    assert "Its cable can catch fire." in shown
    assert "{the danger}. Please stop using {the product}" in copy
    assert "The checker finds nothing." in copy
    assert DraftTemplate.objects.count() == 0


def test_a_template_without_a_finding_is_saved_and_audited(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)

    status, page = saved(client, reverse("prepare:template-new"), text=WHOLE)

    row = DraftTemplate.objects.get()
    assert (status, row.name, row.current.pieces) == (200, "Ours", {"text": WHOLE})
    assert "Version 1 of “Ours” is saved." in page
    assert AuditEntry.objects.filter(act="draft_template.write").exists()


def test_a_finding_stands_beside_the_words_and_can_be_kept_with_a_reason(client: Client, ana: Member) -> None:
    client.force_login(ana)
    address, words = reverse("prepare:template-new"), f"A small number of orders are lost. {WHOLE}"

    status, page = saved(client, address, text=words)

    assert status == 422
    assert "Not saved yet: the checker stumbles over 1 thing." in page
    assert 'name="because-CND-301"' in page
    assert "/help/candour/CND-301/" in page
    assert words in page
    assert not DraftTemplate.objects.exists()

    status, page = saved(client, address, text=words, **{"because-CND-301": "The number follows within the hour."})

    assert status == 200
    assert DraftTemplate.objects.get().current.kept == {"CND-301": "The number follows within the hour."}
    assert "The number follows within the hour." in page


def test_a_language_that_the_checker_does_not_read_is_saved_and_said_so(client: Client, ana: Member) -> None:
    client.force_login(ana)
    address, words = reverse("prepare:template-new"), "{quoi} ne marche pas depuis {quand}."

    status, page = saved(client, address, text=words, language="fr")
    assert (status, DraftTemplate.objects.get().language) == (200, "fr")
    assert "The checker does not read this language yet" in page

    status, page = saved(client, address, text="We take this very seriously.", language="en-GB")
    assert status == 422
    assert "could stand in any letter" in page


def test_nothing_typed_is_lost_when_nothing_can_be_saved(client: Client, ana: Member) -> None:
    client.force_login(ana)

    status, page = saved(client, reverse("prepare:template-new"), text="", name="")
    assert status == 422
    assert "Write something first" in page

    status, page = saved(client, reverse("prepare:template-new"), text="It fails. " * 500)
    assert status == 422
    assert "at most 4000 characters" in page
    assert "It fails. It fails." in page

    status, page = saved(client, reverse("prepare:template-new"), text=WHOLE, form="letter")
    assert status == 422
    assert "A letter has the form of a letter" in page


def test_a_name_or_a_reason_that_cannot_be_kept_is_told_there_and_nothing_is_lost(client: Client, ana: Member) -> None:
    row = a_draft_template(by=ana, copied="outage.acknowledge.short")
    client.force_login(ana)
    words = f"A small number of orders are lost. {WHOLE}"
    reason = {"because-CND-301": "Soon\x00."}

    for address in (reverse("prepare:template-new"), reverse("prepare:template", args=[row.public_id])):
        for more in ({"name": "Ou\x00rs"}, {"name": "Ours" * 40}, reason, {"because-CND-301": "Soon. " * 60}):
            status, page = saved(client, address, **{"text": words, "based_on": "1", **more})
            assert status == 422
            assert 'class="field__error"' in page
            assert words in page
            assert all(value.strip() in page for value in more.values())

    assert (
        saved(client, reverse("prepare:template-new"), text="", **{"because-CND-301": "The number follows."})[0] == 422
    )
    assert (
        "The number follows."
        in saved(client, reverse("prepare:template-new"), text="", **{"because-CND-301": "The number follows."})[1]
    )
    assert DraftTemplate.objects.get().name == row.name


def test_who_wrote_meanwhile_is_named_and_both_texts_stay(client: Client, ana: Member, bela: Member) -> None:
    row = a_draft_template(by=bela, copied="outage.acknowledge.short")
    client.force_login(ana)
    address = reverse("prepare:template", args=[row.public_id])

    status, page = saved(client, address, text=WHOLE)
    assert status == 422
    assert f"{bela.name} saved version 1 while you wrote." in page

    assert saved(client, address, text=WHOLE, based_on="1")[0] == 200
    again = client.get(address, {"from": "1"}).content.decode()
    assert "These are the words of version 1." in again
    told = client.get(reverse("prepare:template-versions", args=[row.public_id])).content.decode()
    assert "Version 2" in told
    assert bela.name in told


def test_a_deleted_template_is_offered_no_more_until_it_is_brought_back(client: Client, ana: Member) -> None:
    row = a_draft_template(by=ana)
    client.force_login(ana)
    put_away = reverse("prepare:template-put-away", args=[row.public_id])

    page = client.post(put_away, follow=True).content.decode()
    assert "is deleted. It can be brought back below." in page
    assert not DraftTemplate.objects.in_use().exists()

    page = client.post(put_away, follow=True).content.decode()
    assert "is in use again, with all its versions." in page
    assert DraftTemplate.objects.in_use().get().current.number == 1


def test_who_may_not_set_up_reads_and_changes_nothing(client: Client, bela: Member) -> None:
    row = a_draft_template(by=bela)
    client.force_login(bela)
    address = reverse("prepare:template", args=[row.public_id])

    assert "Save this template" not in client.get(address).content.decode()
    assert client.post(address, {"text": WHOLE}).status_code == 404
    assert client.get(reverse("prepare:template-new")).status_code == 403
    for key in ("nothing", "outage.update.none", "%00", "ä%20b"):
        assert client.get(f"/desk/draft-templates/{key}/").status_code == 404
        assert client.get(f"/desk/draft-templates/{key}/versions/").status_code == 404
    assert row.versions.count() == 1


def test_the_list_has_each_kind(client: Client, ana: Member) -> None:
    a_draft_template(by=ana)
    client.force_login(ana)

    page = client.get(reverse("prepare:templates")).content.decode()

    assert "Late, as we say it" in page
    assert all(f"/desk/draft-templates/{key}/" in page for key in shelf("en").prepared)
