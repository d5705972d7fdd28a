"""Pages of help: the rules of the candour checker, as the documents have them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.candour import pages


@require_GET
@members_only()
def candour(request: MemberRequest) -> HttpResponse:
    """Every rule, by what it is about."""
    chapters: dict[str, list[pages.RulePage]] = {}
    for page in pages.all_pages():
        chapters.setdefault(page.chapter, []).append(page)
    return render(request, "desk/help/candour.html", {"chapters": chapters})


@require_GET
@members_only()
def candour_rule(request: MemberRequest, rule: str) -> HttpResponse:
    """One rule: why it matters, what is found and what is not, when it is fine."""
    try:
        page = pages.page_of(rule)
    except pages.UnknownRule as problem:
        raise Http404(problem.args[0]) from problem
    return render(request, "desk/help/rule.html", {"page": page})
