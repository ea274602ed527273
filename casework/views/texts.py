"""Quick texts: the list, a new one, away with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import actions
from casework.forms.visits import QuickTextForm
from casework.models import QuickText
from casework.permissions import why_not_drop_quick_text
from casework.views.visits import office_of
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.site.guard import needs, posted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest


@require_http_methods(["GET", "POST"])
@needs(Permission.LOG_VISITS)
def texts(request: StaffRequest) -> HttpResponse:
    """One's own and everybody's; what one may drop can be dropped."""
    staff, drop = request.staff, request.POST.get("drop")
    form = QuickTextForm(None if drop else posted(request), staff=staff, office=office_of(request))
    if request.method == "POST":
        try:
            if drop and drop.isdigit():
                actions.drop_quick_text(get_object_or_404(QuickText.objects.of(staff), pk=drop), by=staff)
                messages.success(request, _("The text is gone."))
                return redirect("casework:quick_texts")
            if form.is_valid():
                form.apply(by=staff)
                messages.success(request, _("Saved."))
                return redirect("casework:quick_texts")
        except Refusal as refusal:
            form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    rows = [(text, why_not_drop_quick_text(staff, text)) for text in QuickText.objects.of(staff)]
    context = {"rows": rows, "form": form}
    return render(request, "casework/quick_texts.html", context, status=422 if form.errors else 200)
