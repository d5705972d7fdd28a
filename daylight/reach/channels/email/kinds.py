"""The ways in which mail can leave, and what each wants to know."""

from django import forms

from daylight.reach.channels.base import Kind
from daylight.reach.channels.email import gateway
from daylight.reach.channels.email.api_kinds import API_KINDS


class SmtpForm(forms.Form):
    """A mail server."""

    host = forms.CharField(label="Mail server", max_length=200, help_text="Its name, such as smtp.example.com.")
    port = forms.IntegerField(label="Port", min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(
        label="Secure connection",
        choices=[
            ("starttls", "STARTTLS (usual, port 587)"),
            ("tls", "TLS from the start (port 465)"),
            ("none", "None (only inside your own network)"),
        ],
        initial="starttls",
    )
    user = forms.CharField(label="User name", max_length=200, required=False, strip=True)
    password = forms.CharField(
        label="Password",
        max_length=400,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Kept sealed, and never shown again.",
    )
    messages_per_connection = forms.IntegerField(
        label="Messages per connection",
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="How many the server takes before it wants a new connection, when it says so. Empty: no limit.",
    )
    bounce_address = forms.EmailField(
        label="Address for bounces",
        required=False,
        help_text="Where mail that cannot be delivered comes back to, such as bounces@example.com. Each message then"
        " leaves from bounces+(its key)@example.com, so the mailbox must take addresses with a plus sign.",
    )

    def clean_host(self) -> str:
        """A host name without anything around it."""
        host = str(self.cleaned_data["host"]).strip()
        if not host.isprintable() or any(sign in host for sign in " /@:\\"):
            raise forms.ValidationError("Write only the name of the server, such as smtp.example.com.")
        return host


SMTP = Kind(
    name="smtp",
    label="Mail server (SMTP)",
    form=SmtpForm,
    help_template="reach/help/email/smtp.html",
    bound_to=("host", "user"),
    asks_sender=True,
)

KINDS: tuple[Kind, ...] = (SMTP, *API_KINDS, gateway.KIND)
