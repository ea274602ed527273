"""Registry workbooks: upload, preview, apply, result, error workbook, withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework import jobs
from casework import permissions as may
from casework.actions import imports as actions
from casework.exchange.check import SHOWN, Examined, bring_in, check
from casework.exchange.preview import differences
from casework.exchange.registry import Unrecognised, left_out_words
from casework.exchange.template import empty_workbook
from casework.forms.imports import ApplyForm, FirstDayForm, UploadForm, WithdrawForm
from casework.models import HardshipFile, Household, Person
from casework.queries import lists
from casework.queries.imports import is_opening
from center.actions.jobs import start_job
from center.kernel.errors import Refusal
from center.kernel.remarks import Remark
from center.kernel.roles import Permission
from center.models import Import, ImportStatus, Job, Office, StagedRow, codes
from center.models.base import subject_of
from center.permissions.offices import why_not_go_live
from center.privacy import access, vault
from center.site.guard import needs, posted
from center.site.pages import Pages

if TYPE_CHECKING:
    from center.site.guard import StaffRequest

P = Permission
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 25


@needs(P.IMPORT_FILES)
@require_http_methods(["GET", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """What was brought in so far, and the door for the next workbook."""
    office = _office(request)
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _received(request, form.data_of_file(), office)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    return _imports(request, office, form, FirstDayForm(auto_id="first_%s"))


def _imports(request: StaffRequest, office: Office, form: UploadForm, first_day: FirstDayForm) -> HttpResponse:
    past = Import.objects.visible_to(request.staff).filter(kind=actions.KIND).select_related("uploaded_by", "office")
    page = Pages(past.defer("journal"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "office": office,
        "why_not": may.why_not_import(request.staff, office),
        "opening": is_opening(office, timezone.localdate()),
        "first_day": first_day,
        "why_not_go_live": why_not_go_live(request.staff, office),
    }
    return render(request, "casework/imports.html", context, status=422 if form.errors or first_day.errors else 200)


@require_POST
@needs(P.DECIDE_FILES)
def first_day(request: StaffRequest) -> HttpResponse:
    """The leader names the day on which the opening ends."""
    office = _office(request)
    form = FirstDayForm(request.POST, auto_id="first_%s")
    if form.is_valid():
        try:
            form.apply(office, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The first day of work is named."))
            return redirect("casework:imports")
    return _imports(request, office, UploadForm(), form)


def _office(request: StaffRequest) -> Office:
    """The first office at which this person brings files in."""
    held = (one.office for one in request.staff.assignments_today)
    found = next((office for office in held if not may.why_not_import(request.staff, office)), None)
    if found is None:
        raise Http404
    return found


def _received(request: StaffRequest, data: bytes, office: Office) -> HttpResponse:
    """A small workbook is checked at once, a large one by the worker; unknown headings are asked about."""
    if len(data) > jobs.INLINE_BYTES:
        return checked_by_worker(request, actions.receive(office, data=data, by=request.staff))
    try:
        examined = Examined(data, office=office)
    except Unrecognised:
        record = actions.receive(office, data=data, by=request.staff)
        return redirect("casework:import_columns", code=record.code)
    record = check(actions.receive(office, data=data, by=request.staff), examined=examined, by=request.staff)
    return redirect("casework:import", code=record.code)


def checked_by_worker(request: StaffRequest, record: Import) -> HttpResponse:
    title = gettext_noop("Checking the workbook of %(at)s")
    return redirect(_start(request, jobs.CHECK, record, title))


def _start(request: StaffRequest, kind: str, record: Import, title: str, **args: Any) -> Job:
    args["import"] = record.pk
    return start_job(
        kind,
        title=Remark(title, {"at": record.received_at}),
        office=record.office,
        about=record,
        args=args,
        by=request.staff,
    )


@needs(P.IMPORT_FILES)
@require_http_methods(["GET", "POST"])
def import_page(request: StaffRequest, code: str) -> HttpResponse:
    """The preview of a checked workbook, the result of an applied one."""
    record = record_of(request, code)
    form = ApplyForm(posted(request), leavers=record.found.get("leaver_count", 0), initial={"choice": "good"})
    if request.method == "POST" and "discard" in request.POST:
        return _discard(request, record)
    if request.method == "POST" and form.is_valid():
        try:
            return _apply(request, record, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _page(request, record, form, WithdrawForm(), status=422 if form.errors else 200)


def _page(
    request: StaffRequest, record: Import, form: ApplyForm, withdraw_form: WithdrawForm, *, status: int
) -> HttpResponse:
    context = _context(record, request) | {
        "form": form,
        "withdraw_form": withdraw_form,
        "why_not_apply": may.why_not_bring_in(request.staff, record),
        "why_not_withdraw": may.why_not_withdraw_import(request.staff, record),
    }
    return render(request, "casework/import.html", context, status=status)


def record_of(request: StaffRequest, code: str) -> Import:
    seen = Import.objects.visible_to(request.staff).filter(kind=actions.KIND)
    return get_object_or_404(seen.select_related("office", "uploaded_by", "applied_by", "withdrawn_by"), code=code)


def _context(record: Import, request: StaffRequest) -> dict[str, Any]:
    """Totals as figures, faults with their reason in the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    found = record.found
    totals = found.get("totals", {})
    labels = {"new": _("new"), "changed": _("changed"), "unchanged": _("unchanged"), "refused": _("with errors")}
    made = f"view=all&import={record.code}"
    return {
        "import": record,
        "job": Job.objects.live().filter(subject=subject_of(record)).first(),
        "totals": [(labels[name], totals.get(name, 0), name) for name in labels],
        "listed": {"changed", "refused"} | ({"new"} if record.status == "applied" else set()),
        "refused": totals.get("refused", 0),
        "changes": _changes(record, request),
        "faults": [{**fault, "reason": fault["reason"][language]} for fault in found.get("faults", [])],
        "doubts": [{**doubt, "reason": doubt["reason"][language]} for doubt in found.get("doubts", [])],
        "leavers": _absent(found, "leavers"),
        "stayers": _absent(found, "stayers"),
        "left_out": [left_out_words(one) for one in found.get("left_out", [])],
        "sheets": found.get("sheets", []),
        "found": found,
        "opening": is_opening(record.office, timezone.localdate()),
        "made": lists.files(request.staff, QueryDict(made))[0].count(),
        "made_url": f"{reverse('casework:files')}?{made}",
    }


