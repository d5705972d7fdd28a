"""The mail providers whose HTTP API we speak, by django-anymail, and what each wants to know.

The settings bear the names that the library gives them, so that they are handed on as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

from daylight.reach.channels.base import Kind

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ApiProvider:
    """One provider: its `secrets` by setting and label, what else it wants, and the regions it runs in by address."""

    name: str
    label: str
    secrets: tuple[tuple[str, str], ...]
    wants: tuple[tuple[str, str, str], ...] = ()
    may_want: tuple[tuple[str, str, str], ...] = ()
    regions: Choices = ()
    keeps_message_id: bool = False
    """It sends the mail with the Message-ID we gave it."""

    signs_with: tuple[str, str] = ("", "")
    """The setting and label of the secret by which we know what it tells us of our messages."""

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of all settings."""
        regions = ("api_url",) if self.regions else ()
        return tuple(entry[0] for entry in (*self.secrets, *self.wants, *self.may_want)) + regions


PROVIDERS = (
    ApiProvider(
        "mailgun",
        "Mailgun",
        secrets=(("api_key", "Sending key"),),
        signs_with=("webhook_signing_key", "HTTP webhook signing key"),
        wants=(("sender_domain", "Sending domain", "As Mailgun lists it, such as mg.example.com."),),
        regions=(
            ("https://api.eu.mailgun.net/v3/", "European Union"),
            ("https://api.mailgun.net/v3/", "United States"),
        ),
        keeps_message_id=True,
    ),
    ApiProvider(
        "postmark",
        "Postmark",
        secrets=(("server_token", "Server token"),),
        may_want=(("message_stream", "Message stream", "Empty: the default transactional stream."),),
    ),
    ApiProvider(
        "sendgrid",
        "SendGrid",
        secrets=(("api_key", "API key"),),
        signs_with=("tracking_webhook_verification_key", "Verification key of the event webhook"),
        regions=(
            ("https://api.sendgrid.com/v3/", "Global"),
            ("https://api.eu.sendgrid.com/v3/", "European Union"),
        ),
    ),
    ApiProvider("brevo", "Brevo", secrets=(("api_key", "API key"),)),
    ApiProvider("mailjet", "Mailjet", secrets=(("api_key", "API key"), ("secret_key", "Secret key"))),
    ApiProvider(
        "sparkpost",
        "SparkPost",
        secrets=(("api_key", "API key"),),
        regions=(
            ("https://api.eu.sparkpost.com/api/v1/", "European Union"),
            ("https://api.sparkpost.com/api/v1/", "United States"),
        ),
    ),
    ApiProvider(
        "resend",
        "Resend",
        secrets=(("api_key", "API key"),),
        signs_with=("signing_secret", "Signing secret of the webhook"),
    ),
    ApiProvider(
        "mailersend",
        "MailerSend",
        secrets=(("api_token", "API token"),),
        signs_with=("signing_secret", "Signing secret of the webhook"),
    ),
    ApiProvider(
        "mandrill",
        "Mailchimp Transactional (Mandrill)",
        secrets=(("api_key", "API key"),),
        signs_with=("webhook_key", "Key of the webhook"),
    ),
    ApiProvider(
        "scaleway",
        "Scaleway",
        secrets=(("secret_key", "Secret key"),),
        wants=(("project_id", "Project", "Its ID, as the console shows it."),),
        may_want=(("region", "Region", "Empty: fr-par."),),
    ),
    ApiProvider(
        "unisender_go",
        "Unisender Go",
        secrets=(("api_key", "API key"),),
        regions=(
            ("https://go1.unisender.ru/ru/transactional/api/v1/", "Data centre 1"),
            ("https://go2.unisender.ru/ru/transactional/api/v1/", "Data centre 2"),
        ),
    ),
)

BY_NAME = {provider.name: provider for provider in PROVIDERS}


def form_of(provider: ApiProvider) -> type[forms.Form]:
    """The form that asks for a provider's settings."""
    fields: dict[str, forms.Field] = {}
    for name, label in provider.secrets:
        fields[name] = forms.CharField(
            label=label,
            max_length=400,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text="Kept sealed, and never shown again.",
        )
    if provider.signs_with[0]:
        fields[provider.signs_with[0]] = forms.CharField(
            label=provider.signs_with[1],
            max_length=400,
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text="By it we know that what we are told of our messages is true. Kept sealed.",
        )
    for wanted, is_required in ((provider.wants, True), (provider.may_want, False)):
        for name, label, help_text in wanted:
            fields[name] = forms.CharField(label=label, max_length=200, required=is_required, help_text=help_text)
    if provider.regions:
        fields["api_url"] = forms.ChoiceField(label="Where your account is", choices=list(provider.regions))
    return type(f"{provider.name.title().replace('_', '')}Form", (forms.Form,), fields)


API_KINDS = tuple(
    Kind(
        name=provider.name,
        label=provider.label,
        form=form_of(provider),
        help_template=f"reach/help/email/{provider.name}.html",
        bound_to=("api_url",) if provider.regions else (),
        asks_sender=True,
    )
    for provider in PROVIDERS
)
