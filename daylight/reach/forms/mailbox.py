"""What the crew may enter about a mailbox that is read for mail that came back."""

from collections.abc import Mapping
from typing import Any

from django import forms

from daylight.reach.models import Mailbox

SAME_BOX = ("host", "user")
"""A password is only kept for the same account on the same host."""


class MailboxForm(forms.Form):
    """A mailbox to be read by IMAP. An empty password keeps the one of `before`."""

    host = forms.CharField(label="Mail server", max_length=200, help_text="Its name, such as imap.example.com.")
    port = forms.IntegerField(label="Port", min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(
        label="Secure connection",
        choices=[
            ("tls", "TLS from the start (usual, port 993)"),
            ("starttls", "STARTTLS (port 143)"),
            ("none", "None (only inside your own network)"),
        ],
    )
    user = forms.CharField(label="User name", max_length=200)
    password = forms.CharField(
        label="Password",
        max_length=400,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Kept sealed, and never shown again.",
    )
    folder = forms.CharField(label="Folder", max_length=200, initial="INBOX")
    afterwards = forms.ChoiceField(
        label="What becomes of a mail once we have it",
        choices=Mailbox.Afterwards.choices,
        help_text="Marked mails stay, and only those that come from now on are read; otherwise all are read and leave.",
    )
    move_to = forms.CharField(
        label="Folder to move it to",
        max_length=200,
        required=False,
        help_text="Made when there is none. Empty: Daylight.",
    )

    def __init__(self, data: Any = None, *, before: Mapping[str, Any] | None = None) -> None:
        self._before = dict(before or {})
        super().__init__(data, initial={name: value for name, value in self._before.items() if name != "password"})
        self.fields["password"].required = not self._before.get("password")
        if self._before.get("password"):
            self.fields["password"].help_text = "Empty: the one that is kept for this account. It is never shown."

    def clean_host(self) -> str:
        """A host name without anything around it."""
        host = str(self.cleaned_data["host"]).strip()
        if not host.isprintable() or any(sign in host for sign in " /@:\\"):
            raise forms.ValidationError("Write only the name of the server, such as imap.example.com.")
        return host

    def clean(self) -> dict[str, Any]:
        """The password that is kept, or a sentence when there is none for this account."""
        cleaned = super().clean() or {}
        if not cleaned.get("password"):
            is_same = all(cleaned.get(name) == self._before.get(name) for name in SAME_BOX)
            cleaned["password"] = self._before.get("password", "") if is_same else ""
        if not cleaned["password"] and not self.errors:
            self.add_error("password", "Enter the password of this account.")
        return cleaned
