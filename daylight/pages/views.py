"""What Django answers when nothing stands before it: the same bytes, rendered once if nothing was yet; and the crew's
settings of the page.
"""

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, anyone, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.forms import PageForm
from daylight.pages.front import find, respond
from daylight.pages.models import Page
from daylight.pages.serving import CONTENT_POLICY
from daylight.pages.shelf import shelf
from daylight.pages.standing import STALE_AFTER


@anyone
@require_safe
def public(request: HttpRequest, **_: str) -> HttpResponse:
    """A public page, an incident's page, a month of history, the JSON; all as they stand in the folder."""
    now = clock.now()
    place, path = shelf().find(request.get_host(), request.path_info)
    pages = shelf().pages(place)
    pages.look()
    if pages.site() is None:
        try:
            publishing.refresh(now)
        except DatabaseError:
            return _preparing()
        pages.look()
    site = pages.site()
    if site is None:
        return _preparing()
    answer = find(site, path, now)
    if answer is None:
        raise Http404
    accepts = request.headers.get("Accept-Encoding", "")
    status, headers, body = respond(*answer, accepts=accepts, known=request.headers.get("If-None-Match", ""))
    response = HttpResponse(body, status=int(status[:3]), headers=dict(headers))
    if "Content-Type" not in dict(headers):
        del response.headers["Content-Type"]
    return response


def _preparing() -> HttpResponse:
    """Nothing stands and nothing can be rendered: a calm word, without asking anything of a database."""
    headers = {"Retry-After": "2", "Cache-Control": "no-store", "Content-Security-Policy": CONTENT_POLICY}
    return HttpResponse(render_to_string("pages/preparing.html"), status=503, headers=headers)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def page_settings(request: MemberRequest) -> HttpResponse:
    """What the page is called, what it says first, which components it shows; and how its last publication stands."""
    now = clock.now()
    page = Page.main(now)
    form = PageForm(request.POST or None, instance=page)
    if request.method == "POST" and form.is_valid():
        form.save()
        changed = sorted(form.changed_data)
        audit.record(at=now, actor=request.member.name, act="page.change", subject=page.slug, changed=changed)
        messages.success(request, "Saved. The page shows it within a second.")
        return redirect("pages:settings")
    standing = PageFolder.main().version()
    context = {
        "form": form,
        "standing": standing,
        "is_stale": standing is not None and now - standing.made_at > STALE_AFTER,
        "publications": page.publications.order_by("-version")[:10],
    }
    return render(request, "pages/settings.html", context, status=422 if form.errors else 200)
