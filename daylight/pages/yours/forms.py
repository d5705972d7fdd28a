"""What the crew fills in to let customers choose."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django import forms

from daylight.incidents.forms.fields import MomentField
from daylight.incidents.said import name_of
from daylight.pages.models import Alternative
from daylight.pages.yours.choosing import Label
from daylight.reach.words import LANGUAGES

Kind, Needs = Alternative.Kind, Alternative.Needs

USUAL = (Kind.WAIT, Kind.CANCEL, Kind.SWAP, Kind.CALL_BACK)
NEEDS_OF = {Kind.SWAP: Needs.WORDS, Kind.CALL_BACK: Needs.PHONE}
"""What the usual alternatives need to know; nothing where none is named."""


class DeadlineForm(forms.Form):
    """Until when something may be chosen."""

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["until"] = MomentField(
            zone=zone,
            required=False,
            label="Until when may it be chosen and changed?",
            help_text="Empty: as long as the incident is open.",
        )

    def clean_until(self) -> datetime | None:
        """It must be still to come."""
        until: datetime | None = self.cleaned_data["until"]
        if until is not None and until <= self.now:
            raise forms.ValidationError("This time has gone; choose one that is still to come, or leave it empty.")
        return until


class UsualForm(DeadlineForm):
    """The usual alternatives, in our words, in one press."""

    kinds = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="What may customers choose?",
        error_messages={"required": "Tick at least one."},
    )

    def __init__(self, *args: Any, offered: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = [(kind.value, kind.label) for kind in USUAL if kind not in offered]
        self.fields["kinds"].choices = self.left  # type: ignore[attr-defined]

    def needs_of(self, kind: str) -> str:
        """What we must know for it."""
        return NEEDS_OF.get(Kind(kind), Needs.NOTHING)


class WordsForm(DeadlineForm):
    """An alternative in the crew's own words: a label and an explanation in each language.

    What has no words of ours `must_say` something at least in the organisation's language, to which all others fall
    back.
    """

    def __init__(
        self,
        *args: Any,
        language: str,
        given: Mapping[str, Label] | None = None,
        must_say: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.must_say = must_say
        self.languages = [language, *(each for each in LANGUAGES if each != language)]
        for each in self.languages:
            said = (given or {}).get(each, Label(""))
            self.fields[f"label_{each}"] = forms.CharField(
                max_length=80,
                required=False,
                initial=said.label,
                label=f"The button in {name_of(each)}",
                help_text="As the customer says it, such as: Send it to another address." if each == language else "",
            )
            self.fields[f"explanation_{each}"] = forms.CharField(
                max_length=400,
                required=False,
                initial=said.explanation,
                label=f"What happens then, in {name_of(each)}",
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def fields_first(self) -> list[forms.BoundField]:
        """What everybody fills in: all but the words in further languages."""
        return [field for field in self if not field.name.endswith(tuple(f"_{each}" for each in self.languages[1:]))]

    @property
    def fields_further(self) -> list[forms.BoundField]:
        """The words in further languages."""
        first = {field.name for field in self.fields_first}
        return [field for field in self if field.name not in first]

    @property
    def has_further(self) -> bool:
        """Whether further languages have words or faults already, and so are to be seen at once."""
        return any(field.errors or field.value() for field in self.fields_further)

    def texts(self) -> dict[str, Label]:
        """The words by language, where there are any."""
        given = self.cleaned_data
        return {
            each: Label(given[f"label_{each}"].strip(), given[f"explanation_{each}"].strip())
            for each in self.languages
            if given[f"label_{each}"].strip()
        }

    def clean(self) -> dict[str, Any]:
        """Whoever explains something must also name it."""
        given = super().clean() or {}
        first = f"label_{self.languages[0]}"
        if self.must_say and first not in self.errors and not given.get(first):
            self.add_error(first, "Write what the customer reads on the button.")
        for each in self.languages:
            if given.get(f"explanation_{each}") and not given.get(f"label_{each}"):
                self.add_error(f"label_{each}", "Name it as well: the explanation stands under the button.")
        return given


class OwnForm(WordsForm):
    """A new alternative in the crew's own words."""

    needs = forms.ChoiceField(choices=Needs.choices, initial=Needs.NOTHING, label="What do we need to know for it?")
    field_order = ("needs", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, must_say=True, **kwargs)


class EndLinksForm(forms.Form):
    """Why all links of a customer are ended."""

    because = forms.CharField(
        max_length=300,
        label="Why do their links end?",
        help_text="Such as: they passed our message on. It stays on the record.",
        error_messages={"required": "Say why: it stays on the record."},
    )
