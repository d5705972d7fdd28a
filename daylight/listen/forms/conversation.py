"""What the crew writes about a conversation, and in it."""

from datetime import datetime
from typing import Any

from django import forms

from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.incidents import asking_once
from daylight.incidents.models import Incident
from daylight.listen import wording
from daylight.listen.models import Conversation, Queue

LONGEST_ANSWER = 20_000
NOT_KNOWN = "effect_not_known"

LANGUAGES = (
    ("", "not known"),
    *(
        (code, name)
        for code, name in (
            ("en", "English"), ("de", "German"), ("fr", "French"), ("es", "Spanish"), ("it", "Italian"),
            ("nl", "Dutch"), ("pl", "Polish"), ("pt", "Portuguese"), ("cs", "Czech"), ("da", "Danish"),
            ("sv", "Swedish"), ("nb", "Norwegian"), ("fi", "Finnish"), ("hu", "Hungarian"), ("ro", "Romanian"),
            ("tr", "Turkish"), ("uk", "Ukrainian"), ("ru", "Russian"), ("el", "Greek"), ("ar", "Arabic"),
            ("he", "Hebrew"), ("zh", "Chinese"), ("ja", "Japanese"), ("ko", "Korean"),
        )
    ),
)  # fmt: skip


def area(rows: int, **attributes: Any) -> forms.Textarea:
    """A field for several lines."""
    return forms.Textarea(attrs={"rows": rows, **attributes})


class ReplyForm(forms.Form):
    """The answer, and before it what the matter means for the customer."""

    effect = forms.CharField(
        max_length=500,
        required=False,
        label="What does it mean for them?",
        help_text="In a few words, before you answer: “cannot open the shop on Saturday”.",
    )
    effect_not_known = forms.BooleanField(required=False, label="I do not know yet")
    text = forms.CharField(
        max_length=LONGEST_ANSWER,
        label="Your answer",
        widget=area(6),
        error_messages={"required": "Write what the customer is to read."},
    )

    def __init__(self, *args: Any, conversation: Conversation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._conversation, self._at = conversation, at
        self.questions: list[str] = []
        self.fields["effect"].widget.attrs |= {"data-key": "e", "aria-describedby": "effect-help"}
        self.fields["text"].widget.attrs["data-key"] = "r"

    def clean(self) -> dict[str, Any]:
        """Ask once for the effect, and whether the answer names it; `as_it_is` sends it nevertheless."""
        given = super().clean() or {}
        asks = self._conversation.kind in wording.ASKS_FOR_EFFECT
        if asks and not given.get("effect") and not given.get(NOT_KNOWN):
            self.add_error("effect", "Say what it means for them, or tick that you do not know yet.")
        elif given.get("text") and "as_it_is" not in self.data:
            self.questions = wording.questions(given["text"], effect=given.get("effect", ""))
            self.questions += asking_once.questions(
                given["text"],
                language=self._conversation.language,
                at=self._at,
                zone=Organisation.get().time_zone,
                about=self._conversation.incident,
            )
            if self.questions:
                raise forms.ValidationError("Look at it once more before it goes.")
        return given


class CalledForm(forms.Form):
    """What was agreed on the telephone."""

    agreed = forms.CharField(
        max_length=4000,
        label="What did you agree?",
        widget=area(3),
        help_text="It stands in the conversation as our answer; nothing is sent.",
        error_messages={"required": "Write down what you told them, in a sentence."},
    )


class NoteForm(forms.Form):
    """A note for the crew."""

    text = forms.CharField(
        max_length=LONGEST_ANSWER,
        label="Note for the crew",
        widget=area(3),
        help_text="Never shown to customers.",
    )


class AboutForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the customer wants, and in which language they write."""

    class Meta:
        model = Conversation
        fields = ("kind", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(LANGUAGES)
        own = self.instance.language
        more = [(own, own)] if own and own not in known else []
        self.fields["language"] = forms.ChoiceField(choices=[*LANGUAGES, *more], required=False, label="Language")
        self.fields["kind"].label = "What is it?"


class HandOverForm(forms.Form):
    """To whom it goes, with a word."""

    to = forms.ChoiceField(label="To whom?")
    word = forms.CharField(max_length=500, required=False, label="A word with it", widget=area(2))

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {f"m{row.pk}": row for row in Member.objects.able_to(Act.ANSWER).order_by("name") if row != by}
        self._queues = {f"q{row.pk}": row for row in Queue.objects.filter(retired_at__isnull=True)}
        choices: list[Any] = [("", "Choose")]
        if self._queues:
            choices.append(("Queues", [(key, row.name) for key, row in self._queues.items()]))
        choices.append(("Members", [(key, row.name) for key, row in self._members.items()]))
        self.fields["to"] = forms.ChoiceField(choices=choices, label="To whom?")

    def clean_to(self) -> Member | Queue:
        """The member or the queue."""
        key = self.cleaned_data["to"]
        return self._members[key] if key in self._members else self._queues[key]


class ReadBackForm(forms.Form):
    """What we understood."""

    text = forms.CharField(
        max_length=4000,
        label="So you say that …",
        widget=area(4),
        help_text="In the customer's own words, as you would read it back on the phone.",
    )


class ReadBackAnswerForm(forms.Form):
    """What the customer said to it."""

    is_right = forms.TypedChoiceField(
        choices=(("yes", "Yes, that is it"), ("no", "No, it is something else")),
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        label="Have we understood them?",
    )
    their_words = forms.CharField(max_length=1000, required=False, label="In their words", widget=area(2))


class HeardForm(forms.Form):
    """What was done about it, and thanks."""

    done = forms.CharField(
        max_length=1000,
        label="What was done?",
        widget=area(2),
        help_text="“Passed on to purchasing, who will try paper bags in June.” Or: “Read and taken to heart.”",
    )
    thanks = forms.CharField(
        max_length=4000, required=False, label="What the customer reads", widget=area(5), help_text="Empty: nothing."
    )


class CloseForm(forms.Form):
    """Why it is done."""

    because = forms.CharField(max_length=300, label="Why is it done?", initial="Answered.")


class LinkForm(forms.Form):
    """Which incident it is about."""

    incident = forms.ModelChoiceField(
        queryset=Incident.objects.none(), required=False, label="About which incident?", empty_label="about none"
    )

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"] = forms.ModelChoiceField(
            queryset=Incident.objects.for_member(by).open().order_by("-opened_at"),
            required=False,
            label="About which incident?",
            empty_label="about none",
        )
