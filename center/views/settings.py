"""Settings: offices, standards, calendar, code lists. Each change is an action with its trail; nothing is deleted."""

from __future__ import annotations

import calendar as months
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from center.desk import desks
from center.forms import settings as forms
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import CalendarDay, CalendarYear, Code, CodeAlias, Office, OfficeLink, Standard, Succession
from center.permissions.offices import why_not_close_office, why_not_merge
from center.permissions.reference import why_not_correct_standard
from center.reference import list_words, standards, working_days
from center.site import versions
from center.site.guard import needs, posted
from center.site.pages import Pages
from center.views import previews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpResponse

    from center.models import Staff
    from center.site.guard import StaffRequest

REFERENCE, DECIDE, PEOPLE = Permission.MANAGE_REFERENCE, Permission.DECIDE_STANDARDS, Permission.MANAGE_STAFF
ROWS = 100


def _done(form: Any, change: Callable[[], object]) -> bool:
    """Act on a sound form; a refusal becomes its sentence."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        change()
    except versions.Clash:
        raise
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _show(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    wrong = any(getattr(value, "is_bound", False) and value.errors for value in context.values())
    return render(request, f"center/{template}", context, status=422 if wrong else 200)


@require_GET
@needs(PEOPLE, REFERENCE, DECIDE)
def settings_home(request: StaffRequest) -> HttpResponse:
    """Where everything that the office decides is kept; what is missing stands on top."""
    staff = request.staff
    warnings = working_days.warnings() + standards.warnings(_standard_offices(staff))
    context = {
        "warnings": warnings,
        "may_people": staff.may_somewhere(PEOPLE),
        "may_reference": staff.may_somewhere(REFERENCE),
        "may_standards": staff.may_somewhere(DECIDE) or staff.may_somewhere(REFERENCE),
        "desks": [page for desk in desks() for page in desk.settings(staff)],
    }
    return render(request, "center/settings.html", context)


# -- offices -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(REFERENCE)
def office_list(request: StaffRequest) -> HttpResponse:
    """The tree of a day; a new office."""
    form = forms.OfficeForm(posted(request))
    if _done(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("The office is open."))
        return redirect("center:office_list")
    day = _day(request.GET.get("on", "")) or timezone.localdate()
    return _show(request, "offices.html", {"form": form, "tree": list(_tree(day)), "on": day})


def _day(text: str) -> date | None:
    """A day out of an address; 30 February and other words are none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _tree(on: date) -> Iterator[tuple[int, Office]]:
    """(depth, office) of a day, parents before children, in two queries."""
    present = Office.objects.filter(opened_on__lte=on).filter(Q(closed_on=None) | Q(closed_on__gte=on))
    offices = {office.pk: office for office in present}
    below: dict[int, list[int]] = {}
    for child, parent in OfficeLink.objects.filter(during__contains=on).values_list("child", "parent"):
        below.setdefault(parent if parent in offices else 0, []).append(child)
    placed = {child for children in below.values() for child in children}
    waiting = [(0, pk) for pk in reversed([*below.get(0, []), *(pk for pk in offices if pk not in placed)])]
    while waiting:
        depth, pk = waiting.pop()
        if pk in offices:
            yield depth, offices[pk]
            waiting += [(depth + 1, child) for child in reversed(below.get(pk, []))]


@require_http_methods(["GET", "POST"])
@needs(REFERENCE)
def office(request: StaffRequest, pk: int) -> HttpResponse:
    """One office: name and address, its places in the tree, whom it continued; what can be done with it."""
    found = get_object_or_404(Office, pk=pk)
    step = request.POST.get("step", "")
    data = versions.chosen(request.POST) if request.method == "POST" else None
    made = {
        "rename": forms.RenameForm(data if step == "rename" else None, instance=found),
        "move": forms.PlaceForm(data if step == "move" else None, prefix="move"),
        "merge": forms.PlaceForm(data if step in {"check", "merge"} else None, prefix="merge"),
        "close": forms.CloseForm(data if step == "close" else None, prefix="close"),
    }
    try:
        if _office_changed(request, found, step, made):
            messages.success(request, _("Saved."))
            return redirect("center:office", pk)
    except versions.Clash as clash:
        return versions.answer(request, clash)
    merge = made["merge"]
    check = None
    if step == "check" and merge.is_valid():
        check = _what_moves(found, merge.cleaned_data["other"], merge.cleaned_data["on"])
    context = {
        "office": found,
        **made,
        "check": check,
        "links": found.links_up.select_related("parent").order_by("-during"),
        "below": found.links_down.filter(during__contains=timezone.localdate()).select_related("child"),
        "succeeded": Succession.objects.filter(Q(old=found) | Q(new=found)).select_related("old", "new"),
        "why_not_close": why_not_close_office(found, on=timezone.localdate()),
    }
    return _show(request, "office.html", context)


