"""Shows the HTML part of a message in a sandboxed frame: it runs nothing and loads nothing."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from django.http import HttpResponse

FRAMED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


def framed(html: str) -> HttpResponse:
    """An answer for an iframe of our own."""
    response = HttpResponse(html or "<p>This message has no HTML part.</p>")
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = FRAMED
    return response


def html_part(payload: bytes) -> str:
    """The HTML part of a mail; empty for anything else."""
    message = message_from_bytes(payload, policy=policy.default)
    part = message.get_body(("html",)) if isinstance(message, EmailMessage) else None
    return str(part.get_content()) if part is not None else ""
