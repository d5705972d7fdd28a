"""Mails in the organisation's own words: flawless whatever is in a name, a number, or an update."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daylight.reach.channels.base import Part, Promised
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.headers import clean
from daylight.reach.channels.email.tests.samples import NASTY_NAMES, a_notification, a_reader
from daylight.reach.channels.email.tests.test_composing import assert_flawless, body, flowing
from daylight.reach.templating.tests.makers import MAIL, WHOLE, a_composer

NASTY = [
    *NASTY_NAMES,
    "{{ organisation.name }} {% if true %}",
    "<a href='https://evil.example'>click</a>",
    '" onclick="alert(1)',
    "ab\u202ecd",
    "家" * 400,
    "https://evil.example/?a=1&b=2",
]
HTML = """<h1>{{ update.headline }}</h1>
<p title="{{ customer.name }}">{{ customer.greeting }} {{ customer.name | upcase }}</p>
{% for one in commitments %}<p>{{ one.kind }} {{ one.reference }} {{ one.title | newline_to_br }}</p>{% endfor %}
{{ update.facts }}<p><a href="{{ links.unsubscribe }}">Stop</a></p>"""
PIECES = {
    "subject": "{{ update.subject }} {{ customer.name }}{% if commitment %} {{ commitment.reference }}{% endif %}",
    "text": WHOLE
    + "{{ customer.name }}{% if commitment %}\n{{ commitment.title }}{{ commitment.reference }}{% endif %}",
}


def composed(value: str, *, html: str) -> bytes:
    compose = a_composer({**PIECES, "html": html}, a_notification(), Email())
    reader = a_reader(value, reason=value, commitments=(Promised(value, value, value, date(2026, 5, 8)),))
    return compose(to=reader, key="5.11.abc").payload


@pytest.mark.parametrize("html", ["", HTML], ids=["made of the text", "written"])
@pytest.mark.parametrize("value", NASTY)
def test_a_nasty_value_harms_nothing(value: str, html: str) -> None:
    message = assert_flawless(composed(value, html=html))

    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["zoe@shop.example"]
    assert len(message.get_all("Subject", [])) == 1
    page = body(message, "html")
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<a href='https://evil" not in page
    assert ' onclick="' not in page
    assert "organisation.name" in page or "organisation" not in value
    wanted = "".join(clean(value).encode("utf-8", "replace").decode().split())
    assert wanted in "".join(body(message, "plain").split())


@settings(max_examples=100)
@given(value=st.text(max_size=400), headline=st.text(max_size=120), answer=st.text(max_size=800), html=st.booleans())
def test_whatever_people_write_the_mail_is_flawless(value: str, headline: str, answer: str, html: bool) -> None:
    notification = a_notification(headline=headline, parts=(Part("what", "What is wrong?", answer),))
    compose = a_composer({**PIECES, "html": HTML if html else ""}, notification, Email())
    reader = a_reader(value, reason=value, commitments=(Promised("order", value, value),))

    message = assert_flawless(compose(to=reader, key="k").payload)

    assert message["Bcc"] is None
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_template_has_both_parts_its_links_and_the_way_out() -> None:
    compose = a_composer(MAIL, a_notification(), Email())
    reader = a_reader(commitments=(Promised("order", "10-4471", "", date(2026, 5, 8)),))

    message = assert_flawless(compose(to=reader, key="5.11.abc").payload)

    for kind in ("plain", "html"):
        text = flowing(body(message, kind))
        assert "Your order 10-4471 was promised for Friday 8 May 2026." in text
        assert "Hello Zoë Adler," in text
        assert "Card payments fail at the last step." in text
    page = body(message, "html")
    stop = "https://status.firm.example/unsubscribe/11-5.abc/"
    assert f'<a href="{stop}">{stop}</a>' in flowing(page)
    assert message["List-Unsubscribe"] == f"<{stop}>"
    assert message["Message-ID"] == "<5.11.abc@firm.example>"


def test_text_of_a_member_is_text_also_in_the_html_made_of_it() -> None:
    compose = a_composer({"subject": "x", "text": "1 < 2 & <b>bold</b>", "html": ""}, a_notification(), Email())

    page = body(assert_flawless(compose(to=a_reader(), key="k").payload), "html")

    assert "1 &lt; 2 &amp; &lt;b&gt;bold&lt;/b&gt;" in page


def test_a_line_too_long_for_mail_is_never_cut_short() -> None:
    long = "家" * 2000
    message = assert_flawless(a_composer(MAIL, a_notification(), Email())(to=a_reader(long), key="k").payload)

    text = message.get_body(("plain",))
    assert text is not None
    assert long in str(text.get_content())
    assert text["Content-Transfer-Encoding"] == "base64"
