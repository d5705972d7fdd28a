"""A far end of the benchmarks writes down who got which message, and answers as its kind of server does."""

import shutil
import smtplib
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

COMPILER = pytest.param("compiled", marks=pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler"))
MAIL = "Subject: x\r\nMessage-ID:\r\n <7.1@firm.example>\r\n\r\n..dots\r\n.\r\n"


@pytest.fixture(autouse=True)
def _found_by_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.architecture.rooms import ROOT

    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'bin'}:{ROOT}")


@pytest.mark.parametrize("kind", [COMPILER, "asyncio", "strict"])
def test_a_mail_is_written_down_before_it_is_accepted(kind: str, tmp_path: Path) -> None:
    from benchmarks.sinks import Sink

    with Sink(kind, tmp_path) as sink, smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        smtp.sendmail("a@firm.example", ["zoe@shop.example"], MAIL)
        smtp.sendmail("a@firm.example", ["bob@shop.example"], MAIL)
        found = list(sink.lines())

    assert [(line.fate, line.recipient, line.key) for line in found] == [
        ("T", "zoe@shop.example", "7.1@firm.example"),
        ("T", "bob@shop.example", "7.1@firm.example"),
    ]
    assert found[0].at < found[1].at
    assert found[0].size >= len(MAIL) - 4


@pytest.mark.parametrize("kind", [COMPILER, "asyncio"])
def test_commands_may_come_together(kind: str, tmp_path: Path) -> None:
    from benchmarks.sinks import Sink

    envelope = b"MAIL FROM:<a@firm.example>\r\nRCPT TO:<%s@shop.example>\r\nDATA\r\n"
    with Sink(kind, tmp_path) as sink, smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        smtp.ehlo()
        smtp.send(envelope % b"zoe")
        codes = [smtp.getreply()[0] for _ in range(3)]
        smtp.send(b"Message-ID: <1@x>\r\n\r\n.\r\n" + envelope % b"bob")
        codes += [smtp.getreply()[0] for _ in range(4)]
        smtp.send(b"Message-ID: <2@x>\r\n\r\n.\r\n")
        codes.append(smtp.getreply()[0])
        found = list(sink.lines())

    assert smtp.has_extn("pipelining")
    assert codes == [250, 250, 354, 250, 250, 250, 354, 250]
    assert [(line.recipient, line.key) for line in found] == [("zoe@shop.example", "1@x"), ("bob@shop.example", "2@x")]


@pytest.mark.parametrize("kind", [COMPILER, "asyncio"])
def test_a_web_request_is_written_down_with_its_key(kind: str, tmp_path: Path) -> None:
    from benchmarks.sinks import Sink

    with Sink(kind, tmp_path, http=True) as sink:
        request = urllib.request.Request(  # Our own sink.
            f"http://127.0.0.1:{sink.port}/messages",
            data=b'{"to": [{"email": "zoe@shop.example"}], "text": "x"}',
            headers={"Idempotency-Key": "7.1"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            status = answer.status
        found = list(sink.lines())

    assert status == 202
    assert [(line.recipient, line.key) for line in found] == [("zoe@shop.example", "7.1")]


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_the_nasty_one_makes_the_same_trouble_for_the_same_seed(tmp_path: Path) -> None:
    def fates(name: str) -> list[str]:
        from benchmarks.sinks import Sink

        folder = tmp_path / name
        folder.mkdir()
        with Sink("compiled", folder, nasty=3) as sink:
            for _ in range(20):
                with suppress(smtplib.SMTPException, OSError), smtplib.SMTP("127.0.0.1", sink.port, timeout=2) as smtp:
                    for number in range(500):
                        with suppress(smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
                            smtp.sendmail("a@firm.example", [f"c{number}@shop.example"], MAIL)
            return [line.fate for line in sink.lines()]

    first = fates("first")

    assert {"T", "L", "X"} <= set(first)
    assert fates("second") == first


@pytest.mark.parametrize("kind", [COMPILER, "asyncio"])
def test_latency_is_added_to_each_answer(kind: str, tmp_path: Path) -> None:
    import time

    from benchmarks.sinks import Sink

    with Sink(kind, tmp_path, latency=30) as sink, smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        smtp.ehlo()
        began = time.monotonic()
        smtp.noop()
        smtp.noop()

        assert time.monotonic() - began >= 0.06
