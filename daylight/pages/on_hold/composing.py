"""What a caller on hold hears: the open public incidents in spoken words, the worst first, while anybody listens.

Reads no row and no clock. Automatic words are worked out for every incident; where the crew gave own words, and the
facts they were given for still stand, those are said instead.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format

from daylight.pages.facts import IncidentFacts, PageFacts
from daylight.pages.headline import TONE_OF_COMPONENT, Tone
from daylight.pages.on_hold.facts import LETTERS_A_SECOND, VALID_FOR, Choices, OwnWords, Part, Says, Spoken, stamp_of
from daylight.reach.channels.voice.speaking import SENTENCE, as_far_as, for_ear, phrases_of
from daylight.reach.words import Phrases

FOLDER = "pages/on_hold/words"
PHRASED: tuple[Part, ...] = (Part.PRESS, Part.THANKS, Part.NO_NUMBER, Part.NEUTRAL)


def phrases_for(language: str) -> Phrases:
    """Our fixed words on the phone line."""
    return Phrases(language, folder=FOLDER)


def words_of(facts: PageFacts, spoken: Spoken) -> dict[Part, str]:
    """The texts of all parts of a line in this language; the message comes first, as its sound is wanted first."""
    phrases = phrases_for(facts.site.language)
    words = {Part.MESSAGE: spoken.text}
    words |= {part: phrases.say(part, organisation=facts.site.organisation) for part in PHRASED}
    return words


def compose(facts: PageFacts, *, choices: Choices, own: Mapping[str, OwnWords] | None = None) -> Spoken:
    """The message for everything that is open now. `own` holds words of the crew by the public id of the incident."""
    return _Composer(facts, choices, own or {}).message()


class _Composer:
    def __init__(self, facts: PageFacts, choices: Choices, own: Mapping[str, OwnWords]) -> None:
        self._facts, self._choices, self._own = facts, choices, own
        self._phrases = phrases_for(facts.site.language)
        self._ear = phrases_of(facts.site.language)
        self._room = choices.longest_seconds * LETTERS_A_SECOND
        self._unnamed = 0
        self._broken = [each.name for each in facts.components if TONE_OF_COMPONENT[each.state] >= Tone.TROUBLE]

    def message(self) -> Spoken:
        facts = self._facts
        planned = [incident for incident in facts.planned if incident.has_begun(facts.now)]
        shown = [*facts.open, *planned]
        says = Says.TROUBLE if facts.open or self._broken else Says.PLANNED if planned else Says.WELL
        if says == Says.WELL and not self._choices.says_all_is_well:
            says = Says.NOTHING
        text = self._text(says, shown)
        worst = shown[0] if shown else None
        return Spoken(
            says=says,
            language=facts.site.language,
            text=text,
            made_at=facts.now,
            valid_until=facts.now + VALID_FOR,
            next_update_by=worst.promise.promised_for if worst and worst.promise else None,
            incidents=tuple(incident.public_id for incident in shown),
            unnamed=self._unnamed,
            own_words=tuple(incident.public_id for incident in shown if self._own_words(incident)),
            stamps={incident.public_id: self.stamp(incident) for incident in shown},
        )

    def stamp(self, incident: IncidentFacts) -> str:
        """The same while we would say the same of it by ourselves."""
        promise = incident.promise
        owed = [promise.promised_for.isoformat(), str(promise.is_late(self._facts.now))] if promise else []
        return stamp_of(self._facts.site.language, *self._automatic(incident), *owed)

    def _text(self, says: Says, shown: Sequence[IncidentFacts]) -> str:
        opening = self._phrases.say("opening", organisation=self._facts.site.organisation)
        if says == Says.NOTHING:
            return ""
        if says == Says.WELL:
            return f"{opening} {self._phrases.say('well')}"
        if not shown:
            names = ", ".join(for_ear(name, self._ear).rstrip(".") for name in self._broken)
            return " ".join([opening, *as_far_as(self._room, [self._phrases.say("components", names=names)])])
        worst, *others = shown
        begins, ends = [opening, *self._how_many(says, shown)], self._next(worst)
        more = self._phrases.say("more_unnamed", count=len(others)) if others else ""
        room = self._room - sum(len(each) + 1 for each in (*begins, *ends, more))
        said = self._own_words(worst) or self._automatic(worst)
        middle = as_far_as(room, said) or SENTENCE.split(" ".join(said))[:1]
        room += len(more) - sum(len(each) + 1 for each in middle)
        return " ".join(filter(None, [*begins, *middle, *ends, *(self._others(others, room) or [more])]))

    def _how_many(self, says: Says, shown: Sequence[IncidentFacts]) -> list[str]:
        if len(shown) > 1 and says == Says.TROUBLE:
            return [self._phrases.say("several", count=len(shown))]
        if says == Says.PLANNED:
            return [self._phrases.say("planned")]
        return [self._phrases.say("one")] if shown[0].updates else []

    def _automatic(self, incident: IncidentFacts) -> list[str]:
        """What we say of an incident by ourselves, for the ear: its headline first."""
        latest = incident.latest
        if latest is None:
            return [self._phrases.say("looking")]
        mark = self._phrases.say("mark", kind=latest.kind)
        if latest.words.language.partition("-")[0] != self._facts.site.language.partition("-")[0]:
            return list(filter(None, (mark, self._phrases.say("untranslated"))))
        words = (latest.words.headline, latest.words.what, latest.words.doing, latest.words.meanwhile)
        return list(filter(None, (mark, *(for_ear(each, self._ear) for each in words))))

    def _own_words(self, incident: IncidentFacts) -> list[str]:
        own = self._own.get(incident.public_id)
        stands = own is not None and own.stamp == self.stamp(incident)
        return list(filter(None, [for_ear(own.words, self._ear)])) if own and stands else []

    def _next(self, incident: IncidentFacts) -> list[str]:
        """The next word, always: a promise that is late is said to be late."""
        promise = incident.promise
        if promise is None:
            return []
        name = "late" if promise.is_late(self._facts.now) else "next"
        return [for_ear(self._phrases.say(name, time=self._time(promise.promised_for)), self._ear)]

    def _time(self, moment: datetime) -> str:
        """A time in the zone of the organisation, which is named, with the day where it is another one."""
        local, here = moment.astimezone(self._facts.site.zone), self._facts.now.astimezone(self._facts.site.zone)
        with translation.override(self._phrases.language):
            date = date_format(local, self._phrases.say("date_format"))
        days = (local.date() - here.date()).days
        when = {"clock": f"{local:%H:%M}", "date": date, "zone": self._facts.site.zone.key}
        return self._phrases.say("time", **when, same_day=days == 0, next_day=days == 1)

    def _others(self, others: Sequence[IncidentFacts], room: int) -> list[str]:
        """The others by their headlines, if all of them fit."""
        headlines = [self._headline(other) for other in others]
        named = [self._phrases.say("more", count=len(others)), *headlines]
        if others and all(headlines) and sum(len(each) + 1 for each in named) <= room:
            return named
        self._unnamed = len(others)
        return []

    def _headline(self, incident: IncidentFacts) -> str:
        words = incident.latest.words if incident.latest else None
        is_ours = words and words.language.partition("-")[0] == self._facts.site.language.partition("-")[0]
        return for_ear(words.headline, self._ear) if words and is_ours else ""
