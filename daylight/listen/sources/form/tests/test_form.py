"""Anybody says anything without an account; nothing that was typed is lost, and nobody else reads it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.core.limits import Limit
from daylight.customers.tests.makers import a_commitment, a_contact_point, a_customer
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import a_component, an_incident, an_update
from daylight.listen import replying, taking_in
from daylight.listen.models import Conversation, Incoming, Message
from daylight.listen.sources.form import keys, uploads, views
from daylight.listen.tests.makers import a_conversation
from daylight.reach import links

pytestmark = pytest.mark.django_db

Filled = dict[str, Any]


def fill(client: Client, url: str = "/say/", **fields: Any) -> Filled:
    """The form as a browser would send it."""
    page = client.get(url).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None, page
    return {"words": "My parcel never came.", "once": once[1]} | fields


def send(client: Client, url: str = "/say/", **fields: Any) -> Any:
    return client.post(url, fill(client, url, **fields))


def read_in(clock: HandClock) -> Message:
    taking_in.step(clock.now)
    return Message.objects.select_related("conversation").latest("pk")


def test_words_files_and_numbers_become_a_conversation(client: Client, clock: HandClock) -> None:
    ada = a_customer("Ada", email="ada@mail.example")
    a_commitment(ada, reference="10-4471")
    shop = a_component(name="Shop")
    photo = SimpleUploadedFile("box.jpg", b"\xff\xd8 picture", content_type="image/jpeg")

    answer = send(client, reach="Ada@Mail.example", name="Ada", order="10-4471", product=shop.public_id, files=[photo])
    before = client.get(answer["Location"]).content.decode()
    message = read_in(clock)
    after = client.get(answer["Location"]).content.decode()

    assert answer.status_code == 303
    conversation = message.conversation
    assert (conversation.customer, conversation.address) == (ada, "ada@mail.example")
    assert conversation.facts["product"] == "Shop"
    assert [file.name for file in message.attachments.all()] == ["box.jpg"]
    for page in (before, after):
        assert "My parcel never came." in page
        assert "box.jpg" in page
        assert "We have it." in page


def test_the_same_form_sent_twice_is_said_once_and_other_words_are_not_lost(client: Client, clock: HandClock) -> None:
    filled = fill(client)

    places = [client.post("/say/", filled)["Location"] for _ in range(2)]
    client.post("/say/", filled | {"words": "My parcel never came. And it was a gift."})
    taking_in.step(clock.now)

    assert places[0] == places[1]
    assert Message.objects.count() == 2
    assert Conversation.objects.get().messages_in == 2


def test_two_hundred_thousand_characters_are_kept_whole(client: Client, clock: HandClock) -> None:
    long = "Ich bin außer mir. " * 10_500

    send(client, words=long)

    assert read_in(clock).text == long.strip()


@pytest.mark.parametrize("reach", ["ring the bell", "ada(at)mail", "+++", "a" * 200])
def test_an_address_that_cannot_be_read_turns_no_words_away(client: Client, clock: HandClock, reach: str) -> None:
    answer = send(client, reach=reach)
    conversation = read_in(clock).conversation

    assert answer.status_code == 303
    assert conversation.facts["how to reach them"] == reach
    assert "Keep its link" in client.get(answer["Location"]).content.decode()


def test_too_large_and_too_many_files_are_left_out_and_the_words_stay(
    client: Client, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 100)
    files = [SimpleUploadedFile(f"{number}.txt", b"x" * (200 if number == 0 else 9)) for number in range(7)]

    answer = send(client, files=files)
    message = read_in(clock)

    assert message.attachments.count() == 4
    assert message.conversation.facts["files left out"] == "0.txt, 5.txt, 6.txt"
    assert "We could not keep every file" in client.get(answer["Location"]).content.decode()


def test_nothing_said_is_the_one_mistake_and_keeps_the_rest(client: Client) -> None:
    answer = send(client, words=" ", order="10-4471", reach="ada@mail.example")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert 'value="10-4471"' in page
    assert 'value="ada@mail.example"' in page
    assert not Incoming.objects.exists()


def test_a_crowd_behind_one_network_keeps_its_words_and_hears_where_else_to_turn(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Organisation.objects.filter(pk=Organisation.get().pk).update(reach_a_person="0800 123456")
    monkeypatch.setattr(views, "OF_A_NETWORK", Limit("say.test", times=1, per=timedelta(hours=1)))
    send(client)

    answer = send(client, words="My second parcel <b>never</b> came.")
    page = answer.content.decode()

    assert answer.status_code == 429
    assert "My second parcel &lt;b&gt;never&lt;/b&gt; came." in page
    assert "0800 123456" in page


def test_what_a_program_fills_in_is_marked_and_never_dropped(client: Client, clock: HandClock) -> None:
    answer = send(client, website="https://spam.example")

    assert answer.status_code == 303
    assert read_in(clock).nature == Conversation.Nature.SPAM


def test_a_link_of_theirs_says_who_they_are(client: Client, clock: HandClock) -> None:
    ada = a_customer("Ada")
    point = a_contact_point(ada, address="ada@mail.example")
    token = links.preferences_url(ada.pk, point.pk).rstrip("/").rpartition("/")[2]

    page = client.get(f"/say/?from={token}").content.decode()
    send(client, **{"from": token})
    conversation = read_in(clock).conversation

    assert "We know you by your link: Ada, ada@mail.example" in page
    assert (conversation.customer, conversation.recognised_by) == (ada, Conversation.Recognised.LINK)
    assert "We know you" not in client.get("/say/?from=1-2.forged").content.decode()


def test_an_open_public_incident_is_offered_and_a_hidden_one_never(client: Client, clock: HandClock) -> None:
    told, hidden = an_incident(), an_incident()
    for incident, headline in ((told, "Checkout fails"), (hidden, "Nobody knows of this")):
        an_update(incident, headline=headline)
    Incident.objects.filter(pk=hidden.pk).update(made_public_at=None, made_public_by=None)

    page = client.get("/say/").content.decode()
    answer = send(client, about=told.public_id)
    conversation = read_in(clock).conversation
    send(client, about=hidden.public_id, words="Is it this?")
    other = read_in(clock).conversation

    assert "Checkout fails" in page
    assert "Nobody knows of this" not in page
    assert conversation.incident == told
    assert other.incident is None
    assert "What we know about it" in client.get(answer["Location"]).content.decode()


def test_the_writer_reads_our_answer_and_writes_more(client: Client, clock: HandClock) -> None:
    place = send(client)["Location"]
    conversation = read_in(clock).conversation
    replying.reply(conversation, "It is on its way.", by=None, at=clock.move(minutes=5))

    more = client.post(place, {"words": "Thank you. When?", "once": keys.new_form()})
    at_once = client.get(more["Location"]).content.decode()
    clock.move(minutes=1)
    taking_in.step(clock.now)
    page = client.get(place).content.decode()

    assert "Thank you. When?" in at_once
    assert page.index("My parcel never came.") < page.index("It is on its way.") < page.index("Thank you. When?")
    assert Conversation.objects.get().messages_in == 2


def test_whoever_types_the_address_of_another_reads_nothing_of_theirs(client: Client, clock: HandClock) -> None:
    spy = send(client, reach="ada@mail.example", words="Hello")["Location"]
    taking_in.step(clock.now)
    send(client, reach="ada@mail.example", words="My card number leaked.")
    conversation = read_in(clock).conversation
    replying.reply(conversation, "About your card: it is blocked.", by=None, at=clock.now)

    page = client.get(spy).content.decode()

    assert conversation.messages_in == 2
    assert "Hello" in page
    assert "card" not in page


def test_the_link_to_a_whole_conversation_of_another_way_opens_it_and_goes_on(client: Client, clock: HandClock) -> None:
    conversation = a_conversation("I wrote a mail.")
    place = keys.conversation_url(conversation).partition("testserver")[2] or keys.conversation_url(conversation)
    place = "/conversations/" + place.rpartition("/conversations/")[2]

    shown = client.get(place).content.decode()
    client.post(place, {"words": "And now I write here.", "once": keys.new_form()})
    taking_in.step(clock.now)

    assert "I wrote a mail." in shown
    conversation.refresh_from_db()
    assert conversation.messages_in == 2


def test_notes_of_the_crew_are_never_shown(client: Client, clock: HandClock) -> None:
    place = send(client)["Location"]
    conversation = read_in(clock).conversation
    conversation.messages.create(
        direction=Message.Direction.NOTE, source="form", external_id="n", text="A rude note", said_at=clock.now,
        received_at=clock.now,
    )  # fmt: skip

    page = client.get(place).content.decode()
    assert conversation.messages.get(direction=Message.Direction.IN).text in page
    assert "A rude note" not in page


@pytest.mark.parametrize("token", ["x", "1.2", "c-abc.def", "%00", "é"])
def test_a_link_of_nobody_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/conversations/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("url", "language", "words"),
    [
        ("/say/", "de", "Sagen Sie es uns"),
        ("/say/", "fr", "Dites-le-nous"),
        ("/es/say/", "en", "Díganoslo"),
        ("/say/", "sv", "Tell us"),
    ],
)
def test_the_form_speaks_the_language_of_the_page_or_the_browser(
    client: Client, url: str, language: str, words: str
) -> None:
    page = client.get(url, headers={"Accept-Language": language}).content.decode()

    assert f"<h1>{words}</h1>" in page


def test_whoever_came_in_a_language_stays_in_it(client: Client) -> None:
    place = send(client, "/de/say/")["Location"]

    assert place.startswith("/de/conversations/")
    assert "Wir haben es." in client.get(place).content.decode()


def test_anybody_may_show_the_form_in_a_page_of_theirs_and_only_the_form(client: Client) -> None:
    framed = client.get("/say/embed/")
    whole = client.get("/say/")
    script = client.get("/say/embed.js")

    assert "X-Frame-Options" not in framed.headers
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert whole["X-Frame-Options"] == "DENY"
    assert script["Content-Type"].startswith("text/javascript")
    assert client.post("/say/embed/", fill(client, "/say/embed/"))["Location"].startswith("/say/done/")


def test_the_line_for_the_firms_own_people_keeps_no_name_and_is_kept_apart(client: Client, clock: HandClock) -> None:
    send(client, "/say/inside/", words="We ship untested.", name="Bela", reach="bela@firm.example")
    conversation = read_in(clock).conversation

    assert (conversation.source, conversation.writer, conversation.address) == ("inside", "", "")
    assert conversation.customer is None


def test_only_those_who_lead_or_review_read_the_speak_up_line(
    client: Client, clock: HandClock, ana: Member, bela: Member
) -> None:
    send(client, "/say/inside/", words="We ship untested.")
    conversation = read_in(clock).conversation
    seen, url = {}, reverse("listen:conversation", args=[conversation.public_id])
    for member in (ana, bela):
        client.force_login(member)
        listed = client.get("/desk/inbox/").content.decode()
        seen[member] = ("We ship untested." in listed, client.get(url).status_code)

    assert seen == {ana: (True, 200), bela: (False, 404)}
    assert not Conversation.objects.heard().exists()
    assert not Message.objects.heard().exists()


@pytest.mark.parametrize("body", [b"", b"%", b"words=%ff%fe%00", b"words=" + b"x" * 6_000_000])
def test_odd_bodies_are_answered_in_words(client: Client, body: bytes) -> None:
    answer = client.post("/say/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in {303, 413, 422}
