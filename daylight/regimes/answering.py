"""Answers of members, the moments at which clocks start, and the packs that follow from them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models, transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.incidents.models import Incident
from daylight.regimes import applying
from daylight.regimes.failures import NotSoon, SaysWhy
from daylight.regimes.known import the_shelf
from daylight.regimes.models import Answer, Instant, Regime
from daylight.regimes.packs.judging import Verdict, judge, to_ask
from daylight.regimes.packs.pack import INSTANTS, Pack, Question


def questions_about(incident: Incident) -> list[Question]:
    """The questions that matter for an incident of its kind; what the firm has answered once is not asked again."""
    shelf = the_shelf()
    applied = list(incident.regimes.standing().values_list("pack", flat=True))
    possible = {pack.id for pack in shelf.for_kind(incident.kind)} | set(applied)
    packs = [pack for pack in shelf.packs.values() if pack.id in possible]
    answers = Answer.objects.about(incident)
    asked = to_ask(packs, shelf.questions, answers, applied=applied)
    return [question for question in asked if not (question.is_of_firm and question.id in answers)]


def open_packs(incident: Incident) -> list[Pack]:
    """Packs that may apply: the answers neither say so nor rule them out."""
    answers = Answer.objects.about(incident)
    applied = set(incident.regimes.standing().values_list("pack", flat=True))
    return [
        pack
        for pack in the_shelf().for_kind(incident.kind)
        if pack.id not in applied and judge(pack, answers) is Verdict.OPEN
    ]


@transaction.atomic
def answer(incident: Incident, said: Mapping[str, bool], *, by: Member, at: datetime) -> None:
    """Keep answers about an incident; answers of the firm are kept for every incident. Packs and clocks follow."""
    questions = the_shelf().questions
    if any(key in questions and questions[key].is_of_firm for key in said):
        _hold(Incident.objects.open() | Incident.objects.filter(pk=incident.pk))
    else:
        _hold(Incident.objects.filter(pk=incident.pk))
    before = Answer.objects.about(incident)
    changed = {key: is_yes for key, is_yes in said.items() if key in questions and before.get(key) is not is_yes}
    for key, is_yes in changed.items():
        of = None if questions[key].is_of_firm else incident
        _keep(key, is_yes, of=of, by=by, at=at)
    concerned = [incident]
    if any(questions[key].is_of_firm for key in changed):
        concerned += Incident.objects.open().exclude(pk=incident.pk)
    for each in concerned:
        _follow(each, by=by, at=at)
    if changed:
        audit.record(at=at, actor=by.name, act="regime.answer", subject=incident.public_id, answers=changed)


@transaction.atomic
def answer_for_firm(said: Mapping[str, bool], *, by: Member, at: datetime) -> None:
    """Keep answers that hold for every incident; open incidents follow them."""
    _hold(Incident.objects.open())
    before = dict(Answer.objects.of_firm().values_list("question", "is_yes"))
    changed = {key: is_yes for key, is_yes in said.items() if before.get(key) is not is_yes}
    for key, is_yes in changed.items():
        _keep(key, is_yes, of=None, by=by, at=at)
    for incident in Incident.objects.open():
        _follow(incident, by=by, at=at)
    if changed:
        audit.record(at=at, actor=by.name, act="regime.answer_for_firm", answers=changed)


def _hold(incidents: models.QuerySet[Incident]) -> None:
    """Lock incidents in one order, before anything is written: two members who answer at once wait and do not cross."""
    list(incidents.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _follow(incident: Incident, *, by: Member, at: datetime) -> None:
    """Packs and clocks come up to what is answered now."""
    applying.apply_by_answers(incident, by=by, at=at)
    for regime in incident.regimes.standing():
        applying.recount(regime, at=at)


def _keep(key: str, is_yes: bool, *, of: Incident | None, by: Member, at: datetime) -> None:
    Answer.objects.update_or_create(
        incident=of, question=key, defaults={"is_yes": is_yes, "answered_by": by, "answered_at": at}
    )


@transaction.atomic
def say_when(
    incident: Incident, name: str, when: datetime, *, by: Member, at: datetime, pack: str = "", because: str = ""
) -> Instant:
    """Put on record when something was; clocks that start there move. A change says why.

    Raises SaysWhy, and NotSoon for one of the four instants that lies in the future.
    """
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if name in INSTANTS and when > at:
        raise NotSoon("This lies in the future. Say when it was; what has not happened yet is left empty.")
    standing = incident.regime_instants.standing().filter(pack=pack, name=name).first()
    known = applying.moments_of(incident, pack).get(name)
    if standing is not None and standing.at == when:
        return standing
    if known is not None and known != when and not because.strip():
        raise SaysWhy("Say why this time changes: clocks of the law move with it.")
    if standing is not None:
        standing.replaced_at = at
        standing.save(update_fields=["replaced_at"])
    row: Instant = incident.regime_instants.create(
        pack=pack, name=name, at=when, because=because.strip(), said_by=by, said_at=at
    )
    for regime in incident.regimes.standing():
        applying.recount(regime, at=at)
    audit.record(
        at=at,
        actor=by.name,
        act="regime.say_when",
        subject=incident.public_id,
        pack=pack,
        name=name,
        was=known.isoformat() if known else "",
        now=when.isoformat(),
    )
    return row


@transaction.atomic
def apply_by_hand(incident: Incident, pack: Pack, *, by: Member, at: datetime) -> Regime:
    """A member says that a pack applies, whatever the answers say."""
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    return applying.apply(incident, pack, by=by, at=at, is_by_hand=True)
