"""The crew's screens of the phone line: what callers hear, in whose words, and on which lines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import asking_once, said
from daylight.incidents.models import Incident
from daylight.pages import reading as page_reading
from daylight.pages.models import OnHold, OwnSpeech, Page, PhoneLine, Recording, SpokenText
from daylight.pages.on_hold import by_hand, lines, previewing, reading, voices
from daylight.pages.on_hold.by_hand import NotSaid
from daylight.pages.on_hold.facts import OnHoldFacts, Part
from daylight.pages.on_hold.forms import ChoicesForm, LineForm, OwnWordsForm, RecordingForm
from daylight.pages.on_hold.previewing import NotHeard
from daylight.pages.places import MAIN
from daylight.reach.views.preview import typed
from daylight.reach.views.telling import the_incident

FILES = (
    "message.txt",
    "message.json",
    "message.wav",
    "message.ulaw.wav",
    "message.mp3",
    "twiml.xml",
    "voicexml.vxml",
    "asterisk.conf",
)
"""What anybody may fetch, as the screen lists it."""


@dataclass(frozen=True)
class Heard:
    """What callers hear in one language, as the screen shows it."""

    language: str
    name: str
    on_hold: OnHoldFacts
    voicing: SpokenText | None
    recording: Recording | None
    own: list[tuple[OwnWordsForm, Incident, OwnSpeech | None]]
    upload: RecordingForm


@members_only(Act.READ)
@require_GET
def phone_line(request: MemberRequest, slug: str) -> HttpResponse:
    """What callers hear now, in every language of the page."""
    return _screen(request, _page(slug))


@members_only(Act.READ)
@require_GET
@never_cache
def listen(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    """The message as an MP3, for the player on the screen."""
    on_hold = _on_hold(_page(slug), language, clock.now())
    if Part.MESSAGE not in on_hold.sounds:
        raise Http404
    return HttpResponse(on_hold.sounds[Part.MESSAGE].formats["mp3"], content_type="audio/mpeg")


@members_only(Act.SET_UP)
@require_POST
def choices(request: MemberRequest, slug: str) -> HttpResponse:
    """How the message is made."""
    page, now = _page(slug), clock.now()
    form = ChoicesForm(request.POST, instance=OnHold.of(page, now))
    if not form.is_valid():
        return _screen(request, page, choices=form)
    row = form.save(commit=False)
    row.changed_at = now
    row.save()
    _record(request, "on_hold.change", page, changed=sorted(form.changed_data))
    messages.success(request, "Saved. Callers hear it within a second.")
    return redirect("pages:phone-line", slug)


@members_only(Act.PUBLISH_UPDATE)
@require_POST
def own_words(request: MemberRequest, slug: str) -> HttpResponse:
    """Own words for one incident, or none any more."""
    page, now = _page(slug), clock.now()
    form = OwnWordsForm(request.POST)
    if not form.is_valid():
        return _screen(request, page, own=form)
    given = form.cleaned_data
    spoken = _on_hold(page, given["language"], now).spoken
    try:
        by_hand.say_in_own_words(page, spoken, given["incident"], given["words"], by=request.member.name, at=now)
    except NotSaid:
        messages.error(request, "The line says nothing of this incident any more; nothing was changed.")
    else:
        _record(request, "on_hold.own_words", page, incident=given["incident"], language=given["language"])
        messages.success(request, "Saved. Renew the words when the facts change; until then callers hear the update's.")
        about = Incident.objects.public().filter(public_id=given["incident"]).first()
        for question in asking_once.questions(
            given["words"],
            language=given["language"],
            at=now,
            zone=Organisation.get().time_zone,
            about=about,
            profile="status",
        ):
            messages.warning(request, f"Would this do for a caller? {question}")
    return redirect("pages:phone-line", slug)


@members_only(Act.PUBLISH_UPDATE)
@require_POST
def recording(request: MemberRequest, slug: str) -> HttpResponse:
    """A recording in the place of the voice."""
    page, now = _page(slug), clock.now()
    form = RecordingForm(request.POST, request.FILES)
    if not form.is_valid():
        return _screen(request, page, upload=form)
    given = form.cleaned_data
    spoken = _on_hold(page, given["language"], now).spoken
    by_hand.record(page, spoken, form.sound, file_name=given["file"].name, by=request.member.name, at=now)
    _record(request, "on_hold.record", page, language=given["language"], seconds=round(form.sound.seconds))
    messages.success(request, "Callers hear the recording from now on, until the facts change.")
    return redirect("pages:phone-line", slug)


@members_only(Act.PUBLISH_UPDATE)
@require_POST
def remove_recording(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    """The voice speaks again."""
    page = _page(slug)
    by_hand.take_recording_back(page, language, at=clock.now())
    _record(request, "on_hold.record.remove", page, language=language)
    messages.success(request, "The recording is gone; the voice speaks again.")
    return redirect("pages:phone-line", slug)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def add_line(request: MemberRequest, slug: str) -> HttpResponse:
    """A further telephone system."""
    page, now = _page(slug), clock.now()
    form = LineForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        row.page, row.made_at, row.secret = page, now, form.secret()
        row.save()
        _record(request, "on_hold.line.add", page, line=row.name, kind=row.kind)
        return redirect("pages:line", slug, row.pk)
    return render(request, "pages/on_hold/line_add.html", {"page": page, "form": form}, status=_status(form))


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def line(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """One line: how it stands, what to put into the telephone system, and what to expect of it."""
    row = _line(slug, pk)
    form = LineForm(request.POST or None, instance=row, page=row.page)
    if request.method == "POST" and form.is_valid():
        row.secret = form.secret()
        form.save()
        _record(request, "on_hold.line.change", row.page, line=row.name, changed=sorted(form.changed_data))
        messages.success(request, "Saved.")
        return redirect("pages:line", slug, pk)
    context = {"page": row.page, "line": row, "standing": lines.standing(row, now=clock.now()), "form": form}
    return render(request, "pages/on_hold/line.html", context, status=_status(form))


@members_only(Act.OPEN_INCIDENT)
@require_POST
def heard_it(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """A member called the line and heard the message."""
    row = _line(slug, pk)
    check = lines.confirm(row, by=request.member.name, at=clock.now())
    _record(request, "on_hold.line.heard", row.page, line=row.name, version=check.version)
    messages.success(request, f"Written down: you called {row.name} and heard the message as it stands.")
    return redirect("pages:phone-line", slug)


@members_only(Act.SET_UP)
@require_POST
def retire_line(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Its address answers no more."""
    row = _line(slug, pk)
    PhoneLine.objects.filter(pk=row.pk).update(retired_at=clock.now(), secret=None)
    _record(request, "on_hold.line.remove", row.page, line=row.name)
    messages.success(request, f"{row.name} is removed; its address answers no more.")
    return redirect("pages:phone-line", slug)


