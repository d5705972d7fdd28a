"""A template is read before it can be saved: each fault has its line and a sentence that helps."""

import pytest

from conftest import START
from daylight.reach.channels.base import WordedChannel
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.templating.checking import Finding, check
from daylight.reach.templating.examples import Scope, examples
from daylight.reach.templating.tests.makers import MAIL, WHOLE

pytestmark = pytest.mark.django_db

LINES = WHOLE.count("\n")


def found(text: str, *, channel: str = "email", language: str = "en", stage: str = "", html: str = "") -> list[Finding]:
    worded = CHANNELS[channel]
    assert isinstance(worded, WordedChannel)
    pieces = {"subject": "{{ update.subject }}", "html": html, "text": text, "own_text": text}
    return check(pieces, worded, Scope(channel, language, stage=stage), at=START)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pl"])
@pytest.mark.parametrize("stage", ["", "resolved", "scheduled", "completed"])
def test_a_whole_template_has_no_fault(language: str, stage: str) -> None:
    assert found(MAIL["text"], language=language, stage=stage) == []


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("{{ update.what ", "has no }}"),
        ("{{ update.what }", "has no }}"),
        ("{% if customer.name %}x", "{% if %} has no {% endif %}"),
        ("{% for one in commitments %}x", "{% for %} has no {% endfor %}"),
        ("{% endif %}", "no {% if %} before"),
        ("{% if customer.name %}x{% endfor %}", "no {% for %} before"),
        ("{% else %}", "outside of an if"),
        ("{% comment %}x", "has no {% endcomment %}"),
        ("{% if %}x{% endif %}", "Something is missing here"),
        ("{{ }}", "nothing between the braces"),
        ("{% if customer.name = 'x' %}y{% endif %}", "write =="),
        ("{% if customer.name && update.why %}y{% endif %}", "“and”"),
        ("{{ customer name }}", "One word too many"),
        ("{{ 'abc }}", "quotation mark"),
        ("{% assign x %}", "{% assign name = value %}"),
        ("{% for x y %}{% endfor %}", "{% for commitment in commitments %}"),
        ("{% include 'secrets.txt' %}", "{% include %} cannot be used here"),
        ("{% render 'a' %}", "{% render %} cannot be used here"),
        ("{% fro one in commitments %}", "Did you mean {% for %}?"),
        ("{{ customer.nam }}", "Did you mean “customer.name”?"),
        ("{{ order.reference }}", "Did you mean “commitment.reference”?"),
        ("{% for one in commitments %}{{ one.promise }}{% endfor %}", "Did you mean “commitment.promised”?"),
        ("{% assign one = commitment %}{{ one.nummer }}", "There is no “one.nummer” here."),
        ("{{ settings.SECRET_KEY }}", "There is no “settings.SECRET_KEY” here."),
        ("{{ customer.name.__class__ }}", "There is no “customer.name.__class__” here."),
        ("{{ customer[update.what] }}", "cannot be looked up"),
        ("{{ update.what | upcas }}", "Did you mean “upcase”?"),
        ("{{ customer.name | append }}", "needs a value after a colon"),
        ("{{ commitments }}", "several things at once"),
        ("{% for i in (1..100000) %}x{% endfor %}", "more than a thousand times"),
        ("{{ commitment.reference }}", "Put this between {% if commitment %} and {% endif %}"),
    ],
)
def test_a_fault_is_named_at_its_line(source: str, says: str) -> None:
    faults = found(f"{WHOLE}\n{source}\nthe end")

    assert [fault for fault in faults if says in fault.says], faults
    assert {fault.line for fault in faults} == {LINES + 2}
    assert {fault.piece for fault in faults} == {"text"}
    assert faults[0].is_error


@pytest.mark.parametrize(
    ("without", "says"),
    [
        ("{{ update.facts }}", "when you speak next"),
        ("{{ organisation.person }}", "how to reach a person"),
        ("{{ links.unsubscribe }}", "stop these messages"),
    ],
)
def test_what_every_mail_must_say(without: str, says: str) -> None:
    faults = found(WHOLE.replace(without, ""))

    assert [fault for fault in faults if fault.is_error and says in fault.says]
    assert [fault for fault in found("Hello") if "what happened" in fault.says]
    assert found(WHOLE, html="<p>{{ update.facts }} {{ organisation.person }}</p>")[0].piece == "html"


def test_must_haves_hold_for_every_customer_and_not_only_for_some() -> None:
    only_named = WHOLE.replace("{{ links.unsubscribe }}", "{% if customer.name %}{{ links.unsubscribe }}{% endif %}")

    [fault, *_] = found(only_named)

    assert "stop these messages" in fault.says
    assert fault.example == "No name, no commitment"


def test_a_correction_says_what_was_said_before() -> None:
    parts = WHOLE.replace("{{ update.facts }}", "{{ update.what }} {{ update.next }}")

    assert [fault.example for fault in found(parts) if fault.is_error] == ["A correction"]
    assert found(parts.replace("{{ update.what }}", "{{ update.corrected }}{{ update.what }}")) != found(parts)


def test_what_may_be_missing_is_a_note_and_not_a_fault() -> None:
    notes = found(WHOLE + "Dear {{ customer.name }}")

    assert [(note.is_error, note.line) for note in notes] == [(False, LINES + 1)]
    assert "“customer.name” can be missing" in notes[0].says


@pytest.mark.parametrize(
    "html",
    ["<script>x</script>", '<a href="javascript:x">', '<p onclick = "x">', "<iframe>", "<FORM>", "<svg/onload=x>"],
)
def test_what_mail_programs_take_for_an_attack_is_refused(html: str) -> None:
    faults = found(WHOLE, html=f"<p>{{{{ update.facts }}}}</p>\n{html}")

    assert {(fault.piece, fault.line) for fault in faults} == {("html", 2)}


def test_a_text_message_is_measured_with_its_longest_values() -> None:
    short = "{{ update.headline }}. {{ update.next_time }} {{ links.own_page }}{{ links.confirm }}"

    assert [fault for fault in found(short, channel="sms") if fault.is_error] == []
    named = found("{{ customer.name }} {{ customer.reason }} " + short, channel="sms")
    assert [fault for fault in named if fault.example == "Very long values" and "segments" in fault.says]
    [whole, *_] = found("{{ update.facts }} " + short, channel="sms")
    assert whole.is_error
    assert "3 are allowed" in whole.says


def test_every_example_can_be_composed_with_a_whole_template() -> None:
    for example in examples(Scope("email", "en"), at=START):
        text = example.compiled(MAIL).fill("text", example.reader)
        assert example.notification.headline in text, example.name
        assert example.reader.unsubscribe_url in text


def test_what_a_comparison_costs_is_said() -> None:
    [note] = found(WHOLE + "{% if commitment %}{% if commitment.kind == 'order' %}Yours{% endif %}{% endif %}")

    assert not note.is_error
    assert "“commitment.kind”" in note.says
