"""Writing a template on the screen: nothing is saved that would fail a customer, and nothing typed is lost."""

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.reach import single
from daylight.reach.channels.base import Accepted, Channel, Message, TryLater
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.forms.templates import worded_channels
from daylight.reach.models import MessageTemplate, UsedTemplate
from daylight.reach.templating.checking import check
from daylight.reach.templating.examples import Scope
from daylight.reach.templating.starting import first_words
from daylight.reach.templating.tests.makers import MAIL, a_template
from daylight.reach.tests.makers import a_published_update, a_reached_incident
from daylight.reach.words import LANGUAGES

pytestmark = pytest.mark.django_db

NEW = "/desk/reach/templates/new/"
LIST = "/desk/reach/templates/"
SCOPE = {"channel": "email", "language": "en", "incident_kind": "", "stage": ""}


@pytest.fixture
def page(client: Client, ana: Member, clock: HandClock) -> Client:
    client.force_login(ana)
    return client


def words(page: Client, path: str, data: dict[str, object] | None = None, *, status: int = 200) -> str:
    answer = page.post(path, data, follow=True) if data is not None else page.get(path, follow=True)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


@pytest.mark.parametrize("channel", sorted(worded_channels()))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", ["", "resolved"])
def test_the_words_to_begin_with_can_be_saved_as_they_are(
    channel: str, language: str, stage: str, clock: HandClock
) -> None:
    worded, scope = worded_channels()[channel], Scope(channel, language, stage=stage)

    assert [fault for fault in check(first_words(worded, scope), worded, scope, at=clock.now) if fault.is_error] == []


def test_a_template_is_written_and_saved(page: Client, ana: Member) -> None:
    assert "No templates yet" in words(page, LIST)
    assert "Where does it apply?" in words(page, NEW)
    shown = words(page, f"{NEW}?channel=email&language=en")
    assert "{{ customer.greeting }}" in shown
    assert "Not saved yet" in shown

    after = words(page, NEW, {**SCOPE, **MAIL, "based_on": 0})

    assert "Version 1 is saved" in after
    template = MessageTemplate.objects.get()
    assert template.current.pieces["text"] == MAIL["text"].replace("\r\n", "\n")
    assert template.current.written_by == ana
    assert AuditEntry.objects.filter(act="template.write", actor="Ana").exists()
    assert "every update" in words(page, LIST)


def test_a_faulty_template_is_not_saved_and_nothing_typed_is_lost(page: Client, ana: Member) -> None:
    typed = "Hello <b>\n\n{{ customer.nam }}\n{{ update.facts }}"

    refused = words(page, NEW, {**SCOPE, **MAIL, "text": typed, "based_on": 0}, status=422)

    assert "One thing must be mended" in refused
    assert "Text, line 3" in refused
    assert "Did you mean “customer.name”?" in refused
    assert "Hello &lt;b&gt;\n\n{{ customer.nam }}" in refused
    assert not MessageTemplate.objects.exists()


def test_a_template_that_does_not_say_what_it_must_is_not_saved(page: Client) -> None:
    refused = words(page, NEW, {**SCOPE, **MAIL, "text": "Hello", "based_on": 0}, status=422)

    for says in ("what happened", "when you speak next", "how to reach a person", "stop these messages"):
        assert says in refused
    assert not MessageTemplate.objects.exists()


def test_versions_are_kept_and_an_older_one_is_used_again(page: Client, ana: Member) -> None:
    template = a_template(ana)
    path = f"/desk/reach/templates/{template.pk}/"
    words(page, path, {**SCOPE, **MAIL, "subject": "Second {{ update.headline }}", "based_on": 1})
    assert template.current.number == 2

    history = words(page, f"{path}versions/")
    assert "Second {{ update.headline }}" in history
    older = words(page, f"{path}?from=1")
    assert "words of version 1" in older
    words(page, path, {**SCOPE, **MAIL, "based_on": 2, "restored": 1})

    assert template.current.number == 3
    assert template.current.restored == 1
    assert template.current.pieces["subject"] == MAIL["subject"]


def test_whoever_saves_second_is_told_and_loses_nothing(
    page: Client, ana: Member, bela: Member, clock: HandClock
) -> None:
    template = a_template(ana)
    template.write({**MAIL, "subject": "Bela's"}, based_on=1, by=bela, at=clock.now)
    path = f"/desk/reach/templates/{template.pk}/"

    told = words(page, path, {**SCOPE, **MAIL, "subject": "Ana's", "based_on": 1}, status=422)

    assert "Bela saved version 2 while you wrote" in told
    assert "Ana&#x27;s" in told
    words(page, path, {**SCOPE, **MAIL, "subject": "Ana's", "based_on": 2})
    assert template.current.pieces["subject"] == "Ana's"


