"""困难职工档案: everything about one household on one page, and the last computation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import permissions as may
from casework.enums import LIVING, FileStatus
from casework.models import BankAccount
from casework.queries import economy, timeline
from casework.queries import files as lists
from casework.queries.search import detail_of
from casework.views.shortcuts import (
    clear_cards,
    consents_of,
    difference_labels,
    ending_of,
    known_of_nine,
    label_codes,
    members_of,
    moment_of,
    papers_of,
    section_titles,
    visible,
)
from casework.views.steps import MAIN, possible
from center.desk import desks
from center.kernel.roles import Permission
from center.privacy import access
from center.site.guard import needs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from casework.models import HardshipFile, Person
    from center.desk import OpenWork
    from center.site.guard import StaffRequest

P = Permission
MOVERS = (P.REVIEW_FILES, P.DECIDE_FILES)  # to them a step that waits is worth its sentence


@require_http_methods(["GET"])
@needs(P.READ_FILES)
def file(request: StaffRequest, code: str) -> HttpResponse:
    """困难职工档案: everything about one household on one page."""
    found = visible(request, code)
    household = found.household
    head = household.head
    people = lists.people_of(household)
    today = timezone.localdate()
    access.read(found, by=request.staff, what="casework.file")
    label_codes(found)
    aid = lists.aid_given(people, since=today - timedelta(days=365 * 20), until=today)
    year = [one for one in aid if one.on > today - timedelta(days=365)]
    entries = sorted(timeline.past_of(found, by=request.staff), key=moment_of, reverse=True)
    kind = request.GET.get("kind", "")
    steps = possible(request.staff, found)
    main = next((row for row in steps if row[0] == MAIN.get(FileStatus(found.status))), None)
    assessment = economy.latest(household.pk)
    sees = may.sight_of(request.staff, found)
    context = {
        "file": found,
        "sees": sees,
        "why_not_print": may.why_not_print_file(request.staff, found),
        "household": household,
        "head": head,
        "head_detail": detail_of(head),
        "joined": head.joined.all(),
        "ending": ending_of(found),
        "writes": _writes(request, found),
        "receives": request.staff.may(P.LOG_VISITS, found.office_id),
        "lives": found.status in LIVING,
        "may_change_head": found.status in LIVING and (len(people) > 1 or (head.died_on and people)),
        "head_is_dead": may.why_not_of_the_living(found),
        "ends": next((row for row in steps if row[0] in {"cancel", "withdraw"} and not row[2]), None),
        "sentence": timeline.sentence_of_file(found),
        "next": timeline.next_deadline(found),
        "cards": clear_cards(found, sees),
        "nine": known_of_nine(found),
        "members": members_of(found, sees),
        "aid": aid[:12],
        "aid_year": (len(year), sum((one.amount for one in year), 0)),
        "aid_all": (len(aid), sum((one.amount for one in aid), 0)),
        "entries": [entry for entry in entries if not kind or entry.kind == kind][:60],
        "under_way": _under_way(people) if _writes(request, found) else (),
        "kind": kind,
        "kinds": _kinds(),
        "services": [service for each in desks() for service in each.services(head, by=request.staff)],
        "moves": main is not None
        and (not main[2] or found.is_open_for_edits or any(request.staff.may(one, found.office_id) for one in MOVERS)),
        "open_steps": [row for row in steps if not row[2]],
        "main": main,
        "assessment": assessment,
        "differences": lists.differences(found, assessment) if assessment else [],
        "difference_labels": difference_labels(),
        "changes": found.changes.open().select_related("proposed_by"),
        "home_visits": found.home_visits.select_related("first_visitor", "second_visitor")[:5],
        "account": BankAccount.objects.current().filter(holder__in=people).select_related("holder").first(),
        "consents": consents_of(found, request.staff),
        "documents": papers_of(found, request.staff),
        "why_not_edit": may.why_not_edit_file(request.staff, found),
        "sections": section_titles().items(),
    }
    return render(request, "casework/file.html", context)


def _writes(request: StaffRequest, file: HardshipFile) -> bool:
    return any(request.staff.may(one, file.office_id) for one in (P.EDIT_FILES, P.REVIEW_FILES, P.DECIDE_FILES))


def _under_way(people: list[Person]) -> list[OpenWork]:
    """What is begun for anybody of the household and not finished, drafts too; each once."""
    found = (work for person in people for each in desks() for work in each.open_work(person))
    return list(dict.fromkeys(found))


def _kinds() -> list[tuple[str, str]]:
    return [
        ("", _("all")),
        ("visit", _("visits")),
        ("money", _("money")),
        ("home_visit", _("home visits")),
        ("change", _("changes")),
        ("file", _("the file")),
    ]


@require_http_methods(["GET"])
@needs(P.READ_FILES)
def assessment(request: StaffRequest, code: str) -> HttpResponse:
    """The last computation, line by line, and every difference from what was declared."""
    found = visible(request, code)
    label_codes(found)
    last = economy.latest(found.household_id)
    context = {
        "file": found,
        "assessment": last,
        "verdict": last.get_verdict_display() if last else "",
        "earlier": found.household.assessments.select_related("made_by")[1:10],
        "differences": lists.differences(found, last) if last else [],
        "difference_labels": difference_labels(),
        "why_not": may.why_not_assess(request.staff, found),
    }
    return render(request, "casework/assessment.html", context)
