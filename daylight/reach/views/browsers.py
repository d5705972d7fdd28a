"""“Tell me in this browser”: the script, the worker that shows the messages, and what browsers hand to us.

Whoever presses is not asked who they are, and no cookie is used.
"""

from datetime import timedelta
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.core.limits import Limit, TooMany, caller, take
from daylight.incidents.models import Incident
from daylight.reach import browsers

ASSETS = Path(__file__).parent.parent / "assets"
SCRIPT = "text/javascript; charset=utf-8"
PRESSES = Limit("browsers", times=60, per=timedelta(minutes=10))


@anyone
@require_GET
def script(request: HttpRequest) -> HttpResponse:
    """The button."""
    return _asset("tell.js")


@anyone
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """What the browser keeps, and runs when a message comes."""
    return _asset("worker.js")


@anyone
@require_GET
@never_cache
def key(request: HttpRequest) -> HttpResponse:
    """The key by which the browser takes messages from us alone."""
    return JsonResponse({"key": browsers.our_key()})


@csrf_exempt
@anyone
@require_POST
def watch(request: HttpRequest) -> HttpResponse:
    """Tell this browser what the status page says from now on."""
    now = clock.now()
    try:
        take(PRESSES, caller(request), at=now)
        handed = browsers.read(request.body)
        incident = None
        if handed.incident:
            public = Incident.objects.filter(made_public_at__isnull=False)
            incident = get_object_or_404(public, public_id=handed.incident)
        browsers.watch(handed.subscription, incident=incident, language=handed.language, at=now)
    except (TooMany, browsers.NotABrowser) as problem:
        return refused(problem)
    return JsonResponse({"is_told": True})


@csrf_exempt
@anyone
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Tell this browser nothing more."""
    now = clock.now()
    try:
        take(PRESSES, caller(request), at=now)
        browsers.forget(browsers.read(request.body).subscription, at=now)
    except (TooMany, browsers.NotABrowser) as problem:
        return refused(problem)
    return JsonResponse({"is_told": False})


def refused(problem: Exception) -> JsonResponse:
    """Why a browser cannot be told, as a sentence."""
    return JsonResponse({"problem": str(problem)}, status=429 if isinstance(problem, TooMany) else 422)


def _asset(name: str) -> HttpResponse:
    """A script of ours, asked for again each time: a browser keeps a worker for long."""
    answer = HttpResponse((ASSETS / name).read_bytes(), content_type=SCRIPT)
    answer["Cache-Control"] = "no-cache"
    return answer
