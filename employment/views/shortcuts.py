"""What every page of this room does the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from center.kernel.errors import Refusal
from center.site.guard import posted
from center.site.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.paginator import Page
    from django.db.models import Model, QuerySet
    from django.http import HttpResponse

    from center.models import Office
    from center.site.guard import StaffRequest

ROWS = 50
Rows = TypeVar("Rows", bound="QuerySet[Any]")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that can be done to a record now: its form, and why not."""

    code: str
    title: str
    form: type[Any]
    why_not: str
    at_once: bool = False  # open without being asked for: it is what comes next


def period(request: StaffRequest) -> tuple[date | None, date | None]:
    """The days of a figure, from the address; nonsense is no day."""

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(request.GET.get(name, ""))
        except ValueError:
            return None

    return day("since"), day("until")


def within(rows: Rows, column: str, request: StaffRequest) -> Rows:
    """Rows of the period, both days included."""
    since, until = period(request)
    rows = rows.filter(**{f"{column}__gte": since}) if since else rows
    return rows.filter(**{f"{column}__lte": until}) if until else rows


def page_of(request: StaffRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Pages(rows, ROWS).get_page(request.GET.get("page"))


def home_of(request: StaffRequest) -> Office:
    office = request.staff.home_office
    if office is None:
        raise Http404
    return office


def step_page(
    request: StaffRequest, template: str, record: Model, *, steps: Sequence[Step], context: dict[str, Any]
) -> HttpResponse:
    """A record and what can be done to it: one small form at a time."""
    able = [step for step in steps if not step.why_not]
    is_posted = request.method == "POST"
    wanted = request.POST.get("step", "") if is_posted else request.GET.get("step", "")
    asked = (step for step in steps if step.code == wanted) if wanted else (step for step in able if step.at_once)
    chosen = next(asked, None)
    if (wanted or is_posted) and (chosen is None or not wanted):
        raise Http404  # what is sent says which step it is; nothing happens by default
    form = chosen.form(posted(request), record=record, staff=request.staff) if chosen else None
    if chosen and form is not None and is_posted and form.is_valid():
        try:
            form.apply(by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done: %(step)s.") % {"step": chosen.title})
            return redirect(record.get_absolute_url())  # type: ignore[attr-defined] # every record of a step page has one
    shown = {"form": form, "steps": able, "chosen": chosen, **context}
    return render(request, template, shown, status=422 if form is not None and form.errors else 200)
