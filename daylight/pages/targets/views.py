"""The crew's screens of the targets of a page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page, Target
from daylight.pages.targets.forms import FORMS


@members_only(Act.SET_UP)
@require_GET
def targets(request: MemberRequest, slug: str) -> HttpResponse:
    """Where else the page stands, and whether each place shows what we show."""
    page = get_object_or_404(Page, slug=slug)
    context = {
        "page": page,
        "targets": Target.objects.filter(page=page).order_by("name"),
        "standing": PageFolder.of(page.slug).version(),
        "kinds": Target.Kind.choices,
    }
    return render(request, "pages/targets.html", context)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def add(request: MemberRequest, slug: str, kind: str) -> HttpResponse:
    """A further target; the worker pushes to it at once."""
    page = get_object_or_404(Page, slug=slug)
    if kind not in FORMS:
        return redirect("pages:targets", slug)
    form = FORMS[kind](request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        target = form.target()
        target.due_at = now
        target.save()
        _record(request, "page.target.add", target)
        messages.success(request, f"Added. The page is on its way to {target.name}.")
        return redirect("pages:targets", slug)
    context = {"page": page, "form": form, "label": Target.Kind(kind).label}
    return render(request, "pages/target_add.html", context, status=422 if form.errors else 200)


@members_only(Act.SET_UP)
@require_POST
def act(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Push now, pause, resume."""
    target = get_object_or_404(Target, page__slug=slug, pk=pk)
    now = clock.now()
    wanted = request.POST.get("act", "")
    if wanted == "push":
        target.call(at=now)
        messages.success(request, f"The page is on its way to {target.name}.")
    elif wanted == "pause":
        target.pause()
        messages.success(request, f"Nothing more goes to {target.name}; what stands there stays.")
    elif wanted == "resume":
        target.resume(at=now)
        messages.success(request, f"The page is on its way to {target.name} again.")
    else:
        return redirect("pages:targets", slug)
    _record(request, f"page.target.{wanted}", target)
    return redirect("pages:targets", slug)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Forget a target; asks once."""
    target = get_object_or_404(Target, page__slug=slug, pk=pk)
    if request.method == "POST":
        _record(request, "page.target.remove", target)
        target.delete()
        messages.success(request, f"{target.name} is forgotten. What stands there stays until you take it away.")
        return redirect("pages:targets", slug)
    return render(request, "pages/target_remove.html", {"target": target})


def _record(request: MemberRequest, act_name: str, target: Target) -> None:
    audit.record(
        at=clock.now(), actor=request.member.name, act=act_name, subject=target.page.slug, target=target.name,
        kind=target.kind,
    )  # fmt: skip