def _office_changed(request: StaffRequest, found: Office, step: str, made: dict[str, Any]) -> bool:
    staff, form = request.staff, made.get(step)
    if form is None:
        return False

    def rename() -> None:
        fresh = lambda: forms.RenameForm(None, instance=Office.objects.get(pk=found.pk))  # noqa: E731 - one line
        with versions.unchanged(form, lock=found, now=fresh):
            form.apply(by=staff)

    changes: dict[str, Callable[[], object]] = {
        "rename": rename,
        "move": lambda: form.move(found, by=staff),
        "merge": lambda: form.merge(found, by=staff),
        "close": lambda: form.apply(found, by=staff),
    }
    return _done(form, changes[step])


def _what_moves(old: Office, into: Office, on: date) -> dict[str, Any]:
    """What a merge would do, before anybody does it."""
    children = OfficeLink.objects.filter(parent=old, during__contains=on).select_related("child")
    return {
        "into": into,
        "on": on,
        "why_not": why_not_merge(old, into),
        "children": [link.child for link in children],
        "people": old.assignments.filter(Q(ends_on=None) | Q(ends_on__gte=on)).select_related("staff"),
    }


# -- standards ---------------------------------------------------------------------------------------------------------


def _standard_offices(staff: Staff) -> list[Office]:
    return list(Office.objects.filter(pk__in=staff.sight(DECIDE) | staff.sight(REFERENCE)).order_by("code"))


@require_http_methods(["GET", "POST"])
@needs(DECIDE, REFERENCE)
def standard_list(request: StaffRequest) -> HttpResponse:
    """Lines and wages by office, each with its days and its document; what ends without a successor is named."""
    offices = _standard_offices(request.staff)
    form = forms.StandardForm(posted(request))
    shown = _preview(request, form)
    if previews.was_shown(request) and _done(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("The value is entered; the one before it ends the day before."))
        return redirect("center:standards")
    rows = Standard.objects.filter(office__in=offices).select_related("office").order_by("office", "key", "-during")
    today = timezone.localdate()
    context = {
        "form": form,
        "rows": [(row, today in row.during, not why_not_correct_standard(request.staff, row)) for row in rows],
        "warnings": standards.warnings(offices),
    }
    return _show(request, "standards.html", context | shown)


@require_http_methods(["GET", "POST"])
@needs(DECIDE, REFERENCE)
def standard(request: StaffRequest, pk: int) -> HttpResponse:
    """A value that has not begun yet: it is entered anew until its day, and not after."""
    found = get_object_or_404(
        Standard.objects.select_related("office"), pk=pk, office__in=_standard_offices(request.staff)
    )
    form = forms.CorrectionForm(posted(request), standard=found)
    shown = _preview(request, form)
    if previews.was_shown(request) and _done(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("Saved."))
        return redirect("center:standards")
    context = {"standard": found, "form": form, "why_not": why_not_correct_standard(request.staff, found)}
    return _show(request, "standard.html", context | shown)


def _preview(request: StaffRequest, form: forms.StandardForm) -> dict[str, Any]:
    """What a sound figure would touch, and whether it is asked about: shown before anything is saved."""
    if not form.is_bound or not form.is_valid():
        del form.fields["sure"]
        return {}
    (key, office), value, since = form.about, form.cleaned_data["value"], form.cleaned_data["since"]
    before = standards.before(key, office=office, on=since, but=getattr(form, "standard", None))
    if not standards.is_leap(before, value):
        del form.fields["sure"]
    asked = {"office": office, "offices": Office.objects.ids_below([office.pk]), "before": before, "on": since}
    effects = [one for desk in desks() for one in desk.touched(key, value=value, **asked)]
    return {"effects": effects, "before": before, "shown": previews.stamp(request), "leap": "sure" in form.fields}


