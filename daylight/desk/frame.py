"""What every screen of the desk shows around its content."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the desk's frame: who is asking. Filled on desk screens only."""
    return {"member": getattr(request, "member", None)}
