"""The one message that asks an address back: whether its reader wants to be told, or with the link to their choices.

It goes by the road of single letters. What one mailbox bears is counted over every way of writing its address, so
nobody can have a stranger flooded: one an hour, twice as far apart each time, and never more than three in a day.
"""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Max
from django.utils.crypto import salted_hmac

from daylight.accounts.models import Organisation
from daylight.core.limits import Limit, TooMany, take
from daylight.reach import providers, single, subscribers
from daylight.reach.channels.base import Accepted, AlarmWords, AskingChannel, Message, Reader
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import sender_address
from daylight.reach.models import SignUp, Subscriber
from daylight.reach.words import Phrases

A_DAY = timedelta(days=1)
MOST_A_DAY = 3
FIRST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(days=2)
COUNTED_FOR = timedelta(days=7)
"""How long it is remembered that we wrote to a mailbox."""

OF_A_PAGE = Limit("subscribe.page", times=5_000, per=timedelta(hours=1))
OF_A_PAGE_BY_PHONE = Limit("subscribe.page.phone", times=300, per=timedelta(hours=1))
"""Messages of one page to everybody; what is beyond waits. Each text costs, and some numbers earn by each."""

OF_A_MAILBOX = Limit("subscribe.mailbox", times=1, per=FIRST_PAUSE)
"""Decides between two workers that would write to a mailbox at the same instant."""

OF_A_HOST = Limit("subscribe.host", times=20, per=timedelta(hours=1))
"""Calls to the web addresses of one host, so that nobody can have us knock at a stranger's door for ever."""

DOTLESS = frozenset({"gmail.com", "googlemail.com"})
"""Hosts of mail that take no notice of dots in a name."""

FOLDER = "reach/joining/words"
ASKS = "confirm"
"""The phrase that asks for a yes."""


def mailbox_of(channel: str, address: str) -> str:
    """A keyed digest of where a message really ends up, the same for every way in which its address can be written."""
    name, at, host = address.casefold().rpartition("@")
    if at:
        name = name.partition("+")[0]
        if host in DOTLESS:
            name, host = name.replace(".", ""), "gmail.com"
        address = f"{name}@{host}"
    return salted_hmac("daylight.mailbox", f"{channel}\n{address}", algorithm="sha256").hexdigest()[:32]


def is_enough(mailbox: str, *, now: datetime) -> bool:
    """Whether nothing more may be sent to this mailbox now."""
    sent = SignUp.objects.filter(mailbox=mailbox, sent_at__gt=now - COUNTED_FOR)
    number = sent.count()
    if not number:
        return False
    pause = min(FIRST_PAUSE * 2 ** min(number - 1, 10), LONGEST_PAUSE)
    last = sent.aggregate(last=Max("sent_at"))["last"]
    return bool(last > now - pause) or sent.filter(sent_at__gt=now - A_DAY).count() >= MOST_A_DAY


def claim(mailbox: str, *, at: datetime) -> bool:
    """Whether it is us who may write to this mailbox now, and nobody else within the hour."""
    try:
        take(OF_A_MAILBOX, mailbox, at=at)
    except TooMany:
        return False
    return True


def take_turn(page: str, channel: str, address: str, *, at: datetime) -> timedelta | None:
    """Use one of what a page and a host bear; how long to wait when there is none left."""
    try:
        if address.startswith(("https://", "http://")):
            take(OF_A_HOST, f"{channel} {urlsplit(address).hostname}", at=at)
        take(OF_A_PAGE_BY_PHONE if address.startswith("+") else OF_A_PAGE, page, at=at)
    except TooMany as problem:
        return problem.wait
    return None


def ask(row: Subscriber, *, key: str, at: datetime) -> bool:
    """Ask whether the reader wants to be told what waits; whether the far end said yes at once, as a program can.

    Raises one of the four failures.
    """
    accepted = _send(row, ASKS, url=subscribers.confirm_url(row), about=row.asked, key=key, at=at)
    return bool(row.secret) and echoes(accepted, subscribers.confirm_token(row))


def remind(row: Subscriber, phrase: str, *, key: str, at: datetime) -> None:
    """Send the link to their choices to somebody whom we tell ("link"), or who asked once more ("already")."""
    point = row.contact_point
    if point is not None:
        url = subscribers.choosing_url(point)
        _send(row, phrase, url=url, about=sorted(subscribers.told(row)), key=key, at=at)


def words(row: Subscriber, phrase: str, *, url: str, about: list[str], at: datetime) -> AlarmWords:
    """What is said, in the language that was asked for, by the phrase of the channel where it has its own."""
    organisation = Organisation.get()
    phrases = Phrases(row.language or organisation.language, folder=FOLDER)
    incident = phrases.say("incident", headline="{}")
    said = subscribers.in_words(about, everything=phrases.say("everything"), incident=incident)
    context = {"organisation": organisation.name, "about": ", ".join(said) or phrases.say("everything")}
    own = f"{phrase}_{row.channel}"
    chosen = own if phrases.has(own) else phrase
    return AlarmWords(
        subject=phrases.say(f"{chosen}_subject", **context),
        text=phrases.say(chosen, **context),
        url=url,
        sender_name=organisation.sender_name or organisation.name,
        sender_address=sender_address(organisation),
        made_at=at,
        action=phrases.say(f"{phrase}_action"),
        language=phrases.language,
    )


def _send(row: Subscriber, phrase: str, *, url: str, about: list[str], key: str, at: datetime) -> Accepted:
    channel = CHANNELS[row.channel]
    to = Reader(row.address, "", "", reason="", own_url="", unsubscribe_url="", secret=_secret(row))
    said = words(row, phrase, url=url, about=about, at=at)
    if phrase == ASKS and isinstance(channel, AskingChannel):
        message: Message = channel.compose_question(said, to=to, challenge=subscribers.confirm_token(row), key=key)
    else:
        message = channel.compose_alarm(said, to=to, key=key)
    accepted = single.send(channel, message, key=message.headers.get("Message-ID", key))
    providers.record_accepted(channel.name, at=at)
    return accepted


def _secret(row: Subscriber) -> str:
    if row.secret:
        return str(row.secret)
    endpoint = getattr(row.contact_point, "webhook", None)
    return str(endpoint.secret) if endpoint is not None else ""


_ANSWERED = re.compile(r"^\d{3}[^:]*: (.*)$", re.DOTALL)


def echoes(accepted: Accepted, challenge: str) -> bool:
    """Whether the far end gave the challenge back: alone, or as {"challenge": …}."""
    found = _ANSWERED.match(accepted.answer)
    wrote = found[1].strip() if found else ""
    if wrote == challenge:
        return True
    try:
        said = json.loads(wrote)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("challenge") == challenge
