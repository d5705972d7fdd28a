"""Mails as programs write them, and a reader that holds their files in memory."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from email.header import Header

from daylight.listen.sources.mailbox.natures import Own
from daylight.listen.sources.mailbox.reading import ReadMail, read

CAME = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
OWN = Own(frozenset({"help@shop.example", "bounces@mail.shop.example"}))

QUESTION = "Where is my order 10-4471?"


class Held(bytearray):
    """A file that stays in memory."""

    is_closed = False

    def write(self, data: bytes) -> None:
        """As `reading.Sink`."""
        self.extend(data)

    def close(self) -> None:
        """As `reading.Sink`."""
        self.is_closed = True


def reading(raw: bytes, *, at_once: int = 4096, is_from_nobody: bool = False) -> ReadMail:
    """A mail read in pieces of this size."""
    pieces: Iterable[bytes] = (raw[start : start + at_once] for start in range(0, len(raw), at_once))
    return read(
        pieces, own=OWN, received_at=CAME, keep=lambda name, content_type: Held(), is_from_nobody=is_from_nobody
    )


def files(mail: ReadMail) -> dict[str, bytes]:
    """The files of a mail by name."""
    return {file.name: bytes(file.sink) for file in mail.files if isinstance(file.sink, Held)}


def a_mail(
    text: str = QUESTION,
    *,
    charset: str = "utf-8",
    subject: str = "Order",
    kind: str = "text/plain",
    encoding: str = "base64",
    **fields: str,
) -> bytes:
    """A mail of one part; `fields` are further ones, an underscore standing for a dash."""
    named = {"From": "Ada Moss <ada@mail.example>", "To": "help@shop.example", "Message-ID": "<1@mail.example>"}
    named |= {"Date": "Mon, 04 May 2026 13:10:00 +0200"}
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = [f"{name}: {value}" for name, value in named.items()]
    head += [f"Subject: {Header(subject, 'utf-8').encode()}", f'Content-Type: {kind}; charset="{charset}"']
    head += ["MIME-Version: 1.0", f"Content-Transfer-Encoding: {encoding}"]
    raw = text.replace("\n", "\r\n").encode(charset, "replace")
    body = base64.encodebytes(raw).replace(b"\n", b"\r\n") if encoding == "base64" else raw
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"\r\n"


def of_parts(*parts: bytes, kind: str = "mixed", head: bytes = b"", border: bytes = b"=_b") -> bytes:
    """A mail of several parts, each with its own head."""
    begin = b"From: Ada Moss <ada@mail.example>\r\nTo: help@shop.example\r\nMessage-ID: <1@mail.example>\r\n" + head
    begin += b'MIME-Version: 1.0\r\nContent-Type: multipart/%b; boundary="%b"\r\n\r\n' % (kind.encode(), border)
    return begin + b"".join(b"--%b\r\n%b\r\n" % (border, part) for part in parts) + b"--%b--\r\n" % border


def part(content: bytes, kind: str = "text/plain; charset=utf-8", **fields: str) -> bytes:
    """One part of a mail."""
    named = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in fields.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in named.items()).encode() + b"\r\n" + content


def a_file(content: bytes, name: str, kind: str = "application/octet-stream") -> bytes:
    """An attached file."""
    return part(
        base64.encodebytes(content).replace(b"\n", b"\r\n"),
        kind,
        Content_Transfer_Encoding="base64",
        Content_Disposition=f'attachment; filename="{name}"',
    )


def nested(depth: int) -> bytes:
    """A mail in a mail in a mail."""
    raw = a_mail("the innermost")
    for level in range(depth):
        raw = b"From: ada@mail.example\r\nSubject: %d\r\nContent-Type: message/rfc822\r\n\r\n" % level + raw
    return raw


def multiparts(depth: int) -> bytes:
    """Parts in parts in parts, with words at the top."""
    inner = part(b"innermost")
    for level in range(depth):
        border = b"n%d" % level
        inner = b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n--%b\r\n%b\r\n--%b--\r\n" % (
            border,
            border,
            inner,
            border,
        )
    return of_parts(part(QUESTION.encode()), inner)


SAMPLES: dict[str, bytes] = {
    "plain": a_mail(),
    "html": a_mail("<p>Where is <b>my order</b> 10-4471?</p><p>Ada</p>", kind="text/html"),
    "quoted-printable": part(
        b"Wo ist meine Bestellung 10-4471?=\r\n Gr=C3=BC=C3=9Fe",
        From="ada@mail.example",
        Content_Transfer_Encoding="quoted-printable",
    ),
    "alternative": of_parts(
        part(QUESTION.encode()), part(b"<p>Where is my order 10-4471?</p>", "text/html"), kind="alternative"
    ),
    "with files": of_parts(
        part(QUESTION.encode()), a_file(b"%PDF-1.7 bill", "bill.pdf", "application/pdf"), a_file(b"\x89PNG", "x.png")
    ),
    "reply": a_mail(
        f"{QUESTION}\n\nOn Mon, 4 May 2026 at 10:00, Shop <help@shop.example> wrote:\n> We are late.\n> Sorry.\n",
        In_Reply_To="<0@shop.example>",
        References="<a@shop.example> <0@shop.example>",
    ),
    "outlook": a_mail(
        f"{QUESTION}\n\nMit freundlichen Grüßen\nAda Moss\n\n________________________________\n"
        "Von: Shop <help@shop.example>\nGesendet: Montag, 4. Mai 2026 10:00\nAn: Ada Moss\nBetreff: Verspätung\n\n"
        "Wir sind zu spät.\n"
    ),
    "absence": a_mail("I am away until Monday.", subject="Automatic reply: Order", Auto_Submitted="auto-replied"),
    "list": a_mail(List_Id="<news.other.example>", Precedence="list"),
    "signed": of_parts(
        part(QUESTION.encode()),
        part(b"-----BEGIN PGP SIGNATURE-----\r\n", "application/pgp-signature", Content_Description="signature"),
        kind="signed",
    ),
    "sealed": of_parts(
        part(b"Version: 1", "application/pgp-encrypted"),
        part(b"-----BEGIN PGP MESSAGE-----\r\nabc\r\n", 'application/octet-stream; name="encrypted.asc"'),
        kind="encrypted",
    ),
    "winmail": of_parts(part(QUESTION.encode()), a_file(b"\x78\x9f\x3e\x22rest", "winmail.dat", "application/ms-tnef")),
    "japanese": a_mail("注文 10-4471 はどこですか。", charset="iso-2022-jp", encoding="7bit"),
    "forwarded": of_parts(part(b"See below."), part(a_mail("the inner mail"), "message/rfc822")),
    "flowed": part(
        b"A line that was \r\nbroken.\r\n", 'text/plain; format=flowed; charset="utf-8"', From="a@b.example"
    ),
    "uuencoded": part(
        b"See the file.\r\n\r\nbegin 644 note.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n", "text/plain", From="a@b.example"
    ),
    "nested": nested(5),
    "no head": b"just words without any head\r\nand more",
}
