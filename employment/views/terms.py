"""Terms of placement: what holds today, what held before, and new ones from a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import Office
from center.permissions.reference import why_not_decide_standards
from center.site.guard import StaffRequest, needs, posted
from employment.forms.terms import TermsForm
from employment.models import Terms
from employment.queries.terms import terms_of
from employment.views.shortcuts import home_of

if TYPE_CHECKING:
    from django.http import HttpResponse

P = Permission


@require_http_methods(["GET", "POST"])
@needs(P.READ_JOBS, P.DECIDE_STANDARDS, P.MANAGE_REFERENCE)
def terms(request: StaffRequest) -> HttpResponse:
    """How long a registration, a vacancy and an answer take, and when people are asked again."""
    staff, today, home = request.staff, timezone.localdate(), home_of(request)
    deciding = staff.sight(P.DECIDE_STANDARDS) | staff.sight(P.MANAGE_REFERENCE)
    now = terms_of(home, on=today)
    offices = Office.objects.filter(pk__in=deciding | {home.pk}, closed_on=None).order_by("code")
    form = TermsForm(posted(request), offices=list(offices), now=terms_at_home(now, home))
    if request.method == "POST" and form.is_valid():
        try:
            form.apply(by=staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The terms are decided; those before them end the day before."))
            return redirect("employment:terms")
    seen = staff.sight(P.READ_JOBS) | deciding
    rows = Terms.objects.filter(office__in=seen).select_related("office", "decided_by").order_by("office", "-during")
    context = {
        "now": now,
        "form": form,
        "rows": [(row, today in row.during) for row in rows],
        "why_not": why_not_decide_standards(staff, home),
    }
    return render(request, "employment/terms.html", context, status=422 if form.errors else 200)


def terms_at_home(now: Terms, home: Office) -> Terms:
    """The terms in force, as the first draft of this office's own."""
    return Terms(office=home, follow_up_months=now.follow_up_months, **now.days)
