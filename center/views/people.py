"""Staff and roles, for the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from center.actions import people
from center.forms.people import AccountForm, AssignmentEditForm, AssignmentForm, WhoForm, WhyForm
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import Assignment, ResetRequest, Staff
from center.queries import staffing
from center.site import versions
from center.site.guard import needs, posted

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

MANAGE = Permission.MANAGE_STAFF


def _person(request: StaffRequest, pk: int) -> Staff:
    return get_object_or_404(Staff.objects.managed_by(request.staff), pk=pk)


def _assignment(request: StaffRequest, pk: int) -> Assignment:
    seen = Staff.objects.managed_by(request.staff)
    return get_object_or_404(Assignment.objects.filter(staff__in=seen).select_related("staff", "office"), pk=pk)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def staff_list(request: StaffRequest) -> HttpResponse:
    """Everybody with their roles; a new account shows its one-time password once."""
    form = AccountForm(posted(request))
    if form.is_valid():
        try:
            staff, password = form.apply(by=request.staff)
        except Refusal as refusal:
            form.add_error("username", str(refusal))
        else:
            return render(request, "center/new_password.html", {"person": staff, "password": password})
    found = (
        Staff.objects.managed_by(request.staff)
        .prefetch_related("assignments__office")
        .order_by("-is_active", "username")
    )
    home = request.staff.home_office
    context = {"people": found, "form": form, "muster": staffing.muster(home) if home else None}
    return render(request, "center/staff_list.html", context, status=422 if form.errors else 200)


@require_GET
@needs(MANAGE)
def staff_duties(request: StaffRequest) -> HttpResponse:
    """The main job, duty by duty: who may do it here, who must be somebody else, and who is missing."""
    office = request.staff.home_office
    if office is None:
        raise Http404
    return render(request, "center/staff_duties.html", {"office": office, "muster": staffing.muster(office)})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def staff(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: roles with their days, and a new one."""
    person = _person(request, pk)
    form = AssignmentForm(posted(request), by=request.staff)
    if form.is_valid():
        try:
            form.apply(person, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role was assigned."))
            return redirect("center:staff", pk)
    return _show(request, person, form=form)


def _show(request: StaffRequest, person: Staff, **forms: Form) -> HttpResponse:
    """The page of a person with what was typed into one of its forms."""
    context = {
        "person": person,
        "form": AssignmentForm(by=request.staff),
        "assignments": person.assignments.select_related("office", "deputy_for"),
        "resets": ResetRequest.objects.filter(staff=person).select_related("asked_by", "confirmed_by"),
        "reset_form": WhyForm(auto_id="why_%s"),
        "close_form": WhyForm(auto_id="close_%s"),
        "today": timezone.localdate(),
        "locked_until": people.locked_until(person),
        "why_not": people.why_not_manage(request.staff, person),
        "why_no_password": people.why_not_reset_password(request.staff, person),
        "why_no_role": people.why_not_give_role(request.staff, person),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "center/staff.html", context | forms, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def assignment(request: StaffRequest, pk: int) -> HttpResponse:
    """One role of one person: corrected before it begins, afterwards until when it lasts."""
    found = _assignment(request, pk)
    form = AssignmentEditForm(
        versions.chosen(request.POST) if request.method == "POST" else None, assignment=found, by=request.staff
    )
    if form.is_valid():
        try:
            with versions.unchanged(
                form,
                lock=found,
                now=lambda: AssignmentEditForm(None, assignment=Assignment.objects.get(pk=pk), by=request.staff),
            ):
                form.save(by=request.staff)
        except versions.Clash as clash:
            return versions.answer(request, clash)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            _name_meetings(request, Assignment.objects.get(pk=pk))
            return redirect("center:staff", found.staff_id)
    context = {
        "assignment": found,
        "form": form,
        "begun": people.has_begun(found),
        "meetings": people.meetings_touched(found, last_day=found.ends_on),
        "why_not": people.why_not_edit_assignment(request.staff, found),
    }
    return render(request, "center/assignment.html", context, status=422 if form.errors else 200)


def _name_meetings(request: StaffRequest, ended: Assignment) -> None:
    """Which meetings lose a member by the last day of a role."""
    if touched := people.meetings_touched(ended, last_day=ended.ends_on):
        said = _(
            "This touches meetings that are not closed, where %(name)s counts and votes until that day only: %(which)s."
        )
        which = listed(f"{one} ({one.held_on.isoformat()})" for one in touched)
        messages.warning(request, said % {"name": ended.staff, "which": which})


@require_POST
@needs(MANAGE)
def assignment_end(request: StaffRequest, pk: int) -> HttpResponse:
    assignment = _assignment(request, pk)
    try:
        people.end_assignment(assignment, on=timezone.localdate(), by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Today is the last day of that role."))
        _name_meetings(request, Assignment.objects.get(pk=pk))
    return redirect("center:staff", assignment.staff_id)


@require_POST
@needs(MANAGE)
def staff_password(request: StaffRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    try:
        password = people.new_password(person, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("center:staff", pk)
    return render(request, "center/new_password.html", {"person": person, "password": password})


@require_POST
@needs(MANAGE)
def staff_unlock(request: StaffRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    try:
        people.open_lock(person, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The name is open again."))
    return redirect("center:staff", pk)


@require_POST
@needs(MANAGE)
def staff_close(request: StaffRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), WhyForm(request.POST, auto_id="close_%s")
    if form.is_valid():
        try:
            people.close_account(person, reason=form.cleaned_data["reason"], by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The account is closed; its sessions have ended."))
            return redirect("center:staff", pk)
    return _show(request, person, close_form=form)


@require_POST
@needs(MANAGE)
def factor_reset_ask(request: StaffRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), WhyForm(request.POST, auto_id="why_%s")
    if form.is_valid():
        try:
            people.ask_factor_reset(person, reason=form.cleaned_data["reason"], by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. The leader or another administrator confirms."))
            return redirect("center:staff", pk)
    return _show(request, person, reset_form=form)


def _concerned(staff: Staff) -> QuerySet[Staff]:
    """Whose second factor this person may have a word in: of their offices, as administrator or as leader."""
    offices = staff.sight(MANAGE) | staff.sight(Permission.DECIDE_FILES)
    return Staff.objects.filter(assignments__office__in=offices)


@require_GET
@needs(MANAGE, Permission.DECIDE_FILES)
def factor_resets(request: StaffRequest) -> HttpResponse:
    """Requests that wait for a second person."""
    waiting = ResetRequest.objects.filter(confirmed_by=None, staff__in=_concerned(request.staff)).select_related(
        "staff", "asked_by"
    )
    who = WhoForm(request.GET or None, staff=Staff.objects.managed_by(request.staff).filter(is_active=True))
    asks = who.fields["staff"].queryset.exists()  # type: ignore[attr-defined] # a ModelChoiceField
    if who.is_valid():
        return redirect("center:staff", who.cleaned_data["staff"].pk)
    rows = [(each, people.why_not_confirm_reset(request.staff, each)) for each in waiting]
    return render(request, "center/factor_resets.html", {"rows": rows, "asks": asks, "who": who})


@require_POST
@needs(MANAGE, Permission.DECIDE_FILES)
def factor_reset_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(ResetRequest, staff__in=_concerned(request.staff), pk=pk)
    try:
        people.confirm_factor_reset(asked, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The second factor was reset; the person enrols a phone at the next login."))
    return redirect("center:factor_resets")
