"""Idempotency keys: a request sent twice with the same key is done once and answered twice.

The first request claims the key by inserting a row; its answer is kept for a day. A second one with the same body
gets that answer again; with another body it is refused; while the first is at work it is told to wait.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from daylight.api.v1.problems import answer
from daylight.core import clock
from daylight.core.models import RememberedAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 120

Run = Callable[..., HttpResponse]


def once(run: Run) -> Run:
    """Honour the Idempotency-Key header of a request that makes or changes something."""

    @wraps(run)
    def decided(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        key = request.headers.get(HEADER, "")
        if not key:
            return run(request, **kwargs)
        if len(key) > LONGEST_KEY or "\x00" in key:
            return answer(422, f"An {HEADER} has at most {LONGEST_KEY} characters.")
        return _with_key(run, request, key, clock.now(), kwargs)

    return decided


def _with_key(run: Run, request: HttpRequest, key: str, now: datetime, kwargs: dict[str, Any]) -> HttpResponse:
    scope = _digest(request.headers.get("Authorization", "").encode())
    fingerprint = _digest(f"{request.method} {request.get_full_path()}\n".encode() + request.body)
    RememberedAnswer.objects.past(now).filter(scope=scope, key=key).delete()
    claim = RememberedAnswer(scope=scope, key=key, fingerprint=fingerprint, made_at=now)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        return _earlier(scope, key, fingerprint)
    response: HttpResponse | None = None
    try:
        response = run(request, **kwargs)
    finally:
        if response is None or not 200 <= response.status_code < 300:
            claim.delete()  # Nothing was done: the caller may mend the request and use the key again.
    if claim.pk:
        claim.status, claim.body = response.status_code, bytes(response.content).decode()
        claim.save(update_fields=["status", "body"])
    return response


def _earlier(scope: str, key: str, fingerprint: str) -> HttpResponse:
    earlier = RememberedAnswer.objects.filter(scope=scope, key=key).first()
    if earlier is None or earlier.status is None:
        return answer(409, "The first request with this key is still at work. Ask again in a moment.")
    if earlier.fingerprint != fingerprint:
        return answer(422, f"This {HEADER} was used for another request. Make a new key for a new request.")
    return HttpResponse(
        earlier.body, status=earlier.status, content_type="application/json; charset=utf-8", headers={REPLAYED: "true"}
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
