"""The crew's screens of the pages."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.pages import colours, publishing
from daylight.pages.folder import PageFolder, Version
from daylight.pages.models import Page
from daylight.pages.private import secret_link
from daylight.pages.setting_up.forms import NewPageForm, PageForm
from daylight.pages.standing import STALE_AFTER


@dataclass(frozen=True)
class Row:
    """A page as the list shows it."""

    page: Page
    standing: Version | None
    is_stale: bool
    published_at: datetime | None

    @classmethod
    def of(cls, page: Page, now: datetime) -> "Row":
        """How the page stands now."""
        standing = PageFolder.of(page.slug).version()
        last = page.publications.order_by("-version").first()
        is_stale = standing is not None and now - standing.made_at > STALE_AFTER
        return cls(page, standing, is_stale, last.made_at if last else None)


@members_only(Act.SET_UP)
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """Which pages there are, where each stands, who reads it, and whether it is fresh."""
    now = clock.now()
    main = Page.main(now)
    pages = [main, *Page.objects.exclude(pk=main.pk).order_by("title", "slug")]
    return render(request, "pages/page_list.html", {"rows": [Row.of(page, now) for page in pages]})


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """A further page; it stands within a second, and its settings follow."""
    now = clock.now()
    form = NewPageForm(request.POST or None, instance=Page(kept_since=now))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            page = form.save()
            _record(request, "page.add", page, at=now, access=page.access)
        publishing.set_anew(now)
        messages.success(request, f"Added. {page} stands within a second; say here what it shows.")
        return redirect("pages:page", page.slug)
    context = {"form": form, "before": f"{settings.SITE_URL}/pages/"}
    return render(request, "pages/page_add.html", context, status=422 if form.errors else 200)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def page_settings(request: MemberRequest, slug: str) -> HttpResponse:
    """What a page is called, where it stands, what it shows, who reads it, how it looks; and how it stands."""
    now = clock.now()
    page = _page(slug, now)
    form = PageForm(request.POST or None, request.FILES or None, instance=page)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            _record(request, "page.change", saved, at=now, changed=sorted(form.changed_data))
        publishing.set_anew(now)
        messages.success(request, "Saved. The page shows it within a second.")
        return redirect("pages:page", slug)
    stored = _page(slug, now) if form.errors else page
    context = {
        "form": form,
        "page": stored,
        "row": Row.of(stored, now),
        "shades": colours.shades(stored.colour) if stored.colour else [],
        "secret_link": secret_link(stored) if stored.is_private else "",
        "targets": stored.targets.count(),
        "site_host": urlsplit(settings.SITE_URL).hostname,
        "publications": stored.publications.order_by("-version")[:10],
    }
    return render(request, "pages/page_settings.html", context, status=422 if form.errors else 200)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def new_link(request: MemberRequest, slug: str) -> HttpResponse:
    """A new secret link, which ends those before it; asks once."""
    now = clock.now()
    page = _page(slug, now)
    if request.method == "POST":
        with transaction.atomic():
            page.renew_link()
            _record(request, "page.new-link", page, at=now)
        messages.success(request, "This is the new link. Those before it have ended.")
        return redirect("pages:page", slug)
    return render(request, "pages/page_new_link.html", {"page": page})


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, slug: str) -> HttpResponse:
    """Take a page away with everything that stands of it; asks once. The main one stays."""
    now = clock.now()
    page = _page(slug, now)
    if page.is_main:
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            _record(request, "page.remove", page, at=now)
            page.delete()
        publishing.set_anew(now)
        messages.success(request, f"{page} is gone. Who asks for it is told that there is nothing.")
        return redirect("pages:settings")
    return render(request, "pages/page_remove.html", {"page": page, "targets": page.targets.count()})


@members_only(Act.SET_UP)
@require_GET
def logo(request: MemberRequest, slug: str) -> HttpResponse:
    """The logo as it stands on the page."""
    page = get_object_or_404(Page, slug=slug)
    if not page.logo:
        raise Http404
    return HttpResponse(bytes(page.logo), content_type="image/png", headers={"Cache-Control": "private, no-cache"})


@members_only(Act.SET_UP)
@require_GET
def colour(request: MemberRequest) -> HttpResponse:
    """What becomes of a colour that is being typed or picked."""
    typed, picked = (request.GET.get(name, "").strip() for name in ("colour", "picked"))
    known = colours.colour_of(picked if request.headers.get("HX-Trigger-Name") == "picked" else typed)
    return render(request, "pages/page_colour.html", {"shades": colours.shades(known) if known else [], "typed": typed})


@members_only(Act.SET_UP)
@require_GET
def colour_picture(request: MemberRequest, digits: str) -> HttpResponse:
    """Links in a colour on the light and on the dark page, as a picture."""
    known = colours.colour_of(digits)
    if not known:
        raise Http404
    context = {"shades": colours.shades(known)}
    return render(request, "pages/page_colour.svg", context, content_type="image/svg+xml")


def _page(slug: str, now: datetime) -> Page:
    """The page; the main one is made when nobody looked at it yet."""
    main = Page.main(now)
    return main if slug == main.slug else get_object_or_404(Page, slug=slug)


def _record(request: MemberRequest, act: str, page: Page, *, at: datetime, **details: object) -> None:
    audit.record(at=at, actor=request.member.name, act=act, subject=page.slug, **details)
