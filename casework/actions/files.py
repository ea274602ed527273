"""The chain of a hardship file: start, submit, review, survey, notice, decide; monitor, exit, cancel, reopen, archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.deaths import Dying, record_death
from casework.actions.economy import keep_assessment
from casework.actions.facts import locked, touch
from casework.actions.members import join_household
from casework.actions.people import Apart, make_person, note_apart
from casework.actions.visits import link_opened
from casework.enums import FileStatus, ReturnReason, Source, Verdict
from casework.errors import Duplicate
from casework.models import HardshipFile, HomeVisit, Household, Person, Visit
from casework.permissions import (
    category_is_known,
    why_not_archive,
    why_not_belong,
    why_not_convert,
    why_not_decide,
    why_not_end,
    why_not_monitor,
    why_not_ready_for_notice,
    why_not_recheck,
    why_not_record_home_visit,
    why_not_refuse,
    why_not_reopen,
    why_not_return,
    why_not_review,
    why_not_skip_notice,
    why_not_start_file,
    why_not_submit,
    why_not_withdraw,
)
from casework.queries import files as questions
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models.base import subject_of
from center.reference import numbering

if TYPE_CHECKING:
    from datetime import date

    from center.models import Office, Staff

S = FileStatus
DEATH = "cancel_death"  # of cancel_reason


def _reason(code: str, text: str) -> tuple[str, str]:
    """A coded reason and its words: every no has both."""
    if not code or not text.strip():
        raise Incomplete(_("Choose a reason and say it in words."))
    return code, text.strip()


def _step(file: HardshipFile, participle: str, *, by: Staff, **more: Any) -> list[str]:
    """Who and when of a step, and what else it sets; the names of the fields to save."""
    values = {f"{participle}_by": by, f"{participle}_at": timezone.now(), **more}
    for name, value in values.items():
        setattr(file, name, value)
    return list(values)


@action
def start_file(
    office: Office,
    *,
    category: str,
    person: Person | None = None,
    full_name: str = "",
    is_temporary: bool = False,
    visit: Visit | None = None,
    facts: dict[str, Any] | None = None,
    told_apart: Apart | None = None,
    by: Staff,
) -> HardshipFile:
    """A draft for the household of a person, who is known or new. One household, one living file."""
    require(why_not_start_file(by, office))
    if not category_is_known(category):
        raise Incomplete(_("Choose the category that the worker declares."))
    if person is None:
        person = make_person(office=office, full_name=full_name, by=by, **(facts or {}))
        note_apart(person, told_apart, by=by)
    require(why_not_belong(person))
    household = _household_of(person, office=office)
    _refuse_second(household, person)
    file = HardshipFile.objects.create(
        office=office,
        household=household,
        category=category,
        category_source=Source.DECLARED,
        category_on=timezone.localdate(),
        is_temporary=is_temporary,
        filed_by=by,
        filed_at=timezone.now(),
        owner=by,
    )
    if visit is not None and not visit.opened:
        link_opened(visit, subject=subject_of(file), by=by)
    trail.record("casework.file.started", file, by=by, category=category, temporary=is_temporary)
    return file


def _household_of(person: Person, *, office: Office) -> Household:
    """Where the person lives, held until the action ends; a household of one's own otherwise."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    current = person.memberships.current().first()
    if current is None:
        household = Household.objects.create(office=office, head=person)
        join_household(household, person, relation="01", since=timezone.localdate())
        return household
    return Household.objects.select_for_update(of=("self",), no_key=True).get(pk=current.household_id)


def _refuse_second(household: Household, person: Person) -> None:
    living = household.files.living().first()
    if living:
        raise Duplicate(_("This household has file %(file)s already; a member needs no other.") % {"file": living})
    ended = household.files.filter(status__in=(S.EXITED, S.CANCELLED)).exclude(number="").first()
    if ended:
        sentence = _("This household had file %(file)s, now “%(state)s”. Reopen that file.")
        if household.head_id != person.pk:
            sentence += " " + _("Whoever lives apart from it leaves it first, on their own page.")
        raise Duplicate(sentence % {"file": ended, "state": ended.get_status_display()})


