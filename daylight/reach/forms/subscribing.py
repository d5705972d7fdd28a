"""What a customer wants to be told about, noted by a member."""

from typing import Any, cast

from django import forms

from daylight.customers.models import Commitment, ContactPoint, Customer
from daylight.reach import subscribing


class SubscriptionForm(forms.Form):
    """A contact point, and everything, a component, or a commitment by its number."""

    point = forms.ModelChoiceField(queryset=ContactPoint.objects.none(), label="Where", empty_label=None)
    wish = forms.ChoiceField(label="About")
    commitment = forms.CharField(
        label="Number of the order or other commitment", max_length=120, required=False,
        help_text="Only when it is about a commitment: they hear when it is affected, even if it is not their own.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, customer: Customer) -> None:
        super().__init__(data)
        points = customer.contact_points.filter(retired_at__isnull=True)
        cast("forms.ModelChoiceField[Any]", self.fields["point"]).queryset = points
        cast(forms.ChoiceField, self.fields["wish"]).choices = [
            (subscribing.EVERYTHING, "Everything we publish"),
            *((str(component.pk), component.name) for component in subscribing.components()),
            (subscribing.COMMITMENT, "A commitment, by its number"),
        ]

    def clean_commitment(self) -> Commitment | None:
        """The commitment that bears the number."""
        if self.cleaned_data.get("wish") != subscribing.COMMITMENT:
            return None
        written = self.cleaned_data["commitment"].strip()
        found = Commitment.objects.filter(reference=written).first() if written else None
        if found is None:
            raise forms.ValidationError("No commitment bears this number.")
        return found

    def about(self) -> dict[str, Any]:
        """What to subscribe to, as `subscribing.subscribe` takes it."""
        wish = self.cleaned_data["wish"]
        if wish == subscribing.EVERYTHING:
            return {}
        if wish == subscribing.COMMITMENT:
            return {"commitment": self.cleaned_data["commitment"]}
        return {"component": subscribing.components().get(pk=wish)}
