"""Hardship files: lists, the start, the one-page view, sections, steps, changes to confirm."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import permissions as may
from casework.enums import Block, FileStatus, Know, Verdict
from casework.forms.choices import code_list
from casework.forms.files import StartForm
from casework.forms.steps import STEPS
from casework.models import (
    BankAccount,
    HardshipFile,
    Membership,
    Person,
)
from casework.queries import economy, figures, timeline
from casework.queries import files as lists
from casework.queries.search import detail_of, tail_of
from casework.views.visits import PER_PAGE, _day, office_of, posted
from center import codes
from center.desk import desks
from center.documents import Document
from center.errors import Refusal
from center.models.base import subject_of
from center.privacy import access
from center.roles import Permission
from center.views.guard import needs

if TYPE_CHECKING:
    from casework.models.file import HardshipFileQuerySet
    from center.models import Staff
    from center.views.guard import StaffRequest

P = Permission
READERS = (P.READ_FILES,)
WHY_NOT = {
    "submit": may.why_not_submit,
    "review": may.why_not_review,
    "home_visit": may.why_not_record_home_visit,
    "send": may.why_not_skip_notice,
    "decide": may.why_not_decide,
    "return": may.why_not_return,
    "refuse": may.why_not_refuse,
    "recheck": may.why_not_recheck,
    "assess": may.why_not_assess,
    "category": may.why_not_propose_change,
    "monitor": may.why_not_monitor,
    "exit": may.why_not_end,
    "cancel": may.why_not_end,
    "convert": may.why_not_convert,
    "withdraw": may.why_not_withdraw,
    "reopen": may.why_not_reopen,
    "archive": may.why_not_archive,
    "paper": may.why_not_edit_file,
    "national": may.why_not_edit_file,
}
# The step that moves the file on, by state: the page's one primary button.
MAIN = {
    FileStatus.DRAFT: "submit",
    FileStatus.RETURNED: "submit",
    FileStatus.SUBMITTED: "review",
    FileStatus.SURVEY: "home_visit",
    FileStatus.PENDING: "decide",
    FileStatus.ACTIVE: "recheck",
    FileStatus.MONITORING: "exit",
    FileStatus.EXITED: "archive",
    FileStatus.CANCELLED: "archive",
    FileStatus.REFUSED: "archive",
}


def step_titles() -> dict[str, str]:
    return {
        "submit": _("Submit for review"),
        "review": _("Pass the review"),
        "home_visit": _("Record a home visit"),
        "send": _("Send to the leader"),
        "decide": _("File the household"),
        "return": _("Return for supplements"),
        "refuse": _("Refuse"),
        "recheck": _("Recheck: nothing changed"),
        "assess": _("Compute eligibility"),
        "category": _("Propose another category"),
        "monitor": _("Set under monitoring"),
        "exit": _("Lifted out"),
        "cancel": _("De-register"),
        "convert": _("Make it a full file"),
        "withdraw": _("Give the draft up"),
        "reopen": _("Reopen"),
        "archive": _("Archive"),
        "paper": _("Paper file updated"),
        "national": _("Entered in the national system"),
    }


def section_titles() -> dict[str, str]:
    return {
        "person": _("The worker"),
        "household": _("Home and household"),
        "members": _("Members"),
        "economy": _("Income and spending"),
        "cause": _("Cause, needs and measures"),
        "papers": _("Account, consents, five clears"),
    }


def view_titles() -> dict[str, str]:
    return {
        "in_force": _("in force"),
        "in_hand": _("being opened"),
        "temporary": _("temporary"),
        "exited": _("lifted out"),
        "cancelled": _("ended otherwise"),
        "unchanged": _("unchanged for a year"),
        "never_helped": _("never helped"),
        "unclear": _("clears missing"),
        "differs": _("declared ≠ computed"),
        "all": _("all"),
    }


def visible(request: StaffRequest, code: str) -> HardshipFile:
    related = ("household__head__employer", "office", "owner", "filed_by")
    return get_object_or_404(HardshipFile.objects.visible_to(request.staff).select_related(*related), code=code)


# -- lists -------------------------------------------------------------------------------------------------------------


def _of_event(files: HardshipFileQuerySet, chosen: dict[str, str]) -> HardshipFileQuerySet:
    """Exactly the rows of a figure of a period."""
    since, until = _day(chosen["since"]), _day(chosen["until"])
    if chosen["event"] == "unvisited":
        start = timezone.localdate().replace(month=1, day=1)
        return lists.without_home_visit(files, since=start)
    if not since or not until:
        return files
    events = {
        "standing": lambda: figures.standing_on(files, until),
        "opened": lambda: files.exclude(number="").filter(opened_on__range=(since, until)),
        "exited": lambda: files.filter(exited_on__range=(since, until)),
        "cancelled": lambda: files.exclude(number="").filter(cancelled_on__range=(since, until)),
        "reopened": lambda: files.filter(reopened_at__date__range=(since, until)),
    }
    return events[chosen["event"]]() if chosen["event"] in events else files


@require_http_methods(["GET"])
@needs(P.READ_FILES)
def files(request: StaffRequest) -> HttpResponse:
    """The registry by saved view and filters, fifty a page."""
    names = ("view", "category", "cause", "layer", "event", "since", "until")
    chosen = {name: request.GET.get(name, "") for name in names}
    if chosen["view"] not in lists.VIEWS:
        chosen["view"] = "in_force"
    found = lists.view(HardshipFile.objects.visible_to(request.staff), chosen["view"])
    found = _of_event(found, chosen)
    for column, name in (("category", "category"), ("primary_cause", "cause"), ("layer", "layer")):
        if chosen[name]:
            found = found.filter(**{column: chosen[name]})
    page = Paginator(lists.rows(found).order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    for file in page.object_list:
        _label(file)
    context = {
        "page": page,
        "chosen": chosen,
        "views": [(code, title) for code, title in view_titles().items()],
        "categories": code_list("hardship_category"),
        "causes": code_list("hardship_cause"),
        "why_not_start": _why_not_start(request),
    }
    return render(request, "casework/files.html", context)


def _why_not_start(request: StaffRequest) -> str:
    office = request.staff.home_office
    return may.why_not_start_file(request.staff, office) if office else _("You have no office.")


def _label(file: Any) -> None:
    """Words for codes, beside the codes, so that templates stay dumb."""
    file.category_label = codes.label("hardship_category", file.category)
    file.cause_label = codes.label("hardship_cause", file.primary_cause) if file.primary_cause else ""
    computed = getattr(file, "computed", None)
    file.computed_label = Verdict(computed).label if computed else ""


# -- start -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(P.EDIT_FILES)
def start(request: StaffRequest) -> HttpResponse:
    """ID first; who is here already is shown before anything is created."""
    person = None
    if request.GET.get("person"):
        person = get_object_or_404(Person.objects.visible_to(request.staff), code=request.GET["person"])
    initial = {"visit": request.GET.get("visit", "")}
    form = StartForm(posted(request), staff=request.staff, office=office_of(request), person=person, initial=initial)
    if form.is_valid():
        try:
            file = form.apply(by=request.staff)
            messages.success(request, _("The draft is open. Nothing typed in it is lost."))
            return redirect("casework:file_edit", file.code, "person")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "known": form.known,
        "known_detail": detail_of(form.known) if form.known else "",
        "matches": form.matches if form.is_bound else [],
    }
    return render(request, "casework/file_start.html", context, status=422 if form.errors else 200)


# -- the one page ------------------------------------------------------------------------------------------------------


def clear_cards(file: HardshipFile) -> list[dict[str, Any]]:
    """The five clears: how much of each is filled, what it says, when it was verified."""
    household, head = file.household, file.household.head
    verified = {clear.block: clear for clear in file.clears.select_related("verified_by")}
    stale = timezone.localdate() - timedelta(days=365)
    size = household.memberships.current().count()
    assessment = economy.latest(household.pk)
    per_head = f"{assessment.per_capita}" if assessment and assessment.per_capita is not None else ""
    label = codes.label
    content: dict[Block, tuple[list[Any], str]] = {
        Block.FAMILY: (
            [
                household.address,
                household.housing_type,
                size > 1 or household.single_person,
                per_head,
                household.on_dibao is not None,
            ],
            _("%(people)s people · per head %(yuan)s") % {"people": size, "yuan": per_head or "—"},
        ),
        Block.CAUSE: (
            [file.primary_cause, file.cause_text, head.health_status],
            label("hardship_cause", file.primary_cause) if file.primary_cause else "",
        ),
        Block.SKILL: ([head.education_level, head.skills], ", ".join(head.skills)),
        Block.JOB: ([head.work_status, head.job_wish], head.job_wish),
        Block.MIND: ([file.mind_note], file.mind_note),
    }
    cards = []
    for block, (filled, says) in content.items():
        clear = verified.get(block)
        cards.append(
            {
                "block": block,
                "label": Block(block).label,
                "filled": sum(1 for value in filled if value),
                "of": len(filled),
                "says": says,
                "clear": clear,
                "stale": clear is None or clear.verified_on < stale,
            }
        )
    return cards


def papers_of(file: HardshipFile) -> list[Any]:
    """The papers kept beside a file, newest first, with their kind in words."""
    kept: list[Any] = list(Document.objects.filter(subject=subject_of(file), removed_at=None).order_by("-pk"))
    for paper in kept:
        paper.kind_label = codes.label("attachment_type", paper.kind)
    return kept


def known_of_nine(file: HardshipFile) -> list[tuple[str, bool]]:
    known = {code for clear in file.clears.all() for code in clear.knows}
    return [(str(know.label), know.value in known) for know in Know]


def possible(staff: Staff, file: HardshipFile) -> list[tuple[str, str, str]]:
    """Steps with their titles and why not; those of another state are left out."""
    titles = step_titles()
    found = [(step, titles[step], why_not(staff, file)) for step, why_not in WHY_NOT.items()]
    return [row for row in found if not row[2] or row[0] == MAIN.get(FileStatus(file.status))]


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
    _label(found)
    aid = lists.aid_given(people, since=today - timedelta(days=365 * 20), until=today)
    year = [one for one in aid if one.on > today - timedelta(days=365)]
    entries = sorted(
        (entry for each in desks() for entry in each.timeline(head, by=request.staff)),
        key=moment_of,
        reverse=True,
    )
    kind = request.GET.get("kind", "")
    steps = possible(request.staff, found)
    main = next((row for row in steps if row[0] == MAIN.get(FileStatus(found.status))), None)
    assessment = economy.latest(household.pk)
    context = {
        "file": found,
        "household": household,
        "head": head,
        "head_detail": detail_of(head),
        "head_tail": tail_of(head),
        "sentence": timeline.sentence_of_file(found),
        "next": timeline.next_deadline(found),
        "cards": clear_cards(found),
        "nine": known_of_nine(found),
        "members": members_of(found),
        "aid": aid[:12],
        "aid_year": (len(year), sum((one.amount for one in year), 0)),
        "aid_all": (len(aid), sum((one.amount for one in aid), 0)),
        "entries": [entry for entry in entries if not kind or entry.kind == kind][:60],
        "kind": kind,
        "kinds": _kinds(),
        "services": [service for each in desks() for service in each.services(head, by=request.staff)],
        "steps": steps,
        "main": main,
        "assessment": assessment,
        "differences": lists.differences(found, assessment) if assessment else [],
        "difference_labels": _difference_labels(),
        "changes": found.changes.open().select_related("proposed_by"),
        "home_visits": found.home_visits.select_related("first_visitor", "second_visitor")[:5],
        "account": BankAccount.objects.current().filter(holder__in=people).select_related("holder").first(),
        "consents": head.consents.all(),
        "documents": papers_of(found),
        "why_not_edit": may.why_not_edit_file(request.staff, found),
        "sections": section_titles().items(),
    }
    return render(request, "casework/file.html", context)


def moment_of(entry: Any) -> Any:
    """A bare date sorts as the end of its day; it is still shown as a date."""
    if isinstance(entry.at, datetime):
        return entry.at
    return timezone.make_aware(datetime.combine(entry.at, time.max))


def _kinds() -> list[tuple[str, str]]:
    return [
        ("", _("all")),
        ("visit", _("visits")),
        ("money", _("money")),
        ("home_visit", _("home visits")),
        ("change", _("changes")),
        ("file", _("the file")),
    ]


def _difference_labels() -> dict[str, str]:
    return {
        "category": _("Category"),
        "people": _("People"),
        "income": _("Yearly income"),
        "per_capita": _("Monthly income per head"),
    }


def members_of(file: HardshipFile) -> list[Membership]:
    members = file.household.memberships.current().select_related("person__employer").order_by("relation", "pk")
    found = list(members)
    for member in found:
        member.relation_label = codes.label("relation", member.relation)  # type: ignore[attr-defined]
        member.detail = detail_of(member.person)  # type: ignore[attr-defined]
        member.health_label = codes.label("health_status", member.person.health_status)  # type: ignore[attr-defined]
    return found


# -- steps -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(P.EDIT_FILES, P.REVIEW_FILES, P.DECIDE_FILES)
def step(request: StaffRequest, code: str, step: str) -> HttpResponse:
    """A step of the chain, with the facts on one page before it is done."""
    found = visible(request, code)
    if step not in STEPS:
        raise Http404
    form = STEPS[step](posted(request), file=found)
    if request.method == "POST" and form.is_valid():
        try:
            form.apply(by=request.staff)
            messages.success(request, _("Done: %(step)s.") % {"step": step_titles()[step]})
            return redirect("casework:file", found.code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    assessment = economy.latest(found.household_id)
    _label(found)
    context = {
        "file": found,
        "form": form,
        "step": step,
        "title": step_titles()[step],
        "why_not": WHY_NOT[step](request.staff, found),
        "open_work": lists.open_work(found.household) if step in {"exit", "cancel"} else [],
        "assessment": assessment,
        "members": members_of(found),
        "danger": step in {"refuse", "cancel", "withdraw", "exit"},
        "home_visits": found.home_visits.select_related("first_visitor", "second_visitor")[:3],
    }
    return render(request, "casework/file_step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET"])
@needs(P.READ_FILES)
def assessment(request: StaffRequest, code: str) -> HttpResponse:
    """The last computation, line by line, and every difference from what was declared."""
    found = visible(request, code)
    _label(found)
    last = economy.latest(found.household_id)
    context = {
        "file": found,
        "assessment": last,
        "verdict": last.get_verdict_display() if last else "",
        "earlier": found.household.assessments.select_related("made_by")[1:10],
        "differences": lists.differences(found, last) if last else [],
        "difference_labels": _difference_labels(),
        "why_not": may.why_not_assess(request.staff, found),
    }
    return render(request, "casework/assessment.html", context)
