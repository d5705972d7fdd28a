"""Topics: what is counted, what it is called, and what nobody wants to hear of."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.watch import arranging, heat, tone
from daylight.watch.models import Topic
from daylight.watch.plotting import plot
from daylight.watch.views.finding import may, our_zone, refuse, say, the_topic
from daylight.watch.words import TopicKind

PAGE = 50
MUTED_FOR = {"day": timedelta(days=1), "week": timedelta(days=7), "long": timedelta(days=3650)}
FEWEST = 2
"""Topics of clusters with fewer messages are not worth a row."""


@require_GET
@members_only(Act.READ)
def topics(request: MemberRequest) -> HttpResponse:
    """Every topic, those first of which was spoken most lately; found by words of their name."""
    now, text = clock.now(), request.GET.get("q", "").replace("\x00", "").strip()
    rows = Topic.objects.standing().exclude(Q(kind=TopicKind.CLUSTER) & Q(messages__lte=FEWEST))
    kind = request.GET.get("kind", "")
    if kind in TopicKind.values:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(name__icontains=text)
    page = Paginator(rows.order_by("-messages", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": heat.of(list(page.object_list), now=now, zone=our_zone()),
        "q": text,
        "kind": kind,
        "kinds": TopicKind.choices,
        "now": now,
        "zone": our_zone(),
        **may(request),
    }
    return TemplateResponse(request, "watch/topics.html", context)


@require_GET
@members_only(Act.READ)
def topic(request: MemberRequest, public_id: str) -> HttpResponse:
    """One topic: what is usual of it, and what came of it."""
    row, now = the_topic(request, public_id), clock.now()
    context = {
        "topic": row,
        "heat": heat.of([row], now=now, zone=our_zone())[0],
        "plot": plot(row, until=now),
        "tone": tone.of(row, since=now - timedelta(days=6), until=now),
        "signals": row.raised.order_by("-opened_at")[:20],
        "teachings": row.teachings.select_related("taught_by").order_by("-begins_at")[:20],
        "incidents": row.incidents.select_related("incident").order_by("-linked_at")[:20],
        "muted": row.is_muted(now),
        "muted_long": row.muted_until is not None and row.muted_until > now + timedelta(days=400),
        "now": now,
        "zone": our_zone(),
        **may(request),
    }
    return TemplateResponse(request, "watch/topic.html", context)


@require_POST
@members_only(Act.LEAD_INCIDENT)
def change(request: MemberRequest, public_id: str) -> HttpResponse:
    """Rename, merge, mute or hear again."""
    row, act, now, by = the_topic(request, public_id), request.POST.get("act", ""), clock.now(), request.member
    here = ("watch:topic", (row.public_id,))
    if act == "rename":
        name = request.POST.get("name", "").strip()
        if not name:
            return refuse(request, "Give it a name.", where=here[0], args=here[1])
        arranging.rename(row, name=name, by=by)
        words = f"It is called “{row.name}” now."
    elif act == "merge":
        into = arranging.named(request.POST.get("into", ""), other_than=row)
        if into is None:
            return refuse(request, "There is no other topic of that name.", where=here[0], args=here[1])
        arranging.merge(row, into=into, by=by, at=now)
        here, words = ("watch:topic", (into.public_id,)), f"“{row.name}” is part of “{into.name}” now."
    elif act in MUTED_FOR:
        arranging.mute(row, until=now + MUTED_FOR[act], by=by)
        words = "Nothing is said of it for that time; it is counted all the same."
    elif act == "hear":
        arranging.hear(row, at=now)
        words = "It is heard again."
    else:
        return refuse(request, "Nothing was changed.", where=here[0], args=here[1])
    audit.record(at=now, actor=by.name, act=f"topic.{act}", subject=row.public_id)
    return say(request, words, where=here[0], args=here[1])
