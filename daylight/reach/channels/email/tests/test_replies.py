import pytest

from daylight.reach.channels.base import AddressRejected, ChannelBroken, MessageRejected, TryLater
from daylight.reach.channels.email.replies import Step, failure

HELLO, AUTH, SENDER, RECIPIENT, MESSAGE = Step


@pytest.mark.parametrize(
    ("step", "code", "text", "expected"),
    [
        (HELLO, 554, "No SMTP service here", ChannelBroken),
        (HELLO, 421, "4.3.2 too many connections", TryLater),
        (AUTH, 535, "5.7.8 Authentication credentials invalid", ChannelBroken),
        (AUTH, 454, "4.7.0 Temporary authentication failure", TryLater),
        (SENDER, 530, "5.7.0 Authentication required", ChannelBroken),
        (SENDER, 553, "5.1.8 Sender address rejected", ChannelBroken),
        (SENDER, 552, "5.3.4 Message size exceeds limit", MessageRejected),
        (SENDER, 452, "4.3.1 Insufficient system storage", TryLater),
        (RECIPIENT, 550, "5.1.1 User unknown", AddressRejected),
        (RECIPIENT, 550, "No such user here", AddressRejected),
        (RECIPIENT, 553, "5.1.3 Bad address syntax", AddressRejected),
        (RECIPIENT, 501, "5.1.3 Bad recipient address syntax", AddressRejected),
        (RECIPIENT, 550, "5.2.1 Mailbox disabled", AddressRejected),
        (RECIPIENT, 552, "5.2.2 Mailbox full", TryLater),
        (RECIPIENT, 552, "mailbox over quota", TryLater),
        (RECIPIENT, 450, "4.2.1 Greylisted", TryLater),
        (RECIPIENT, 554, "5.7.1 Relay access denied", ChannelBroken),
        (RECIPIENT, 530, "5.7.0 Must issue STARTTLS first", ChannelBroken),
        (RECIPIENT, 503, "5.5.1 bad sequence", ChannelBroken),
        (MESSAGE, 554, "5.7.1 Message looks like spam", MessageRejected),
        (MESSAGE, 552, "5.3.4 Message too big", MessageRejected),
        (MESSAGE, 550, "5.7.1 Content rejected", MessageRejected),
        (MESSAGE, 550, "5.1.1 no such user", AddressRejected),
        (MESSAGE, 552, "5.2.2 over quota", TryLater),
        (MESSAGE, 554, "no valid recipients", AddressRejected),
        (MESSAGE, 451, "4.3.0 try again", TryLater),
        (MESSAGE, 535, "5.7.8 session expired", ChannelBroken),
    ],
)
def test_a_reply_names_who_must_act(step: Step, code: int, text: str, expected: type[Exception]) -> None:
    assert type(failure(step, code, text)) is expected
    assert str(code) in str(failure(step, code, text))
