"""What a Telegram bot wants to know."""

import re

from django import forms

from daylight.reach.channels.base import Kind

API = "https://api.telegram.org"
_TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,100}")


class BotForm(forms.Form):
    """A bot, made with BotFather."""

    token = forms.CharField(
        label="Token of the bot",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="BotFather shows it once; it looks like 123456789:AA… Kept sealed, and never shown again.",
    )
    bot_name = forms.CharField(
        label="Name of the bot",
        max_length=64,
        help_text="The one that ends in “bot”. Customers start a chat with it before it may write to them.",
    )
    api_url = forms.URLField(
        label="Own Bot API server",
        required=False,
        assume_scheme="https",
        help_text=f"Empty: {API}, which suits nearly everybody.",
    )

    def clean_token(self) -> str:
        """A token of the form that Telegram gives out; empty when the stored one is kept."""
        token = str(self.cleaned_data["token"]).strip()
        if token and not _TOKEN.fullmatch(token):
            raise forms.ValidationError("This is not a bot's token; it looks like 123456789:AA…")
        return token

    def clean_bot_name(self) -> str:
        """The name without its @."""
        name = str(self.cleaned_data["bot_name"]).strip().removeprefix("@").removeprefix("https://t.me/")
        if not re.fullmatch(r"[A-Za-z0-9_]{5,64}", name):
            raise forms.ValidationError("Write only the name, such as firm_news_bot.")
        return name

    def clean_api_url(self) -> str:
        """The address without its last slash."""
        return str(self.cleaned_data["api_url"]).rstrip("/")


BOT = Kind(
    name="bot",
    label="Telegram bot",
    form=BotForm,
    help_template="reach/help/telegram/bot.html",
    bound_to=("api_url",),
)
