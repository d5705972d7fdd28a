"""Freshdesk: a rule's webhook tells that a ticket changed, the API tells what was said in it.

The webhook gives no name to what was said last, so it only makes us look.
"""

import hmac
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from django import forms

from daylight.listen.said import Direction, Said
from daylight.listen.sources.base import Heard, Settings
from daylight.listen.sources.helpdesk import Account, AddressForm, Bridge, Changed, moment, told, whose, with_files
from daylight.reach.channels.inbound import InboundRequest, NotGenuine, NotUnderstood
from daylight.reach.channels.over_http import basic

HEADER = "X-Daylight-Secret"
FULL = 100
MOST_PAGES = 5
SENT_BY_US = 10
"""The source of a ticket that began with a mail of the crew."""


class FreshdeskForm(AddressForm):
    """A Freshdesk account."""

    token = forms.CharField(
        label="API key",
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="From the profile of the agent in whose name answers are posted. Kept sealed, and never shown again.",
    )


class Freshdesk(Account):
    """The API of one account."""

    first = "/tickets?per_page=1"

    def __init__(self, settings: Settings) -> None:
        super().__init__(f"{settings['address']}/api/v2", Authorization=basic(settings["token"], "X"))

    def changed(self, since: str) -> Changed:
        """Tickets that were updated since, oldest first."""
        path = f"/tickets?updated_since={quote(since)}&order_by=updated_at&order_type=asc"
        rows, has_more = self._pages(path)
        tickets = {str(one["id"]): str(one["updated_at"]) for one in rows}
        return Changed(tickets, rows[-1]["updated_at"] if rows else since, has_more=has_more)

    def messages(self, ticket: str) -> tuple[Said, ...]:
        """The ticket's own words, and its conversations but the oldest beyond five hundred."""
        about = self._ask("GET", f"/tickets/{ticket}?include=requester")
        more, _ = self._pages(f"/tickets/{ticket}/conversations?")
        return (_first(about), *(_said(one, about) for one in more))

    def post(self, ticket: str, text: str) -> str:
        """A public reply; Freshdesk takes HTML."""
        body = escape(text).replace("\n", "<br>")
        return str(self._ask("POST", f"/tickets/{ticket}/reply", {"body": body})["id"])

    def _pages(self, path: str) -> tuple[list[Any], bool]:
        """A list over its pages, and whether it goes on."""
        rows: list[Any] = []
        for page in range(1, MOST_PAGES + 1):
            part = self._ask("GET", f"{path}&per_page={FULL}&page={page}")
            rows += part
            if len(part) < FULL:
                return rows, False
        return rows, True


def _first(ticket: Mapping[str, Any]) -> Said:
    direction: Direction = "out" if ticket.get("source") == SENT_BY_US else "in"
    text = ticket.get("description_text") or ""
    return _in_ticket(ticket, f"ticket-{ticket['id']}", ticket, text=text, direction=direction)


def _said(one: Mapping[str, Any], ticket: Mapping[str, Any]) -> Said:
    direction: Direction = "note" if one["private"] else "in" if one["incoming"] else "out"
    return _in_ticket(ticket, str(one["id"]), one, text=one.get("body_text") or "", direction=direction)


def _in_ticket(
    ticket: Mapping[str, Any], name: str, one: Mapping[str, Any], *, text: str, direction: Direction
) -> Said:
    requester = ticket.get("requester") or {}
    return Said(
        source="freshdesk",
        external_id=name,
        said_at=moment(one["created_at"]),
        text=with_files(text, (file.get("name") for file in one.get("attachments") or ())),
        subject=ticket.get("subject") or "",
        name=requester.get("name") or "",
        thread_key=str(ticket["id"]),
        facts=told(tags=ticket.get("tags"), category=ticket.get("type"), product=ticket.get("product_id")),
        direction=direction,
        **whose(requester.get("email"), requester.get("mobile") or requester.get("phone")),
    )


def read(request: InboundRequest, settings: Settings) -> Heard:
    """That a ticket changed: look at once."""
    secret = str(settings.get("secret") or "")
    if not secret or not hmac.compare_digest(request.header(HEADER).encode("utf-8", "replace"), secret.encode()):
        raise NotGenuine(f"The header {HEADER} does not hold our secret.")
    if "ticket_id" not in (request.json().get("freshdesk_webhook") or {}):
        raise NotUnderstood("This is no webhook of Freshdesk's.")
    return Heard(look=True)


BRIDGE = Bridge(Freshdesk)
SOURCE = BRIDGE.source("freshdesk", "Freshdesk", form=FreshdeskForm, read=read, makes_secret=True)
