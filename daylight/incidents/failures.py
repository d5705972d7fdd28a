"""What can go wrong in this room; each name says who must act, each message says what to do."""


class IncidentFailure(Exception):
    """A verb of this room was refused; the message is a sentence for the member who asked."""


class AlreadyResolved(IncidentFailure):
    """The incident has ended: reopen it first."""


class StillOpen(IncidentFailure):
    """The incident has not ended, so it cannot be reopened."""


class NothingToPublish(IncidentFailure):
    """There are no words yet: write them first."""


class ExerciseStaysInside(IncidentFailure):
    """An exercise is never shown to the world."""


class CannotLead(IncidentFailure):
    """The lead must be a named, active member with a role that may lead."""


class SaysWhy(IncidentFailure):
    """A reason in words is needed."""


class KeepsInTheDark(SaysWhy):
    """A draft would keep customers in the dark; `places` are pairs of where ("en.what") and what to do about it."""

    def __init__(self, places: tuple[tuple[str, str], ...]) -> None:
        super().__init__("This would keep customers in the dark. Mend it, or say why it goes as it is.")
        self.places = places


class RhythmOnlyByUpdate(IncidentFailure):
    """A rhythm may be shortened at any time, but lengthened only in an update that says so."""


class RuleNotUsable(IncidentFailure):
    """A rule of the register that finds nobody by its nature: something in it is missing or unknown."""


class NothingToHold(IncidentFailure):
    """No promise waits for word any more, or there is nothing that could be repeated."""


class NotADraft(IncidentFailure):
    """The statement is no longer a draft: it is leaving, published or dropped."""


class TooLate(IncidentFailure):
    """The seconds in which an update could be taken back are over."""


class StillLeaving(IncidentFailure):
    """The writer's last update has not left yet: wait for it or take it back."""


class DraftChanged(IncidentFailure):
    """The draft was changed in another window since it was opened: nothing was written over."""


class OwnWords(IncidentFailure):
    """Nobody approves words they wrote: another member must read them."""


class NotReady(IncidentFailure):
    """An update cannot go as it is; `parts` names what must be mended, by field."""

    def __init__(self, message: str, *parts: str) -> None:
        super().__init__(message)
        self.parts = parts


class PartMissing(NotReady):
    """One or more of the six parts has no words."""


class GapOpen(NotReady):
    """A gap of a template or of a suggestion was never filled: a customer would read "[since when?]"."""


class PromiseMissing(NotReady):
    """The update does not say when we speak next, or names a time that has gone."""


class RhythmLengthenedSilently(NotReady):
    """The next word is further away than the rhythm, and the update does not say so."""


class MustBeCorrection(NotReady):
    """A fact that customers were told has changed: it goes as a correction that says so."""


class NewsSinceDraft(NotReady):
    """Somebody else published after this draft was begun: read it first."""


class NeedsApproval(NotReady):
    """The organisation asks for a second member's yes to exactly these words."""


class StageForeign(NotReady):
    """The stage belongs to the other sort of incident (planned or unplanned)."""
