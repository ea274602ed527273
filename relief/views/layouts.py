"""The layouts of the banks' files, and what each of them would write."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center.kernel.roles import Permission
from center.site.guard import StaffRequest, needs, posted, reads
from relief.forms.layouts import LayoutForm, as_typed
from relief.models import BankLayout, Batch
from relief.models.bank import layout_of
from relief.permissions import why_not_keep_layouts
from relief.rules import bankfile
from relief.views.shortcuts import act, home_of, show

if TYPE_CHECKING:
    from django.http import HttpResponse

INVENTED = bankfile.Order(
    line=1, name="×××", card="****1234", bank="××", amount=Decimal("1000.00"), code="B0101-2026-001-0001"
)


@reads
@needs(Permission.READ_FUNDS)
def layouts(request: StaffRequest) -> HttpResponse:
    """One for each bank; without any, the usual one."""
    rows = BankLayout.objects.visible_to(request.staff).select_related("office", "kept_by")
    why_not = why_not_keep_layouts(request.staff, home_of(request))
    return show(request, "layouts.html", {"rows": rows, "usual": _written(bankfile.STANDARD), "why_not": why_not})


@require_http_methods(["GET", "POST"])
@needs(Permission.MAKE_BATCHES)
def new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@needs(Permission.MAKE_BATCHES)
def layout(request: StaffRequest, code: str) -> HttpResponse:
    """What is kept, what it would write, and which batches at the bank are read by it."""
    found = get_object_or_404(BankLayout.objects.visible_to(request.staff).select_related("office"), code=code)
    return _edit(request, found)


def _edit(request: StaffRequest, found: BankLayout | None) -> HttpResponse:
    office = found.office if found else home_of(request)
    form = LayoutForm(posted(request), layout=found)
    if kept := act(form, lambda: form.apply(office, by=request.staff)):
        messages.success(request, _("The layout is kept."))
        return redirect("relief:bank_layout", code=kept.code)
    waiting = Batch.objects.filter(layout=found, status=Batch.Status.HANDED_OVER) if found else Batch.objects.none()
    context = {
        "form": form,
        "heading": found.name if found else _("New layout of a bank"),
        "written": _written(found.layout if found else bankfile.STANDARD),
        "waiting": waiting,
        "changes": _changes(found) if found else [],
        "why_not": why_not_keep_layouts(request.staff, office),
    }
    return show(request, "layout.html", context)


def _changes(found: BankLayout) -> list[dict[str, Any]]:
    """Who changed what and when, newest first, as it is typed on this page."""
    event = apps.get_model("relief.BankLayoutEvent")
    rows = list(event._default_manager.filter(pgh_obj_id=found.pk).order_by("-pgh_id").select_related("kept_by")[:50])
    labels = {name: str(field.label) for name, field in LayoutForm().fields.items()}
    told = []
    for later, earlier in zip(rows, [*rows[1:], None], strict=True):
        now, then = as_typed(layout_of(later)), as_typed(layout_of(earlier)) if earlier else {}
        said = [
            (labels[name], then.get(name, ""), now[name]) for name in labels if then and then.get(name) != now[name]
        ]
        told.append({"at": later.kept_at, "by": later.kept_by, "said": said})
    return told


def _written(kept: bankfile.Layout) -> str:
    """The first lines of a file in this layout, with an invented payment, column beside column."""
    text = bankfile.write([INVENTED], kept).decode(kept.encoding)
    return "\n".join(" · ".join(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=kept.separator))
