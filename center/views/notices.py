"""Public notices: the list, one notice with its objections, composing, publishing, the public page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from center.actions import notices as actions
from center.forms.notices import AnswerForm, ComposeForm, ObjectionForm, PublishForm, ReasonForm
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import Notice, Objection, Office
from center.papers import prints
from center.permissions.boards import shown_name
from center.permissions.notices import (
    why_not_answer_objection,
    why_not_compose,
    why_not_end_notice,
    why_not_object,
    why_not_publish,
    why_not_withdraw,
)
from center.permissions.turns import who_can
from center.queries import notices as queries
from center.site.guard import needs, posted, public
from center.site.pages import Pages
from center.views.scans import scans_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from center.site.guard import StaffRequest

PAGE = 50
READ = Permission.READ_NOTICES


def _office(request: StaffRequest, permission: Permission) -> Office:
    """The office of this person's role for this work."""
    held = [
        each.office for each in request.staff.assignments_today if each.office_id in request.staff.sight(permission)
    ]
    if not held:
        raise Http404
    return held[0]


@require_GET
@needs(READ)
def notice_list(request: StaffRequest) -> HttpResponse:
    found = queries.notices_with_counts(Notice.objects.visible_to(request.staff, READ))
    state = request.GET.get("state", "")
    if state in Notice.Status.values:
        found = found.filter(status=state)
    page = Pages(found, PAGE).get_page(request.GET.get("page"))
    may_compose = request.staff.may_somewhere(Permission.COMPOSE_NOTICES)
    return render(
        request,
        "center/notice_list.html",
        {"page": page, "state": state, "states": Notice.Status.choices, "may_compose": may_compose},
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.COMPOSE_NOTICES)
def notice_compose(request: StaffRequest) -> HttpResponse:
    """Choose what is ready, give it a title; a second person publishes."""
    office = _office(request, Permission.COMPOSE_NOTICES)
    lines = queries.lines_to_notice(office)
    ready = [line for line in lines if line.ready]
    initial = {
        "title": _("Notice of assistance"),
        "subjects": [line.subject for line in ready],
        "working_days": max((line.least_days for line in ready), default=1),
    }
    form = ComposeForm(posted(request), lines=lines, office=office, initial=initial)
    if form.is_valid():
        try:
            made = form.apply(by=request.staff)
            able = who_can((Permission.PUBLISH_NOTICES,), made.office_id, but=request.staff)
            messages.success(request, _("The draft is composed. Who publishes it: %(who)s.") % {"who": able})
            return redirect("center:notice", made.code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    chosen = set(form["subjects"].value() or [])
    rows = [(line, shown_name(line, "n"), line.subject in chosen) for line in lines]
    context = {
        "form": form,
        "rows": rows,
        "office": office,
        "ready": bool(ready),
        "why_not": why_not_compose(request.staff, office),
    }
    return render(request, "center/notice_compose.html", context, status=422 if form.errors else 200)


@require_GET
@needs(READ)
def notice(request: StaffRequest, code: str) -> HttpResponse:
    """One notice: its lines, what was objected, and what can be done about it now."""
    found = get_object_or_404(Notice.objects.visible_to(request.staff, READ), code=code)
    return _show(request, found)


def _answer_form(objection: Objection, answering: tuple[int, AnswerForm] | None) -> AnswerForm:
    """A form of its own for each objection; the one that was just typed keeps its words."""
    if answering and answering[0] == objection.pk:
        return answering[1]
    return AnswerForm(auto_id=f"answer{objection.pk}_%s")


def _show(
    request: StaffRequest,
    found: Notice,
    *,
    status: int = 200,
    answering: tuple[int, AnswerForm] | None = None,
    **forms: object,
) -> HttpResponse:
    objections = Objection.objects.filter(entry__notice=found).select_related("entry", "received_by", "answered_by")
    context = {
        "notice": found,
        "entries": found.entries.all(),
        "objections": [
            (each, why_not_answer_objection(request.staff, each), _answer_form(each, answering)) for each in objections
        ],
        "publish_form": PublishForm(auto_id="publish_%s"),
        "objection_form": ObjectionForm(notice=found, auto_id="objection_%s"),
        "reason_form": ReasonForm(auto_id="withdraw_%s"),
        "letters": prints.papers_of(found),
        **(scans_of(request, found) if found.number else {}),
        "why_not_publish": why_not_publish(request.staff, found),
        "result": found.result or _answered(found),
        "why_not_end": why_not_end_notice(request.staff, found),
        "why_not_object": why_not_object(request.staff, found),
        "why_not_withdraw": why_not_withdraw(request.staff, found),
    }
    return render(request, "center/notice.html", context | forms, status=status)


@require_POST
@needs(READ)
def notice_publish(request: StaffRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Notice.objects.visible_to(request.staff, READ), code=code)
    form = PublishForm(request.POST, auto_id="publish_%s")
    if form.is_valid():
        try:
            form.apply(found, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            found.refresh_from_db()
            said = _("The notice hangs until the end of %(day)s.")
            messages.success(request, said % {"day": found.ends_on.isoformat() if found.ends_on else "—"})
            return redirect("center:notice", code)
    return _show(request, found, status=422, publish_form=form)


def _answered(notice: Notice) -> str:
    """What came of a notice that hung its whole time."""
    if notice.status != Notice.Status.ENDED:
        return ""
    count = Objection.objects.filter(entry__notice=notice).count()
    return ngettext(
        "%(count)s objection was received and answered.", "%(count)s objections were received and answered.", count
    ) % {"count": count}


@require_POST
@needs(READ)
def notice_end(request: StaffRequest, code: str) -> HttpResponse:
    """Record the result after the last day."""
    found = get_object_or_404(Notice.objects.visible_to(request.staff, READ), code=code)
    try:
        actions.end_notice(found, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The result was recorded; its lines go on their way."))
    return redirect("center:notice", code)


@require_POST
@needs(READ)
def notice_withdraw(request: StaffRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Notice.objects.visible_to(request.staff, READ), code=code)
    form = ReasonForm(request.POST, auto_id="withdraw_%s")
    if form.is_valid():
        try:
            actions.withdraw(found, reason=form.cleaned_data["reason"], by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The notice was taken down."))
            return redirect("center:notice", code)
    return _show(request, found, status=422, reason_form=form)


@require_POST
@needs(READ, Permission.LOG_VISITS)
def notice_object(request: StaffRequest, code: str) -> HttpResponse:
    """Record an objection that somebody brought to the desk."""
    found = get_object_or_404(Notice.objects.visible_to(request.staff, READ), code=code)
    form = ObjectionForm(request.POST, notice=found, auto_id="objection_%s")
    if form.is_valid():
        try:
            form.apply(by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The objection was recorded; it must be answered before the notice can end."))
            return redirect("center:notice", code)
    return _show(request, found, status=422, objection_form=form)


@require_POST
@needs(READ)
def objection_answer(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    found = get_object_or_404(Notice.objects.visible_to(request.staff, READ), code=code)
    objection = get_object_or_404(Objection, entry__notice=found, pk=pk)
    form = AnswerForm(request.POST, auto_id=f"answer{pk}_%s")
    if form.is_valid():
        try:
            form.apply(objection, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answer was recorded."))
            return redirect("center:notice", code)
    return _show(request, found, status=422, answering=(pk, form))


@require_POST
@needs(READ)
@transaction.atomic
def notice_print(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the sheet that hangs on the board: the same fields as the public page, no others; once."""
    published = Notice.objects.visible_to(request.staff, READ).exclude(number=None)
    found = get_object_or_404(published.select_for_update(of=("self",), no_key=True), code=code)
    if prints.papers_of(found):  # a second click
        return redirect("center:notice", code)
    context = {"notice": found, "entries": found.entries.all()}
    issued = prints.issue(
        "print/notice.html",
        context,
        subject=found,
        kind="notice",
        number=found.number or "",
        title=found.title,
        by=request.staff,
    )
    messages.success(request, _("The sheet %(number)s is frozen; print it below.") % {"number": issued.number})
    return redirect("center:notice", code)


# -- without login ------------------------------------------------------------------------------------------------------


@public
@require_GET
def public_notices(request: HttpRequest) -> HttpResponse:
    """What hangs now; only the fields that may be published, for anyone."""
    return _not_indexed(render(request, "center/public_notices.html", {"notices": queries.current_notices()}))


@public
@require_GET
def public_notice(request: HttpRequest, code: str) -> HttpResponse:
    """One notice while it hangs; afterwards it is gone (410)."""
    found = get_object_or_404(Notice.objects.select_related("office").exclude(number=None), code=code)
    gone = found.status != Notice.Status.PUBLISHED
    context = {"notice": found, "entries": [] if gone else found.entries.all(), "gone": gone}
    return _not_indexed(render(request, "center/public_notice.html", context, status=410 if gone else 200))


def _not_indexed(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
