"""Forms of draft templates: what one says, where it is for, and the facts that fill it."""

from collections.abc import Mapping
from typing import Any

from django import forms

from daylight.incidents.statement import LONGEST
from daylight.incidents.words import Kind
from daylight.prepare.filling import PIECES, THE_CAUSE, Prepared, asked_in
from daylight.prepare.judging import BECAUSE
from daylight.prepare.using import ENDS, too_long, words_of
from daylight.prepare.words import LABELS, Form, Moment

LONGEST_PIECE = 4000
LONGEST_FACT = LONGEST_REASON = 300


class NameForm(forms.Form):
    """What a template is called; left empty, it keeps the name it has."""

    name = forms.CharField(max_length=120, label="Name", required=False)


class ScopeForm(forms.Form):
    """What a template is called, and what it is for."""

    name = forms.CharField(max_length=120, label="Name", help_text="By which writers find it.")
    kind = forms.ChoiceField(label="Kind of incident", choices=Kind.choices)
    stage = forms.ChoiceField(label="When", choices=Moment.choices)
    form = forms.ChoiceField(label="Form", choices=Form.choices)
    language = forms.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$",
        label="Language",
        max_length=12,
        error_messages={"invalid": "Write the code of a language, such as en or pt-br."},
    )

    def clean(self) -> dict[str, Any]:
        """A letter is a letter, and nothing else is."""
        data = super().clean() or {}
        if (data.get("stage") == Moment.LETTER) != (data.get("form") == Form.LETTER):
            self.add_error("form", "A letter has the form of a letter; other moments have the other forms.")
        return data


class PiecesForm(forms.Form):
    """The pieces of one form of text."""

    def __init__(self, form: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PIECES[form]:
            one_line = name == "headline"
            widget = forms.TextInput() if one_line else forms.Textarea(attrs={"rows": 6 if name == "text" else 3})
            self.fields[name] = forms.CharField(
                label=LABELS[name], required=False, max_length=LONGEST.get(name, LONGEST_PIECE), widget=widget
            )
            self.fields[name].widget.is_required = True

    def clean(self) -> dict[str, Any]:
        """Something must be said."""
        data = super().clean() or {}
        if not any(data.values()) and not self.errors:
            raise forms.ValidationError("Write something first: there is no word in it yet.")
        return data

    def pieces(self) -> dict[str, str]:
        """The pieces that have words, once it is valid."""
        return {name: words for name, words in self.cleaned_data.items() if words}


class ReasonsForm(forms.Form):
    """Why findings are kept: one line for each that was posted."""

    def __init__(self, posted: Mapping[str, Any]) -> None:
        super().__init__(posted)
        for field in posted:
            if field.startswith(BECAUSE):
                self.fields[field] = forms.CharField(
                    max_length=LONGEST_REASON, required=False, label=f"Why {field.removeprefix(BECAUSE)} stays"
                )

    def kept(self) -> dict[str, str]:
        """What was typed, by rule; as it was typed where it cannot be kept."""
        typed = {field: self.cleaned_data.get(field, self[field].value()) for field in self.fields}
        return {field.removeprefix(BECAUSE): str(words) for field, words in typed.items()}


class FactsForm(forms.Form):
    """One line for each fact that a template asks for. None is required: what is missing stays a gap."""

    def __init__(self, prepared: Prepared, examples: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared = prepared
        self.names = {f"fact-{number}": name for number, name in enumerate(_asked(prepared))}
        for field, name in self.names.items():
            self.fields[field] = forms.CharField(
                label=name[:1].upper() + name[1:],
                required=False,
                max_length=LONGEST_FACT,
                help_text=_help(name, examples.get(name, ""), prepared),
            )
            self.fields[field].widget.is_required = True

    def clean(self) -> dict[str, Any]:
        """What becomes of the facts must fit into a draft; told at the longest fact of the part that does not."""
        data = super().clean() or {}
        facts = self.facts()
        for part, sentence in too_long(words_of(self.prepared, facts)[0]).items():
            self.add_error(self._longest_in(part, facts), sentence)
        return data

    def _longest_in(self, part: str, facts: Mapping[str, str]) -> str | None:
        pieces = [self.prepared.pieces.get(name, "") for name in (part, "closing" if part == "meanwhile" else part)]
        asked = set(asked_in(pieces))
        fields = [field for field, name in self.names.items() if name in asked]
        return max(fields, key=lambda field: len(facts[self.names[field]]), default=None)

    def facts(self) -> dict[str, str]:
        """What was typed, by the name of the fact, also where a line is too long."""
        return {name: str(self[field].value() or "").strip()[:LONGEST_FACT] for field, name in self.names.items()}


def initial_of(prepared: Prepared, facts: Mapping[str, str]) -> dict[str, str]:
    """Facts by the names of the fields that take them."""
    return {f"fact-{number}": facts.get(name, "") for number, name in enumerate(_asked(prepared))}


def _asked(prepared: Prepared) -> list[str]:
    """The next word is asked for by the composer, not here."""
    return [name for name in prepared.asks if name != "next word" or not prepared.promises]


def _help(name: str, example: str, prepared: Prepared) -> str:
    told = f"Such as: {example}." if example else ""
    if name == THE_CAUSE and prepared.stage not in ENDS:
        return f"{told} Left empty, the update says that it is not known yet.".strip()
    return told
