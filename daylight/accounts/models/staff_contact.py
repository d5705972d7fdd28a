"""How to alarm a member."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models.member import Member


class StaffContact(models.Model):
    """One way to alarm a member, on a channel by its name, tried in order of position."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="staff_contacts")
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=400)
    position = models.PositiveSmallIntegerField(default=0)
    tested_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "channel", "address"], name="accounts_staff_contact_once")
        ]

    def __str__(self) -> str:
        return f"{self.member} by {self.channel}"
