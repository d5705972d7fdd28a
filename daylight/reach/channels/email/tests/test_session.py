import socket
import ssl
import threading
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from daylight.reach.channels.base import (
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    Part,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.email import session as sessions
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.tests.samples import a_notification, a_reader
from daylight.reach.channels.email.tests.servers import Desk, OnePerConnection, serving
from daylight.reach.tests.certificates import a_certificate


def a_mail(**changes: str) -> Message:
    return Email().compose(a_notification(), to=a_reader(**changes), key="5.11.abc")


def test_many_messages_go_over_one_connection_and_arrive_as_composed() -> None:
    desk = Desk()
    with serving(desk) as settings:
        session = Email().open(settings)
        for number in range(5):
            accepted = session.send(a_mail(address=f"c{number}@shop.example"), idempotency_key="5.11.abc")
        session.close()

    assert accepted.answer == "250 2.0.0 kept"
    assert accepted.reference == "<5.11.abc@firm.example>"
    assert [to for to, _ in desk.letters] == [f"c{number}@shop.example" for number in range(5)]
    assert desk.connections == 1
    letter = message_from_bytes(desk.letters[0][1], policy=policy.SMTP)
    assert letter.defects == []
    assert letter["Date"] is not None
    assert desk.letters[0][1].endswith(a_mail(address="c0@shop.example").payload)


def test_a_line_that_begins_with_a_dot_arrives_whole() -> None:
    desk = Desk()
    mail = Email().compose(a_notification(parts=(Part("what", "?", ".\n..\n.hidden"),)), to=a_reader("."), key="k")
    with serving(desk) as settings:
        Email().open(settings).send(mail, idempotency_key="k")

    assert desk.letters[0][1].endswith(mail.payload)


def test_a_server_that_takes_seven_bits_gets_seven_bits() -> None:
    desk = Desk(hides=("8BITMIME", "SMTPUTF8"))
    with serving(desk) as settings:
        Email().open(settings).send(a_mail(), idempotency_key="k")

    assert desk.letters[0][1].isascii()
    letter = message_from_bytes(desk.letters[0][1], policy=policy.SMTP)
    assert "Zoë" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({"recipient": "550 5.1.1 no such user"}, AddressRejected),
        ({"message": "554 5.7.1 spam"}, MessageRejected),
        ({"sender": "530 5.7.0 authenticate first"}, ChannelBroken),
        ({"recipient": "450 4.2.1 greylisted"}, TryLater),
        ({"message": "451 4.3.0 later"}, TryLater),
    ],
)
def test_a_failure_leaves_the_connection_ready_for_the_next(replies: dict[str, str], expected: type[Exception]) -> None:
    [(step, reply)] = replies.items()
    desk = Desk(**{step: lambda subject, seen=[]: None if seen else seen.append(1) or reply})
    with serving(desk) as settings:
        session = Email().open(settings)
        with pytest.raises(expected):
            session.send(a_mail(), idempotency_key="k")
        assert session.is_open
        session.send(a_mail(), idempotency_key="k")

    assert len(desk.letters) == 1


def test_a_server_that_dies_with_the_body_leaves_doubt() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            for line in lines:
                if line.startswith(b"DATA"):
                    connection.sendall(b"354 go\r\n")
                    connection.recv(100_000)
                    return
                connection.sendall(b"250 ok\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    session = Email().open({"host": "127.0.0.1", "port": listener.getsockname()[1], "security": "none"})
    with pytest.raises(Unanswered):
        session.send(a_mail(), idempotency_key="k")
    thread.join()
    listener.close()

    assert not session.is_open


def test_too_many_messages_on_a_connection_asks_for_a_new_one() -> None:
    with serving(OnePerConnection()) as settings:
        session = Email().open(settings)
        session.send(a_mail(), idempotency_key="k")
        with pytest.raises(TryLater):
            session.send(a_mail(), idempotency_key="k")

    assert not session.is_open


def test_a_silent_server_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TryLater):
        Email().open({"host": "127.0.0.1", "port": silent.getsockname()[1], "security": "none"})


def test_nobody_listening_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    with pytest.raises(TryLater):
        Email().open({"host": "127.0.0.1", "port": port, "security": "none"})


def test_an_unknown_host_breaks_the_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    with pytest.raises(ChannelBroken, match=r"no mail server named smtp\.nowhere\.example"):
        Email().open({"host": "smtp.nowhere.example", "port": 25, "security": "none"})


def _allows(*_: object) -> AuthResult:
    mechanism_data = _[-1]
    is_right = getattr(mechanism_data, "password", b"") == b"right"
    return AuthResult(success=is_right, handled=is_right)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_secure_connections_and_passwords(tmp_path: Path, security: str) -> None:
    cert, key = a_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    how = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    desk = Desk()
    with serving(desk, authenticator=_allows, auth_require_tls=False, auth_required=True, **how) as settings:
        settings |= {"security": security, "ca_file": str(cert), "user": "ana", "password": "right"}
        Email().open(settings).send(a_mail(), idempotency_key="k")

        with pytest.raises(ChannelBroken, match="535"):
            Email().open(settings | {"password": "wrong"})
        with pytest.raises(ChannelBroken, match="secure"):
            Email().open({name: value for name, value in settings.items() if name != "ca_file"})

    assert len(desk.letters) == 1


def test_a_server_without_starttls_is_never_spoken_to_in_the_clear() -> None:
    desk = Desk()
    with serving(desk) as settings, pytest.raises(ChannelBroken):
        Email().open(settings | {"security": "starttls", "user": "ana", "password": "right"})


def test_letters_outside_ascii_in_an_address() -> None:
    desk = Desk()
    with serving(desk, enable_SMTPUTF8=True) as settings:
        Email().open(settings).send(a_mail(address="zoë@bücher.example"), idempotency_key="k")
    assert desk.letters[0][0] == "zoë@xn--bcher-kva.example"

    with serving(Desk(hides=("SMTPUTF8",))) as settings, pytest.raises(AddressRejected):
        Email().open(settings).send(a_mail(address="zoë@bücher.example"), idempotency_key="k")
