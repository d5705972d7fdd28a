"""The cache that all processes share."""

from django.db import models


class CacheRow(models.Model):
    """A row of Django's database cache, in the form that it asks for.

    The sign-in library counts its failed attempts here, so that a second web process is not a second chance.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
