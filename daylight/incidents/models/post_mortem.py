"""What we found when it was over: the report that the world may read."""

from datetime import datetime
from hashlib import blake2b
from typing import ClassVar

from django.db import models, transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.core.public_ids import new_public_id
from daylight.incidents.failures import DraftChanged, NothingToPublish, StillOpen
from daylight.incidents.models.incident import Incident


def digest_of(words: str) -> str:
    """A short name of exactly these words; no words have no name."""
    return blake2b(words.encode(), digest_size=8).hexdigest() if words else ""


class PostMortem(models.Model):
    """The report on one incident: a draft for the crew, and the body that was published.

    What was published stays on record in the audit trail when it is taken back.
    """

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="post_mortem")
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    draft = models.TextField(blank=True, default="")
    draft_changed_at = models.DateTimeField(null=True)
    body = models.TextField(blank=True, default="")
    body_changed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | ~models.Q(body=""), name="incidents_post_mortem_says"
            )
        ]

    def __str__(self) -> str:
        return f"Post-mortem of {self.incident}"

    @property
    def words_read(self) -> str:
        """Names the words of the draft, so that nobody writes over others than those they read."""
        return digest_of(self.draft)

    @transaction.atomic
    def write(self, draft: str, *, by: Member, at: datetime, read: str | None = None) -> None:
        """Change the draft; what is published stays as it is.

        `read` names the words that the writer had before them: raises DraftChanged, and writes nothing, when there
        are others by now.
        """
        kept = PostMortem.objects.select_for_update(no_key=True).get(pk=self.pk)
        if read is not None and read != kept.words_read and draft != kept.draft:
            self.draft = kept.draft
            raise DraftChanged("Somebody else saved this post-mortem meanwhile; nothing was written over.")
        self.draft, self.draft_changed_at, self.changed_at = draft, at, at
        self.save(update_fields=["draft", "draft_changed_at", "changed_at"])
        self._record(at, by, "post_mortem.write")

    @transaction.atomic
    def publish(self, *, by: Member, at: datetime) -> None:
        """Show the draft to the world. Raises NothingToPublish, and StillOpen while the incident goes on."""
        if self.incident.is_open:
            raise StillOpen("The incident goes on; publish the post-mortem when it is over.")
        if not self.draft.strip():
            raise NothingToPublish("The post-mortem has no words yet.")
        self.body, self.body_changed_at, self.published_at, self.changed_at = self.draft, at, at, at
        self.save(update_fields=["body", "body_changed_at", "published_at", "changed_at"])
        self._record(at, by, "post_mortem.publish", body=self.body)

    @transaction.atomic
    def take_back(self, *, by: Member, at: datetime) -> None:
        """Show it no more; the words are a draft again."""
        self.published_at, self.changed_at = None, at
        self.save(update_fields=["published_at", "changed_at"])
        self._record(at, by, "post_mortem.take_back")

    def _record(self, at: datetime, by: Member, act: str, **details: object) -> None:
        audit.record(at=at, actor=by.name, act=act, subject=self.incident.public_id, **details)
