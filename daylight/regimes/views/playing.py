"""Playing one of the exercises, in the demonstration firm alone."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.views.finding import say
from daylight.regimes import playing


@require_POST
@members_only(Act.OPEN_INCIDENT)
def play(request: MemberRequest) -> HttpResponse:
    """Declare one of the stories as an exercise, and go to its clocks."""
    story = playing.STORIES.get(request.POST.get("story", ""))
    if story is None or not Organisation.get().is_demo:
        raise Http404
    incident = playing.play(story, by=request.member, at=clock.now())
    say(request, "It is declared as an exercise. These clocks run now.")
    return redirect("regimes:incident", incident.public_id)
