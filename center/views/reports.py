"""Figures for the leader, the officer and the auditor: every number opens its rows."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from center import desk
from center.kernel.roles import Permission
from center.queries import figures
from center.site.guard import needs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

FIRST_YEAR = 2008


@require_GET
@needs(Permission.READ_FIGURES)
def report(request: StaffRequest) -> HttpResponse:
    """The year's figures of all desks, as the work report lists them; each is counted from rows, never typed."""
    this_year = timezone.localdate().year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and FIRST_YEAR <= int(asked) <= this_year else this_year
    since, until = figures.year(year)
    offices = figures.offices_seen(request.staff, Permission.READ_FIGURES, until)
    found = figures.of_period(since=since, until=until, offices=offices)
    named = {each.code: str(each.name) for each in desk.desks()}
    groups = [
        (named.get(room, room), list(each))
        for room, each in groupby(found, key=lambda figure: figure.code.split(".")[0])
    ]
    context = {"year": year, "years": range(this_year, this_year - 5, -1), "groups": groups, "now": timezone.now()}
    return render(request, "center/report.html", context)
