"""The workbench, search, tasks, help: pages that join what the desks answer."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from center import desk
from center.kernel import normal
from center.kernel.roles import Permission
from center.models import VoidNumber
from center.permissions.turns import who_can
from center.reference import numbering
from center.site import error_pages, manual, shortcuts, task_inbox
from center.site.guard import needs, opens
from center.site.pages import Pages

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from center.models import Staff
    from center.site.guard import StaffRequest

HALF = 6  # of twelve columns
SHOWN_PER_GROUP = 8
TASKS_PER_GROUP, TASKS_PER_PAGE = 20, 50
LONGEST_QUERY = 100
FEWEST = 5  # characters of a number
PLACE = "PERSON"  # in a path, where the code of the person goes
BEGINS_WITH = frozenset({"person"})


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
    groups = grouped_tasks(request)
    kind = request.GET.get("kind", "")
    whole = next((group for group in groups if any(task.code == kind for task in group.tasks)), None)
    if whole is None:
        return render(request, "center/tasks.html", {"groups": groups})
    page = Pages(whole.tasks, TASKS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "center/tasks_of_one_kind.html", {"group": whole, "page": page})


@dataclass(frozen=True)
class TaskGroup:
    """What is to be done, to how much of it, the late ones first."""

    verb: str
    tasks: list[desk.Task]

    @property
    def count(self) -> str:
        """How many there are; a desk that was asked for no more says that there are more."""
        most = max(Counter(task.code for task in self.tasks).values())
        return f"{len(self.tasks)}+" if most >= desk.TASKS_MOST else str(len(self.tasks))

    @property
    def first(self) -> list[desk.Task]:
        return self.tasks[:TASKS_PER_GROUP]

    @property
    def is_cut(self) -> bool:
        return len(self.tasks) > TASKS_PER_GROUP

    @property
    def kind(self) -> str:
        return self.tasks[0].code

    @property
    def together(self) -> str:
        """Where several are done at once, when there are several."""
        pages = [task.together for task in self.tasks if task.together]
        return pages[0] if len(pages) > 1 else ""


def grouped_tasks(request: StaffRequest) -> list[TaskGroup]:
    """Groups in the order of their most urgent task."""
    late = timezone.localdate().replace(year=9999)
    found = task_inbox.ordered(task_inbox.tasks_for(request, request.staff))
    groups = [TaskGroup(verb, list(each)) for verb, each in groupby(found, key=lambda task: task.verb)]
    return sorted(groups, key=lambda group: min(task.due or late for task in group.tasks))


@require_http_methods(["GET", "POST"])
@needs(Permission.USE_THE_SHELL)
def search(request: StaffRequest) -> HttpResponse:
    """Results of the search box. The words travel in the body, never in the address."""
    query = words_of(request)
    groups = grouped_hits(query, request.staff)
    unseen = [] if groups else said_of_number(query, request.staff)
    return render(request, "center/search.html", {"query": query, "groups": groups, "unseen": unseen})


@require_http_methods(["POST"])
@needs(Permission.USE_THE_SHELL)
def suggest(request: StaffRequest) -> HttpResponse:
    """The list under the search box, while typing."""
    query = words_of(request)
    groups = [(label, hits[:SHOWN_PER_GROUP]) for label, hits in grouped_hits(query, request.staff)]
    unseen = [] if groups else said_of_number(query, request.staff)
    return render(request, "center/search.html#hits", {"query": query, "groups": groups, "unseen": unseen})


@require_http_methods(["POST"])
@needs(Permission.USE_THE_SHELL)
def find_person(request: StaffRequest) -> HttpResponse:
    """Whom a page is to begin with: each of those found leads back to it. The words travel in the body."""
    to, name, query = request.POST.get("to", ""), request.POST.get("name", ""), words_of(request)
    if not url_has_allowed_host_and_scheme(to, allowed_hosts=None) or name not in BEGINS_WITH:
        raise Http404
    groups = grouped_hits(query, request.staff)
    found = [hit for _label, hits in groups for hit in hits if hit.person]
    context = {
        "query": query,
        "to": to,
        "name": name,
        "people": [(_led_on(to, name, hit.person), hit) for hit in found],
        "unseen": [] if groups else said_of_number(query, request.staff),
    }
    return render(request, "center/find_person.html#found" if request.htmx else "center/find_person.html", context)


def _led_on(to: str, name: str, code: str) -> str:
    if PLACE in to:
        return to.replace(PLACE, code)
    return f"{to}{'&' if '?' in to else '?'}{name}={code}"


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


def said_of_number(query: str, staff: Staff) -> list[str]:
    """What there is to say of a number that finds nothing here: whose it is to see, that it was given up, or that it is
    none. Nothing of what nobody takes for a number."""
    number = numbering.written_out(normal.fold(query.strip()))
    kept = [one for each in desk.desks() for one in each.kept(number)] if len(number) >= FEWEST else []
    hidden = [one for one in kept if not any(staff.may(each, one.office) for each in one.needs)]
    if hidden:
        return [_whose(number, one) for one in hidden]
    if void := VoidNumber.objects.filter(number=number).first():
        return [_("The number %(number)s was given up: %(reason)s.") % _given_up(void)]
    if numbering.is_whole(number):
        return [
            _("Nothing that you may see bears the number %(number)s. Compare it with the paper.") % {"number": number}
        ]
    return []


def _whose(number: str, one: desk.Kept) -> str:
    return _(
        "The number %(number)s exists (%(kind)s, %(office)s), but your role does not show it. Who can see it: %(who)s."
    ) % {
        "number": number,
        "kind": one.label,
        "office": one.office,
        "who": who_can(one.needs, one.office.pk),
    }


def _given_up(void: VoidNumber) -> dict[str, str]:
    return {"number": void.number, "reason": str(void.get_reason_display())}


@require_http_methods(["GET", "POST"])
@needs(Permission.USE_THE_SHELL)
def help_page(request: StaffRequest) -> HttpResponse:
    """What the manual says about a page and what is done there; every task; a search whose words travel in the body."""
    page, language, query = request.GET.get("page", ""), _language(), words_of(request)
    section = manual.section(page, language)
    context = {
        "query": query,
        "found": manual.search(query, language) if query else [],
        "section": section,
        "here": manual.tasks_of(page, language),
        "mine": [each for each in manual.tasks(language).values() if _is_done_by(each, request.staff)],
        "others": [each for each in manual.tasks(language).values() if not _is_done_by(each, request.staff)],
        "all": manual.sections(language),
    }
    return render(request, "center/help.html", context)


@require_GET
@needs(Permission.USE_THE_SHELL)
def help_task(request: StaffRequest, slug: str) -> HttpResponse:
    """One task step by step, who may do it, and the words of the field in it."""
    language = _language()
    task = manual.tasks(language).get(slug)
    if task is None:
        raise Http404
    may_open = partial(opens, request.staff)
    context = {
        "task": task,
        "blocks": manual.blocks(task.text, opens=may_open),
        "pages": [(one.title, one.page) for page in task.pages if (one := manual.section(page, language))],
        "words": manual.words_in(task, language),
    }
    return render(request, "center/help_task.html", context)


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _is_done_by(task: manual.Task, staff: Staff) -> bool:
    return any(staff.may_somewhere(permission) for permission in task.needs)


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
        return error_pages.too_big(request)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"sentence": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled; a database that is away is not a fault of the page."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return error_pages.not_ready(request)
    return render(request, "500.html", status=500)