# -- calendar ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(REFERENCE)
def calendar(request: StaffRequest) -> HttpResponse:
    """A year at a glance: holidays, weekend days that are worked; the notice of the coming year."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and 2000 <= int(asked) <= 2100 else timezone.localdate().year  # noqa: PLR2004 - years
    step = request.POST.get("step", "")
    whole = forms.YearForm(request.POST if step == "year" else None, prefix="year", initial={"year": year + 1})
    single = forms.DayForm(request.POST if step == "day" else None, prefix="day")
    for form in (whole, single):
        if _done(form, lambda form=form: form.apply(by=request.staff)):  # type: ignore[misc] # bound at once
            messages.success(request, _("Saved."))
            return redirect("center:calendar")
    days = {day.day: day for day in CalendarDay.objects.filter(day__year=year)}
    entered = CalendarYear.objects.filter(year=year).first()
    context = {
        "year": year,
        "years": range(year - 1, year + 2),
        "months": [_month(year, month, days) for month in range(1, 13)],
        "entered": entered,
        "warnings": working_days.warnings(),
        "whole": whole,
        "single": single,
    }
    return _show(request, "calendar.html", context)


def _month(year: int, month: int, days: dict[date, CalendarDay]) -> dict[str, Any]:
    weeks = months.Calendar().monthdatescalendar(year, month)
    return {"first": date(year, month, 1), "weeks": [[_cell(day, month, days) for day in week] for week in weeks]}


def _cell(day: date, month: int, days: dict[date, CalendarDay]) -> dict[str, Any]:
    differs = days.get(day)
    works = day.month != month or (differs.works if differs else day.weekday() < working_days.SATURDAY)
    mark = ("" if differs is None else _("work") if differs.works else _("off")) if day.month == month else ""
    return {
        "day": day if day.month == month else None,
        "works": works,
        "mark": mark,
        "name": differs.name if differs else "",
    }


# -- code lists ----------------------------------------------------------------------------------------------------------


@require_GET
@needs(REFERENCE)
def code_lists(request: StaffRequest) -> HttpResponse:
    rows = (
        Code.objects.values("list")
        .annotate(count=Count("pk"), retired=Count("pk", filter=Q(retired_on__isnull=False)))
        .order_by("list")
    )
    called = [row | {"called": list_words.called(row["list"])} for row in rows]
    return render(request, "center/code_lists.html", {"rows": called})


@require_http_methods(["GET", "POST"])
@needs(REFERENCE)
def code_list(request: StaffRequest, list_name: str) -> HttpResponse:
    """One list: its values with national codes and days, the older words that it understands."""
    rows = Code.objects.filter(list=list_name).order_by("position", "code")
    if not rows.exists():
        raise Http404
    step = request.POST.get("step", "")
    form = forms.CodeForm(request.POST if step == "add" else None, prefix="add")
    word = forms.WordForm(request.POST if step == "word" else None, prefix="word")
    if _done(form, lambda: form.apply(list_name, by=request.staff)) or _done(
        word, lambda: word.apply(list_name, by=request.staff)
    ):
        messages.success(request, _("Saved."))
        return redirect("center:code_list", list_name)
    page = Pages(rows, ROWS).get_page(request.GET.get("page"))
    words = CodeAlias.objects.filter(list=list_name).order_by("text")
    return _show(
        request,
        "code_list.html",
        {"name": list_words.called(list_name), "page": page, "words": words, "form": form, "word": word},
    )


@require_http_methods(["GET", "POST"])
@needs(REFERENCE)
def code(request: StaffRequest, pk: int) -> HttpResponse:
    """One value: another label, or the day from which it is no longer chosen."""
    found = get_object_or_404(Code, pk=pk)
    step = request.POST.get("step", "")
    data = versions.chosen(request.POST) if step == "change" else None
    form = forms.CodeChangeForm(data, instance=found)
    retire = forms.RetireForm(
        request.POST if step == "retire" else None, prefix="retire", initial={"on": found.retired_on}
    )

    def change() -> None:
        with versions.unchanged(
            form, lock=found, now=lambda: forms.CodeChangeForm(None, instance=Code.objects.get(pk=pk))
        ):
            form.apply(by=request.staff)

    try:
        if _done(form, change) or _done(retire, lambda: retire.apply(found, by=request.staff)):
            messages.success(request, _("Saved."))
            return redirect("center:code_list", found.list)
    except versions.Clash as clash:
        return versions.answer(request, clash)
    return _show(request, "code.html", {"code": found, "form": form, "retire": retire})
