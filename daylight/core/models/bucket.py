"""How much of an allowance somebody has used."""

from django.db import models


class Bucket(models.Model):
    """One allowance of one caller; it is empty again at `empty_at`. The key is a hash: it names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    empty_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key[:12]
