"""How soon we answer, and who works together."""

from typing import Any

from django import forms

from daylight.incidents.words import Severity
from daylight.listen.models import Queue, ReplyTime


class ReplyTimeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The time for one kind, and where it is about an incident for one severity."""

    class Meta:
        model = ReplyTime
        fields = ("kind", "severity", "minutes", "in_working_hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = "For which kind?"
        self.fields["severity"] = forms.TypedChoiceField(
            choices=[(0, "Every one, unless another row says more"), *Severity.choices],
            coerce=int,
            label="About an incident of which severity?",
        )
        self.fields["minutes"] = forms.IntegerField(
            min_value=1, max_value=60 * 24 * 30, label="Answer within … minutes"
        )
        self.fields["in_working_hours"].label = "Count Monday to Friday, 9 to 17, alone"


class QueueForm(forms.ModelForm):  # type: ignore[type-arg]
    """A queue by its name."""

    class Meta:
        model = Queue
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of the queue"


class AnswerManyForm(forms.Form):
    """One answer to many."""

    text = forms.CharField(
        max_length=20_000,
        label="The answer to all of them",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Values such as {{ customer.greeting }} or {{ update.next }} are filled in for each of them.",
    )
    closes = forms.BooleanField(required=False, label="Close the conversations with it")
