"""The six sections of a file; what was typed comes back when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import actions
from casework import permissions as may
from casework.forms.economy import ExclusionsForm, IncomeForm, SpendingForm
from casework.forms.papers import AccountForm, ClearForm, ConsentForm, DocumentForm
from casework.forms.people import LeaveForm, MemberForm
from casework.forms.sections import SECTIONS, HeadForm
from casework.models import BankAccount, HardshipFile, IncomeItem, Person, SpendingItem
from casework.queries import economy
from casework.queries import files as lists
from casework.views.shortcuts import (
    clear_cards,
    consents_of,
    known_of_nine,
    members_of,
    papers_of,
    say_saved,
    section_titles,
    visible,
)
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.privacy import access
from center.site import versions
from center.site.guard import needs

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from center.site.guard import StaffRequest


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_FILES)
def edit(request: StaffRequest, code: str, section: str) -> HttpResponse:
    """One section; what was typed comes back when something is wrong."""
    found = visible(request, code)
    if section == "members":
        return _edit_members(request, found)
    if section in {"economy", "papers"}:
        return _edit_parts(request, found, section)
    if section not in SECTIONS:
        raise Http404
    sees = may.sight_of(request.staff, found)
    form = SECTIONS[section](sent(request), file=found, sees=sees)
    if form.is_valid():
        try:
            with versions.unchanged(
                form, lock=found, now=lambda: SECTIONS[section](None, file=visible(request, code), sees=sees)
            ):
                form.apply(by=request.staff)
            say_saved(request, form)
            return redirect("casework:file_edit", found.code, _after(section))
        except versions.Clash as clash:
            return versions.answer(request, clash)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = _edit_context(request, found, section) | {"form": form}
    return render(request, "casework/file_edit.html", context, status=422 if form.errors else 200)


def sent(request: StaffRequest) -> QueryDict | None:
    """What was sent, the choices between two people's versions carried out; None when nothing was."""
    return versions.chosen(request.POST) if request.method == "POST" else None


def _after(section: str) -> str:
    order = list(section_titles())
    place = order.index(section) + 1
    return order[place] if place < len(order) else section


def _edit_context(request: StaffRequest, file: HardshipFile, section: str) -> dict[str, Any]:
    access_what = f"casework.file.{section}"
    if request.method == "GET":
        access.read(file, by=request.staff, what=access_what)
    return {
        "file": file,
        "section": section,
        "sections": section_titles().items(),
        "title": section_titles()[section],
        "why_not": may.why_not_edit_file(request.staff, file),
        "directly": not may.why_not_edit_directly(request.staff, file),
        "missing": may.missing_for_submission(file),
    }


def _edit_members(request: StaffRequest, file: HardshipFile) -> HttpResponse:
    data = request.POST if request.POST.get("part") == "add" else None
    sees = may.sight_of(request.staff, file)
    form = MemberForm(data, file=file, staff=request.staff, sees=sees)
    leaving = request.POST.get("member", "-") if request.POST.get("part") == "leave" else ""
    leave = _leave_form(file, leaving, request.POST if leaving else None)
    if request.method == "POST":
        try:
            if (answer := _members_changed(request, file, form, leave)) is not None:
                return answer
        except Refusal as refusal:
            (form if form.is_bound else leave).add_error(None, str(refusal))
    members = members_of(file, sees)
    context = _edit_context(request, file, "members") | {
        "form": form,
        "leave": leave,
        "leaving": leaving,
        "members": [(one, leave if one.code == leaving else _leave_form(file, one.code)) for one in members],
        "former": file.household.memberships.exclude(until=None).select_related("person"),
        "matches": form.matches if form.is_bound and form.errors else [],
    }
    return render(request, "casework/file_members.html", context, status=422 if form.errors or leave.errors else 200)


def _leave_form(file: HardshipFile, member: str, data: QueryDict | None = None) -> LeaveForm:
    """One form beside each member: its fields are told apart by whose they are."""
    place = file.household.memberships.current().filter(code=member).first() if data else None
    return LeaveForm(data, file=file, place=place, auto_id=f"leave_{member}_%s")


