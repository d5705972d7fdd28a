"""What each of us carries, and breaks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.listen import breaks, strain


@require_GET
@members_only(Act.ANSWER)
def load(request: MemberRequest) -> HttpResponse:
    """Who has how much in hand, who is away until when, and what would help."""
    now = clock.now()
    rows = [(load, load.suggestion(now)) for load in strain.loads(now, by=request.member)]
    context = {
        "rows": rows,
        "pause": breaks.running(request.member, at=now),
        "lengths": breaks.LENGTHS,
        "hours": int(strain.LOOKS_BACK.total_seconds() // 3600),
    }
    return TemplateResponse(request, "listen/load.html", context)


@require_POST
@members_only(Act.ANSWER)
def take_a_break(request: MemberRequest) -> HttpResponse:
    """Away for a while, or back again."""
    now, said = clock.now(), request.POST.get("minutes", "")
    if said == "back":
        breaks.end(request.member, at=now)
        messages.success(request, "Welcome back.")
        return redirect("listen:inbox")
    minutes = int(said) if said.isdecimal() and int(said) in breaks.LENGTHS else breaks.LENGTHS[1]
    _, returned = breaks.begin(request.member, minutes=minutes, at=now)
    went = f" {returned} conversation{'s' if returned != 1 else ''} went back to the others." if returned else ""
    messages.success(request, f"Take your break, {minutes} minutes.{went} Everybody sees until when.")
    return redirect("listen:inbox")
