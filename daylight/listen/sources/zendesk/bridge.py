"""Zendesk Support: signed events tell that a ticket changed, the API tells what was said in it.

The events name neither the writer's address nor their phone, so they only make us look.
"""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django import forms

from daylight.listen.said import Direction, Said
from daylight.listen.sources.base import Heard, Settings
from daylight.listen.sources.helpdesk import (
    Account,
    AddressForm,
    Bridge,
    Changed,
    check_seal,
    moment,
    told,
    whose,
    with_files,
)
from daylight.reach.channels.inbound import InboundRequest, NotGenuine, NotUnderstood
from daylight.reach.channels.over_http import basic

STAFF = ("agent", "admin")
OLDEST = timedelta(hours=1)
MOST = 100


class ZendeskForm(AddressForm):
    """A Zendesk account."""

    user = forms.EmailField(label="Agent's e-mail", help_text="The agent in whose name answers are posted.")
    signing_secret = forms.CharField(
        label="Signing secret of the webhook",
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Zendesk shows it on the webhook's page. Without it we only ask every two minutes.",
    )


class Zendesk(Account):
    """The API of one account."""

    first = "/tickets.json?per_page=1"

    def __init__(self, settings: Settings) -> None:
        login = basic(f"{settings['user']}/token", settings["token"])
        super().__init__(f"{settings['address']}/api/v2", Authorization=login)

    def changed(self, since: str) -> Changed:
        """Tickets that changed, by the incremental export: from a time, later from its own cursor."""
        mark = f"cursor={quote(since[7:])}" if since.startswith("cursor:") else f"start_time={_begin(since)}"
        page = self._ask("GET", f"/incremental/tickets/cursor.json?{mark}&per_page={MOST}")
        tickets = {str(one["id"]): str(one["updated_at"]) for one in page["tickets"] if one["status"] != "deleted"}
        after = page.get("after_cursor")
        return Changed(tickets, f"cursor:{after}" if after else since, has_more=not page.get("end_of_stream", True))

    def messages(self, ticket: str) -> tuple[Said, ...]:
        """The newest hundred comments of a ticket, oldest first."""
        about = self._ask("GET", f"/tickets/{ticket}.json?include=users")
        page = self._ask("GET", f"/tickets/{ticket}/comments.json?include=users&sort_order=desc&per_page={MOST}")
        people = {one["id"]: one for one in [*about.get("users", ()), *page.get("users", ())]}
        return tuple(_said(one, about["ticket"], people) for one in reversed(page["comments"]))

    def post(self, ticket: str, text: str) -> str:
        """A public comment."""
        body = {"ticket": {"comment": {"body": text, "public": True}}}
        done = self._ask("PUT", f"/tickets/{ticket}.json", body)
        events = (done.get("audit") or {}).get("events", ())
        return str(next((one["id"] for one in events if one.get("type") == "Comment"), ""))


def _begin(since: str) -> int:
    """The export refuses a time of the last minute."""
    return int((moment(since) - timedelta(minutes=2)).timestamp())


def _said(comment: Mapping[str, Any], ticket: Mapping[str, Any], people: Mapping[int, Mapping[str, Any]]) -> Said:
    requester = people.get(ticket["requester_id"], {})
    return Said(
        source="zendesk",
        external_id=str(comment["id"]),
        said_at=moment(comment["created_at"]),
        text=with_files(
            comment.get("plain_body") or comment.get("body") or "",
            (one.get("file_name") for one in comment.get("attachments", ())),
        ),
        subject=ticket.get("subject") or "",
        name=requester.get("name") or "",
        thread_key=str(ticket["id"]),
        customer_key=requester.get("external_id") or "",
        language=str(requester.get("locale") or "")[:2].lower(),
        facts=told(tags=ticket.get("tags"), category=ticket.get("type")),
        direction=_direction(comment, ticket, people),
        **whose(requester.get("email"), requester.get("phone")),
    )


def _direction(comment: Mapping[str, Any], ticket: Mapping[str, Any], people: Mapping[int, Any]) -> Direction:
    if not comment["public"]:
        return "note"
    author = people.get(comment["author_id"], {})
    is_staff = author.get("role") in STAFF and comment["author_id"] != ticket["requester_id"]
    return "out" if is_staff else "in"


def read(request: InboundRequest, settings: Settings) -> Heard:
    """That a ticket changed: look at once."""
    stamp = request.header("X-Zendesk-Webhook-Signature-Timestamp")
    check_seal(
        request.header("X-Zendesk-Webhook-Signature"),
        secret=settings.get("signing_secret") or "",
        sealed=stamp.encode() + request.body,
        digest="sha256",
        write=lambda seal: base64.b64encode(seal).decode("ascii"),
    )
    if abs(request.received_at - moment(stamp)) > OLDEST:
        raise NotGenuine("The signature is too old or from the future.")
    if not isinstance(request.json(), dict):
        raise NotUnderstood("This is no event of Zendesk's.")
    return Heard(look=True)


BRIDGE = Bridge(Zendesk)
SOURCE = BRIDGE.source("zendesk", "Zendesk", form=ZendeskForm, read=read, bound_to=("address", "user"))
