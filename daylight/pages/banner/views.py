"""The question that the banner asks for a customer, and the crew's screen with everything to put on a site."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, anyone, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.limits import Limit, TooMany, caller, take
from daylight.pages.banner import asking, tokens
from daylight.pages.models import BannerSecret, Page

REFUSED = Limit("banner tokens refused", times=60, per=timedelta(minutes=10))


@csrf_exempt
@anyone
@require_POST
def affected(request: HttpRequest) -> HttpResponse:
    """Which open incidents concern the customer whose signed token is the body."""
    now = clock.now()
    token = request.body[: tokens.MOST_LETTERS + 1].decode("utf-8", "replace").strip()
    try:
        customer = tokens.read(token, asking.secrets(now), now=now)
    except tokens.TokenRefused:
        return _refused(request, now)
    answer = JsonResponse({"affected": asking.affected(customer, now)})
    return _open_to_sites(answer)


def _refused(request: HttpRequest, now: datetime) -> HttpResponse:
    """The same answer whatever is wrong with a token; too many from one address wait."""
    try:
        take(REFUSED, caller(request), at=now)
    except TooMany as problem:
        return _open_to_sites(JsonResponse({"message": str(problem)}, status=429))
    return _open_to_sites(JsonResponse({"message": "This token is not taken: sign a new one."}, status=403))


def _open_to_sites(answer: HttpResponse) -> HttpResponse:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@members_only(Act.SET_UP)
@require_GET
def on_your_site(request: MemberRequest, slug: str) -> HttpResponse:
    """What to put on the firm's own pages: banner, frame, badge, feeds, and the secret that signs customers."""
    now = clock.now()
    page = get_object_or_404(Page, slug=slug)
    context = {
        "page": page,
        "pages": Page.objects.order_by("pk"),
        "sources": " ".join(sorted({page.url.removesuffix(page.root), settings.SITE_URL})),
        "secret": BannerSecret.objects.standing(now).first(),
        "before": BannerSecret.objects.standing(now).filter(ends_at__isnull=False).first(),
    }
    return render(request, "pages/on_your_site.html", context)


@members_only(Act.SET_UP)
@require_POST
def renew_secret(request: MemberRequest, slug: str) -> HttpResponse:
    """A new secret."""
    now = clock.now()
    page = get_object_or_404(Page, slug=slug)
    BannerSecret.renew(by=request.member, at=now)
    audit.record(at=now, actor=request.member.name, act="banner.secret.renew", subject=page.slug)
    messages.success(request, "Made. Tokens signed with the secret before are taken for one day more.")
    return redirect("pages:on-your-site", slug)
