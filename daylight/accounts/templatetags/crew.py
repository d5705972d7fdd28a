"""The tabs over the screens about team and settings."""

from typing import Any

from django import template
from django.urls import reverse

from daylight.accounts.roles import Act

register = template.Library()

TABS = (
    ("Team", "accounts:team", Act.MANAGE_MEMBERS),
    ("Organisation", "accounts:organisation", Act.SET_UP),
    ("API keys", "accounts:keys", Act.MANAGE_MEMBERS),
    ("Audit trail", "accounts:audit", Act.READ_AUDIT),
)


@register.filter
def plainly(value: Any) -> str:
    """`{{ value|plainly }}`: a detail of an audit entry as a person would write it."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, list):
        return ", ".join(plainly(part) for part in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {plainly(part)}" for name, part in value.items())
    return str(value)


@register.inclusion_tag("accounts/tabs.html", takes_context=True)
def crew_tabs(context: template.Context) -> dict[str, Any]:
    """`{% crew_tabs %}`: the screens this member may open, the present one marked."""
    request = context["request"]
    here = request.path
    found = [(name, reverse(address)) for name, address, act in TABS if request.member.may(act)]
    best = max((address for _, address in found if here.startswith(address)), key=len, default="")
    return {"team_tabs": [{"name": name, "address": address, "is_here": address == best} for name, address in found]}