@action
def submit_file(file: HardshipFile, *, by: Staff) -> HardshipFile:
    """The papers are complete and what they come to is computed; another officer looks."""
    file = locked(file)
    require(why_not_submit(by, file))
    file.become(S.SUBMITTED)
    touch(file, "status", *_step(file, "submitted", by=by))
    keep_assessment(file, on=timezone.localdate(), by=by)
    trail.record("casework.file.submitted", file, by=by)
    return file


@action
def pass_review(file: HardshipFile, *, by: Staff) -> HardshipFile:
    """The officer agrees: two people go and see the household."""
    file = locked(file)
    require(why_not_review(by, file))
    file.become(S.SURVEY)
    touch(file, "status", *_step(file, "reviewed", by=by))
    keep_assessment(file, on=timezone.localdate(), by=by)
    trail.record("casework.file.reviewed", file, by=by)
    return file


@action
def return_file(file: HardshipFile, *, reason: str, text: str, by: Staff) -> HardshipFile:
    """Back to who filed it, with everything that is missing said once."""
    file = locked(file)
    require(why_not_return(by, file))
    code, text = _reason(reason, text)
    file.become(S.RETURNED)
    touch(file, "status", *_step(file, "returned", by=by, returned_reason=code, returned_text=text))
    trail.record("casework.file.returned", file, by=by, reason=code)
    return file


@action
def refuse_file(file: HardshipFile, *, reason: str, text: str, by: Staff) -> HardshipFile:
    """No file: why, and where the person may turn instead."""
    file = locked(file)
    require(why_not_refuse(by, file))
    code, text = _reason(reason, text)
    file.become(S.REFUSED)
    touch(file, "status", *_step(file, "refused", by=by, refused_reason=code, refused_text=text))
    trail.record("casework.file.refused", file, by=by, reason=code)
    return file


