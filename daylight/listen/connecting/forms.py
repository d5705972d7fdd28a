"""What a member enters to connect a far end."""

from collections.abc import Mapping
from typing import Any

from django import forms

from daylight.listen.models import Connection
from daylight.listen.sources.base import CannotFetch, Connects, Source

KEPT = "Kept sealed. Leave it empty to keep what is stored."


class NameForm(forms.Form):
    """What the connection is called in our lists."""

    connection_name = forms.CharField(label="Name", max_length=120, help_text="As your lists call it.")

    def __init__(self, data: Any = None, *, source: Source, before: Connection | None = None) -> None:
        super().__init__(data, initial={"connection_name": before.name if before else source.label})
        mine = before.pk if before and before.pk else 0
        self._others = Connection.objects.filter(source=source.name).exclude(pk=mine)

    def clean_connection_name(self) -> str:
        """A name that no other connection of the source has."""
        name = str(self.cleaned_data["connection_name"])
        if self._others.filter(name=name).exists():
            raise forms.ValidationError("Another connection has this name.")
        return name


class SettingsForm:
    """The settings of a far end; secrets are never shown, and kept when their fields are left empty."""

    def __init__(self, connects: Connects, data: Any = None, *, before: Mapping[str, Any] | None = None) -> None:
        self._connects, self._before = connects, dict(before or {})
        shown = {name: value for name, value in self._before.items() if name not in secret_names(connects)}
        self.fields = connects.form(data, initial=shown)
        for name in secret_names(connects):
            if self._before.get(name):
                self.fields.fields[name].required = False
                self.fields.fields[name].help_text = KEPT

    def is_valid(self) -> bool:
        """Whether all is there, and the far end takes it."""
        if self.fields.is_valid() and self._goes_elsewhere():
            for name in self._left_empty():
                self.fields.add_error(name, "Enter it again: what is stored is not sent to another address.")
        if self.fields.is_valid() and self._connects.check is not None:
            try:
                self._connects.check(self.settings)
            except CannotFetch as problem:
                self.fields.add_error(None, str(problem))
        return not self.fields.errors

    @property
    def settings(self) -> dict[str, Any]:
        """As entered, with the secrets that are kept and what was made up before."""
        entered = dict(self.fields.cleaned_data)
        kept = self._left_empty()
        return {**self._before, **{name: value for name, value in entered.items() if name not in kept}}

    def _left_empty(self) -> set[str]:
        """Secrets that were not entered, and are stored."""
        names = secret_names(self._connects)
        return {name for name in names if not self.fields.cleaned_data.get(name) and self._before.get(name)}

    def _goes_elsewhere(self) -> bool:
        entered = self.fields.cleaned_data
        return any(entered.get(name) != self._before.get(name) for name in self._connects.bound_to)


def secret_names(connects: Connects) -> list[str]:
    """The settings that are never shown again."""
    fields = connects.form.base_fields
    return [name for name, field in fields.items() if isinstance(field.widget, forms.PasswordInput)]
