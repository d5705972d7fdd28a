"""One address for whoever watches this installation from outside."""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.worker.health import examine
from daylight.worker.registry import LOOPS


@anyone
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every loop turns and nothing waits too long, else 503; a sentence per loop, and no data."""
    try:
        loops = examine(LOOPS, clock.now())
    except DatabaseError:
        return JsonResponse({"well": False, "says": "The database cannot be reached.", "loops": {}}, status=503)
    sick = [health.loop for health in loops if not health.is_well]
    says = "Everything turns." if not sick else f"In trouble: {', '.join(sick)}."
    body = {"well": not sick, "says": says, "loops": {health.loop: health.says for health in loops}}
    return JsonResponse(body, status=503 if sick else 200)
