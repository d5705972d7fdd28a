"""What a mail says: words, writer, what it answers, files; from the forms in which programs write mails."""

from datetime import UTC, datetime

import pytest

from daylight.listen.sources.mailbox.heads import Address
from daylight.listen.sources.mailbox.tests.samples import (
    CAME,
    QUESTION,
    SAMPLES,
    a_file,
    a_mail,
    files,
    of_parts,
    part,
    reading,
)


@pytest.mark.parametrize("at_once", [1, 7, 64, 100_000])
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_mail_says_the_same_in_whatever_pieces_it_comes(name: str, at_once: int) -> None:
    whole, pieces = reading(SAMPLES[name]), reading(SAMPLES[name], at_once=at_once)

    assert (pieces.text, pieces.whole, pieces.left_out) == (whole.text, whole.whole, whole.left_out)
    assert files(pieces) == files(whole)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain", QUESTION),
        ("html", f"{QUESTION}\n\nAda"),
        ("quoted-printable", "Wo ist meine Bestellung 10-4471? Grüße"),
        ("alternative", QUESTION),
        ("with files", QUESTION),
        ("reply", QUESTION),
        ("outlook", QUESTION),
        ("signed", QUESTION),
        ("winmail", QUESTION),
        ("japanese", "注文 10-4471 はどこですか。"),
        ("forwarded", "See below."),
        ("flowed", "A line that was broken."),
        ("uuencoded", "See the file."),
        ("no head", "just words without any head\nand more"),
        ("sealed", "This mail is sealed with PGP: only the holder of the key can read it. It is attached as it came."),
    ],
)
def test_the_newest_words_of_a_mail_of_this_kind_are_kept_whole(name: str, text: str) -> None:
    mail = reading(SAMPLES[name])

    assert mail.text == text
    assert not mail.left_out


def test_subject_writer_recipient_and_what_it_answers_are_read_from_the_head() -> None:
    raw = a_mail(
        subject="Wo bleibt das Päckchen?",
        From='=?iso-8859-1?q?J=FCrgen_M=F6ller?= <"Juergen"@Mail.Example>',
        In_Reply_To="<b@shop.example>",
        References="<a@shop.example>\r\n <b@shop.example>",
    )

    mail = reading(raw)

    assert mail.subject == "Wo bleibt das Päckchen?"
    assert mail.writer == Address('"juergen"@mail.example', "Jürgen Möller")
    assert mail.message_id == "1@mail.example"
    assert mail.recipient == "help@shop.example"
    assert mail.answers == ("b@shop.example", "a@shop.example")
    assert mail.said_at == datetime(2026, 5, 4, 11, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ('"Moss, Ada" <ada@mail.example>', "Moss, Ada", "ada@mail.example"),
        ('"a <x@y.example>" <ada@mail.example>', "a <x@y.example>", "ada@mail.example"),
        ("ada@mail.example (Ada Moss)", "Ada Moss", "ada@mail.example"),
        ("<ADA@Mail.example>", "", "ada@mail.example"),
        ("Ada <ada@mail.example>, Bo <bo@mail.example>", "Ada", "ada@mail.example"),
        ("=?utf-8?b?w4Q=?= =?utf-8?b?w5xs?= <a@b.example>", "ÄÜl", "a@b.example"),
        ("=?utf-8?b?ww==?= =?utf-8?b?hA==?= <a@b.example>", "Ä", "a@b.example"),
        ("Ä\u202egnp.exe <a@b.example>", "Ägnp.exe", "a@b.example"),
        ("nobody", "", ""),
        ("(" * 5000, "", ""),
    ],
)
def test_the_writer_has_the_name_and_the_address_of_from(written: str, name: str, address: str) -> None:
    assert reading(a_mail(From=written)).sender == Address(address, name)


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"From": "Ada <ada@mail.example>", "Reply_To": "else@mail.example"}, "ada@mail.example"),
        ({"From": "noreply@shop.example", "Reply_To": "Ada <ada@mail.example>"}, "ada@mail.example"),
        ({"From": "wordpress@web.example", "Reply_To": "ada@mail.example"}, "ada@mail.example"),
        ({"From": "'Ada' via Help <help@shop.example>", "X_Original_From": "ada@mail.example"}, "ada@mail.example"),
        ({"From": "'Ada' via Help <help@shop.example>", "Reply_To": "ada@mail.example"}, "ada@mail.example"),
        ({"From": "", "Return_Path": "<ada@mail.example>"}, "ada@mail.example"),
    ],
)
def test_whom_to_answer(fields: dict[str, str], address: str) -> None:
    mail = reading(a_mail(**fields))

    assert mail.writer.address == address
    assert mail.nature.name == "words"


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Mon, 04 May 2026 13:10:00 +0200", datetime(2026, 5, 4, 11, 10, tzinfo=UTC)),
        ("Mon, 04 May 2026 11:10:00", datetime(2026, 5, 4, 11, 10, tzinfo=UTC)),
        ("Sat, 01 Jan 2000 00:00:00 +0000", CAME),
        ("Fri, 01 Jan 2038 00:00:00 +0000", CAME),
        ("yesterday", CAME),
        ("Mon, 04 May 99999999999 11:10:00", CAME),
        ("", CAME),
    ],
)
def test_when_it_was_said(date: str, at: datetime) -> None:
    assert reading(a_mail(Date=date)).said_at == at


