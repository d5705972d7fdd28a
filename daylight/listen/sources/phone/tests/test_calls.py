"""A call is typed while somebody speaks: nothing typed is lost, the caller is found, a promise sets the clock."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.tests.makers import a_customer
from daylight.listen import taking_in
from daylight.listen.models import Attachment, CallDraft, Conversation, Message
from daylight.listen.sources.phone.views import kind_of

pytestmark = pytest.mark.django_db

URL = "/desk/ways-in/phone/"


def opened(client: Client) -> str:
    found = re.search(r'name="call" value="([a-z0-9]{12})"', client.get(URL).content.decode())
    assert found is not None
    return found[1]


def write_down(client: Client, clock: HandClock, **fields: Any) -> Conversation:
    typed = {"call": opened(client), "words": "My parcel never came."} | fields
    answer = client.post(URL, typed)
    assert answer.status_code == 302, answer.content.decode()
    taking_in.step(clock.now)
    return Conversation.objects.latest("pk")


def test_a_call_stands_in_the_inbox_with_caller_effect_and_author(
    client: Client, ana: Member, clock: HandClock
) -> None:
    ada = a_customer("Ada", phone="+442079460018")
    client.force_login(ana)

    conversation = write_down(client, clock, number="+44 20 7946 0018", effect="The birthday is tomorrow")

    assert (conversation.customer, conversation.recognised_by) == (ada, Conversation.Recognised.ADDRESS)
    assert conversation.effect == "The birthday is tomorrow"
    assert conversation.messages.get().author == ana
    assert not CallDraft.objects.exists()


def test_the_member_says_who_it_is(client: Client, ana: Member, clock: HandClock) -> None:
    ada = a_customer("Ada Lovelace")
    client.force_login(ana)

    found = client.get(f"{URL}find/?name=lovel").content.decode()
    conversation = write_down(client, clock, name="Ms Lovelace", customer=str(ada.pk))

    assert f'value="{ada.pk}"' in found
    assert (conversation.customer, conversation.recognised_by) == (ada, Conversation.Recognised.PERSON)


def test_a_promised_call_back_sets_the_clock_and_what_was_told_stops_it(
    client: Client, ana: Member, clock: HandClock
) -> None:
    client.force_login(ana)

    promised = write_down(client, clock, call_back="30")
    told = write_down(client, clock, answer="It comes tomorrow.", read_back="the parcel is a gift")
    both = write_down(client, clock, answer="I look into it.", call_back="60")

    assert promised.answer_due_at == clock.now + timedelta(minutes=30)
    assert told.answer_due_at is None
    assert sorted(told.messages.values_list("direction", flat=True)) == ["in", "note", "out"]
    assert both.answer_due_at == clock.now + timedelta(minutes=60)


def test_what_was_typed_is_kept_and_goes_on_and_never_comes_back_to_life(
    client: Client, ana: Member, bela: Member, clock: HandClock
) -> None:
    client.force_login(ana)
    call = opened(client)
    client.post(f"{URL}keep/", {"call": call, "words": "My par", "customer": ""})
    client.post(f"{URL}keep/", {"call": call, "words": "My parcel"})

    again = client.get(f"{URL}?call={call}").content.decode()
    client.force_login(bela)
    others = client.post(f"{URL}keep/", {"call": call, "words": "stolen"})
    client.force_login(ana)
    client.post(URL, {"call": call, "words": "My parcel never came."})
    late = client.post(f"{URL}keep/", {"call": call, "words": "My parcel never came"})
    client.post(URL, {"call": call, "words": "My parcel never came."})
    taking_in.step(clock.now)

    assert "My parcel" in again
    assert others.status_code in {200, 403}
    assert "written down already" in late.content.decode()
    assert Message.objects.get().text == "My parcel never came."
    assert not CallDraft.objects.exists()


def test_a_mistake_keeps_what_was_typed(client: Client, ana: Member) -> None:
    client.force_login(ana)

    answer = client.post(URL, {"call": opened(client), "words": " ", "effect": "The birthday is tomorrow"})

    assert answer.status_code == 422
    assert "The birthday is tomorrow" in answer.content.decode()
    assert CallDraft.objects.get().fields["effect"] == "The birthday is tomorrow"


def test_a_voicemail_plays_as_sound_and_a_page_in_its_place_does_not(
    client: Client, ana: Member, clock: HandClock
) -> None:
    client.force_login(ana)
    for name, content in (("call.mp3", b"ID3\x04 sound"), ("call.wav", b"<html><script>alert(1)</script>")):
        recording = SimpleUploadedFile(name, content, content_type="audio/mpeg")
        write_down(client, clock, recording=recording)
    sound, page = Attachment.objects.order_by("pk")

    played = client.get(f"/desk/ways-in/recordings/{sound.pk}/")

    assert (played.status_code, played["Content-Type"]) == (200, "audio/mpeg")
    assert b"".join(played.streaming_content) == b"ID3\x04 sound"  # type: ignore[attr-defined]
    assert "sandbox" in played["Content-Security-Policy"]
    assert client.get(f"/desk/ways-in/recordings/{page.pk}/").status_code == 404


@pytest.mark.parametrize("odd", ["", "x", "../../etc", "%00", "a" * 500, "ABCDEFGHIJKL"])
def test_an_odd_name_of_a_call_begins_a_new_one(client: Client, ana: Member, odd: str) -> None:
    client.force_login(ana)

    assert client.get(URL, {"call": odd}).status_code == 200
    assert client.post(f"{URL}keep/", {"call": odd, "words": "x"}).status_code == 200


def test_sound_is_known_by_its_bytes() -> None:
    assert kind_of(b"RIFF\x00\x00\x00\x00WAVEfmt ") == "audio/wav"
    assert kind_of(b"\x00\x00\x00\x20ftypM4A ") == "audio/mp4"
    assert kind_of(b"RIFF\x00\x00\x00\x00AVI ") == kind_of(b"") == kind_of(b"MZ") == ""
