"""The one organisation an installation serves."""

from typing import ClassVar, Self

from django.db import models

from daylight.accounts.holidays import Holidays


class Organisation(models.Model):
    """Who speaks to the customers: name, sender, time zone, and how to reach a person.

    `languages` are those it writes to customers in besides its own `language`. `holidays` are days on which it does
    not work (see `Holidays`). `is_demo` marks a firm that Daylight
    made up: nobody in it is real, and every screen may say so.
    """

    name = models.CharField(max_length=120, default="Our company")
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=12, default="en")
    languages = models.JSONField(default=list, blank=True)
    sender_name = models.CharField(max_length=120, blank=True, default="")
    sender_email = models.EmailField(blank=True, default="")
    reply_to = models.EmailField(blank=True, default="")
    holidays = models.JSONField(default=list, blank=True)
    reach_a_person = models.CharField(max_length=300, blank=True, default="")
    two_person_rule = models.BooleanField(default=False)
    calm_mode = models.BooleanField(default=False)
    mfa_required = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="accounts_one_organisation")]

    def __str__(self) -> str:
        return self.name

    @property
    def days_off(self) -> Holidays:
        """Days that are no working days, and on which less is said."""
        return Holidays(frozenset(self.holidays))

    @classmethod
    def get(cls) -> Self:
        """The organisation, made with its defaults when nobody has named it yet."""
        organisation, _ = cls.objects.get_or_create(pk=1)
        return organisation
