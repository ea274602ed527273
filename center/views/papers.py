"""Opening uploads and prints, and finding the record of a scanned paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from center.desk import desks
from center.forms.papers import RemovalForm
from center.kernel.errors import Refusal
from center.kernel.records import pages_of
from center.models import Document, IssuedDocument, codes
from center.papers import documents, prints
from center.permissions.papers import why_not_remove
from center.site.guard import StaffRequest, opens, posted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model
    from django.http import HttpRequest

    from center.models import Staff


@require_GET
def document(request: HttpRequest, code: str) -> HttpResponse:
    """An upload's bytes, for whoever may see the record that it belongs to."""
    staff = cast("Staff", request.user)
    found = get_object_or_404(Document, code=code, removed_at=None)
    record_of(found.subject, staff)
    may_open(found.subject, found.kind, staff)
    return as_file(documents.open_document(found, by=staff), found.content_type, found.file_name)


@require_http_methods(["GET", "POST"])
def remove(request: StaffRequest, code: str) -> HttpResponse:
    """A paper that lies with the wrong record is taken off it, with the reason."""
    paper = get_object_or_404(Document.objects.select_related("added_by"), code=code, removed_at=None)
    record: Any = record_of(paper.subject, request.staff)
    may_open(paper.subject, paper.kind, request.staff)
    form = RemovalForm(posted(request))
    if form.is_valid():
        try:
            documents.remove(paper, reason=form.cleaned_data["reason"], by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The paper was taken off."))
            back = record.get_absolute_url()
            return redirect(back if opens(request.staff, back) else "center:home")
    context = {
        "paper": paper,
        "label": codes.label("attachment_type", paper.kind),
        "record": record,
        "form": form,
        "why_not": why_not_remove(request.staff, paper),
    }
    return render(request, "center/document_remove.html", context, status=422 if form.errors else 200)


@require_POST
def issued(request: HttpRequest, code: str) -> HttpResponse:
    """One more copy of an issued print: the same bytes, counted."""
    staff = cast("Staff", request.user)
    found = get_object_or_404(IssuedDocument, code=code)
    record_of(found.subject, staff)
    may_open(found.subject, found.kind, staff)
    pdf, copy = prints.reprint(found, by=staff)
    response = as_file(pdf, "application/pdf", f"{found.code}.pdf")
    response["X-Copy"] = str(copy)
    return response


@require_GET
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """/s/<code>: where a scanned paper leads. A misread code says so."""
    staff = cast("Staff", request.user)
    found = prints.find(code)
    if found is None:
        raise Http404(_("This code was misread or is not one of ours. Scan it again."))
    pages = pages_of(record_of(found.subject, staff))
    if not pages:
        raise Http404(_("This record has no page."))
    return redirect(next((page for page in pages if opens(staff, page)), pages[0]))


def record_of(subject: str, staff: Staff) -> Model:
    """The record behind a subject, if this person may see it; 404 otherwise."""
    label, _colon, pk = subject.partition(":")
    try:
        rows = apps.get_model(label)._default_manager.all()
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if not hasattr(rows, "visible_to") or not pk.isdigit():
        raise Http404
    record: Model = get_object_or_404(rows.visible_to(staff), pk=pk)
    return record


def openable(papers: Sequence[Document], staff: Staff) -> set[str]:
    """The codes of those that this person may open; some that a record shows were kept with another one."""
    opening = {key for key in {(paper.subject, paper.kind) for paper in papers} if _opens(*key, staff)}
    return {paper.code for paper in papers if (paper.subject, paper.kind) in opening}


def openable_here(papers: Sequence[Document], staff: Staff) -> set[str]:
    """The same beside a record that is shown already: only the kind of each paper is asked about."""
    return {paper.code for paper in papers if not why_not_of_kind(paper.subject, paper.kind, staff)}


def why_not_of_kind(subject: str, kind: str, staff: Staff) -> str:
    return next(filter(None, (desk.why_not_open(subject, kind=kind, by=staff) for desk in desks())), "")


def _opens(subject: str, kind: str, staff: Staff) -> bool:
    try:
        record_of(subject, staff)
        may_open(subject, kind, staff)
    except (Http404, PermissionDenied):
        return False
    return True


def may_open(subject: str, kind: str, staff: Staff) -> None:
    """Seeing a record is not yet seeing every paper of it; the desks know."""
    if why_not := why_not_of_kind(subject, kind, staff):
        raise PermissionDenied(why_not)


def as_file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
    return response
