"""What we say of an incident, from first draft to published word."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models, transaction

from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.public_ids import new_public_id
from daylight.incidents import said
from daylight.incidents.failures import AlreadyResolved, DraftChanged, NotADraft, OwnWords, SaysWhy, TooLate
from daylight.incidents.models import readiness, releasing
from daylight.incidents.models.component import Component
from daylight.incidents.models.incident import Incident
from daylight.incidents.models.update_parts import Approval, Impact, TakeBack, UpdateText
from daylight.incidents.statement import Statement, language_for
from daylight.incidents.words import FINAL_STAGES, Stage

if TYPE_CHECKING:
    from daylight.incidents.models.promise import Promise

TAKE_BACK_SECONDS = 10
"""How long an update waits before it leaves, so that a slip can be taken back."""


class UpdateQuerySet(DueQuerySet["Update"]):
    """Questions about updates."""

    def drafts(self) -> Self:
        """Statements still being written or read by an approver."""
        return self.filter(state__in=[Update.State.DRAFT, Update.State.WAITING])

    def leaving(self) -> Self:
        """Statements in the seconds in which they can be taken back."""
        return self.filter(state=Update.State.LEAVING)

    def published(self) -> Self:
        """Statements that were made, newest last."""
        return self.filter(state=Update.State.PUBLISHED).order_by("number")

    def newest(self) -> Self:
        """The last published statement of each incident."""
        later = Update.objects.filter(incident=models.OuterRef("incident"), number__gt=models.OuterRef("number"))
        return self.published().exclude(models.Exists(later))

    def with_news(self) -> Self:
        """Without holding updates, which repeat what was said."""
        return self.exclude(kind=Update.Kind.HOLDING)


class Update(DueRow):
    """One statement on an incident: its facts here, its words per language in `UpdateText`.

    A draft becomes published by way of *leaving*: for ten seconds it can be taken back, and `due_at` is when it
    goes. Published text is immutable; a mistake is another update that corrects it. `sent_off_at` is the moment a
    member pressed the button, and decides whether a promise was kept; `published_at` is when it went. `rhythm`
    (minutes) is a slower rhythm that the update announces. `revision` counts changes to the draft, `window` names
    the browser window that made the last, `based_on` is the last statement its writer had read, `hands` are all who
    wrote in it.
    """

    class Kind(models.TextChoices):
        """What the statement does."""

        UPDATE = "update", "Update"
        CORRECTION = "correction", "Correction"
        HOLDING = "holding", "Holding update"
        RESOLUTION = "resolution", "Resolution"

    class State(models.TextChoices):
        """Where the statement stands."""

        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Waits for approval"
        LEAVING = "leaving", "Leaving"
        PUBLISHED = "published", "Published"
        DROPPED = "dropped", "Dropped"

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    number = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.UPDATE)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    stage = models.CharField(max_length=16, choices=Stage.choices)
    why_known = models.BooleanField(default=False)
    next_update_by = models.DateTimeField(null=True)
    zone = models.CharField(max_length=60, default="UTC")
    rhythm = models.PositiveIntegerField(null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    window = models.CharField(max_length=32, blank=True, default="", editable=False)
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    hands = models.ManyToManyField(Member, related_name="+")
    sent_off_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    sent_off_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    promise: "Promise"
    objects: ClassVar = UpdateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["incident", "number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "number"], name="incidents_update_number_once"),
            models.UniqueConstraint(
                fields=["incident", "written_by"],
                condition=models.Q(state__in=["draft", "waiting", "leaving"]),
                name="incidents_one_draft_per_writer",
            ),
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(state="leaving"), name="incidents_one_leaving"
            ),
            models.CheckConstraint(
                condition=models.Q(state="published", number__isnull=False, published_at__isnull=False)
                | (~models.Q(state="published") & models.Q(published_at__isnull=True)),
                name="incidents_update_published_whole",
            ),
        ]
        indexes: ClassVar = [
            due_index("incidents_update_due"),
            models.Index(fields=["published_at"], name="incidents_update_published"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} #{self.number or 'draft'}"

    def text_in(self, language: str, *, ours: str | None = None) -> UpdateText | None:
        """The words for a reader of `language`: theirs, else the organisation's, else whatever there is.

        `ours` is the organisation's language, from who knows it already.
        """
        texts = {text.language: text for text in sorted(self.texts.all(), key=lambda text: text.pk)}
        return texts.get(language_for(language, list(texts), fallback=ours or Organisation.get().language))

    def statement(self) -> Statement:
        """What it says, as a plain value."""
        return Statement(
            stage=self.stage,
            why_known=self.why_known,
            next_update_by=self.next_update_by,
            zone=self.zone,
            rhythm=self.rhythm,
            is_correction=self.corrects_id is not None,
            impacts=dict(self.impacts.order_by("component__key").values_list("component__key", "state")),
            texts={text.language: text.words() for text in self.texts.all()},
        )

    @transaction.atomic
    def write(
        self,
        statement: Statement,
        *,
        by: Member,
        at: datetime,
        revision: int | None = None,
        window: str = "",
        read: "Update | None" = None,
    ) -> None:
        """Change the draft to say `statement`; a yes given before speaks of the old words and no longer counts.

        `revision` is the one the writer had before them: raises DraftChanged, and writes nothing, when another
        `window` has written since. `read` is the last published statement on the writer's screen. Raises NotADraft.
        """
        kept = Update.objects.select_for_update(no_key=True).get(pk=self.pk)
        if kept.state not in {self.State.DRAFT, self.State.WAITING}:
            raise NotADraft("This text is no longer a draft; start a new one.")
        if revision not in {None, kept.revision} and not (window and window == kept.window):
            raise DraftChanged("This draft was changed in another window. Both texts are below; nothing was lost.")
        if read is not None and read.pk != kept.based_on_id:
            Update.objects.filter(pk=self.pk).update(based_on=read)
        if statement != kept.statement():
            self._write(statement, by=by, at=at)
            Update.objects.filter(pk=self.pk).update(revision=kept.revision + 1, window=window)
        self.refresh_from_db()

    def _write(self, statement: Statement, *, by: Member, at: datetime) -> None:
        told = self.incident.updates.published().with_news().last()
        corrects = told if statement.is_correction else None
        kind = self.Kind.CORRECTION if corrects else self.Kind.UPDATE
        Update.objects.filter(pk=self.pk).update(
            kind=self.Kind.RESOLUTION if statement.stage in FINAL_STAGES else kind,
            state=self.State.DRAFT,
            stage=statement.stage,
            why_known=statement.why_known,
            next_update_by=None if statement.stage in FINAL_STAGES else statement.next_update_by,
            zone=statement.zone,
            rhythm=statement.rhythm,
            corrects=corrects,
            written_at=at,
        )
        self.texts.all().delete()
        UpdateText.objects.bulk_create(
            UpdateText(update=self, language=language, **vars(words))
            for language, words in statement.texts.items()
            if any(vars(words).values())
        )
        self.impacts.all().delete()
        components = {component.key: component for component in Component.objects.filter(key__in=statement.impacts)}
        Impact.objects.bulk_create(
            Impact(update=self, component=components[key], state=state)
            for key, state in statement.impacts.items()
            if key in components
        )
        self.hands.add(by)

    @transaction.atomic
    def ask_approval(self, *, by: Member, at: datetime) -> None:
        """Put the draft before those who may say yes. Raises NotReady as `send_off` would, but for the yes."""
        readiness.check(self, at=at, but_for_the_yes=True)
        self._change([self.State.DRAFT], state=self.State.WAITING)
        self._record(at, by.name, "update.ask_approval")

    @transaction.atomic
    def approve(self, *, by: Member, at: datetime, words: str = "", revision: int | None = None) -> Approval:
        """A second member's yes to exactly these words: those of `revision`, the one they read.

        Raises OwnWords, and DraftChanged when the words are others by now.
        """
        self._second_pair_of_eyes(by)
        if revision not in {None, self.revision}:
            raise DraftChanged("The words were changed while you read them. Read them again; nothing was approved.")
        answer = Approval.objects.create(
            update=self, member=by, revision=self.revision, given_at=at, is_yes=True, words=words
        )
        self._record(at, by.name, "update.approve")
        return answer

    @transaction.atomic
    def refuse(self, *, by: Member, at: datetime, words: str) -> Approval:
        """A second member's no, with words that help; the draft goes back to its writer. Raises OwnWords, SaysWhy."""
        self._second_pair_of_eyes(by)
        if not words.strip():
            raise SaysWhy("Say what should be different, so that the writer can mend it.")
        self._change([self.State.DRAFT, self.State.WAITING], state=self.State.DRAFT)
        self._record(at, by.name, "update.refuse")
        return Approval.objects.create(
            update=self, member=by, revision=self.revision, given_at=at, is_yes=False, words=words.strip()
        )

    @property
    def is_approved(self) -> bool:
        """Whether the latest answer to exactly these words is a yes."""
        latest = self.approvals.filter(revision=self.revision).last()
        return latest is not None and latest.is_yes

    @transaction.atomic
    def send_off(self, *, by: Member, at: datetime, revision: int | None = None) -> None:
        """Press the button: it leaves in ten seconds and can be taken back till then. Raises NotReady, NotADraft.

        With `revision`, the one that was read, raises DraftChanged when the words are others by now.
        """
        incident = Incident.objects.select_for_update(no_key=True).get(pk=self.incident_id)
        # What is checked must be what leaves: nobody rewrites it between here and the end.
        Update.objects.select_for_update(no_key=True).get(pk=self.pk)
        self.refresh_from_db()
        if revision not in {None, self.revision}:
            raise DraftChanged("The words were changed while you read them. Read them again; nothing was sent.")
        self.must_be_writable(incident)
        readiness.check(self, at=at)
        for text in self.texts.all():
            text.rhythm_said = said.rhythm(self.rhythm, incident.cadence, text.language) if self.rhythm else ""
            text.save(update_fields=["rhythm_said"])
        self._change(
            [self.State.DRAFT, self.State.WAITING],
            state=self.State.LEAVING,
            sent_off_by=by,
            sent_off_at=at,
            due_at=at + timedelta(seconds=TAKE_BACK_SECONDS),
        )
        self._record(at, by.name, "update.send_off")

    def must_be_writable(self, incident: Incident) -> None:
        """Raises NotADraft where it has left or was dropped, AlreadyResolved where its incident has ended."""
        if self.state not in {self.State.DRAFT, self.State.WAITING}:
            raise NotADraft("This is not a draft any more. Write a new update; what was published is never changed.")
        if not incident.is_open:
            raise AlreadyResolved("This incident has ended; reopen it before you write.")

    @transaction.atomic
    def take_back(self, *, by: Member, at: datetime) -> TakeBack:
        """Stop it before it leaves; it is a draft again with every word kept. Raises TooLate."""
        leaving = Update.objects.leaving().filter(pk=self.pk, due_at__gt=at)
        changes = {"state": self.State.DRAFT, "sent_off_by": None, "sent_off_at": None, "due_at": None}
        if not leaving.update(**changes):
            raise TooLate("It has left already. If something in it is wrong, send a correction.")
        self.refresh_from_db()
        self._record(at, by.name, "update.take_back")
        return TakeBack.objects.create(update=self, taken_back_by=by, taken_back_at=at)

    @transaction.atomic
    def drop(self, *, by: Member, at: datetime) -> None:
        """Put the draft away; it is kept on record and never sent."""
        self._change([self.State.DRAFT, self.State.WAITING], state=self.State.DROPPED)
        self._record(at, by.name, "update.drop")

    @transaction.atomic
    def release(self, *, at: datetime) -> bool:
        """Publish what is leaving: number it, settle the promise before it, give its own, tell components.

        False when it was taken back, released by another worker, or overtaken by the end of the incident.
        """
        return releasing.release(self, at=at)

    def _second_pair_of_eyes(self, by: Member) -> None:
        if self.state not in {self.State.DRAFT, self.State.WAITING}:
            raise NotADraft("This text is no longer a draft.")
        if by.pk == self.written_by_id or self.hands.filter(pk=by.pk).exists():
            raise OwnWords("You wrote in this draft; another member must read it.")
        if not by.may(Act.APPROVE_UPDATE):
            raise OwnWords("Your roles do not allow you to approve updates.")

    def _change(self, expected: list[State], **changes: object) -> None:
        if not Update.objects.filter(pk=self.pk, state__in=expected).update(**changes):
            raise NotADraft("This text has moved on since you opened it: it is no longer a draft.")
        self.refresh_from_db()

    def _record(self, at: datetime, actor: str, act: str) -> None:
        audit.record(at=at, actor=actor, act=act, subject=self.incident.public_id, update=self.pk)