@members_only(Act.WRITE_UPDATE)
@require_POST
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    """What callers on hold would hear of what stands in the composer: a part of its preview."""
    incident, now = the_incident(request, public_id), clock.now()
    update, texts = typed(incident, request.POST, now)
    page = Page.main(now)
    wanted = request.POST.get("preview_language", "")
    language = wanted if wanted in page.languages() else page.languages()[0]
    try:
        spoken = previewing.preview(page, update, texts, language=language, at=now)
    except NotHeard:
        spoken = None
    return render(request, "pages/on_hold/preview.html", {"spoken": spoken, "page": page})


def _screen(request: MemberRequest, page: Page, **forms: Any) -> HttpResponse:
    """The screen, with a form that was not right in the place of its empty one."""
    now = clock.now()
    wrong = next(iter(forms.values()), None)
    context = {
        "page": page,
        "heard": [_heard(page, language, now, forms) for language in page.languages()],
        "voice": _voice(),
        "lines": lines.standings(page, now=now),
        "choices": forms.get("choices") or ChoicesForm(instance=OnHold.objects.filter(page=page).first()),
        "is_public": not page.is_private,
        "files": FILES,
        "may_set_up": request.member.may(Act.SET_UP),
        "may_speak": request.member.may(Act.PUBLISH_UPDATE),
        "may_confirm": request.member.may(Act.OPEN_INCIDENT),
    }
    return render(request, "pages/on_hold/phone_line.html", context, status=_status(wrong) if wrong else 200)


def _heard(page: Page, language: str, now: datetime, given: dict[str, Any]) -> Heard:
    on_hold = _on_hold(page, language, now)
    wrong_file, wrong_words = given.get("upload"), given.get("own")
    return Heard(
        language=language,
        name=said.name_of(language),
        on_hold=on_hold,
        voicing=reading.current(page, language).get(Part.MESSAGE),
        recording=Recording.objects.filter(page=page, language=language).defer("samples").first(),
        own=_own_forms(page, on_hold, wrong_words),
        upload=wrong_file
        if wrong_file and wrong_file.data.get("language") == language
        else RecordingForm(initial={"language": language}, auto_id=f"id_{language}_%s"),
    )


def _own_forms(
    page: Page, on_hold: OnHoldFacts, wrong: OwnWordsForm | None
) -> list[tuple[OwnWordsForm, Incident, OwnSpeech | None]]:
    spoken = on_hold.spoken
    by_id = {row.public_id: row for row in Incident.objects.filter(public_id__in=spoken.incidents)}
    given = OwnSpeech.objects.filter(page=page, language=spoken.language, incident__in=by_id.values())
    rows = {row.incident_id: row for row in given}
    found = []
    for public_id in spoken.incidents:
        incident = by_id[public_id]
        row = rows.get(incident.pk)
        is_wrong = wrong is not None and (wrong["incident"].value(), wrong["language"].value()) == (
            public_id,
            spoken.language,
        )
        empty = OwnWordsForm(
            initial={"language": spoken.language, "incident": public_id, "words": row.words if row else ""},
            auto_id=f"id_{spoken.language}_{public_id}_%s",
        )
        found.append((wrong if wrong is not None and is_wrong else empty, incident, row))
    return found


def _on_hold(page: Page, language: str, now: datetime) -> OnHoldFacts:
    """What the line says in a language of the page. Raises Http404 for any other."""
    found = page_reading.read(page, now=now, language=language).on_hold if language in page.languages() else None
    if found is None:
        raise Http404
    return found


def _voice() -> str:
    """The name of the voice of this machine; empty when there is none."""
    try:
        return voices.voice().name
    except voices.NoVoice:
        return ""


def _page(slug: str) -> Page:
    """A page; the main one is there before anybody looked at it."""
    return Page.main(clock.now()) if slug == MAIN else get_object_or_404(Page, slug=slug)


def _line(slug: str, pk: int) -> PhoneLine:
    return get_object_or_404(PhoneLine, page__slug=slug, pk=pk, retired_at__isnull=True)


def _status(form: Any) -> int:
    return 422 if form.errors else 200


def _record(request: MemberRequest, act: str, page: Page, **details: Any) -> None:
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=page.slug, **details)
