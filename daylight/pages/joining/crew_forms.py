"""What the crew looks for among subscribers, and what they word themselves."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import QueryDict

from daylight.pages.models import HowWeTell, Page
from daylight.reach import subscribing
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Subscriber
from daylight.reach.models.subscriber import SubscriberQuerySet
from daylight.reach.signing_up import OFFERED

if TYPE_CHECKING:
    HowWeTellModelForm = forms.ModelForm[HowWeTell]
else:
    HowWeTellModelForm = forms.ModelForm

NAMES = ("q", "state", "by", "page_of", "about")


class Filter:
    """What is looked for: part of an address, a state, a channel, a page, what they are told about."""

    def __init__(self, asked: QueryDict) -> None:
        read = {name: asked.get(name, "").replace("\x00", "").strip()[:200] for name in NAMES}
        self.states = Subscriber.State.choices
        self.channels = [(name, CHANNELS[name].label) for name in OFFERED]
        self.pages = [(page.slug, str(page)) for page in Page.objects.order_by("pk")]
        self.abouts = [(subscribing.EVERYTHING, "Everything")]
        self.abouts += [(f"{subscribing.SECTION}-{row.pk}", row.name) for row in subscribing.sections()]
        self.abouts += [(f"{subscribing.COMPONENT}-{row.pk}", row.name) for row in subscribing.components()]
        allowed = {"state": self.states, "by": self.channels, "page_of": self.pages, "about": self.abouts}
        self.wanted = {
            name: value
            for name, value in read.items()
            if value and (name not in allowed or value in dict(allowed[name]))
        }

    def get(self, name: str) -> str:
        """What is looked for under this name."""
        return self.wanted.get(name, "")

    def rows(self) -> SubscriberQuerySet:
        """Those found, each with its state."""
        rows: SubscriberQuerySet = Subscriber.objects.search(self.get("q"))
        rows = rows.in_state(self.get("state")) if self.get("state") else rows.with_state()
        if self.get("by"):
            rows = rows.filter(channel=self.get("by"))
        if self.get("page_of"):
            rows = rows.filter(page=self.get("page_of"))
        kind, _, key = self.get("about").partition("-")
        what: dict[str, Any] = {"everything": True} if kind == subscribing.EVERYTHING else {kind: key}
        return rows.about(**what) if kind else rows


class HowWeTellForm(HowWeTellModelForm):
    """The crew's own words in one language."""

    class Meta:
        model = HowWeTell
        fields: ClassVar = ["promise", "when_late"]
        labels: ClassVar = {"promise": "What you promise", "when_late": "What you do when you are late"}
        help_texts: ClassVar = {
            "promise": "Left empty, our words stand: first word from you, six answers, the time of the next word.",
            "when_late": "Left empty, our words stand: it shows at once, and those in charge are alarmed.",
        }
        widgets: ClassVar = {
            "promise": forms.Textarea(attrs={"rows": 6}),
            "when_late": forms.Textarea(attrs={"rows": 4}),
        }
