"""Notifications and readers as the channel gets them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from daylight.reach.channels.base import Notification, Part, Reader

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

NASTY_NAMES = [
    "Zoë Adler",
    'Zoe "<b>" O\'Brien, Jr.',
    "=?utf-8?q?no?=",
    "<script>alert(1)</script>",
    "Evil\r\nBcc: all@firm.example",
    "line one\nline two\x00\x0b\x85\u2028end",
    "山田 太郎",
    "Иван Иванов " * 10,
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦 family 🇪🇺",
    "a" * 200,
    "ö" * 200,
    "back\\slash (comment) [x];:,@",
    "..",
    ".leading dot",
    "--=_daylight_",
    "% {name} {{ name }} %s",
    "",
    "   ",
    "\ud800 lone surrogate",
    "&amp; &lt;",
    "Zeile.\r\n.\r\nMAIL FROM:<x@y.example>",
]


def a_notification(**changes: Any) -> Notification:
    """An update with all six parts in English."""
    given: dict[str, Any] = {
        "incident_id": "ab12cd34ef",
        "update_number": 2,
        "kind": "update",
        "stage": "identified",
        "headline": "Checkout fails for card payments",
        "parts": (
            Part("what", "What is wrong?", "Card payments fail at the last step.\nOrders are kept."),
            Part("who", "Who is affected?", "Shops that use our checkout."),
            Part("why", "Why?", "We do not know yet."),
            Part("doing", "What are we doing?", "We go back to yesterday's version."),
            Part("meanwhile", "What can you do meanwhile?", "Offer payment by invoice: https://firm.example/invoice"),
            Part("next", "When do we speak next?", "By 14:30 (Europe/Berlin), in 30 minutes at the time of writing."),
        ),
        "language": "en",
        "sender_name": "Nordlicht Versand, GmbH",
        "sender_address": "news@firm.example",
        "reply_to": "help@firm.example",
        "reach_a_person": "+49 30 1234",
        "page_url": "https://status.firm.example/incidents/ab12cd34ef/",
        "published_at": AT,
        "next_update_by": AT + timedelta(minutes=30),
        "is_exercise": False,
        "words": {
            "subject": changes.get("headline", "Checkout fails for card payments"),
            "greeting": "Hello {name},",
            "greeting_nameless": "Hello,",
            "exercise": "EXERCISE. This is a rehearsal.",
            "person": "To speak to a person: +49 30 1234",
            "reason": "You get this because:",
            "said": "We said",
            "is": "It is",
            "preferences": "Choose how we reach you",
            "unsubscribe": "Unsubscribe",
            "page": "See this on our status page",
            "stage": "We know the cause",
        },
    }
    return Notification(**(given | changes))


def a_reader(name: str = "Zoë Adler", **changes: Any) -> Reader:
    """A reader with every link."""
    given: dict[str, Any] = {
        "address": "zoe@shop.example",
        "name": name,
        "time_zone": "Europe/Berlin",
        "reason": "Your shop uses our checkout",
        "own_url": "https://status.firm.example/preferences/7-11.abc/",
        "unsubscribe_url": "https://status.firm.example/unsubscribe/11-5.abc/",
    }
    return Reader(**(given | changes))
