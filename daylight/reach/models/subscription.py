"""A customer asked to be told."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from daylight.customers.models import Commitment, ContactPoint
from daylight.incidents.models import Component, Incident, Section

KINDS = ("section", "component", "commitment", "incident")
"""What a subscription may be about; about everything it is with none of them."""


def only(kind: str) -> Q:
    """A subscription that is about nothing but `kind`."""
    return Q(**{f"{other}__isnull": True for other in KINDS if other != kind})


class Subscription(models.Model):
    """A wish to be told on a contact point about one of `KINDS`, or (with none) everything.

    Of a section it is about whatever stands in it when something goes wrong.
    """

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="subscriptions")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, related_name="subscriptions")
    component = models.ForeignKey(Component, on_delete=models.CASCADE, null=True, related_name="subscriptions")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, null=True, related_name="subscriptions")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="subscriptions")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=only("section") | only("component") | only("commitment") | only("incident"),
                name="reach_subscription_one_wish",
            ),
            *(
                models.UniqueConstraint(
                    fields=["contact_point", kind],
                    condition=Q(**{f"{kind}__isnull": False}),
                    name=f"reach_subscription_{kind}_once",
                )
                for kind in KINDS
            ),
            models.UniqueConstraint(
                fields=["contact_point"], condition=only("everything"), name="reach_subscription_everything_once"
            ),
        ]

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return str(self.section or self.component or self.commitment or self.incident or "everything")

    def __str__(self) -> str:
        return f"{self.contact_point} to {self.about}"
