"""Who asks on a public page to be told, and who confirmed it at their address."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField
from daylight.customers.models import ContactPoint
from daylight.reach.models.subscription import KINDS, Subscription
from daylight.reach.models.suppression import Suppression


class SignUp(DueRow):
    """Somebody asked on a public page: to be told, for the confirmation again, or for the link to their choices.

    It is only written down when it is asked, so that no answer depends on whom we know; the loop acts on it. Then the
    address is forgotten, and `mailbox`, a keyed digest of it, says for a while how often we wrote there.
    """

    class Kind(models.TextChoices):
        """What was asked for."""

        ASK = "ask", "To be told"
        RESEND = "resend", "The confirmation again"
        LINK = "link", "The link to their choices"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    page = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=400, blank=True, default="")
    subscriber = models.CharField(max_length=12, blank=True, default="")
    about = models.JSONField(default=list)
    language = models.CharField(max_length=12, blank=True, default="")
    statuspage = models.CharField(max_length=12, blank=True, default="")
    mailbox = models.CharField(max_length=32, blank=True, default="")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            due_index("reach_sign_up_due"),
            models.Index(fields=["mailbox", "sent_at"], name="reach_sign_up_mailbox"),
            models.Index(fields=["asked_at"], name="reach_sign_up_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SubscriberQuerySet(DueQuerySet["Subscriber"]):
    """Questions about subscribers."""

    def with_state(self) -> Self:
        """With `state`, as `Subscriber.State`, and `quarantined_at`, since when messages bounce."""
        stopped = Suppression.objects.standing().filter(contact_point=OuterRef("contact_point"))
        wishes = Subscription.objects.filter(contact_point=OuterRef("contact_point"))
        state = Subscriber.State
        is_told = Q(confirmed_at__isnull=False, ended_at__isnull=True) & Exists(wishes)
        fails = stopped.exclude(reason__in=Suppression.WISHES)
        return self.annotate(
            state=Case(
                When(is_told & Exists(stopped.filter(reason__in=Suppression.WISHES)), then=Value(state.ENDED)),
                When(is_told & Exists(fails), then=Value(state.BOUNCED)),
                When(is_told, then=Value(state.ACTIVE)),
                When(waiting_since__isnull=False, then=Value(state.WAITING)),
                default=Value(state.ENDED),
            ),
            quarantined_at=Subquery(fails.values("since")[:1]),
        )

    def in_state(self, state: str) -> Self:
        """Those in one state."""
        return self.with_state().filter(state=state)

    def about(self, **what: object) -> Self:
        """Those told about this section, component or incident, or with `everything=True` about everything."""
        if what.pop("everything", False):
            what = dict.fromkeys(KINDS)
        told = Subscription.objects.filter(**what, contact_point=OuterRef("contact_point"))
        return self.filter(Exists(told), ended_at__isnull=True)

    def search(self, text: str) -> Self:
        """Those whose address contains `text`."""
        return self.filter(address__icontains=text) if text else self

    def counts(self) -> list[tuple[str, str, int]]:
        """How many are in each state: the state, its label, the number; only states somebody is in."""
        rows: Any = self.with_state().order_by()
        found = dict(rows.values_list("state").annotate(Count("pk")))
        return [(state.value, str(state.label), found[state]) for state in Subscriber.State if state in found]

    def newest_first(self) -> Self:
        """In the order of lists."""
        return self.order_by(F("created_at").desc(), "-pk")


class Subscriber(DueRow):
    """Whoever asked on a public page to be told: at which address, and since when its reader confirmed it.

    `asked` names what was asked for and waits for a yes at the address, as `subscribing.name_of` does; the row is due
    when that wait ends. What is confirmed are subscriptions of `contact_point`: of a customer who has the address, or
    of somebody who only asked. `public_id` is made of page and address by our key, so that it tells nothing.
    `statuspage` names the page for a program that asked in Statuspage's way.
    """

    class State(models.TextChoices):
        """How it stands; worked out by `SubscriberQuerySet.with_state`."""

        WAITING = "waiting", "Waiting for confirmation"
        ACTIVE = "active", "Told"
        BOUNCED = "bounced", "Messages bounce"
        ENDED = "ended", "Ended"

    public_id = models.CharField(max_length=12, unique=True)
    page = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=400)
    language = models.CharField(max_length=12, blank=True, default="")
    asked = models.JSONField(default=list)
    waiting_since = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=160, blank=True, default="")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.SET_NULL, null=True, related_name="subscribers")
    secret = SealedField(null=True)
    statuspage = models.CharField(max_length=12, blank=True, default="")
    created_at = models.DateTimeField()

    objects: ClassVar = SubscriberQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "channel", "address"], name="reach_subscriber_once")
        ]
        indexes: ClassVar = [
            due_index("reach_subscriber_due"),
            models.Index(fields=["address"], name="reach_subscriber_address"),
            models.Index(fields=["-created_at", "-id"], name="reach_subscriber_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}:{self.address}"
