"""What a member may enter about message templates."""

from collections.abc import Mapping
from typing import Any

from django import forms

from daylight.incidents import said
from daylight.incidents.words import Kind, Stage
from daylight.reach.channels.base import WordedChannel
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.templating.examples import Scope


def worded_channels() -> dict[str, WordedChannel]:
    """The channels whose messages staff may word."""
    return {name: channel for name, channel in CHANNELS.items() if isinstance(channel, WordedChannel)}


def channel_choices() -> list[tuple[str, str]]:
    """The same, for a choice."""
    return [(name, CHANNELS[name].label) for name in worded_channels()]


class ScopeForm(forms.Form):
    """Where a new template applies."""

    channel = forms.ChoiceField(label="Channel", choices=channel_choices)
    language = forms.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$",
        label="Language",
        max_length=12,
        help_text="Its code, such as en or de. Updates in another language keep our words.",
        error_messages={"invalid": "Write the code of a language, such as en or pt-br."},
    )
    incident_kind = forms.ChoiceField(
        label="For incidents of the kind", required=False, choices=[("", "Every kind"), *Kind.choices]
    )
    stage = forms.ChoiceField(
        label="For updates at the stage", required=False, choices=[("", "Every stage"), *Stage.choices]
    )

    def scope(self) -> Scope:
        """What was chosen, once it is valid."""
        return Scope(**self.cleaned_data)


class PiecesForm(forms.Form):
    """The pieces of one channel's messages, kept letter by letter as they were typed."""

    def __init__(self, channel: WordedChannel, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for piece in channel.pieces:
            attrs = {"class": "input code", "spellcheck": "false", "autocomplete": "off", "data-piece": piece.name}
            rows = {"text": 18, "html": 10}
            widget = (
                forms.TextInput(attrs) if piece.kind == "line" else forms.Textarea({**attrs, "rows": rows[piece.kind]})
            )
            self.fields[piece.name] = forms.CharField(
                label=piece.label, help_text=piece.help, required=False, strip=False, widget=widget
            )
            # An empty one is told with the other faults, and not by the browser alone.
            self.fields[piece.name].widget.is_required = piece.is_required

    def pieces(self) -> dict[str, str]:
        """What was typed, with the line ends we keep."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")).replace("\r\n", "\n") for name in self.fields}


def name_of(scope: Scope) -> Mapping[str, str]:
    """The scope in words."""
    return {
        "channel": CHANNELS[scope.channel].label,
        "language": said.name_of(scope.language),
        "kind": str(Kind(scope.incident_kind).label) if scope.incident_kind else "every kind of incident",
        "stage": str(Stage(scope.stage).label) if scope.stage else "every stage",
    }
