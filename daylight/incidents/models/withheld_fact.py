"""What we know and have not told yet, and who answers for that."""

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.models.incident import Incident


class WithheldFact(models.Model):
    """A fact kept back for a reason, by a named owner, until a time at which it is looked at again."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="withheld_facts")
    fact = models.TextField()
    reason = models.CharField(max_length=400)
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    withheld_at = models.DateTimeField()
    review_at = models.DateTimeField()
    told_in = models.ForeignKey("incidents.Update", on_delete=models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.fact[:60]