def test_files_come_whole_and_under_a_harmless_name() -> None:
    raw = of_parts(
        part(QUESTION.encode()),
        a_file(b"bill" * 1000, "../../etc/bill\u202efdp.pdf", "application/pdf"),
        a_file(b"one", "C:\\temp\\a.txt", "text/plain"),
        part(b"raw bytes\r\n\x00\xff", "application/x-thing"),
        part(b"hi", "text/plain", Content_Disposition="attachment; filename*=utf-8''%C3%84.txt"),
    )

    mail = reading(raw)

    assert files(mail) == {
        "billfdp.pdf": b"bill" * 1000,
        "a.txt": b"one",
        "file 3.bin": b"raw bytes\r\n\x00\xff",
        "Ä.txt": b"hi",
    }
    assert [file.size for file in mail.files] == [4000, 3, 13, 2]
    assert mail.text == QUESTION


def test_an_enclosed_mail_is_one_file_as_it_came() -> None:
    assert files(reading(SAMPLES["forwarded"])) == {"mail 1.eml": a_mail("the inner mail")}


def test_a_file_within_the_words_is_taken_out() -> None:
    assert files(reading(SAMPLES["uuencoded"])) == {"note.txt": b"hello"}


@pytest.mark.parametrize(
    ("raw", "how"),
    [
        (SAMPLES["sealed"], "PGP"),
        (a_mail("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"), "PGP"),
        (a_mail("MIAGCSqG", kind='application/pkcs7-mime; name="smime.p7m"; smime-type=enveloped-data'), "S/MIME"),
    ],
)
def test_a_sealed_mail_says_so_and_keeps_what_came(raw: bytes, how: str) -> None:
    mail = reading(raw)

    assert mail.sealed == how
    assert how in mail.text
    assert mail.files or "PGP MESSAGE" in mail.whole


@pytest.mark.parametrize("name", ["plain", "signed"])
def test_a_mail_that_anybody_can_read_is_not_called_sealed(name: str) -> None:
    assert reading(SAMPLES[name]).sealed == ""


def test_words_in_several_parts_are_read_together() -> None:
    """As Apple Mail writes a picture between two texts, and as a mailing list adds its foot."""
    raw = of_parts(
        part(b"<p>Before the picture.</p>", "text/html"), a_file(b"png", "x.png", "image/png"), part(b"After it.")
    )

    assert reading(raw).text == "Before the picture.\n\nAfter it."


def test_html_without_what_it_quotes_and_what_nobody_sees() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><div style='display:none'>preheader</div>"
        "<p>My <b>answer</b>.</p><div class='gmail_quote'><div class='gmail_attr'>On Monday, Shop wrote:</div>"
        "<blockquote class='gmail_quote'>We are late.</blockquote></div><p>And below.</p></body></html>"
    )

    mail = reading(a_mail(page, kind="text/html"))

    assert mail.text == "My answer.\n\nAnd below."
    assert "We are late." in mail.whole
    assert "preheader" not in mail.whole
