"""What a member enters to connect a monitor, and to say what its labels mean."""

from typing import Any

from django import forms

from daylight.incidents.models import Component
from daylight.watch.alerts.base import MonitorKind
from daylight.watch.models import LabelRule, Monitor


class MonitorForm(forms.Form):
    """What the monitor is called in our lists, and for a supplier what depends on it."""

    monitor_name = forms.CharField(label="Name", max_length=120, help_text="As your lists call it.")
    components = forms.ModelMultipleChoiceField(
        queryset=Component.objects.in_use(),
        label="What depends on it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Trouble there is shown with these. With none chosen it is only listed.",
    )

    def __init__(self, data: Any = None, *, kind: MonitorKind, before: Monitor | None = None) -> None:
        chosen = before.components.all() if before else []
        super().__init__(data, initial={"monitor_name": before.name if before else kind.label, "components": chosen})
        self._others = Monitor.objects.exclude(pk=before.pk if before else 0)
        if not kind.is_supplier:
            del self.fields["components"]

    def clean_monitor_name(self) -> str:
        """A name that no other monitor has."""
        name = str(self.cleaned_data["monitor_name"])
        if self._others.filter(name=name).exists():
            raise forms.ValidationError("Another monitor has this name.")
        return name


class LabelForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms are generic in the stubs alone
    """One rule: which component a label means."""

    component = forms.ModelChoiceField(queryset=Component.objects.in_use())

    class Meta:
        model = LabelRule
        fields = ("label", "value", "component")
        help_texts = {  # Django reads it once
            "label": "Such as service, host or job.",
            "value": "A * stands for anything: web-* is web-1 and web-2.",
        }
