"""A link that signs a member in once."""

from django.db import models

from daylight.accounts.models.member import Member


class SignInLink(models.Model):
    """Made by the command line for the first owner, or for a member who lost everything else."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.member}"
