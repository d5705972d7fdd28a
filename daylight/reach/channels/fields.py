"""What the set-up forms of several providers ask for."""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms

from daylight.reach.channels.phone import normal_number

SENDER = re.compile(r"\+?[1-9]\d{3,14}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 &._-]{1,11}")


class SenderField(forms.CharField):
    """Who a text comes from, as phones show it: a number, a short name, or what a provider calls a service."""

    def __init__(self, **options: Any) -> None:
        given: dict[str, Any] = {
            "label": "Sender",
            "max_length": 40,
            "help_text": "A number of yours with its country code, or a name of up to 11 letters. Replies need a"
            " number.",
        }
        super().__init__(**(given | options))

    def clean(self, value: Any) -> str:
        """A number without blanks, or a name as it is."""
        written = str(super().clean(value) or "")
        number = re.sub(r"[ ()/.-]", "", written)
        found = number if re.fullmatch(r"\+?\d+", number) else written
        if found and not SENDER.fullmatch(found):
            raise forms.ValidationError("Write a number with its country code, or a name of up to 11 letters.")
        return found


class NumberField(forms.CharField):
    """The number that calls, as telephones show it."""

    def __init__(self, *, help_text: str) -> None:
        super().__init__(label="Calling number", max_length=40, help_text=help_text)

    def clean(self, value: Any) -> str:
        """The number in E.164."""
        try:
            return normal_number(str(super().clean(value) or ""))
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class SealedLines(forms.PasswordInput):
    """A secret of several lines, such as the file of a key; never shown again, as any password."""

    template_name = "django/forms/widgets/textarea.html"

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})


def sealed_lines(label: str, help_text: str) -> forms.CharField:
    """A field for a secret of several lines."""
    return forms.CharField(
        label=label, max_length=8000, widget=SealedLines(), help_text=f"{help_text} Kept sealed, and never shown again."
    )


def secret(label: str, help_text: str, *, required: bool = True) -> forms.CharField:
    """A field that is kept sealed and never shown again."""
    return forms.CharField(
        label=label,
        max_length=400,
        required=required,
        help_text=f"{help_text} Kept sealed, and never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def other_address(help_text: str) -> forms.URLField:
    """Where the provider is asked, when it is not where everybody asks it."""
    return forms.URLField(
        label="Address of the service", required=False, assume_scheme="https", max_length=200, help_text=help_text
    )


def with_key(url: str, key: str) -> str:
    """The address for receipts, with the key of one delivery."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'key': key})}"