def _absent(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [{**one, "relation": codes.label("relation", one["relation"])} for one in found.get(name, [])]


def _changes(record: Import, request: StaffRequest) -> list[dict[str, Any]]:
    """What differs by its name; before it is applied each value, too: what stands here and what the workbook says."""
    told = {}
    if record.status == ImportStatus.CHECKED:
        access.read(record, by=request.staff, what="casework.import")
        told = differences(record, most=SHOWN, by=request.staff)
    return [
        {**one, "labels": [label_of(name) for name in one["what"]], "differences": told.get(one.get("at"), [])}
        for one in record.found.get("changes", [])
    ]


SECTIONS = {
    "employer": gettext_lazy("employer"),
    "account": gettext_lazy("bank account"),
    "category": gettext_lazy("hardship category"),
    "members": gettext_lazy("family members"),
    "income": gettext_lazy("income and spending"),
}


def label_of(name: str) -> str:
    """What a changed field or section is called."""
    if name in SECTIONS:
        return str(SECTIONS[name])
    models = (Person, Household, HardshipFile)
    found = next(field for model in models for field in model._meta.get_fields() if field.name == name)
    return str(getattr(found, "verbose_name", name))


def _apply(request: StaffRequest, record: Import, form: ApplyForm) -> HttpResponse:
    if refusal := may.why_not_bring_in(request.staff, record):
        raise Refusal(refusal)
    if StagedRow.objects.filter(imported=record).count() > jobs.INLINE_ROWS:
        title = gettext_noop("Bringing in the workbook of %(at)s")
        return redirect(_start(request, jobs.APPLY, record, title, only_good=form.only_good, leave=form.leave))
    done = bring_in(record, only_good=form.only_good, leave=form.leave, by=request.staff)
    totals = done.found["totals"]
    sentence = _("Applied: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
    messages.success(request, sentence % totals)
    return redirect("casework:import", code=record.code)


def _discard(request: StaffRequest, record: Import) -> HttpResponse:
    try:
        actions.discard_import(record, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Discarded. Nothing was brought in."))
    return redirect("casework:imports")


@needs(P.IMPORT_FILES)
@require_GET
def errors(request: StaffRequest, code: str) -> HttpResponse:
    """The refused rows with their reasons, ready to be corrected and brought in again."""
    record = record_of(request, code)
    if not record.errors:
        raise Http404
    access.export(record, by=request.staff, what="casework.import.errors", rows=record.found["totals"]["refused"])
    return _workbook(vault.get(record.errors), f"errors-{record.code}.xlsx")


@needs(P.IMPORT_FILES)
@require_GET
def template(request: StaffRequest) -> HttpResponse:
    """The empty workbook."""
    return _workbook(empty_workbook(), "registry.xlsx")


@needs(P.IMPORT_FILES)
@require_POST
def withdraw(request: StaffRequest, code: str) -> HttpResponse:
    """Take out again what a workbook brought, while nobody has touched it."""
    record = record_of(request, code)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            return _withdrawn(request, record, form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _page(request, record, ApplyForm(leavers=0), form, status=422)


def _withdrawn(request: StaffRequest, record: Import, reason: str) -> HttpResponse:
    totals = record.found.get("totals", {})
    if totals.get("new", 0) + totals.get("changed", 0) > jobs.INLINE_ROWS:
        title = gettext_noop("Taking back the workbook of %(at)s")
        return redirect(_start(request, jobs.WITHDRAW, record, title, reason=reason))
    actions.withdraw_import(record, reason=reason, by=request.staff)
    messages.success(request, _("Withdrawn. The registry is as it was before this import."))
    return redirect("casework:import", code=record.code)


def _workbook(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
