import html
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daylight.reach.channels.base import Part
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.headers import clean
from daylight.reach.channels.email.joining import LONGEST_VALUE, values_of
from daylight.reach.channels.email.mail import Mail
from daylight.reach.channels.email.tests.samples import NASTY_NAMES, a_notification, a_reader


def parsed(payload: bytes) -> EmailMessage:
    message = message_from_bytes(payload, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def assert_flawless(payload: bytes) -> EmailMessage:
    """As strict a reader as the standard library has: no defect anywhere, no line too long, no stray line end."""
    message = parsed(payload)
    for part in message.walk():
        assert part.defects == []
        for name, value in part.items():
            assert value.defects == (), (name, value)
    assert all(len(line) <= 998 for line in payload.split(b"\r\n"))
    assert b"\n" not in payload.replace(b"\r\n", b"")
    assert b"\r" not in payload.replace(b"\r\n", b"")
    assert b"\x00" not in payload
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def flowing(text: str) -> str:
    return " ".join(text.split())


def test_a_mail_carries_its_six_parts_twice_and_the_way_out() -> None:
    message = assert_flawless(Email().compose(a_notification(), to=a_reader(), key="5.11.abc").payload)

    for kind in ("plain", "html"):
        text = flowing(body(message, kind))
        for part in a_notification().parts:
            for sentence in part.answer.replace("'", "&#x27;" if kind == "html" else "'").splitlines():
                assert sentence.split("https")[0].strip() in text
        assert "Zoë Adler" in text
        assert "Your shop uses our checkout" in text
        assert "https://status.firm.example/unsubscribe/11-5.abc/" in text
    assert message["List-Unsubscribe"] == "<https://status.firm.example/unsubscribe/11-5.abc/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] is None
    assert message["X-Daylight-Incident"] == "ab12cd34ef"
    assert message["From"].addresses[0].addr_spec == "news@firm.example"
    assert message["From"].addresses[0].display_name == "Nordlicht Versand, GmbH"
    assert message["Reply-To"].addresses[0].addr_spec == "help@firm.example"


def test_a_resend_has_the_same_message_id_and_updates_share_a_thread() -> None:
    first = parsed(Email().compose(a_notification(), to=a_reader(), key="5.11.abc").payload)
    again = parsed(Email().compose(a_notification(), to=a_reader(), key="5.11.abc").payload)
    later = parsed(Email().compose(a_notification(update_number=3), to=a_reader(), key="6.11.def").payload)

    assert first["Message-ID"] == again["Message-ID"] == "<5.11.abc@firm.example>"
    assert later["Message-ID"] != first["Message-ID"]
    assert first["References"] == later["References"] == later["In-Reply-To"]


def test_an_exercise_says_so_first() -> None:
    message = assert_flawless(Email().compose(a_notification(is_exercise=True), to=a_reader(), key="k").payload)

    assert str(message["Subject"]).startswith("EXERCISE")
    assert body(message, "plain").startswith("EXERCISE")


def test_a_correction_shows_what_we_said_beside_what_is() -> None:
    said = (Part("who", "Who is affected?", "Every shop."),)
    message = assert_flawless(Email().compose(a_notification(correction_of=said), to=a_reader(), key="k").payload)

    assert "We said: Every shop." in body(message, "plain")
    assert "It is: Shops that use our checkout." in body(message, "plain")


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_nasty_name_harms_nothing(name: str) -> None:
    message = assert_flawless(Email().compose(a_notification(), to=a_reader(name, reason=name), key="k").payload)

    [to] = message["To"].addresses
    assert to.addr_spec == "zoe@shop.example"
    # The standard parser shows a blank between two encoded words of a name; RFC 2047 says there is none.
    assert "".join(to.display_name.split()) == "".join(clean(name).encode("utf-8", "replace").decode().split())
    assert message["Bcc"] is None
    assert "<script>" not in body(message, "html")


anything = st.text(max_size=120)


@settings(max_examples=150)
@given(name=anything, headline=anything, answer=st.text(max_size=3000), reason=st.text(max_size=300))
def test_whatever_people_write_the_mail_is_flawless(name: str, headline: str, answer: str, reason: str) -> None:
    notification = a_notification(headline=headline, parts=(Part("what", "What is wrong?", answer),), sender_name=name)

    assert_flawless(Email().compose(notification, to=a_reader(name, reason=reason), key="k").payload)


def test_a_paragraph_without_spaces_travels_in_base64() -> None:
    long = "結帳時信用卡付款失敗" * 200
    message = assert_flawless(
        Email().compose(a_notification(parts=(Part("what", "?", long),)), to=a_reader(), key="k").payload
    )

    assert long in body(message, "plain").replace("\n", "")


def test_nothing_reminds_of_links_a_reader_does_not_have() -> None:
    message = assert_flawless(
        Email().compose(a_notification(), to=a_reader(reason="", own_url="", unsubscribe_url=""), key="k").payload
    )

    assert "because" not in body(message, "plain")
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("written", "normal"), [(" Zoe@Shop.EXAMPLE ", "Zoe@shop.example"), ("zoë@bücher.example", "zoë@bücher.example")]
)
def test_addresses_have_a_normal_form(written: str, normal: str) -> None:
    assert Email().normalise(written) == normal


@pytest.mark.parametrize("written", ["", "zoe", "zoe@", "@shop.example", "a b@shop.example", "zoe@shop..example"])
def test_a_wrong_address_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        Email().normalise(written)


@settings(max_examples=200)
@given(
    greeting=st.text(max_size=90),
    reason=st.text(max_size=90),
    links=st.lists(st.text(max_size=170), min_size=4, max_size=4),
)
def test_short_and_long_values_are_made_safe_in_the_same_way(greeting: str, reason: str, links: list[str]) -> None:
    own, unsubscribe, confirm, say = links
    reader = a_reader(reason=reason, own_url=own, unsubscribe_url=unsubscribe, confirm_url=confirm, say_url=say)

    shown, text, in_html = values_of(greeting, reader)

    for value, safe_text, safe_html in zip((greeting, reason, *links), text, in_html, strict=True):
        plain = " ".join(clean(value).encode("utf-8", "replace").decode().split())
        assert " ".join(safe_text.decode().split()) == plain
        assert html.unescape(" ".join(safe_html.decode().split())) == html.unescape(html.escape(plain))
        assert not set(b"<>\"'") & set(safe_html)
        assert all(len(line) <= LONGEST_VALUE for line in (*safe_text.split(b"\r\n"), safe_html))
    assert "\n".join(shown) == b"\n".join(text).decode()


def test_most_mails_are_known_to_have_no_line_that_begins_with_a_dot() -> None:
    mail = Email().prepare(a_notification())(to=a_reader(), key="5.11.abc")

    assert isinstance(mail, Mail)
    assert mail.is_dotless


@given(name=st.text(max_size=120) | st.sampled_from(NASTY_NAMES), reason=st.text(max_size=200))
def test_a_mail_that_is_said_to_have_no_line_with_a_dot_has_none(name: str, reason: str) -> None:
    mail = Email().prepare(a_notification())(to=replace(a_reader(), name=name, reason=reason), key="5.11.abc")

    assert isinstance(mail, Mail)
    assert not (mail.is_dotless and b"\r\n." in mail.payload)
