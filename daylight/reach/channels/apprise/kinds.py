"""What the bridge wants to know."""

import re

from django import forms

from daylight.reach.channels.base import Kind


class BridgeForm(forms.Form):
    """Which services the bridge may lead to."""

    services = forms.CharField(
        label="Services allowed",
        max_length=400,
        required=False,
        help_text="As their addresses begin, such as: ntfys pover matrixs. Empty: all that lead out of this machine.",
    )

    def clean_services(self) -> str:
        """The names, separated by a space."""
        return " ".join(re.findall(r"[a-z0-9]+", str(self.cleaned_data["services"]).lower()))


APPRISE = Kind(name="apprise", label="Apprise", form=BridgeForm, help_template="reach/help/apprise/apprise.html")
