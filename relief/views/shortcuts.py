"""What every page of this room does the same way."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import Objection
from center.models.base import subject_of
from center.site.pages import Pages
from center.site.versions import Clash
from center.views.papers import openable
from relief.desk.dossier import dossier_of
from relief.models import Application

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django import forms
    from django.core.paginator import Page
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from center.models import Office
    from center.site.guard import StaffRequest

Result = TypeVar("Result")
ROWS = 50
WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def whole(text: str | None) -> int | None:
    """A whole number out of an address or a button; anything else is none."""
    return int(text) if text and WHOLE.fullmatch(text) else None


def act(form: forms.BaseForm, change: Callable[[], Result]) -> Result | None:
    """Do it when the form is sound; a refusal becomes the form's own sentence."""
    if not form.is_valid():
        return None
    try:
        return change()
    except Clash:
        raise  # its answer is the page of both versions
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def show(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page; 422 when one of its forms was refused."""
    refused = any(getattr(value, "is_bound", False) and value.errors for value in context.values())
    return render(request, f"relief/{template}", context, status=422 if refused else 200)


def attempt(request: StaffRequest, change: Callable[[], object], *, done: str, back: str) -> HttpResponse:
    """A button without fields: do it, say so, go back; a refusal is said the same way."""
    try:
        change()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back)


def found_application(request: StaffRequest, code: str) -> Application:
    """The application with what its pages read beside it; another office's is not there."""
    rows = Application.objects.visible_to(request.staff).with_people().select_related("household", "visit", "opened_by")
    return get_object_or_404(rows, code=code)


def page_of(request: StaffRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Pages(rows, ROWS).get_page(request.GET.get("page"))


def period_asked(request: StaffRequest) -> tuple[date, date] | None:
    """The days `since` and `until` of an address; none when it names none; words that are no days are not there."""
    if not request.GET.get("since"):
        return None
    try:
        return date.fromisoformat(request.GET["since"]), date.fromisoformat(request.GET.get("until", ""))
    except ValueError as error:
        raise Http404 from error


def home_of(request: StaffRequest) -> Office:
    office = request.staff.home_office
    if office is None:
        raise Http404
    return office


def judged_on(
    request: StaffRequest, application: Application, *, facts: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Everything that whoever decides should see, with the papers that this person may open."""
    masked = not request.staff.may(Permission.READ_APPLICATIONS, application.office_id)
    health = request.staff.may(Permission.READ_HEALTH, application.office_id)
    case = dossier_of(application, masked=masked, health=health, facts=facts)
    notice = Objection.objects.filter(entry__subject=subject_of(application))
    return {
        **case.context,
        "openable": openable(case.papers, request.staff),
        "papers_at": reverse("center:home") + "documents/",
        "objections": notice.select_related("entry__notice", "answered_by").order_by("pk"),
    }
