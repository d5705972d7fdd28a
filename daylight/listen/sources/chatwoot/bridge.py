"""Chatwoot: its webhook brings each message whole; the API is asked for what the webhook missed."""

from collections.abc import Mapping
from typing import Any

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
from daylight.reach.channels.inbound import InboundRequest, NotUnderstood

KINDS = {"incoming": "in", "outgoing": "out", 0: "in", 1: "out"}
"""The webhook names the kinds, the API numbers them; activities and templates are nobody's words."""

FULL = 20
"""Messages in a page; a list of conversations has a few more."""

FULL_LIST = 25
MOST_PAGES = 5


class ChatwootForm(AddressForm):
    """An account of a Chatwoot."""

    account = forms.IntegerField(label="Number of the account", min_value=1, help_text="As in …/app/accounts/1.")
    signing_secret = forms.CharField(
        label="Secret of the webhook",
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="As Chatwoot shows it. Older ones sign nothing: then the address, which nobody can guess, must do.",
    )


class Chatwoot(Account):
    """The API of one account."""

    first = "/conversations?status=all&page=1"

    def __init__(self, settings: Settings) -> None:
        url = f"{settings['address']}/api/v1/accounts/{settings['account']}"
        super().__init__(url, api_access_token=settings["token"])

    def changed(self, since: str) -> Changed:
        """Conversations with something new since; the list begins with the newest."""
        begin = moment(since).timestamp()
        found: dict[str, float] = {}
        for page in range(1, MOST_PAGES + 1):
            path = f"/conversations?status=all&assignee_type=all&sort_by=last_activity_at_desc&page={page}"
            rows = self._ask("GET", path)["data"]["payload"]
            new = {str(one["id"]): one["last_activity_at"] for one in rows if one["last_activity_at"] >= begin}
            found |= new
            if len(new) < FULL_LIST:
                break
        newest = max(found.values(), default=None)
        marks = {name: str(at) for name, at in sorted(found.items(), key=lambda pair: pair[1])}
        return Changed(marks, since if newest is None else moment(newest).isoformat())

    def messages(self, ticket: str) -> tuple[Said, ...]:
        """The newest hundred messages of a conversation, oldest first."""
        rows: list[Any] = []
        for _ in range(MOST_PAGES):
            before = f"?before={rows[0]['id']}" if rows else ""
            page = self._ask("GET", f"/conversations/{ticket}/messages{before}")
            rows = page["payload"] + rows
            if len(page["payload"]) < FULL:
                break
        contact = page["meta"].get("contact") or {}
        said = (_said(one, ticket, contact, page["meta"].get("labels")) for one in rows)
        return tuple(one for one in said if one is not None)

    def post(self, ticket: str, text: str) -> str:
        """A message to the contact."""
        body = {"content": text, "message_type": "outgoing", "private": False}
        return str(self._ask("POST", f"/conversations/{ticket}/messages", body)["id"])


def _said(message: Mapping[str, Any], thread: str, contact: Mapping[str, Any], labels: Any) -> Said | None:
    """What a person said; None for what Chatwoot says by itself."""
    kind = KINDS.get(message["message_type"])
    if kind is None:
        return None
    direction: Direction = "note" if message.get("private") else "in" if kind == "in" else "out"
    files = (str(one.get("data_url") or "").rpartition("/")[2] for one in message.get("attachments") or ())
    attributes = message.get("content_attributes") or {}
    return Said(
        source="chatwoot",
        external_id=str(message["id"]),
        said_at=moment(message["created_at"]),
        text=with_files(message.get("content") or "", files),
        subject=str((attributes.get("email") or {}).get("subject") or ""),
        name=contact.get("name") or "",
        thread_key=thread,
        customer_key=contact.get("identifier") or "",
        facts=told(tags=labels, category=(labels or [""])[0]),
        direction=direction,
        **whose(contact.get("email"), contact.get("phone_number")),
    )


def read(request: InboundRequest, settings: Settings) -> Heard:
    """The message that the webhook brings; other events bring no words."""
    secret = str(settings.get("signing_secret") or "")
    if secret:
        stamp = request.header("X-Chatwoot-Timestamp")
        check_seal(
            request.header("X-Chatwoot-Signature"),
            secret=secret,
            sealed=f"{stamp}.".encode() + request.body,
            digest="sha256",
            write=lambda seal: f"sha256={seal.hex()}",
        )
    event = request.json()
    if "event" not in event:
        raise NotUnderstood("This is no event of Chatwoot's.")
    if event["event"] != "message_created":
        return Heard()
    conversation = event["conversation"]
    contact = (conversation.get("meta") or {}).get("sender") or event.get("contact") or {}
    said = _said(event, str(conversation.get("id") or conversation["display_id"]), contact, conversation.get("labels"))
    return Heard(said=(said,) if said else ())


BRIDGE = Bridge(Chatwoot)
SOURCE = BRIDGE.source("chatwoot", "Chatwoot", form=ChatwootForm, read=read)
