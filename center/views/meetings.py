"""The committee: list, room, item, minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from center import desk
from center.actions import meetings as actions
from center.forms.meetings import AttendanceForm, ConsentForm, FillForm, PrepareForm, RemarksForm
from center.forms.notices import ReasonForm
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import AgendaItem, Meeting, Poll
from center.papers import prints
from center.permissions.meetings import (
    why_no_quorum,
    why_not_by_consent,
    why_not_change_agenda,
    why_not_close,
    why_not_decide,
    why_not_open,
    why_not_prepare,
    why_not_record_attendance,
    why_not_sign,
)
from center.permissions.voters import waits_for
from center.queries import meetings, notices
from center.reference import standards
from center.site.guard import needs, posted
from center.site.pages import Pages
from center.views.notices import _office
from center.views.papers import as_file
from center.views.scans import scans_of, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpResponse

    from center.models import Staff
    from center.site.guard import StaffRequest

MINUTES = "minutes"
PAGE = 50
READ = Permission.READ_MEETINGS


def found_meeting(request: StaffRequest, code: str) -> Meeting:
    return get_object_or_404(Meeting.objects.visible_to(request.staff, READ).select_related("office"), code=code)


@require_GET
@needs(READ)
def meeting_list(request: StaffRequest) -> HttpResponse:
    found = meetings.meetings_with_sums(Meeting.objects.visible_to(request.staff, READ))
    page = Pages(found, PAGE).get_page(request.GET.get("page"))
    may_prepare = request.staff.may_somewhere(Permission.PREPARE_MEETINGS)
    office = request.staff.office_for(Permission.PREPARE_MEETINGS) if may_prepare else None
    stages = meetings.stages(office) if office else []
    return render(request, "center/meeting_list.html", {"page": page, "may_prepare": may_prepare, "stages": stages})


@require_http_methods(["GET", "POST"])
@needs(Permission.PREPARE_MEETINGS)
def meeting_prepare(request: StaffRequest) -> HttpResponse:
    """A day and a quorum; the agenda fills itself with what is ready."""
    office = _office(request, Permission.PREPARE_MEETINGS)
    lines = meetings.docket(office)
    form = PrepareForm(
        posted(request),
        lines=lines,
        initial={"title": _("Assistance committee"), "quorum": actions.usual_quorum(office, on=timezone.localdate())},
    )
    if form.is_valid():
        try:
            return redirect("center:meeting", form.apply(office, by=request.staff).code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    chosen = set(form["subjects"].value() or [])
    context = {
        "form": form,
        "office": office,
        "lines": [(line, line.subject in chosen) for line in lines],
        "stages": meetings.stages(office),
    }
    return render(request, "center/meeting_prepare.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(READ)
def meeting(request: StaffRequest, code: str) -> HttpResponse:
    """The room: who is there, what is asked against what there is, every item with equal facts; consent by one button."""
    found = found_meeting(request, code)
    items = meetings.agenda(found)
    form = ConsentForm(posted(request), items=items)
    if request.method == "POST" and form.is_valid():
        chosen = [item for item in items if item.pk in form.cleaned_data["items"]]
        why_not = next(filter(None, (_why_not_consent(request, item) for item in chosen)), "")
        if not (why_not or request.POST.get("confirmed")):
            context = {"meeting": found, "items": chosen, "sum": meetings.asked(chosen)}
            return render(request, "center/meeting_consent.html", context)
        try:
            granted = form.apply(found, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext(
                "%(count)s item was granted as proposed.", "%(count)s items were granted as proposed.", len(granted)
            )
            messages.success(request, said % {"count": len(granted)})
            return redirect("center:meeting", code)
    return _show(request, found, items, form=form)


def _why_not_consent(request: StaffRequest, item: AgendaItem) -> str:
    return why_not_decide(request.staff, item) or why_not_by_consent(item)


def _show(request: StaffRequest, found: Meeting, items: list[AgendaItem], **forms: Form) -> HttpResponse:
    """The room with what was typed into one of its forms."""
    wrong = any(form.errors for form in forms.values())
    return render(request, "center/meeting.html", _room(request, found, items) | forms, status=422 if wrong else 200)


def _room(request: StaffRequest, found: Meeting, items: list[AgendaItem]) -> dict[str, object]:
    seats = found.seats_today()
    why_not = {
        "open": why_not_open(request.staff, found) if found.status == Meeting.Status.PREPARING else "",
        "close": why_not_close(request.staff, found),
        "sign": why_not_sign(request.staff, found),
        "attendance": why_not_record_attendance(request.staff, found),
        "agenda": why_not_change_agenda(request.staff, found),
    }
    objected = notices.objected(items)
    questioned = {item.pk: _questioned(item, objected) for item in items}
    docket = meetings.docket(found.office) if found.is_open else []
    ended = found.status in {Meeting.Status.CLOSED, Meeting.Status.SIGNED}
    letters = prints.papers_of(found) if ended else []
    return {
        "meeting": found,
        "line": standards.line_on(found.office, found.held_on),
        "form": ConsentForm(items=items),
        "letters": letters,
        "minutes_stand": _stand(found, letters),
        **(scans_of(request, found) if ended else {}),
        "items": [
            (item, questioned[item.pk], any(one.staff_id == request.staff.pk for one in item.recusals.all()))
            for item in items
        ],
        "argued": {item.pk for item in items if _is_argued(item, objected)},
        "seats": seats,
        "signs": any(seat.is_chair and seat.staff_id == request.staff.pk for seat in seats),
        "present": sum(seat.is_present for seat in seats),
        "quorum": found.quorum_for(items),
        "prepares": why_not_prepare(request.staff, found.office),
        "stricter": [item for item in items if item.quorum > found.quorum_for(items)],
        "quorum_missing": why_no_quorum(found)
        if found.status in {Meeting.Status.PREPARING, Meeting.Status.SITTING}
        else "",
        "asked": meetings.asked(items),
        "fund_lines": meetings.fund_lines(found),
        "not_ready": [line for line in docket if line.not_ready],
        "to_add": [(line, not line.alone) for line in docket if not line.not_ready],
        "outcome": meetings.outcome(items) if ended else [],
        "has_agenda": bool(items) or found.is_open,  # a meeting that was called off has given its items back
        "attendance_form": AttendanceForm(seats=seats, auto_id="there_%s"),
        "remarks_form": RemarksForm(auto_id="close_%s"),
        "reason_form": ReasonForm(auto_id="why_%s"),
        "why_not": why_not,
        **(votes_now(found, request.staff) if found.status == Meeting.Status.SITTING else {}),
        "undisputed": sum(not why for pk, why in questioned.items()),
        "waiting": sum(item.status == AgendaItem.Status.WAITING for item in items),
    }


def votes_now(meeting: Meeting, staff: Staff, *, but: int = 0) -> dict[str, object]:
    """What is put to the vote in this sitting now, and whether it waits for this person's word; `but` is the place of the
    item whose page it is."""
    if not meeting.is_open:
        return {"meeting": meeting, "polls": []}
    polls = Poll.objects.filter(item__meeting=meeting, ended_at=None).select_related("item__meeting")
    rows = [(poll, waits_for(staff, poll)) for poll in polls.exclude(item__position=but)]
    return {"meeting": meeting, "polls": rows}


def _questioned(item: AgendaItem, objected: set[str]) -> str:
    """Why an item is not on the consent list, read from what was prefetched."""
    if item.status != AgendaItem.Status.WAITING:
        return item.get_status_display()
    return why_not_by_consent(item, objected=objected)


def _is_argued(item: AgendaItem, objected: set[str]) -> bool:
    """What no tag of the row says yet: a vote that is open or failed, an objection to the notice."""
    waits = item.status == AgendaItem.Status.WAITING
    return waits and bool(item.motions.all() or item.polls.all() or item.subject in objected)


def _act(request: StaffRequest, code: str, act: Callable[[Meeting], object], done: str) -> HttpResponse:
    found = found_meeting(request, code)
    try:
        act(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("center:meeting", code)


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def meeting_fill(request: StaffRequest, code: str) -> HttpResponse:
    found = found_meeting(request, code)
    form = FillForm(request.POST, lines=meetings.docket(found.office))
    if not form.is_valid():
        messages.error(request, _("Choose at least one item."))
        return redirect("center:meeting", code)
    return _act(
        request, code, lambda found: form.apply(found, by=request.staff), _("What was chosen is on the agenda.")
    )


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def meeting_attendance(request: StaffRequest, code: str) -> HttpResponse:
    found = found_meeting(request, code)
    form = AttendanceForm(request.POST, seats=found.seats_today())
    if not form.is_valid():
        messages.error(request, _("Choose from the members of this meeting."))
        return redirect("center:meeting", code)
    return _act(request, code, lambda found: form.apply(found, by=request.staff), _("Attendance was recorded."))


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def meeting_open(request: StaffRequest, code: str) -> HttpResponse:
    return _act(
        request, code, lambda found: actions.open_meeting(found, by=request.staff), _("The meeting is in session.")
    )


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def meeting_close(request: StaffRequest, code: str) -> HttpResponse:
    found, form = found_meeting(request, code), RemarksForm(request.POST, auto_id="close_%s")
    if form.is_valid():
        try:
            form.apply(found, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            chairs = listed(str(seat.staff) for seat in found.seats.filter(is_chair=True).select_related("staff"))
            said = _("The meeting is closed; %(chair)s signs the minutes.")
            messages.success(request, said % {"chair": chairs or _("the chair")})
            return redirect("center:meeting", code)
    return _show(request, found, meetings.agenda(found), remarks_form=form)


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def meeting_cancel(request: StaffRequest, code: str) -> HttpResponse:
    found, form = found_meeting(request, code), ReasonForm(request.POST, auto_id="why_%s")
    if form.is_valid():
        try:
            actions.cancel(found, reason=form.cleaned_data["reason"], by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The meeting was cancelled."))
            return redirect("center:meeting", code)
    return _show(request, found, meetings.agenda(found), reason_form=form)


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def meeting_letters(request: StaffRequest, code: str) -> HttpResponse:
    """The letters to all whose cases were decided, issued where they are not yet, in one document to print."""
    ended = Meeting.objects.visible_to(request.staff, Permission.PREPARE_MEETINGS)
    found = get_object_or_404(ended.filter(status__in=["closed", "signed"]), code=code)
    subjects = list(found.items.values_list("subject", flat=True))
    letters = [letter for each in desk.desks() for letter in each.letters(subjects, by=request.staff)]
    if not letters:
        messages.warning(request, _("There is no letter to print."))
        return redirect("center:meeting", code)
    return as_file(prints.together(letters, by=request.staff), "application/pdf", f"{found.number}.pdf")


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def meeting_scan(request: StaffRequest, code: str) -> HttpResponse:
    return taken(request, found_meeting(request, code))


@require_POST
@needs(READ)
def meeting_sign(request: StaffRequest, code: str) -> HttpResponse:
    return _act(
        request, code, lambda found: actions.sign(found, by=request.staff), _("The minutes are signed and filed.")
    )


def _stand(meeting: Meeting, letters: list[prints.IssuedDocument]) -> bool:
    """Whether minutes were issued after the latest word on this meeting: its closing, then the chair's signature."""
    latest = meeting.signed_at or meeting.closed_at
    return latest is not None and any(paper.kind == MINUTES and paper.issued_at >= latest for paper in letters)


@require_POST
@needs(READ)
@transaction.atomic
def meeting_minutes(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the minutes: every decision as it stands in the database."""
    ended = Meeting.objects.visible_to(request.staff, READ).filter(status__in=["closed", "signed"])
    found = get_object_or_404(ended.select_for_update(of=("self",), no_key=True), code=code)
    if _stand(found, prints.papers_of(found)):  # a second click
        return redirect("center:meeting", code)
    items = meetings.agenda(found)
    context = {
        "meeting": found,
        "items": items,
        "seats": found.seats_today(),
        "sources": meetings.granted_by_source(items),
        "granted": meetings.granted(items),
        "sent_up": sum(item.status == AgendaItem.Status.SENT_UP for item in items),
    }
    issued = prints.issue(
        "print/minutes.html",
        context,
        subject=found,
        kind=MINUTES,
        number=found.number or "",
        title=gettext_lazy("Minutes"),
        by=request.staff,
    )
    messages.success(request, _("The minutes %(number)s are frozen; print them below.") % {"number": issued.number})
    return redirect("center:meeting", code)
