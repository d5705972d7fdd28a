"""The far end of a webhook."""

from django.db import models

from daylight.core.secrets import SealedField
from daylight.customers.models import ContactPoint


class WebhookEndpoint(models.Model):
    """The signing secret of a contact point that is a web address, and how well it answers.

    After lasting failure it is put in quarantine: nothing more is sent until somebody mends and tests it.
    """

    contact_point = models.OneToOneField(ContactPoint, on_delete=models.CASCADE, related_name="webhook")
    secret = SealedField()
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    quarantined_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.contact_point.address
