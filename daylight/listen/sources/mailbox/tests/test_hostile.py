"""Broken, enormous and malicious mails: none raises, none takes long, none takes much memory, and no words are lost."""

import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from daylight.listen.sources.mailbox.reading import LONGEST_TEXT, read
from daylight.listen.sources.mailbox.splitting import MOST_PARTS
from daylight.listen.sources.mailbox.tests.samples import (
    CAME,
    OWN,
    QUESTION,
    SAMPLES,
    Held,
    a_file,
    a_mail,
    files,
    multiparts,
    nested,
    of_parts,
    part,
    reading,
)

ROUNDS = 12
"""Mutations of each sample; with 400 the same found nothing more."""

TOKENS = [
    b"\x00", b"\r\n\r\n", b"--=_b\r\n", b"--=_b--\r\n", b"\xff" * 9, b"=?utf-8?b?", b"<table><td>",
    b"(" * 2000, b"A" * 5000, b"Content-Type: multipart/mixed; boundary=", b"Content-Transfer-Encoding: base64\r\n",
    b"charset=utf-16\r\n", b'"', b"begin 644 x\n", b";" * 500, b"\n>" * 50, b"\x1b$B", b"=\r\n",
    b"filename*0*=x'y'%41;", b"message/rfc822",
]  # fmt: skip


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """A mail with some bytes changed, cut, doubled or put in."""
    broken = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        at, end = sorted(chance.randrange(len(broken) + 1) for _ in range(2))
        match chance.randrange(5):
            case 0:
                del broken[at : min(end, at + 60)]
            case 1:
                broken[at:at] = chance.choice(TOKENS)
            case 2:
                broken[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                broken[at:at] = broken[at : min(end, at + 200)]
            case _:
                broken[at:at] = chance.randbytes(chance.randint(1, 30))
    return bytes(broken)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_mutated_mail_is_read_without_a_fault_and_the_same_in_any_pieces(name: str) -> None:
    chance = random.Random(name)
    for _ in range(ROUNDS):
        raw = mutated(SAMPLES[name], chance)

        mail = reading(raw)

        assert reading(raw, at_once=chance.randint(1, 50)).text == mail.text
        assert mail.size == len(raw)
        assert "\x00" not in mail.text + mail.subject + mail.sender.name + mail.message_id
        assert all(file.sink.is_closed for file in mail.files if isinstance(file.sink, Held))
        assert all("/" not in file.name and file.name for file in mail.files)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\n", b"\x00", b"\n" * 1000, b"From: \r\n", b"Content-Type: multipart/mixed\r\n\r\nwords", b":\r\n\r\nx"],
)
def test_almost_nothing_is_read(raw: bytes) -> None:
    assert reading(raw).size == len(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\nno border at all", "no border at all"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\nits border never comes", "its border never comes"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nits end never comes", "its end never comes"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nno head\r\n--x--", "no head"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8", "hello"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGV!!sbG8=aGVsbG8=", "hellohello"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8x2", "hello1"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-no\r\n\r\nhello", "hello"),
        (b"Content-Type: \r\n\r\nhello", "hello"),
        (b"Subject: x\r\nhello without an empty line", "hello without an empty line"),
        (b"From ada@mail.example Mon May  4\r\nSubject: x\r\n\r\nhello", "hello"),
        (b"Subject: x\n\nhel\x00lo\x07", "hello"),
        (b"Subject: x\r\rhello", ""),
    ],
)
def test_broken_forms_keep_their_words(raw: bytes, text: str) -> None:
    mail = reading(raw)

    assert mail.text == text


def test_what_is_beyond_a_limit_is_named() -> None:
    many = of_parts(*[part(b"word%d" % number) for number in range(10_000)])

    assert "parts beyond the first" in reading(many).left_out
    assert f"word{MOST_PARTS - 1}" in reading(many).text
    assert "files beyond the first" in reading(of_parts(*[a_file(b"x", f"{n}.txt") for n in range(200)])).left_out
    assert "part of a head" in reading(b"X-Long: " + b"a" * 5_000_000 + b"\r\nSubject: x\r\n\r\nhello").left_out
    assert "words beyond the first" in reading(a_mail("word " * 400_000)).left_out
    assert "parts nested too deep" in reading(multiparts(40)).left_out
    assert reading(multiparts(40)).text.startswith(QUESTION)
    assert len(reading(a_mail("word " * 400_000)).text) == LONGEST_TEXT


def test_a_mail_in_a_mail_fifty_deep_is_one_file() -> None:
    mail = reading(nested(50))

    assert len(mail.files) == 1
    assert mail.files[0].size > 0


def test_a_bomb_in_a_zip_stays_what_it_is() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(20_000_000))
    mail = reading(of_parts(part(QUESTION.encode()), a_file(packed.getvalue(), "bomb.zip", "application/zip")))

    assert files(mail) == {"bomb.zip": packed.getvalue()}


@pytest.mark.parametrize(
    "body",
    [
        b"\n--\n" * 200_000,
        b"\n--=_b" * 100_000,
        b"> > > b\n" * 100_000,
        b"From: b\n" * 60_000,
        (b"On a 2026 <b> " * 13 + b"x:\n") * 2_000,
        b"begin 644 x\n" * 40_000,
        b"=?utf-8?b?w4Q=?= " * 40_000,
        b"\n".join([b"Le a 2026 a b c d e f g h:"] * 5_000),
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_nothing_takes_long(body: bytes, kind: str) -> None:
    began = time.process_time()

    reading(of_parts(part(body, kind)), at_once=65536)

    assert time.process_time() - began < 5  # Half a second on an idle machine; without its limits, hours.


@pytest.mark.parametrize(
    "page", ["<table><tr><td>" * 20_000, "<div><p>a" * 20_000, "<b>" * 90_000 + "word", "<" * 200_000]
)
def test_a_page_that_is_none_is_read_without_a_fault(page: str) -> None:
    mail = reading(a_mail(page, kind="text/html"))

    assert ("word" in mail.text) is ("word" in page)


def test_a_large_file_streams_through() -> None:
    """Sixteen megabytes pass while a few are held; what is not in memory cannot grow with the file."""

    class Counting:
        size = 0

        def write(self, data: bytes) -> None:
            self.size += len(data)

        def close(self) -> None:
            """Nothing is held."""

    def pieces() -> Iterator[bytes]:
        yield of_parts(part(QUESTION.encode())).removesuffix(b"--=_b--\r\n")
        yield b"--=_b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        for _ in range(256):
            yield b"QUJD" * 16_384
        yield b"\r\n--=_b--\r\n"

    tracemalloc.start()
    mail = read(pieces(), own=OWN, received_at=CAME, keep=lambda name, kind: Counting())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert mail.files[0].size == 256 * 16_384 * 3
    assert mail.text == QUESTION
    assert peak < 4 * 1024 * 1024
