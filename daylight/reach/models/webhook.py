"""The far end of a webhook."""

from django.db import models

from daylight.core.secrets import SealedField
from daylight.customers.models import ContactPoint


class WebhookEndpoint(models.Model):
    """The signing secret of a contact point that is a web address, and how well it answers.

    After lasting failure it is put in quarantine: nothing more is sent until somebody mends and tests it. While the
    secret is changed, messages carry a second signature by the former one until `former_until`. `page_id` is the page
    at which a program subscribed; messages in Statuspage's form name it.
    """

    class Format(models.TextChoices):
        """In which form messages come."""

        DAYLIGHT = "daylight", "Daylight's own, with all six parts"
        STATUSPAGE = "statuspage", "Statuspage's, for a receiver that was made for it"

    contact_point = models.OneToOneField(ContactPoint, on_delete=models.CASCADE, related_name="webhook")
    format = models.CharField(max_length=12, choices=Format.choices, default=Format.DAYLIGHT)
    page_id = models.CharField(max_length=12, blank=True, default="")
    secret = SealedField()
    former_secret = SealedField(null=True)
    former_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    quarantined_at = models.DateTimeField(null=True)
    last_problem = models.CharField(max_length=400, blank=True, default="")
    accepted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.contact_point.address
