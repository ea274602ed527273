"""Changes that wait for a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import permissions as may
from casework.enums import ChangeKind, ChangeStatus, Exclusion, HeadChange, IncomeKind, Leaving, SpendingKind
from casework.forms.steps import ChangeDecisionForm
from casework.models import ChangeRequest, Membership, Person
from casework.queries.grants import grants_after_change
from casework.views.visits import PER_PAGE
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import Document, codes
from center.models.base import subject_of
from center.privacy.masks import person_name
from center.privacy.secret import doubt_of
from center.site.guard import needs, posted
from center.site.pages import Pages
from center.views.papers import openable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from center.models import Staff
    from center.site.guard import StaffRequest


@require_http_methods(["GET"])
@needs(Permission.REVIEW_FILES, Permission.DECIDE_FILES, Permission.EDIT_FILES, Permission.AUDIT)
def changes(request: StaffRequest) -> HttpResponse:
    """What waits for a second person, oldest first; what was decided, newest first."""
    chosen = {"state": request.GET.get("state", ""), "kind": request.GET.get("kind", "")}
    if chosen["state"] not in ChangeStatus.values:
        chosen["state"] = ChangeStatus.PROPOSED
    found = ChangeRequest.objects.visible_to(request.staff).filter(status=chosen["state"])
    if chosen["kind"] in ChangeKind.values:
        found = found.filter(kind=chosen["kind"])
    found = found.select_related("file__household__head", "proposed_by", "decided_by")
    order = "pk" if chosen["state"] == ChangeStatus.PROPOSED else "-decided_at"
    page = Pages(found.order_by(order), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen, "states": ChangeStatus.choices, "kinds": ChangeKind.choices}
    return render(request, "casework/changes.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.REVIEW_FILES, Permission.DECIDE_FILES, Permission.EDIT_FILES, Permission.AUDIT)
def change(request: StaffRequest, code: str) -> HttpResponse:
    """Before and after, side by side; confirm or refuse."""
    related = ("file__household__head", "proposed_by", "decided_by", "account__holder")
    found = get_object_or_404(ChangeRequest.objects.visible_to(request.staff).select_related(*related), code=code)
    form = ChangeDecisionForm(posted(request), change=found)
    if form.is_valid():
        try:
            form.apply(found, verdict=request.POST.get("verdict", ""), by=request.staff)
            messages.success(request, _("Done."))
            return redirect("casework:changes")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    sees_account = request.staff.pk == found.proposed_by_id or not may.why_not_read_account(request.staff, found.file)
    context = {
        "change": found,
        "form": form,
        "deed": _deed(found),
        "rows": _change_rows(found),
        "sees_account": sees_account,
        "doubt": doubt_of(found.account.card) if found.account and sees_account else "",
        "scans": _scans(found, request.staff),
        "grants": grants_after_change(found) if found.status == ChangeStatus.PROPOSED else (),
        "why_not_confirm": may.why_not_confirm_change(request.staff, found),
        "why_not_refuse": may.why_not_refuse_change(request.staff, found),
    }
    return render(request, "casework/change.html", context, status=422 if form.errors else 200)


def _scans(change: ChangeRequest, staff: Staff) -> list[Document]:
    """The scans of the card that this person may open; each look is logged."""
    kept = Document.objects.filter(subject=subject_of(change.file), kind="bank_card", removed_at=None)
    papers = list(kept.order_by("-pk")[:5])
    opening = openable(papers, staff)
    return [paper for paper in papers if paper.code in opening]


def _labels() -> dict[str, str]:
    """Facts of a change in words, in the order in which they are shown; the rest is for the machine alone."""
    return {
        "person": _("Person"),
        "full_name": _("Name"),
        "id_number": _("ID number"),
        "exclusions": _("Exclusions"),
        "left": _("Why this person leaves"),
        "why": _("Why"),
        "on": _("From the day"),
        "relation": _("Relation to the head"),
        "relations": _("Relation to the new head"),
        "until": _("Until"),
        "kind": _("Kind"),
        "amount": _("Amount in yuan"),
        "month": _("Month"),
        "year_ending_on": _("Twelve months ending on"),
        "evidence": _("Evidence"),
        "category": _("Hardship category"),
        "bank": _("Bank"),
    }


def _change_rows(change: ChangeRequest) -> list[tuple[str, object, object]]:
    """Fact, before, after: codes in words, people by name; the card stands below, behind its mask."""
    return [
        (label, _said(name, change.old), _said(name, change.new))
        for name, label in _labels().items()
        if name in change.old or name in change.new
    ]


def _said(name: str, facts: dict[str, Any]) -> object:
    value = facts.get(name)
    if not value:
        return ""
    if name in SAID:
        return SAID[name](value)
    if name == "kind":
        kinds = IncomeKind if facts.get("do") == "income" else SpendingKind
        return kinds(value).label
    return value


def _person_named(key: int) -> object:
    person = Person.objects.filter(pk=key).first()
    return person_name(person.full_name) if person else ""


def _relations(value: dict[str, str]) -> object:
    members = Membership.objects.filter(code__in=value).select_related("person")
    said = ((person_name(one.person.full_name), codes.label("relation", value[one.code])) for one in members)
    return format_html_join(", ", "{} {}", said)


SAID: dict[str, Callable[[Any], object]] = {
    "person": _person_named,
    "full_name": person_name,
    "exclusions": lambda value: listed(Exclusion(one).label for one in value),
    "why": lambda value: HeadChange(value).label,
    "left": lambda value: Leaving(value).label,
    "relations": _relations,
    "category": lambda value: codes.label("hardship_category", value),
    "relation": lambda value: codes.label("relation", value),
}


def _deed(change: ChangeRequest) -> str:
    """What would happen, in words."""
    deeds = {
        "add": _("A member joins the household"),
        "end": _("A member leaves the household"),
        "head": _("Another member becomes the head"),
        "name": _("Somebody is on record under another name"),
        "number": _("Somebody is on record under another ID number"),
        "exclude": _("What stands against the household changes"),
        "income": _("Income is added"),
        "spending": _("Spending is added"),
    }
    return deeds.get(change.new.get("do", ""), "")
