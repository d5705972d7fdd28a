"""What a webhook says: the JSON that docs/use/webhooks.md promises."""

import json
from collections.abc import Mapping
from typing import Any

from daylight.reach.channels.base import AlarmWords, Notification, Part, Reader


def of_update(notification: Notification, *, to: Reader) -> bytes:
    """The body that carries one published update to one customer."""
    data: dict[str, Any] = {
        "incident": {
            "id": notification.incident_id,
            "url": notification.page_url,
            "stage": notification.stage,
            "is_exercise": notification.is_exercise,
        },
        "update": {
            "number": notification.update_number,
            "kind": notification.kind,
            "language": notification.language,
            "headline": _marked(notification.headline, notification.is_exercise),
            "published_at": notification.published_at.isoformat(),
            "next_update_by": notification.next_update_by.isoformat() if notification.next_update_by else None,
        },
        "parts": _parts(notification.parts),
        "corrects": _parts(notification.correction_of),
        "affected": {"customer": to.name, "reason": to.reason, "time_zone": to.time_zone},
        "sender": {
            "name": notification.sender_name,
            "reply_to": notification.reply_to,
            "reach_a_person": notification.reach_a_person,
        },
        "links": {"own_page": to.own_url, "say": to.say_url, "unsubscribe": to.unsubscribe_url},
    }
    if notification.is_exercise:
        data["exercise"] = notification.words.get("exercise") or "EXERCISE"
    return _body("update.published", notification.published_at.isoformat(), data)


def of_event(event: Mapping[str, Any], *, to: Reader) -> list[bytes]:
    """The bodies in Statuspage's form: the incident, then each component whose state the update changed."""
    meta = {
        "unsubscribe": to.unsubscribe_url,
        "documentation": event["documentation"],
        "generated_at": event["generated_at"],
    }
    shared = {"meta": meta, "page": event["page"]}
    bodies = [{**shared, "incident": event["incident"]}]
    bodies += [{**shared, **change} for change in event["component_updates"]]
    return [json.dumps(body, ensure_ascii=False).encode() for body in bodies]


def of_alarm(words: AlarmWords) -> bytes:
    """The body that carries an alarm to a member of the crew."""
    data = {
        "subject": _marked(words.subject, words.is_exercise),
        "text": words.text,
        "url": words.url,
        "is_exercise": words.is_exercise,
        "sender": {"name": words.sender_name},
    }
    return _body("alarm", words.made_at.isoformat(), data)


def of_question(words: AlarmWords, *, challenge: str, secret: str) -> bytes:
    """The body that asks whether we may post here: a yes is the challenge given back, or the address opened."""
    data = {
        "challenge": challenge,
        "url": words.url,
        "subject": words.subject,
        "text": words.text,
        "secret": secret,
        "sender": {"name": words.sender_name},
    }
    return _body("subscription.confirm", words.made_at.isoformat(), data)


def of_test(*, sender_name: str, sent_at: str) -> bytes:
    """The body of a test, sent by hand while an endpoint is set up or mended."""
    return _body("test", sent_at, {"sender": {"name": sender_name}})


def _parts(parts: tuple[Part, ...]) -> list[dict[str, str]]:
    return [{"name": part.name, "question": part.question, "answer": part.answer} for part in parts]


def _marked(text: str, is_exercise: bool) -> str:
    return text if not is_exercise or "EXERCISE" in text else f"EXERCISE: {text}"


def _body(kind: str, timestamp: str, data: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "timestamp": timestamp, "data": data}, ensure_ascii=False).encode()
