"""Zammad: its signed webhook brings each article whole; the API is asked for what the webhook missed."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

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
from daylight.listen.sources.mailbox.pages import words_of
from daylight.reach.channels.inbound import InboundRequest, NotUnderstood

MOST = 100


class Zammad(Account):
    """The API of one installation."""

    first = "/tickets?page=1&per_page=1"

    def __init__(self, settings: Settings) -> None:
        super().__init__(f"{settings['address']}/api/v1", Authorization=f"Token token={settings['token']}")

    def changed(self, since: str) -> Changed:
        """Tickets that were updated since, oldest first."""
        query = quote(f'updated_at:["{moment(since):%Y-%m-%dT%H:%M:%SZ}" TO *]')
        found = self._ask(
            "GET", f"/tickets/search?query={query}&sort_by=updated_at&order_by=asc&limit={MOST}&expand=true"
        )
        tickets = {str(one["id"]): str(one["updated_at"]) for one in found}
        return Changed(tickets, found[-1]["updated_at"] if found else since, has_more=len(found) == MOST)

    def messages(self, ticket: str) -> tuple[Said, ...]:
        """Every article of a ticket that a person wrote."""
        about = self._ask("GET", f"/tickets/{ticket}?expand=true")
        customer = self._ask("GET", f"/users/{about['customer_id']}")
        articles = self._ask("GET", f"/ticket_articles/by_ticket/{ticket}?expand=true")
        said = (_said(one, {**about, "customer": customer}) for one in articles)
        return tuple(one for one in said if one is not None)

    def post(self, ticket: str, text: str) -> str:
        """A public article: a mail to the customer, or one that they find in the ticket when there is no address."""
        about = self._ask("GET", f"/tickets/{ticket}")
        customer = self._ask("GET", f"/users/{about['customer_id']}")
        article = {"ticket_id": int(ticket), "body": text, "content_type": "text/plain", "internal": False}
        way = {"type": "email", "to": customer["email"], "subject": about["title"]} if customer.get("email") else {}
        return str(self._ask("POST", "/ticket_articles", {**article, "type": "note", **way})["id"])


def _said(article: Mapping[str, Any], ticket: Mapping[str, Any]) -> Said | None:
    """What a person wrote; None for what Zammad says by itself."""
    if article.get("sender") not in {"Customer", "Agent"}:
        return None
    customer = ticket["customer"]
    body = article.get("body") or ""
    text = words_of(body)[0] if "html" in str(article.get("content_type")) else body
    return Said(
        source="zammad",
        external_id=str(article["id"]),
        said_at=moment(article["created_at"]),
        text=with_files(text, (one.get("filename") for one in article.get("attachments") or ())),
        subject=ticket.get("title") or "",
        name=" ".join(filter(None, (customer.get("firstname"), customer.get("lastname")))),
        thread_key=str(ticket["id"]),
        facts=told(tags=ticket.get("tags"), category=_name(ticket.get("group"))),
        direction=_direction(article),
        **whose(customer.get("email"), customer.get("mobile") or customer.get("phone")),
    )


def _direction(article: Mapping[str, Any]) -> Direction:
    if article.get("internal"):
        return "note"
    return "in" if article["sender"] == "Customer" else "out"


def _name(group: Any) -> str:
    """A group is a name in the API and an object in the webhook."""
    return str(group.get("name") or "") if isinstance(group, Mapping) else str(group or "")


def read(request: InboundRequest, settings: Settings) -> Heard:
    """The article that the webhook brings; a change without one makes us look."""
    check_seal(
        request.header("X-Hub-Signature"),
        secret=settings.get("secret") or "",
        sealed=request.body,
        digest="sha1",
        write=lambda seal: f"sha1={seal.hex()}",
    )
    brought = request.json()
    ticket, article = brought.get("ticket"), brought.get("article")
    if not ticket:
        raise NotUnderstood("This is no webhook of Zammad's: it has no ticket.")
    if not article or not isinstance(ticket.get("customer"), dict):
        return Heard(look=True)
    said = _said(article, ticket)
    return Heard(said=(said,) if said else ())


BRIDGE = Bridge(Zammad)
SOURCE = BRIDGE.source("zammad", "Zammad", form=AddressForm, read=read, makes_secret=True)