def _members_changed(
    request: StaffRequest, file: HardshipFile, form: MemberForm, leave: LeaveForm
) -> HttpResponse | None:
    """Where to go when something was done."""
    if form.is_bound and form.is_valid():
        form.apply(by=request.staff)
        say_saved(request, form)
        return redirect("casework:file_edit", file.code, "members")
    if leave.is_bound and leave.is_valid():
        related = file.household.memberships.current().select_related("person")
        member = get_object_or_404(related, code=request.POST.get("member", ""))
        if leave.has_died:
            return redirect("casework:death", member.person.code)
        leave.apply(member, by=request.staff)
        messages.success(request, _("Saved."))
        return redirect("casework:file_edit", file.code, "members")
    return None


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_FILES)
def member(request: StaffRequest, code: str, member: str) -> HttpResponse:
    """One member's facts: the worker's form for somebody else of the household."""
    found = visible(request, code)
    membership = get_object_or_404(found.household.memberships.current().select_related("person"), code=member)
    sees = may.sight_of(request.staff, found)
    form = HeadForm(sent(request), file=found, person=membership.person, sees=sees)
    if form.is_valid():
        try:
            with versions.unchanged(
                form,
                lock=found,
                now=lambda: HeadForm(None, file=found, person=Person.objects.get(pk=membership.person_id), sees=sees),
            ):
                form.apply(by=request.staff)
            say_saved(request, form)
            return redirect("casework:file_edit", found.code, "members")
        except versions.Clash as clash:
            return versions.answer(request, clash)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = _edit_context(request, found, "members") | {"form": form}
    return render(request, "casework/file_edit.html", context, status=422 if form.errors else 200)


def _edit_parts(request: StaffRequest, file: HardshipFile, section: str) -> HttpResponse:
    """Sections made of several small forms; `part` says which one was sent."""
    part = request.POST.get("part", "")
    people = lists.people_of(file.household)
    made: dict[str, Any] = {
        "income": lambda data: IncomeForm(data, file=file, members=people, prefix="income"),
        "spending": lambda data: SpendingForm(data, file=file, members=people, prefix="spending"),
        "exclusions": lambda data: ExclusionsForm(data, file=file, prefix="exclusions"),
        "account": lambda data: AccountForm(data, file=file, members=people, prefix="account"),
        "consent": lambda data: ConsentForm(data, request.FILES or None, file=file, prefix="consent"),
        "clear": lambda data: ClearForm(data, file=file, prefix="clear"),
        "document": lambda data: DocumentForm(data, request.FILES or None, file=file, prefix="document"),
    }
    wanted = {"economy": ("income", "spending", "exclusions"), "papers": ("document", "account", "consent", "clear")}[
        section
    ]
    forms = {name: made[name](request.POST if name == part else None) for name in wanted}
    if request.method == "POST":
        form = forms.get(part)
        try:
            if part == "drop":
                _drop(request, file)
            elif form is not None and form.is_valid():
                form.apply(by=request.staff)
            if part == "drop":
                messages.success(request, _("Saved."))
                return redirect("casework:file_edit", file.code, section)
            if form is not None and not form.errors:
                say_saved(request, form)
                return redirect("casework:file_edit", file.code, section)
        except Refusal as refusal:
            if form is None:
                messages.error(request, str(refusal))
            else:
                form.add_error(None, str(refusal))
    wrong = any(form.errors for form in forms.values())
    context = _edit_context(request, file, section) | {"forms": forms} | _parts_context(request, file, section, people)
    return render(request, f"casework/file_{section}.html", context, status=422 if wrong else 200)


def _drop(request: StaffRequest, file: HardshipFile) -> None:
    """Strike a line out; only of this household, only by its code."""
    code = request.POST.get("item", "")
    income = IncomeItem.objects.filter(household=file.household, code=code).first()
    if income:
        actions.drop_income(file, item=income, by=request.staff)
        return
    spending = get_object_or_404(SpendingItem, household=file.household, code=code)
    actions.drop_spending(file, item=spending, by=request.staff)


def _parts_context(request: StaffRequest, file: HardshipFile, section: str, people: list[Person]) -> dict[str, Any]:
    if section == "economy":
        household = file.household
        incomes = household.incomes.filter(dropped_at=None).select_related("person")
        spendings = household.spendings.filter(dropped_at=None)
        found = economy.compute(household, on=timezone.localdate(), file=file)
        return {
            "incomes": incomes,
            "spendings": spendings,
            "income_total": incomes.aggregate(total=Sum("amount"))["total"],
            "computed": found,
            "computed_label": found.verdict.label,
            "last_known": economy.last_known(file, on=found.on) if found.per_capita is None else None,
        }
    sees = may.sight_of(request.staff, file)
    accounts = BankAccount.objects.filter(holder__in=people).select_related("holder", "checked_by")
    return {
        "sees": sees,
        "documents": papers_of(file, request.staff),
        "removed": papers_of(file, request.staff, removed=True),
        "accounts": accounts if sees.account else accounts.filter(entered_by=request.staff, checked_at=None),
        "consents": consents_of(file, request.staff),
        "cards": clear_cards(file, sees),
        "nine": known_of_nine(file),
    }
