"""The list of signals, and who is told first."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.watch import series
from daylight.watch.models import Lookout, Reading, Signal, Topic
from daylight.watch.views.finding import may, our_zone, say
from daylight.watch.words import STAGES

PAGE = 50


@require_GET
@members_only(Act.READ)
def list_(request: MemberRequest) -> HttpResponse:
    """What grows beyond the usual now, the gravest first; then what did before, page by page."""
    now = clock.now()
    open_ = Signal.objects.open().select_related("topic")
    ended = Signal.objects.filter(ended_at__isnull=False, part_of__isnull=True)
    past = ended.select_related("topic", "incident", "ended_by").order_by("-ended_at", "-pk")
    keepers = [row.member for row in Lookout.objects.select_related("member").order_by("member__name")]
    context = {
        "open": sorted(open_, key=lambda row: (row.is_past, -STAGES.index(row.stage), -row.opened_at.timestamp())),
        "ended": Paginator(past, PAGE).get_page(request.GET.get("page")),
        "keepers": keepers,
        "keeps_watch": request.member in keepers,
        "topics": Topic.objects.standing().count(),
        "is_young": series.is_young(now),
        "reading": Reading.objects.first(),
        "now": now,
        "zone": our_zone(),
        **may(request),
    }
    return TemplateResponse(request, "watch/list.html", context)


@require_POST
@members_only(Act.READ)
def keep_watch(request: MemberRequest) -> HttpResponse:
    """Be told of warnings, or no more."""
    if request.POST.get("act") == "stop":
        Lookout.objects.filter(member=request.member).delete()
        return say(request, "You are not told of warnings any more.", where="watch:list")
    Lookout.objects.get_or_create(member=request.member, defaults={"since": clock.now()})
    return say(request, "You are told of warnings now, before they are a crisis.", where="watch:list")
