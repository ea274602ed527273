"""The workbench, search, tasks, help: pages that join what the desks answer."""

from __future__ import annotations

import sys
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from center import desk, manual, normal, numbering, shortcuts, waiting
from center.roles import Permission
from center.views import halted
from center.views.guard import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from center.models import Staff
    from center.views.guard import StaffRequest

HALF = 6  # of twelve columns
SHOWN_PER_GROUP = 8
LONGEST_QUERY = 100


@require_GET
@needs(Permission.USE_THE_SHELL)
def home(request: StaffRequest) -> HttpResponse:
    """The workbench: what waits for this person, then the blocks of each desk, most used top left."""
    blocks = sorted(chain.from_iterable(each.home(request.staff) for each in desk.desks()), key=attrgetter("position"))
    broad = [block for block in blocks if block.width > HALF]
    shown = {"broad": broad, "blocks": [block for block in blocks if block not in broad]}
    return render(request, "center/home.html", shown | {"groups": grouped_tasks(request)})


@require_GET
@needs(Permission.USE_THE_SHELL)
def tasks(request: StaffRequest) -> HttpResponse:
    """Everything this person can act on now, grouped by what is to be done, the most urgent first."""
    return render(request, "center/tasks.html", {"groups": grouped_tasks(request)})


def grouped_tasks(request: StaffRequest) -> list[tuple[str, list[desk.Task]]]:
    """(verb, tasks), late ones first within a group; groups in the order of their most urgent task."""
    late = timezone.localdate().replace(year=9999)
    found = waiting.ordered(waiting.tasks_for(request, request.staff))
    groups = [(verb, list(each)) for verb, each in groupby(found, key=lambda task: task.verb)]
    return sorted(groups, key=lambda group: min(task.due or late for task in group[1]))


@require_http_methods(["GET", "POST"])
@needs(Permission.USE_THE_SHELL)
def search(request: StaffRequest) -> HttpResponse:
    """Results of the search box. The words travel in the body, never in the address."""
    query = words_of(request)
    return render(request, "center/search.html", {"query": query, "groups": grouped_hits(query, request.staff)})


@require_http_methods(["POST"])
@needs(Permission.USE_THE_SHELL)
def suggest(request: StaffRequest) -> HttpResponse:
    """The list under the search box, while typing."""
    query = words_of(request)
    groups = [(label, hits[:SHOWN_PER_GROUP]) for label, hits in grouped_hits(query, request.staff)]
    return render(request, "center/search.html#hits", {"query": query, "groups": groups})


def words_of(request: HttpRequest) -> str:
    """What was typed into a search box; nothing that people look for is longer."""
    return request.POST.get("q", "").strip()[:LONGEST_QUERY]


def grouped_hits(query: str, staff: Staff) -> list[tuple[str, list[desk.Hit]]]:
    """(group, hits) of all desks; a single character finds nothing, for it would find everybody."""
    if len(query) < 2 and not any(letter >= chr(0x3400) for letter in query):  # noqa: PLR2004 - two letters
        return []
    labels = {
        "person": pgettext("found", "People"),
        "application": _("Applications"),
        "payment": _("Payments"),
        "batch": _("Batches"),
        "voucher": _("Vouchers"),
        "employer": _("Employers"),
        "case": _("Cases"),
        "matter": _("Matters"),
        "visit": _("Visits"),
        "notice": _("Notices"),
        "meeting": _("Meetings"),
        "paper": _("Papers issued"),
    }
    query = numbering.written_out(normal.fold(query))
    hits = list(chain.from_iterable(each.hits(query, by=staff) for each in desk.desks()))
    return [
        (label, sorted((hit for hit in hits if hit.group == group), key=attrgetter("rank")))
        for group, label in labels.items()
        if any(hit.group == group for hit in hits)
    ]


@require_GET
@needs(Permission.USE_THE_SHELL)
def help_page(request: StaffRequest) -> HttpResponse:
    """What the manual says about a page, its keys, its words, and whom to call."""
    page = request.GET.get("page", "center:home")
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return render(
        request, "center/help.html", {"section": manual.section(page, language), "all": manual.sections(language)}
    )


@require_GET
@needs(Permission.USE_THE_SHELL)
def keys(request: StaffRequest) -> HttpResponse:
    """The card of one's own keys, to be printed for the desk."""
    held = shortcuts.of_staff(request.staff)
    return render(
        request,
        "center/keys.html",
        {"rows": [(held[code], label) for code, label in shortcuts.labels(request.staff).items()]},
    )


@require_GET
@needs(Permission.USE_THE_SHELL)
def glossary(request: StaffRequest) -> HttpResponse:
    return render(request, "center/glossary.html", {"words": manual.words()})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return halted.too_big(request)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"sentence": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled; a database that is away is not a fault of the page."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return halted.not_ready(request)
    return render(request, "500.html", status=500)
