"""The composer: six short questions, in each language, and what goes with them."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from daylight.incidents.forms.fields import MomentField
from daylight.incidents.models import Component, Incident
from daylight.incidents.remarks import Slot
from daylight.incidents.said import name_of
from daylight.incidents.statement import LONGEST, Statement, Words
from daylight.incidents.words import PLANNED_STAGES, UNPLANNED_STAGES, ComponentState, Stage

QUESTIONS: tuple[tuple[str, str, str, int], ...] = (
    ("headline", "Headline", "The subject of the mail and the title on the page.", 1),
    ("what", "What is wrong?", "What customers notice, in their words.", 2),
    ("who", "For whom?", "So that a reader knows at once: is it me?", 2),
    ("why", "Why?", "", 2),
    ("doing", "What are we doing?", "", 2),
    ("meanwhile", "Meanwhile you can", "What a customer can do now; “nothing, we take care of it” is an answer.", 2),
)

A_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
"""A language by its code, such as de or pt-BR."""

NOT_SAID = "-"
"""The choice that leaves a component out of the update."""


class WordsForm(forms.Form):
    """The words in one language. Nothing is required here: a draft may be half a sentence."""

    headline = forms.CharField(max_length=LONGEST["headline"], required=False)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "composer-%s"
        self.language, self.language_name = language, name_of(language)
        self.slots: dict[str, Slot] = {}
        for name, question, help_text, rows in QUESTIONS:
            widget = forms.TextInput() if rows == 1 else forms.Textarea(attrs={"rows": rows})
            widget.attrs["lang"] = language
            self.fields[name] = forms.CharField(
                label=question,
                help_text=help_text,
                required=False,
                max_length=LONGEST[name],
                widget=widget,
            )
            self.fields[name].widget.is_required = True

    def words(self) -> Words:
        """The words as a plain value."""
        return Words(**{name: self.cleaned_data.get(name) or "" for name, *_ in QUESTIONS})


class ComposerForm(forms.Form):
    """Everything an update says besides its words."""

    why_known = forms.ChoiceField(
        label="Why?", choices=(("no", "Not known yet"), ("yes", "Known:")), widget=forms.RadioSelect, required=False
    )
    says_slower = forms.BooleanField(
        required=False, label="Say in this update that we speak less often from now on, up to this time."
    )
    is_correction = forms.BooleanField(
        required=False, label="Send as a correction: it says what we said before and what is true."
    )

    def __init__(self, *args: Any, incident: Incident, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "composer-%s"
        self.incident, self.zone = incident, zone
        stages = PLANNED_STAGES if incident.is_planned else UNPLANNED_STAGES
        self.fields["stage"] = forms.ChoiceField(choices=[(each.value, each.label) for each in stages])
        self.fields["next_update_by"] = MomentField(zone=zone, label="Next word by", required=False)
        self.components = list(Component.objects.in_use())
        for component in self.components:
            self.fields[f"impact-{component.key}"] = forms.ChoiceField(
                label=component.name, choices=[(NOT_SAID, "Not affected"), *ComponentState.choices], required=False
            )

    @property
    def impact_fields(self) -> list[forms.BoundField]:
        """The fields of the components."""
        return [self[f"impact-{component.key}"] for component in self.components]

    def impacts(self) -> dict[str, str]:
        """What is said of components, by key."""
        said = {component.key: self.cleaned_data.get(f"impact-{component.key}") for component in self.components}
        return {key: state for key, state in said.items() if state and state != NOT_SAID}


class Composer:
    """The whole form: facts, and words in every language at hand."""

    def __init__(
        self,
        *,
        incident: Incident,
        zone: str,
        languages: Iterable[str],
        data: Mapping[str, Any] | None = None,
        said: Statement | None = None,
    ) -> None:
        self.said = said or Statement(stage=Stage.INVESTIGATING)
        initial, texts = _initial(said) if said else ({}, {})
        self.facts = ComposerForm(data, incident=incident, zone=zone, initial=initial)
        self.languages = [
            WordsForm(data, language=language, prefix=language, initial=vars(texts.get(language, Words())))
            for language in languages
        ]

    def is_valid(self) -> bool:
        """Whether everything can be read; what is missing is for the draft to say, not for the form."""
        return all([self.facts.is_valid(), *(form.is_valid() for form in self.languages)])

    def statement(self, *, at: datetime) -> Statement:
        """What was typed, as a plain value; after `is_valid`."""
        facts = self.facts.cleaned_data
        next_update_by = facts.get("next_update_by")
        texts = {form.language: form.words() for form in self.languages}
        return Statement(
            stage=facts.get("stage") or Stage.INVESTIGATING,
            why_known=facts.get("why_known") == "yes",
            next_update_by=next_update_by,
            zone=self.facts.zone,
            rhythm=_minutes(next_update_by, at) if facts.get("says_slower") else None,
            is_correction=bool(facts.get("is_correction")),
            impacts=self.facts.impacts(),
            texts={language: words for language, words in texts.items() if any(vars(words).values())},
        )

    def put_errors(self, message: str, parts: Iterable[str]) -> None:
        """Show a reason at the fields it is about; at the top of the form when it is about none."""
        places = [part for part in parts if part in self.facts.fields]
        first = self.languages[0]
        for place in places:
            self.facts.add_error(place, message)
        for part in parts:
            if part in first.fields:
                first.add_error(part, message)
        if not places and not any(part in first.fields for part in parts):
            self.facts.add_error(None, message)


def _initial(said: Statement) -> tuple[dict[str, Any], Mapping[str, Words]]:
    facts: dict[str, Any] = {
        "stage": said.stage,
        "why_known": "yes" if said.why_known else "no",
        "next_update_by": said.next_update_by,
        "says_slower": said.rhythm is not None,
        "is_correction": said.is_correction,
    }
    facts.update({f"impact-{key}": state for key, state in said.impacts.items()})
    return facts, said.texts


def _minutes(until: datetime | None, at: datetime) -> int | None:
    """The distance as a rhythm people can say: full hours above three hours, full five minutes below."""
    if until is None or until <= at:
        return None
    minutes = -(-(until - at).total_seconds() // 60)
    size = 24 * 60 if minutes > 40 * 60 else 60 if minutes > 3 * 60 else 5
    return int(-(-minutes // size) * size)
