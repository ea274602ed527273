"""A death, a household that somebody leaves, a household that gets another head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casework import permissions as may
from casework.forms.deaths import DeathForm, HeadForm, LeavingForm, LivesForm, ProofForm
from casework.models import HardshipFile, Person
from casework.views.shortcuts import label_codes, visible
from center.desk import desks
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import codes
from center.models.base import subject_of
from center.papers.documents import Document
from center.privacy import access
from center.site.guard import needs, posted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm
    from django.http import HttpResponse

    from casework.models import Death
    from casework.models.file import HardshipFileQuerySet
    from center.site.guard import StaffRequest

P = Permission


def _done(form: BaseForm, change: Callable[[], object]) -> bool:
    """Carried out; a refusal becomes the form's own sentence."""
    if not form.is_valid():
        return False
    try:
        change()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _person(request: StaffRequest, code: str) -> Person:
    people = Person.objects.ever_visible_to(request.staff).filter(joined_into=None)
    found = get_object_or_404(people, code=code)
    access.read(found, by=request.staff, what="casework.person")
    return found


@require_GET
@needs(P.EDIT_FILES, P.REVIEW_FILES, P.DECIDE_FILES)
def death_first(request: StaffRequest) -> HttpResponse:
    """From the list of files: first the person."""
    return render(request, "casework/death_first.html")


@require_http_methods(["GET", "POST"])
@needs(P.EDIT_FILES, P.REVIEW_FILES, P.DECIDE_FILES)
def death(request: StaffRequest, code: str) -> HttpResponse:
    """Record a death, with what it stops on the same page; bring its paper; take it back."""
    person = _person(request, code)
    standing = person.deaths.standing().select_related("recorded_by", "proved_by").first()
    part = request.POST.get("part", "")
    form = DeathForm(posted(request), request.FILES or None)
    proof = ProofForm(request.POST if part == "proof" else None, request.FILES or None)
    lives = LivesForm(request.POST if part == "lives" else None, death=standing)
    if request.method == "POST" and _carry_out(request, person, standing, form=form, proof=proof, lives=lives):
        messages.success(request, _("Saved."))
        return redirect("casework:death", person.code)
    context = {
        "person": person,
        "death": standing,
        "evidence": codes.label("death_evidence", standing.evidence) if standing else "",
        "papers": _papers(standing, request) if standing else [],
        "form": form if not standing else None,
        "proof": proof,
        "lives": lives,
        "why_not": may.why_not_record_death(request.staff, person),
        "why_not_prove": may.why_not_prove_death(request.staff, standing) if standing else "",
        "why_not_revoke": may.why_not_revoke_death(request.staff, standing) if standing else "",
        "work": [work for each in desks() for work in each.open_work(person)],
        "headed": _living(person).first(),
        "earlier": person.deaths.exclude(revoked_at=None).select_related("recorded_by", "revoked_by"),
    }
    shown = [proof, lives] if standing else [form]
    refused = any(each.is_bound and each.errors for each in shown)
    return render(request, "casework/death.html", context, status=422 if refused else 200)


def _living(person: Person) -> HardshipFileQuerySet:
    """Living files of households that this person heads, or headed until death."""
    return HardshipFile.objects.living().filter(household__head=person)


def _carry_out(
    request: StaffRequest,
    person: Person,
    standing: Death | None,
    *,
    form: DeathForm,
    proof: ProofForm,
    lives: LivesForm,
) -> bool:
    if standing is None:
        return _done(form, lambda: form.apply(person, by=request.staff))
    if request.POST.get("part") == "proof":
        return _done(proof, lambda: proof.apply(standing, by=request.staff))
    if request.POST.get("part") == "lives":
        return _done(lives, lambda: lives.apply(standing, by=request.staff))
    raise Http404


def _papers(standing: Death, request: StaffRequest) -> list[Document]:
    if may.why_not_read_death_paper(request.staff, standing):
        return []
    return list(Document.objects.filter(subject=subject_of(standing), removed_at=None).order_by("-pk"))


@require_http_methods(["GET", "POST"])
@needs(P.EDIT_FILES)
def leave(request: StaffRequest, code: str) -> HttpResponse:
    """Out of a household whose file has ended; a file of one's own can be begun afterwards."""
    person = _person(request, code)
    membership = person.memberships.current().select_related("household__head").first()
    household = membership.household if membership else None
    form = LeavingForm(posted(request), place=membership)
    if request.method == "POST" and _done(form, lambda: form.apply(person, by=request.staff)):
        messages.success(request, _("Done. A file of their own can be opened now."))
        return redirect("casework:person", person.code)
    context = {
        "person": person,
        "household": household,
        "ended": household.files.order_by("-pk").first() if household else None,
        "form": form,
        "why_not": may.why_not_leave(request.staff, person, household),
    }
    return render(request, "casework/leave.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(P.EDIT_FILES)
def head(request: StaffRequest, code: str) -> HttpResponse:
    """户主变更: another member becomes the head, after a second person has confirmed it."""
    found = visible(request, code)
    form = HeadForm(posted(request), request.FILES if request.method == "POST" else None, file=found)
    if request.method == "POST" and _done(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("Proposed. A second person confirms it."))
        return redirect("casework:file", found.code)
    label_codes(found)
    context = {
        "file": found,
        "former": found.household.head,
        "form": form,
        "why_not": may.why_not_propose_change(request.staff, found),
    }
    return render(request, "casework/head.html", context, status=422 if form.errors else 200)
