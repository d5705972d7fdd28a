"""Mail that came back. What is in `fixtures` is real, or built from the texts that its SOURCE.md names."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daylight.reach import keys, links
from daylight.reach.channels.email import bounces, servers_words
from daylight.reach.channels.email.bounces import Nature, Returned
from daylight.reach.channels.inbound import BounceReason, NotUnderstood, SaidKind, SaidReceipt, SaidStop

FIXTURES = Path(__file__).parent.parent / "fixtures"
REAL = tomllib.loads((FIXTURES / "bounces" / "expected.toml").read_text(encoding="utf-8"))
KEY = keys.delivery_key(12, 4711)
AT = datetime(2026, 5, 4, 12, 0, 5, tzinfo=UTC)


def _report(name: str, **values: str) -> bytes:
    text = (FIXTURES / "reports" / name).read_bytes().decode()
    token = links.unsubscribe_url(4711, 12).rstrip("/").rsplit("/", 1)[1]
    for slot, value in {"KEY": KEY, "UNSUBSCRIBE": token, **values}.items():
        text = text.replace(f"%{slot}%", value)
    return text.encode()


def _read(raw: bytes, recipient: str = "news@firm.example") -> Returned:
    return bounces.read(raw, recipient=recipient, received_at=AT + timedelta(minutes=1))


def _receipt(returned: Returned) -> SaidReceipt:
    [said] = returned.said
    assert isinstance(said, SaidReceipt)
    return said


def test_every_real_bounce_is_in_the_table() -> None:
    assert {path.stem for path in (FIXTURES / "bounces").glob("*.eml")} == set(REAL)
    assert len(REAL) > 100


@pytest.mark.parametrize("name", REAL)
def test_real_bounces(name: str) -> None:
    nature, *why = REAL[name]
    raw = (FIXTURES / "bounces" / f"{name}.eml").read_bytes()

    returned = _read(raw, recipient=f"bounce+{KEY}@firm.example")

    assert returned.nature is Nature[nature]
    if why:
        receipt = _receipt(returned)
        assert (receipt.kind, receipt.key) == (SaidKind.BOUNCED, KEY)
        assert [receipt.reason, receipt.is_permanent] == why
        assert receipt.details
    else:
        assert returned.said == ()


@pytest.mark.parametrize("name", REAL)
def test_a_bounce_without_a_genuine_key_says_nothing(name: str) -> None:
    forged = KEY[:-1] + ("0" if KEY[-1] != "0" else "1")
    raw = (FIXTURES / "bounces" / f"{name}.eml").read_bytes()

    assert _read(raw, recipient=f"bounce+{forged}@firm.example").said == ()


def test_a_server_that_gave_up_after_days_of_no_answer() -> None:
    receipt = _receipt(_read(_report("rfc3464_simple.eml")))

    assert (receipt.key, receipt.kind, receipt.is_permanent) == (KEY, SaidKind.BOUNCED, False)
    assert receipt.reason is BounceReason.NO_ANSWER
    assert receipt.said_at == AT


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("failed", "5.1.1"), ("failed", "5.1.1"), (SaidKind.BOUNCED, True)),
        (("failed", "5.1.1"), ("failed", "4.4.1"), (SaidKind.BOUNCED, False)),
        (("failed", "5.1.1"), ("delivered", "2.0.0"), (SaidKind.DELIVERED, False)),
        (("failed", "5.1.1"), ("delayed", "4.4.1"), (SaidKind.BOUNCED, True)),
        (("relayed", "2.1.9"), ("failed", "5.2.2"), (SaidKind.BOUNCED, False)),
        (("delayed", "4.4.7"), ("delayed", "4.4.1"), None),
        (("relayed", "2.1.9"), ("expanded", "2.0.0"), None),
        (("failed", "5.2.1"), ("failed", "5.1.6"), (SaidKind.BOUNCED, True)),
        (("failed", "5.7.1"), ("failed", "5.7.1"), (SaidKind.BOUNCED, False)),
        (("failed", "5.3.4"), ("failed", "5.3.4"), (SaidKind.BOUNCED, False)),
    ],
)
def test_a_notification_on_several_recipients(
    first: tuple[str, str], second: tuple[str, str], said: tuple[SaidKind, bool] | None
) -> None:
    values = {"FIRST": first[0], "FIRST_STATUS": first[1], "SECOND": second[0], "SECOND_STATUS": second[1]}

    returned = _read(_report("rfc3464_several.eml", **values))

    assert [(one.kind, one.is_permanent) for one in returned.said if isinstance(one, SaidReceipt)] == (
        [said] if said else []
    )


@pytest.mark.parametrize("name", ["postfix.eml", "postfix_real.eml"])
def test_postfix(name: str) -> None:
    receipt = _receipt(_read(_report(name)))

    assert (receipt.key, receipt.reason, receipt.is_permanent) == (KEY, BounceReason.NO_SUCH_ADDRESS, True)
    assert receipt.said_at == AT
    assert receipt.details.startswith("smtp; 550 5.1.1 <zoe@")
    assert "Recipient address rejected: User unknown" in receipt.details


def test_exchange_names_our_mail_in_its_own_headers() -> None:
    receipt = _receipt(_read(_report("exchange.eml")))

    assert (receipt.key, receipt.reason, receipt.is_permanent) == (KEY, BounceReason.FULL, False)


@pytest.mark.parametrize("kind", ["abuse", "fraud", "virus", "other", "ABUSE"])
def test_a_spam_report(kind: str) -> None:
    receipt = _receipt(_read(_report("rfc5965_simple.eml", TYPE=kind)))

    assert (receipt.kind, receipt.key) == (SaidKind.SPAM_REPORT, KEY)
    assert receipt.details == f"{kind.lower()}, says SomeGenerator/1.0"


@pytest.mark.parametrize("name", ["redacted.eml", "hotmail.eml"])
def test_a_spam_report_in_another_form(name: str) -> None:
    receipt = _receipt(_read(_report(name)))

    assert (receipt.kind, receipt.key) == (SaidKind.SPAM_REPORT, KEY)


def test_a_report_that_asks_us_to_stop() -> None:
    returned = _read(_report("rfc5965_simple.eml", TYPE="opt-out"))

    assert returned.said == (SaidStop(said_at=AT, key=KEY),)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_a_report_that_is_none_of_spam(kind: str) -> None:
    assert _read(_report("rfc5965_simple.eml", TYPE=kind)).said == ()


def test_somebody_who_is_away_is_not_a_bounce() -> None:
    assert _read(_report("away.eml")) == Returned(Nature.AUTOMATIC, has_key=True)


def test_a_person_who_writes_like_a_bounce_is_not_one() -> None:
    assert _read(_report("somebody.eml")) == Returned(Nature.WORDS, has_key=True)


def test_our_own_mail_that_came_round_is_known() -> None:
    raw = b"X-Daylight-Incident: ab12\r\n" + _report("somebody.eml")

    assert _read(raw) == Returned(Nature.OWN, has_key=True)


def test_the_address_it_came_to_tells_more_than_what_is_enclosed() -> None:
    other = keys.delivery_key(99, 1)

    assert _receipt(_read(_report("postfix.eml"), recipient=f"bounce+{other}@firm.example")).key == other


def test_a_key_in_an_encoded_part_is_found() -> None:
    raw = _report("postfix.eml").replace(b"Content-Transfer-Encoding: 8bit\r\n\r\nFrom:", b"XX\r\n\r\nFrom:")
    head, _, tail = raw.partition(b"XX\r\n\r\n")
    enclosed, border, end = tail.partition(b"\r\n\r\n--2B0A")
    coded = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + enclosed.replace(b".", b"=2E")

    assert _receipt(_read(head + coded + border + end)).key == KEY


def test_an_absurd_date_is_not_believed() -> None:
    raw = _report("postfix.eml").replace(b"Date: Mon,  4 May 2026", b"Date: Mon,  4 May 1970")

    assert _receipt(_read(raw)).said_at == AT + timedelta(minutes=1)


@pytest.mark.parametrize("raw", [b"", b"\x00" * 100, b"\xff\xfe", b"Subject: =?x?q?=\r\n\r\n", b"a: b\r\n" * 5000])
def test_rubbish_is_somebodys_words_or_not_understood(raw: bytes) -> None:
    assert _read(raw).said == ()


def test_a_mail_enclosed_in_mails_without_end_is_not_followed_for_ever() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(3_000)
    )

    with pytest.raises(NotUnderstood, match="cannot be read"):
        _read(raw)


@settings(max_examples=300)
@given(st.sampled_from(sorted((FIXTURES / "reports").glob("*.eml"))), st.data())
def test_a_mail_torn_anywhere_never_breaks_us(path: Path, data: st.DataObject) -> None:
    raw = path.read_bytes().replace(b"%KEY%", KEY.encode())
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 200)))
    torn = raw[:start] + data.draw(st.binary(max_size=40)) + raw[end:]

    try:
        returned = _read(torn)
    except NotUnderstood:
        return
    assert all(one.key == KEY for one in returned.said)


def test_every_reason_in_the_data_is_one_we_can_say() -> None:
    data = servers_words._data()
    named = {listed["reason"] for listed in data["reasons"]} | set(data["statuses"].values())

    assert named <= {reason.value for reason in BounceReason}
    phrases = [phrase for listed in data["reasons"] for phrase in listed["phrases"]]
    assert all(phrase == phrase.casefold() for phrase in phrases)
