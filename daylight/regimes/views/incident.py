"""The regimes of one incident: its clocks, and everything that a lead does about them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.models import Incident
from daylight.incidents.views.finding import our_zone, panel, say, the_incident
from daylight.regimes import answering, applying, settling, showing
from daylight.regimes.failures import RegimeFailure
from daylight.regimes.forms.regimes import (
    AddForm,
    AnswersForm,
    BecauseForm,
    DoneForm,
    ExemptForm,
    PlacesForm,
    WhenForm,
)
from daylight.regimes.known import the_shelf
from daylight.regimes.models import Answer, Regime, RegimeClock
from daylight.regimes.packs.pack import COUNSEL, INSTANTS


@dataclass(frozen=True)
class Asked:
    """What a request is about: the incident, the time, and the act with its target, such as "done" and a clock."""

    request: MemberRequest
    incident: Incident
    now: datetime
    act: str = ""
    target: str = ""
    zone: str = field(default_factory=our_zone)

    @property
    def prefix(self) -> str:
        """The prefix of the form that was sent."""
        return f"{self.act}-{self.target}"

    def form(self, kind: Callable[..., Form], act: str, target: str, **about: Any) -> Form:
        """A form of the page: with what was typed, if it is the one that was sent."""
        prefix = f"{act}-{target}"
        return kind(self.request.POST if prefix == self.prefix else None, prefix=prefix, **about)


@require_GET
@members_only(Act.READ)
def panel_incident(request: MemberRequest, public_id: str) -> HttpResponse:
    """The clocks that need somebody, beside the promise clock."""
    incident = the_incident(request, public_id)
    context = {"glance": showing.glance(incident, now=clock.now())}
    return panel(request, "regimes/panel.html", incident, context)


@members_only(Act.READ)
def see_incident(request: MemberRequest, public_id: str) -> HttpResponse:
    """Everything that the law asks in this incident; a lead answers, says when, and writes down what is done."""
    incident, now = the_incident(request, public_id), clock.now()
    act, target = request.POST.get("act", ""), request.POST.get("target", "")
    asked = Asked(request, incident, now, act, target)
    if request.method != "POST":
        return _page(asked)
    if not request.member.may(Act.LEAD_INCIDENT):
        raise PermissionDenied(f"This needs a role that allows: {Act.LEAD_INCIDENT.label}.")
    if act not in ACTS:
        raise Http404
    form, do, done = ACTS[act](asked)
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except RegimeFailure as problem:
            form.add_error(None, str(problem))
        else:
            say(request, done)
            return redirect(reverse("regimes:incident", args=[public_id]))
    return _page(asked, wrong=form)


Doing = tuple[Form, Callable[[dict[str, Any]], object], str]
"""A form, what to do with what it says, and the sentence for the next page."""


def _answers(asked: Asked) -> Doing:
    form = _answers_form(asked)
    return form, lambda _: answering.answer(asked.incident, form.said(), **_by(asked)), "Your answers are kept."


def _when(asked: Asked) -> Doing:
    pack, _, name = asked.target.partition(":")
    spec = the_shelf().packs.get(pack)
    ours = {"", *asked.incident.regimes.standing().values_list("pack", flat=True)}
    if pack not in ours or (name not in INSTANTS and (spec is None or name not in spec.moments)):
        raise Http404
    known = applying.moments_of(asked.incident, pack)
    form = _when_form(asked, showing.Start(name, pack, "", known.get(name)))

    def do(said: dict[str, Any]) -> None:
        because = said.get("because", "")
        answering.say_when(asked.incident, name, said["when"], pack=pack, because=because, **_by(asked))

    return form, do, "The time is kept, and the clocks follow it."


def _done(asked: Asked) -> Doing:
    row = _clock(asked)
    form = asked.form(DoneForm, "done", str(row.pk), zone=asked.zone, now=asked.now)
    return form, lambda said: settling.meet(row, **said, **_by(asked)), f"“{row.name}” is done."


def _exempt(asked: Asked) -> Doing:
    row = _clock(asked)
    form = asked.form(ExemptForm, "exempt", str(row.pk), exemptions=_exemptions(row))
    return form, lambda said: settling.exempt(row, **said, **_by(asked)), f"Nothing is owed on “{row.name}”."


def _take_back(asked: Asked) -> Doing:
    row = _clock(asked)
    form = asked.form(BecauseForm, "take-back", str(row.pk))
    return form, lambda said: settling.take_back(row, **said, **_by(asked)), f"“{row.name}” runs again."


def _drop(asked: Asked) -> Doing:
    regime = _regime(asked)
    form = asked.form(BecauseForm, "drop", str(regime.pk))
    return form, lambda said: applying.drop(regime, **said, **_by(asked)), f"“{regime.title}” does not apply."


def _places(asked: Asked) -> Doing:
    regime = _regime(asked)
    form = _places_form(asked, regime)

    def do(said: dict[str, Any]) -> None:
        applying.choose_variants(regime, said["places"], **_by(asked))

    return form, do, "The places are kept, and each has its clock."


def _add(asked: Asked) -> Doing:
    form = _add_form(asked)

    def do(said: dict[str, Any]) -> None:
        answering.apply_by_hand(asked.incident, the_shelf().packs[said["pack"]], **_by(asked))

    return form, do, "It applies from now on."


ACTS: dict[str, Callable[[Asked], Doing]] = {
    "answers": _answers,
    "when": _when,
    "done": _done,
    "exempt": _exempt,
    "take-back": _take_back,
    "drop": _drop,
    "places": _places,
    "add": _add,
}


def _by(asked: Asked) -> dict[str, Any]:
    return {"by": asked.request.member, "at": asked.now}


def _clock(asked: Asked) -> RegimeClock:
    known = RegimeClock.objects.filter(regime__incident=asked.incident, regime__dropped_at__isnull=True)
    found: RegimeClock = get_object_or_404(known, pk=_number(asked.target))
    return found


def _regime(asked: Asked) -> Regime:
    found: Regime = get_object_or_404(asked.incident.regimes.standing(), pk=_number(asked.target))
    return found


def _number(target: str) -> int:
    if not (target.isascii() and target.isdigit() and len(target) < 16):
        raise Http404
    return int(target)


def _exemptions(row: RegimeClock) -> tuple[str, ...]:
    pack = the_shelf().packs.get(row.regime.pack)
    spec = pack.clock(row.clock) if pack else None
    return spec.exemptions if spec else ()


def _answers_form(asked: Asked) -> AnswersForm:
    form = asked.form(
        AnswersForm,
        "answers",
        "",
        questions=answering.questions_about(asked.incident),
        answers=Answer.objects.about(asked.incident),
    )
    assert isinstance(form, AnswersForm)  # noqa: S101  # For the type checker: `form` makes what it is given.
    return form


def _when_form(asked: Asked, start: showing.Start) -> Form:
    return asked.form(WhenForm, "when", start.target, zone=asked.zone, known=start.at)


def _places_form(asked: Asked, regime: Regime) -> Form:
    pack = the_shelf().packs.get(regime.pack)
    variants = pack.variants if pack else ()
    return asked.form(PlacesForm, "places", str(regime.pk), variants=variants, initial={"places": regime.variants})


def _add_form(asked: Asked) -> Form:
    applied = set(asked.incident.regimes.standing().values_list("pack", flat=True))
    packs = [pack for pack in the_shelf().packs.values() if pack.id not in applied]
    return asked.form(AddForm, "add", "", packs=packs)


def _page(asked: Asked, wrong: Form | None = None) -> HttpResponse:
    incident, now = asked.incident, asked.now
    may_lead = asked.request.member.may(Act.LEAD_INCIDENT)
    regimes = showing.shown(incident, now=now)
    context = {
        "incident": incident,
        "room": reverse("desk:incident", args=[incident.public_id]),
        "regimes": [_with_forms(asked, each, wrong) for each in regimes],
        "dropped": incident.regimes.filter(dropped_at__isnull=False).select_related("dropped_by"),
        "may_apply": answering.open_packs(incident),
        "answers": _sent(_answers_form(asked), wrong),
        "instants": [(start, _sent(_when_form(asked, start), wrong)) for start in showing.four_instants(incident)],
        "add": _sent(_add_form(asked), wrong),
        "counsel": COUNSEL,
        "faults": the_shelf().faults,
        "may_lead": may_lead,
        "is_wrong": wrong is not None,
        "sent": wrong.prefix if wrong else "",
    }
    return TemplateResponse(asked.request, "regimes/incident.html", context, status=422 if wrong else 200)


def _sent(form: Form, wrong: Form | None) -> Form:
    """The form that was sent keeps its errors."""
    return wrong if wrong is not None and wrong.prefix == form.prefix else form


def _with_forms(asked: Asked, shown: showing.RegimeShown, wrong: Form | None) -> dict[str, Any]:
    def sent(form: Form) -> Form:
        return _sent(form, wrong)

    key = str(shown.regime.pk)
    return {
        "shown": shown,
        "whens": [(start, sent(_when_form(asked, start))) for start in shown.starts],
        "drop": sent(asked.form(BecauseForm, "drop", key)),
        "places": sent(_places_form(asked, shown.regime)) if shown.pack and shown.pack.variants else None,
        "clocks": [
            {
                "shown": each,
                "done": sent(asked.form(DoneForm, "done", str(each.row.pk), zone=asked.zone, now=asked.now)),
                "exempt": sent(
                    asked.form(
                        ExemptForm, "exempt", str(each.row.pk), exemptions=each.spec.exemptions if each.spec else ()
                    )
                ),
                "take_back": sent(asked.form(BecauseForm, "take-back", str(each.row.pk))),
            }
            for each in shown.clocks
        ],
    }
