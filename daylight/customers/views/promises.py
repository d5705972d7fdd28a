"""What was promised: all commitments with filters, and one to change."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.audit import record
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.forms import CommitmentFilter, CommitmentForm
from daylight.customers.models import Commitment
from daylight.customers.models.finding import BeginsWith
from daylight.customers.paging import page


@require_GET
@members_only(Act.READ_CUSTOMERS)
def commitments(request: MemberRequest) -> HttpResponse:
    """Commitments, the newest first, as the filter says."""
    form = CommitmentFilter(request.GET or None, kinds=Commitment.objects.kinds())
    rows = Commitment.objects.select_related("customer")
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        rows = rows.matching(
            kind=asked["kind"], promised_from=asked["promised_from"], promised_until=asked["promised_until"]
        )
        rows = rows.filter(state=asked["state"]) if asked["state"] else rows
        rows = rows.filter(BeginsWith("reference", asked["q"])) if asked["q"] else rows
        rows = rows.foreseen_late() if asked["late"] else rows
    keep = request.GET.copy()
    keep.pop("after", None)
    context = {
        "form": form,
        "page": page(rows, after=request.GET.get("after", ""), by="-pk"),
        "keep": keep.urlencode(),
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    return TemplateResponse(request, "customers/commitments.html", context)


@require_http_methods(["GET", "POST"])
@members_only(Act.WRITE_CUSTOMERS)
def edit_commitment(request: MemberRequest, pk: int) -> HttpResponse:
    """Change something promised."""
    found = get_object_or_404(Commitment.objects.filter(customer__erased_at__isnull=True), pk=pk)
    form = CommitmentForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        saved.updated_at = clock.now()
        saved.save()
        record(at=clock.now(), actor=request.member.name, act="commitment.change", subject=str(saved))
        return redirect("customers:customer", saved.customer_id)
    context = {"form": form, "commitment": found}
    return TemplateResponse(request, "customers/commitment.html", context, status=422 if form.errors else 200)
