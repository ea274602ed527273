"""The official form of a file, filled and blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from casework.models import BankAccount, Matter, Visit
from casework.permissions import sight_of, why_not_print_file
from casework.queries import economy
from casework.views.shortcuts import members_of, visible
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import codes
from center.models.base import random_code, subject_of
from center.papers import prints
from center.site.guard import needs

if TYPE_CHECKING:
    from casework.models import HardshipFile
    from casework.permissions import Sight
    from center.site.guard import StaffRequest


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_FILES)
def paper(request: StaffRequest, code: str) -> HttpResponse:
    """The official form, filled: issued by POST, frozen; earlier copies are the same bytes."""
    found = visible(request, code)
    if why_not := why_not_print_file(request.staff, found):
        raise PermissionDenied(why_not)
    if request.method == "POST":
        with translation.override("zh-hans"):
            context = paper_context(found, sight_of(request.staff, found))
        issued = prints.issue(
            "print/hardship_file.html",
            context,
            subject=found,
            kind="hardship_file",
            title=_("Hardship file"),
            by=request.staff,
        )
        pdf, _copy = prints.reprint(issued, by=request.staff)
        return HttpResponse(pdf, content_type="application/pdf")
    issued_before = prints.IssuedDocument.objects.filter(subject=subject_of(found)).order_by("-pk")[:20]
    return render(request, "casework/file_paper.html", {"file": found, "issued": issued_before})


@require_http_methods(["GET"])
@needs(Permission.READ_FILES)
def blank_paper(request: StaffRequest) -> HttpResponse:
    """The same form, empty, to be filled in by hand."""
    frame = prints.frame(code=random_code(), number="", title=_("Hardship file"), by=request.staff)
    pdf, _pages = prints.render("print/hardship_file.html", {"file": None, "rows": range(6), **frame})
    return HttpResponse(pdf, content_type="application/pdf")


@require_http_methods(["POST"])
@needs(Permission.LOG_VISITS)
def slip(request: StaffRequest, code: str) -> HttpResponse:
    """回执: what was received, who sees to it, by when; frozen, for the visitor to take along."""
    related = ("person", "purpose", "first_handler", "office")
    found = get_object_or_404(Visit.objects.visible_to(request.staff).standing().select_related(*related), code=code)
    matter = Matter.objects.filter(visit=found).select_related("assignee").first()
    issued = prints.issue(
        "print/visit_slip.html",
        {"visit": found, "matter": matter, "call": found.callbacks.filter(done_at=None).first()},
        subject=found,
        kind="visit_slip",
        number=found.number,
        title=_("Receipt of a visit"),
        by=request.staff,
    )
    pdf, _copy = prints.reprint(issued, by=request.staff)
    return HttpResponse(pdf, content_type="application/pdf")


def paper_context(file: HardshipFile, sees: Sight) -> dict[str, Any]:
    head = file.household.head
    code = codes.label
    return {
        "file": file,
        "household": file.household,
        "head": head,
        "members": members_of(file, sees),
        "people": file.household.members_on(timezone.localdate()).count(),
        "assessment": economy.latest(file.household_id),
        "account": BankAccount.objects.current().filter(holder=head).first(),
        "words": {
            "category": code("hardship_category", file.category),
            "layer": code("file_layer", file.layer),
            "sex": code("sex", head.sex),
            "ethnic_group": code("ethnic_group", head.ethnic_group),
            "political_status": code("political_status", head.political_status),
            "marital_status": code("marital_status", head.marital_status),
            "health_status": code("health_status", head.health_status),
            "model_worker_type": code("model_worker_type", head.model_worker_type),
            "person_identity": code("person_identity", head.person_identity),
            "work_status": code("work_status", head.work_status),
            "hukou_type": code("hukou_type", head.hukou_type),
            "hukou_division": code("division", head.hukou_division),
            "housing_type": code("housing_type", file.household.housing_type),
            "medical_insurance": code("medical_insurance", head.medical_insurance),
            "primary_cause": code("hardship_cause", file.primary_cause),
            "secondary_causes": listed(code("hardship_cause", cause) for cause in file.secondary_causes),
            "needs": listed(code("help_need", need) for need in file.needs),
            "nature": code("employer_nature", head.employer.nature) if head.employer else "",
            "status": code("employer_status", head.employer.status) if head.employer else "",
            "industry": code("industry", head.employer.industry) if head.employer else "",
        },
    }