def test_two_who_begin_the_same_template_lose_nothing(page: Client, ana: Member, bela: Member) -> None:
    a_template(bela)

    told = words(page, NEW, {**SCOPE, **MAIL, "subject": "Ana's", "based_on": 0}, status=422)

    assert "Bela saved version 1 while you wrote" in told
    assert "Ana&#x27;s" in told


def test_deleting_asks_once_says_who_used_it_and_can_be_undone(page: Client, ana: Member, clock: HandClock) -> None:
    template = a_template(ana)
    update = a_published_update(a_reached_incident(ana, affected=[]))
    UsedTemplate.objects.create(
        update=update, channel="email", language="en", version=template.current, used_at=clock.now
    )
    path = f"/desk/reach/templates/{template.pk}/"
    assert "Checkout fails, update 1" in words(page, f"{path}versions/")
    assert "stay provable" in words(page, f"{path}delete/")
    assert MessageTemplate.objects.in_use().exists()

    assert "Bring it back" in words(page, f"{path}delete/", {})
    assert not MessageTemplate.objects.in_use().exists()
    assert "in use again" in words(page, f"{path}bring-back/", {})
    assert MessageTemplate.objects.in_use().get() == template


@pytest.mark.parametrize(("example", "says"), [("usual", "10-4471"), ("bare", "Hello,"), ("long", "Hohenstein")])
def test_the_preview_shows_an_example_customer(page: Client, example: str, says: str) -> None:
    fragment = words(page, "/desk/reach/templates/preview/", {**SCOPE, **MAIL, "example": example})

    assert says in fragment
    frame = page.get("/desk/reach/templates/preview/html/")
    assert says in frame.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "script-src" not in frame["Content-Security-Policy"]


def test_the_preview_of_a_broken_template_says_so(page: Client) -> None:
    fragment = words(page, "/desk/reach/templates/preview/", {**SCOPE, **MAIL, "text": "{{ x"})

    assert "To be mended before it can be saved" in fragment
    assert "our own words" in fragment
    assert "line 1" in fragment


def test_a_text_message_is_shown_with_its_length(page: Client) -> None:
    source = "{{ update.headline }} {{ update.next_time }} {{ links.own_page }}"
    scope = {**SCOPE, "channel": "sms"}

    assert "letters of GSM-7" in words(page, "/desk/reach/templates/preview/", {**scope, "own_text": source})


def test_the_example_is_sent_to_whoever_writes_it(page: Client, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Message] = []

    def send(channel: Channel, message: Message, *, key: str) -> Accepted:
        sent.append(message)
        if len(sent) > 1:
            raise TryLater("The mail server is away.")
        return Accepted("250 ok")

    monkeypatch.setattr(single, "send", send)

    assert "on its way to ana@firm.example" in words(page, NEW, {**SCOPE, **MAIL, "act": "test"})
    assert "The mail server is away." in words(page, NEW, {**SCOPE, **MAIL, "act": "test"})

    assert sent[0].address == "ana@firm.example"
    assert "10-4471" in sent[0].text
    assert not MessageTemplate.objects.exists()


def test_a_way_that_the_writer_does_not_have_is_said(page: Client) -> None:
    source = "{{ update.headline }} {{ update.next_time }} {{ links.own_page }}"

    assert "no address of your own" in words(page, NEW, {**SCOPE, "channel": "sms", "own_text": source, "act": "test"})


def test_only_who_sets_up_writes_templates(client: Client, bela: Member, ana: Member, clock: HandClock) -> None:
    template = a_template(ana)
    client.force_login(bela)

    for path in ("", "new/", f"{template.pk}/", f"{template.pk}/versions/", f"{template.pk}/delete/", "preview/html/"):
        assert client.get(f"{LIST}{path}").status_code in {403, 404}


@pytest.mark.parametrize(
    "scope", [{"channel": "webhook"}, {"language": "english please"}, {"incident_kind": "flood"}, {"stage": "x"}]
)
def test_a_place_that_does_not_exist_is_refused_with_a_sentence(page: Client, scope: dict[str, str]) -> None:
    answer = page.get(NEW, {**SCOPE, **scope})

    assert answer.status_code == 422
    assert "field__error" in answer.content.decode() or "errorlist" in answer.content.decode()


def test_the_channels_that_can_be_worded_are_those_that_say_of_what(settings: Settings) -> None:
    assert {"email", "sms"} <= set(worded_channels())
    assert "webhook" not in worded_channels()
    for name, channel in worded_channels().items():
        assert channel.pieces, name
        assert CHANNELS[name].label
