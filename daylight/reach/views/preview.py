"""What customers will get, while it is being written."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import said
from daylight.incidents.forms.composer import A_LANGUAGE, Composer
from daylight.incidents.models import Incident, Update, UpdateText
from daylight.incidents.words import FINAL_STAGES
from daylight.reach import audience
from daylight.reach.channels.sms.alphabet import dear_signs, measure
from daylight.reach.composing import Wording, preview
from daylight.reach.framing import framed, html_part
from daylight.reach.views.telling import the_incident

KEPT_FOR = 600
WAYS = (("mail", "Mail"), ("text", "Text"), ("page", "Page"), ("phone", "Phone"))
"""The ways in which one update reaches people, as the tabs of the preview name them."""


@require_POST
@members_only(Act.WRITE_UPDATE)
def preview_panel(request: MemberRequest, public_id: str) -> HttpResponse:
    """The exact mail, text message, page and phone line for what stands in the composer, and who gets it."""
    incident, now = the_incident(request, public_id), clock.now()
    update, texts = typed(incident, request.POST, now)
    language = request.POST.get("preview_language", "")
    if language not in texts:
        language = next(iter(texts), Organisation.get().language)
    notification = Wording(update, at=now, texts=texts).notification(language=language)
    mail = preview(update, "email", at=now, language=language, texts=texts)
    html = html_part(mail.payload)
    cache.set(_key(request, public_id), html, KEPT_FOR)
    text, call = (preview(update, way, at=now, language=language, texts=texts).text for way in ("sms", "voice"))
    show = request.POST.get("preview_show", "")
    context = {
        "incident": incident,
        "notification": notification,
        "mail": mail,
        "version": hashlib.sha256(html.encode()).hexdigest()[:12],
        "text": text,
        "size": measure(text),
        "most_segments": settings.SMS_SEGMENTS,
        "dear_signs": dear_signs(text)[:5],
        "call": call,
        "spoken": " ".join(notification.words["spoken"].split()),
        "languages": [(code, said.name_of(code)) for code in texts],
        "language": language,
        "ways": WAYS,
        "show": show if show in dict(WAYS) else WAYS[0][0],
        "reached": audience.lately(incident),
    }
    return TemplateResponse(request, "reach/panels/preview.html", context)


@require_GET
@members_only(Act.WRITE_UPDATE)
def preview_html(request: MemberRequest, public_id: str) -> HttpResponse:
    """The HTML part of the mail last previewed by this member, for a sandboxed frame."""
    the_incident(request, public_id)
    return framed(cache.get(_key(request, public_id)) or "<p>Type in the composer to see the mail.</p>")


def _key(request: MemberRequest, public_id: str) -> str:
    return f"reach-preview-{request.member.pk}-{public_id}"


def typed(incident: Incident, data: QueryDict, now: datetime) -> tuple[Update, dict[str, UpdateText]]:
    """An unsaved update from what was typed so far, however unfinished."""
    ours = Organisation.get()
    languages = list(dict.fromkeys(filter(A_LANGUAGE.fullmatch, data.getlist("language"))))[:8] or [ours.language]
    composer = Composer(incident=incident, zone=ours.time_zone, languages=languages, data=data)
    composer.is_valid()
    facts: dict[str, Any] = composer.facts.cleaned_data
    stage = facts.get("stage") or (incident.latest_update.stage if incident.latest_update else "investigating")
    is_correction = bool(facts.get("is_correction"))
    kind = Update.Kind.RESOLUTION if stage in FINAL_STAGES else Update.Kind.UPDATE
    update = Update(
        incident=incident,
        kind=Update.Kind.CORRECTION if is_correction else kind,
        stage=stage,
        why_known=facts.get("why_known") == "yes",
        next_update_by=None if stage in FINAL_STAGES else facts.get("next_update_by"),
        corrects=incident.latest_update if is_correction else None,
        written_at=now,
    )
    words = {form.language: form.words() for form in composer.languages}
    rhythm = composer.statement(at=now).rhythm if composer.facts.is_valid() else None
    texts = {
        language: UpdateText(
            update=update,
            language=language,
            rhythm_said=said.rhythm(rhythm, incident.cadence, language) if rhythm else "",
            **vars(typed),
        )
        for language, typed in words.items()
        if any(vars(typed).values())
    }
    return update, texts
