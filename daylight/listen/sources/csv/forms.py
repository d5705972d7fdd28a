"""What a member says of a file."""

from typing import Any

from django import forms

from daylight.listen.models import PastFile
from daylight.listen.sources.csv.columns import LABELS

OLD = [("past", "It is history: nobody waits for an answer"), ("new", "It is new: each is answered as if just said")]


class FileForm(forms.Form):
    """What a file holds, before it is looked at."""

    what = forms.ChoiceField(label="What is in the file?", choices=PastFile.What.choices, widget=forms.RadioSelect())
    age = forms.ChoiceField(label="How old is it?", choices=OLD, initial="past", widget=forms.RadioSelect())


class ColumnsForm(forms.Form):
    """What stands in each column."""

    def __init__(self, data: Any = None, *, row: PastFile) -> None:
        super().__init__(data)
        self._size = len(row.header)
        for number, (heading, meant) in enumerate(zip(row.header, row.columns, strict=True)):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=heading or f"Column {number + 1}", choices=list(LABELS.items()), initial=meant, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Words are needed, and nothing twice."""
        cleaned = super().clean() or {}
        chosen = [name for name in self.columns if name]
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError("Two columns are said to hold the same thing.")
        if "text" not in chosen:
            raise forms.ValidationError("Say which column holds what they said.")
        return cleaned

    @property
    def columns(self) -> list[str]:
        """What was chosen for each column."""
        return [str(self.cleaned_data.get(f"column-{number}") or "") for number in range(self._size)]
