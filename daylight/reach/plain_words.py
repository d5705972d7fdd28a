"""What a provider's answer means for somebody who is no expert of mail or of HTTP."""

from daylight.reach.channels.base import (
    AddressRejected,
    ChannelBroken,
    MessageRejected,
    TryLater,
    Unanswered,
)


def in_plain_words(problem: Exception) -> str:
    """One sentence on what a failure means and what to mend."""
    said = str(problem).lower()
    for signs, words in MEANINGS:
        if any(sign in said for sign in signs):
            return words
    return BY_FAILURE.get(type(problem), "The provider did not take the test.")


MEANINGS = (
    (("535", "534", "authentication", "credentials"), "The server does not accept this user name and password."),
    (("530", "must issue a starttls", "530 5.7.0"), "The server wants a secure connection or a password first."),
    (("certificate",), "The server showed a certificate that does not fit its name. Check the host name."),
    (
        ("wrong version number", "record layer"),
        "This port does not speak TLS from the start. Try STARTTLS, or port 465.",
    ),
    (("private network",), "This address leads into a private network. Only public addresses are called."),
    (("no mail server named", "looked up"), "There is no server with this name. Check the host for misspellings."),
    (("refused",), "Nothing listens at this host and port. Check the port; many providers use 587."),
    (
        ("timed out", "time-out", "timeout", "did not answer within"),
        "The server did not answer. A firewall may block the way; for mail try port 587 or 465.",
    ),
    (
        ("relay", "sender", "not owned", "not verified"),
        "The server may not send from this address. Check the sender address.",
    ),
    (
        ("401", "403", "unauthorized", "forbidden", "invalid token", "invalid api key"),
        "The provider does not accept this key or token. Copy it again, without spaces, and check what it may do.",
    ),
    (("404", "not found", "410"), "There is nothing at this address any more. Make a new one at the provider."),
    (("429", "too many requests"), "The provider wants us to be slower. Try again in a minute."),
)

BY_FAILURE: dict[type[Exception], str] = {
    AddressRejected: "The provider does not take messages for this address.",
    MessageRejected: "The provider refuses the words or the size of the test.",
    ChannelBroken: "The provider cannot be used with these settings.",
    TryLater: "The provider does not answer just now. Check the settings, or try again in a minute.",
    Unanswered: "The test was sent and no answer came; look whether it arrived.",
}