@action
def record_home_visit(
    file: HardshipFile,
    *,
    visited_on: date,
    first_visitor: Staff,
    second_visitor: Staff,
    findings: str,
    reason: str = "survey",
    place: str = "",
    met: str = "",
    agrees: bool = True,
    differences: str = "",
    by: Staff,
) -> HomeVisit:
    """Two people saw the household."""
    file = locked(file)
    require(why_not_record_home_visit(by, file))
    if first_visitor == second_visitor:
        raise Incomplete(_("Two different people make a home visit."))
    if visited_on > timezone.localdate():
        raise Incomplete(_("A home visit cannot lie in the future."))
    if not findings.strip():
        raise Incomplete(_("Say what the visitors found."))
    if not agrees and not differences.strip():
        raise Incomplete(_("Say what differs from the file."))
    visit = HomeVisit.objects.create(
        file=file,
        reason=reason,
        visited_on=visited_on,
        first_visitor=first_visitor,
        second_visitor=second_visitor,
        findings=findings,
        place=place,
        met=met,
        agrees=agrees,
        differences=differences,
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    touch(file)
    trail.record("casework.file.visited", file, by=by, on=visited_on, agrees=agrees)
    return visit


@action
def put_on_notice(file: HardshipFile, *, notice: str, ends_on: date, by: Staff) -> HardshipFile:
    """A public notice with this file went up; called by the notice's publication."""
    file = locked(file)
    require(why_not_ready_for_notice(file))
    file.become(S.NOTICED)
    more = _step(file, "noticed", by=by, notice_number=notice, notice_ends_on=ends_on, notice_ended_at=None)
    touch(file, "status", *more)
    trail.record("casework.file.noticed", file, by=by, notice=notice, ends_on=ends_on)
    return file


@action
def end_notice(file: HardshipFile, *, upheld: bool, by: Staff) -> HardshipFile:
    """The notice is over: to the leader, or back when an objection was right."""
    file = locked(file)
    file.become(S.RETURNED if upheld else S.PENDING)
    file.notice_ended_at = timezone.now()
    more = ["status", "notice_ended_at"]
    if upheld:
        why = {"returned_reason": ReturnReason.OBJECTION, "returned_text": file.notice_number}
        more += _step(file, "returned", by=by, **why)
    touch(file, *more)
    trail.record("casework.file.notice_ended", file, by=by, notice=file.notice_number, upheld=upheld)
    return file


@action
def take_off_notice(file: HardshipFile, *, notice: str, reason: str, by: Staff) -> HardshipFile:
    """The notice was taken down before its time: the file waits for another one."""
    file = locked(file)
    file.become(S.SURVEY)
    touch(file, "status")
    trail.record("casework.file.notice_withdrawn", file, by=by, notice=notice, reason=reason)
    return file


@action
def send_to_decision(file: HardshipFile, *, by: Staff) -> HardshipFile:
    """A temporary file goes to the leader without a notice."""
    file = locked(file)
    require(why_not_skip_notice(by, file))
    file.become(S.PENDING)
    touch(file, "status")
    trail.record("casework.file.sent_to_decision", file, by=by)
    return file


@action
def decide_file(file: HardshipFile, *, category: str, by: Staff) -> HardshipFile:
    """The leader files the household in a category; the number is drawn here and nowhere else."""
    file = locked(file)
    require(why_not_decide(by, file))
    if category not in {Verdict.DEEP, Verdict.RELATIVE, Verdict.ACCIDENTAL} and not (
        file.is_temporary and category == "temporary"
    ):
        raise Incomplete(_("Choose the category in which the household is filed."))
    file.become(S.ACTIVE)
    today = timezone.localdate()
    more = _step(
        file,
        "decided",
        by=by,
        category=category,
        category_source=Source.DECIDED,
        category_on=today,
        opened_on=today,
        number=numbering.draw("file", office=file.office, on=today),
    )
    touch(file, "status", *more)
    keep_assessment(file, on=today, by=by)
    trail.record("casework.file.decided", file, by=by, category=category, number=file.number)
    return file


@action
def monitor_file(file: HardshipFile, *, until: date, by: Staff) -> HardshipFile:
    """Out of hardship, watched until a day before it ends."""
    file = locked(file)
    require(why_not_monitor(by, file))
    if until <= timezone.localdate():
        raise Incomplete(_("The monitoring ends on a day to come."))
    file.become(S.MONITORING)
    touch(file, "status", *_step(file, "monitored", by=by, monitored_until=until))
    trail.record("casework.file.monitored", file, by=by, until=until)
    return file


def _day_of_end(file: HardshipFile, on: date | None) -> date:
    """A day of the time in force and of this year: what last year reported stays as it was reported."""
    today = timezone.localdate()
    on = on or today
    spell = file.spells.filter(until=None).first()
    if on > today:
        raise Incomplete(_("A file does not end on a day that lies ahead."))
    if spell and on < spell.since:
        raise Incomplete(_("This file is in force since %(day)s and cannot end before.") % {"day": spell.since})
    if on.year < today.year:
        raise Incomplete(_("The figures of %(year)s are settled: choose a day of this year.") % {"year": on.year})
    return on


def _refuse_open_work(file: HardshipFile) -> None:
    work = questions.open_work(file.household)
    if work:
        raise Incomplete(_("Not yet: %(work)s") % {"work": " ".join(item.sentence for item in work)})


@action
def exit_file(file: HardshipFile, *, reason: str, text: str, on: date | None = None, by: Staff) -> HardshipFile:
    """脱困: lifted out. Nothing of any desk may be open."""
    file = locked(file)
    require(why_not_end(by, file))
    code, text = _reason(reason, text)
    _refuse_open_work(file)
    on = _day_of_end(file, on)
    file.become(S.EXITED)
    touch(file, "status", *_step(file, "exited", by=by, exited_reason=code, exited_text=text, exited_on=on))
    trail.record("casework.file.exited", file, by=by, reason=code, on=on)
    return file


@action
def cancel_file(
    file: HardshipFile, *, reason: str, text: str, on: date | None = None, dying: Dying | None = None, by: Staff
) -> HardshipFile:
    """注销: de-registered, which is not an exit. Nothing of any desk may be open. For death, the death is recorded."""
    file = locked(file)
    require(why_not_end(by, file))
    code, text = _reason(reason, text)
    _record_death_of_head(file, code, dying, by=by)
    _refuse_open_work(file)
    return _cancel(file, code=code, text=text, on=on, by=by)


@action
def withdraw_file(file: HardshipFile, *, reason: str, text: str, dying: Dying | None = None, by: Staff) -> HardshipFile:
    """A file that never came into force is given up."""
    file = locked(file)
    require(why_not_withdraw(by, file))
    code, text = _reason(reason, text)
    _record_death_of_head(file, code, dying, by=by)
    return _cancel(file, code=code, text=text, on=None, by=by)


def _record_death_of_head(file: HardshipFile, code: str, dying: Dying | None, *, by: Staff) -> None:
    """A file is not cancelled for a death that nobody recorded: four rules read the day."""
    head = Person.objects.get(pk=file.household.head_id)
    if code != DEATH or head.died_on:
        return
    if dying is None:
        raise Incomplete(_("Enter the day of death of the head and by which evidence it is known."))
    record_death(head, dying=dying, by=by)


def _cancel(file: HardshipFile, *, code: str, text: str, on: date | None, by: Staff) -> HardshipFile:
    on = _day_of_end(file, on)
    file.become(S.CANCELLED)
    more = _step(file, "cancelled", by=by, cancelled_reason=code, cancelled_text=text, cancelled_on=on)
    touch(file, "status", *more)
    trail.record("casework.file.cancelled", file, by=by, reason=code, on=on)
    return file


@action
def reopen_file(file: HardshipFile, *, reason: str, text: str, by: Staff) -> HardshipFile:
    """返困: the same file is in force again."""
    file = locked(file)
    require(why_not_reopen(by, file))
    code, text = _reason(reason, text)
    file.become(S.ACTIVE)
    touch(file, "status", *_step(file, "reopened", by=by, reopened_reason=code, reopened_text=text))
    trail.record("casework.file.reopened", file, by=by, reason=code)
    return file


@action
def archive_file(file: HardshipFile, *, place: str, by: Staff) -> HardshipFile:
    """The paper is put away; ten years run from here."""
    file = locked(file)
    require(why_not_archive(by, file))
    if not place.strip():
        raise Incomplete(_("Say where the paper lies."))
    file.become(S.ARCHIVED)
    touch(file, "status", *_step(file, "archived", by=by, archive_place=place.strip()))
    trail.record("casework.file.archived", file, by=by, place=place)
    return file


@action
def convert_file(file: HardshipFile, *, category: str, by: Staff) -> HardshipFile:
    """临时档案转正: a temporary file becomes a full one."""
    file = locked(file)
    require(why_not_convert(by, file))
    if category not in {Verdict.DEEP, Verdict.RELATIVE, Verdict.ACCIDENTAL}:
        raise Incomplete(_("Choose the category in which the household is filed."))
    file.is_temporary = False
    today = timezone.localdate()
    more = _step(file, "converted", by=by, category=category, category_source=Source.DECIDED, category_on=today)
    touch(file, "is_temporary", *more)
    trail.record("casework.file.converted", file, by=by, category=category)
    return file


@action
def recheck_file(file: HardshipFile, *, by: Staff) -> HardshipFile:
    """The yearly look: everything stands as written."""
    file = locked(file)
    require(why_not_recheck(by, file))
    touch(file, *_step(file, "rechecked", by=by))
    trail.record("casework.file.rechecked", file, by=by)
    return file
