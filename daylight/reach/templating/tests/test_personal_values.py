"""What a template makes of a customer's own values: put in where the text was cut, and never read as Liquid."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from daylight.reach.channels.base import Composer, Promised, Reader, prepare
from daylight.reach.channels.email.tests.samples import a_notification, a_reader
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.templating.compiling import CompiledTemplate
from daylight.reach.templating.parsing import OwnWordsFail
from daylight.reach.templating.tests.makers import a_compiled, a_composer

ORDER = Promised("order", "10-4471", "Two chairs", date(2026, 5, 8), None)
SHIPMENT = Promised("shipment", "S-9", "", datetime(2026, 5, 9, 8, 0, tzinfo=UTC), date(2026, 5, 12))


def filled(source: str, reader: Reader) -> str:
    return a_compiled({"short": source}, a_notification()).fill("short", reader)


@pytest.mark.parametrize(
    ("source", "with_order", "without"),
    [
        ("{{ customer.greeting }}", "Hello Zoë Adler,", "Hello,"),
        ("Dear {{ customer.name | default: 'customer' }}", "Dear Zoë Adler", "Dear customer"),
        ("{% if customer.name %}{{ customer.name | upcase }}{% else %}you{% endif %}", "ZOË ADLER", "you"),
        ("{% if customer.name != blank %}named{% endif %}", "named", ""),
        ("{% if commitment %}{{ commitment.reference }}{% endif %}", "10-4471", ""),
        ("{% if commitment %}{{ commitment.promised }}{% endif %}", "Friday 8 May 2026", ""),
        ("{{ commitments.size }}", "2", "0"),
        ("{% for one in commitments %}{{ one.reference }};{% endfor %}", "10-4471;S-9;", ""),
        ("{{ commitments | map: 'reference' | join: ' and ' }}", "10-4471 and S-9", ""),
        (
            "{% for one in commitments %}{% if one.expected %}{{ one.reference }} now {{ one.expected }}{% endif %}"
            "{% endfor %}",
            "S-9 now Tuesday 12 May 2026",
            "",
        ),
        (
            "{% for one in commitments %}{% if one.kind == 'shipment' %}{{ one.reference }}{% endif %}{% endfor %}",
            "S-9",
            "",
        ),
        ("{% case commitment.kind %}{% when 'order' %}order{% endcase %}", "order", None),
        ("{% if customer.name contains 'Zo' %}Zo{% endif %}", "Zo", ""),
        ("{% assign who = customer.name | append: '!' %}{{ who }}", "Zoë Adler!", "!"),
        ("{{ customer.name | truncate: 6 }}", "Zoë...", ""),
    ],
)
def test_a_value_is_there_or_not_for_each_reader(source: str, with_order: str, without: str | None) -> None:
    assert filled(source, a_reader(commitments=(ORDER, SHIPMENT))) == with_order
    if without is None:
        with pytest.raises(OwnWordsFail):
            filled(source, a_reader(name=""))
    else:
        assert filled(source, a_reader(name="")) == without


def test_an_instant_is_told_in_the_zone_of_the_reader() -> None:
    told = filled("{{ commitment.promised }}", a_reader(commitments=(SHIPMENT,)))

    assert told == "Saturday 9 May 2026, 10:00 (Europe/Berlin)"


NASTY = [
    "{{ organisation.name }}",
    "{% for x in commitments %}{{ x }}{% endfor %}",
    "{{ 'a' | upcase }}",
    "{% raw %}",
    "{% comment %}",
    "}}{{",
]


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize(
    "source", ["{{ customer.name }}", "{% if customer.name == 'x' %}{% endif %}{{ customer.name }}"]
)
def test_liquid_in_a_name_is_only_a_name(name: str, source: str) -> None:
    assert filled(source, a_reader(name)) == name


def renderings(template: CompiledTemplate, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    before = template.render

    def counted(name: str, *args, **kwargs):  # type: ignore[no-untyped-def]
        done.append(name)
        return before(name, *args, **kwargs)

    monkeypatch.setattr(template, "render", counted)
    return done


def test_a_thousand_readers_of_one_shape_cost_one_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    notification = a_notification()
    pieces = {"subject": "{{ commitment.reference }}", "text": "{{ customer.name }} {{ update.what }}", "html": ""}
    own = a_compiled(pieces, notification)
    done = renderings(own, monkeypatch)
    compose = a_composer_of(own)

    subjects = {
        compose(to=a_reader(f"Customer {n}", commitments=(Promised("order", f"o-{n}"),)), key=f"k{n}").subject
        for n in range(1000)
    }

    assert len(subjects) == 1000
    assert done == ["subject", "text", "text"]


def test_a_compared_value_costs_a_rendering_for_each_different_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = {
        "subject": "{% if commitment.kind == 'order' %}Order{% else %}Other{% endif %}",
        "text": "{{ customer.name }}",
        "html": "",
    }
    own = a_compiled(pieces, a_notification())
    done = renderings(own, monkeypatch)
    compose = a_composer_of(own)

    subjects = [
        compose(to=a_reader(f"Customer {n}", commitments=(Promised("ab"[n % 2] + "rder", f"o-{n}"),)), key="k").subject
        for n in range(100)
    ]
    orders = compose(to=a_reader(commitments=(Promised("order", "1"),)), key="k").subject

    assert set(subjects) == {"Other"}
    assert orders == "Order"
    assert done.count("subject") == 3
    assert own.is_by_value == {"commitments.kind"}


def a_composer_of(own: CompiledTemplate) -> Composer:
    return prepare(CHANNELS["email"], replace(a_notification(), own_words={"email": own}))


def test_where_own_words_fail_for_a_reader_ours_go(caplog: pytest.LogCaptureFixture) -> None:
    pieces = {"subject": "Ours", "text": "{{ commitment.reference }}", "html": ""}
    compose = a_composer(pieces, a_notification(), CHANNELS["email"])

    with_order = compose(to=a_reader(commitments=(ORDER,)), key="k")
    without = compose(to=a_reader(), key="k")

    assert with_order.text.strip() == "10-4471"
    assert "Card payments fail" in without.text
    assert "own words fail" in caplog.text


def test_an_exercise_says_so_whatever_the_template_says() -> None:
    compose = a_composer(
        {"subject": "Hello", "text": "{{ update.what }}", "html": "<p>x</p>"},
        a_notification(is_exercise=True),
        CHANNELS["email"],
    )

    message = compose(to=a_reader(), key="k")

    assert message.subject == "EXERCISE: Hello"
    assert message.text.startswith("EXERCISE")


@pytest.mark.parametrize(
    ("channel", "piece", "greeting", "order"),
    [
        ("sms", "own_text", "Hello {{ Zoë }},", "10-4471"),
        ("voice", "own_speech", "Hello Zoë,", "1 0, 4 4 7 1"),  # As the ear takes it.
        ("telegram", "own_text", "Hello {{ Zoë }},", "10-4471"),
    ],
)
def test_a_channel_that_speaks_in_phrases_says_ours_or_theirs(
    channel: str, piece: str, greeting: str, order: str
) -> None:
    source = "{{ customer.greeting }} {{ update.what }}{% if commitment %} {{ commitment.reference }}{% endif %}"
    own = a_composer({piece: source}, a_notification(is_exercise=True), CHANNELS[channel])

    said = own(to=a_reader("{{ Zoë }}", commitments=(ORDER,)), key="k").text

    assert f"{greeting} Card payments fail at the last step." in " ".join(said.split())
    assert order in said
    assert "EXERCISE" in said
    assert order not in own(to=a_reader(), key="k").text
