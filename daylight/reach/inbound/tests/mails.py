"""Mail that comes back, as servers write it."""

from pathlib import Path

from daylight.reach import links
from daylight.reach.channels import email
from daylight.reach.inbound.tests.makers import key_of
from daylight.reach.models import Delivery

_REPORTS = Path(email.__file__).parent / "fixtures" / "reports"


def a_returned_mail(name: str, delivery: Delivery, **values: str) -> bytes:
    """A mail of the fixtures about this delivery."""
    token = links.unsubscribe_url(delivery.contact_point_id, delivery.notice_id).rstrip("/").rsplit("/", 1)[1]
    raw = (_REPORTS / f"{name}.eml").read_bytes()
    for slot, value in {"KEY": key_of(delivery), "UNSUBSCRIBE": token, **values}.items():
        raw = raw.replace(f"%{slot}%".encode(), value.encode())
    return raw
