"""What goes on after the first day in the invented district: notes, calls, a reopened matter, rechecks, scanned papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from casework import actions
from casework.actions.visits import Group, Outcome, Words
from casework.enums import Answer, Block, Channel, Know, VisitResult
from casework.exchange.lists import FILES
from casework.models import Callback, ChangeRequest, HardshipFile, Visit, VisitPurpose
from center.actions.jobs import see_job, start_job
from center.evidence.destruction import approve_destruction, ask_destruction
from center.kernel.remarks import word
from center.models.base import subject_of
from center.papers import documents
from center.site.worker import LIST, run
from demo.casework.households import Maker, working_moment
from demo.clock import on
from demo.papers import scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.models import Matter

CHANNELS = (Channel.HOTLINE_12351, Channel.ONLINE, Channel.OUTREACH, Channel.WARMTH)


def fill(maker: Maker) -> None:
    """On households in force that nothing else is waiting for."""
    rows = HardshipFile.objects.in_force().filter(office=maker.office, is_temporary=False)
    rows = rows.exclude(changes__in=ChangeRequest.objects.open()).filter(household__declared_size__gte=2)
    kept, grown, born, seen = rows.order_by("-pk")[:4]
    _visits(maker, [kept, grown, born, seen])
    _matters(maker, grown)
    _rechecked(maker, seen)
    _scanned(maker, kept)
    _households(maker, grown, born)
    _struck_out(maker)
    _to_destroy(maker)
    _taken_out(maker)


def _visit(maker: Maker, *, ago: int, purpose: str = "advice", **told: object) -> Visit:
    moment = working_moment(timezone.localdate() - timedelta(days=ago), 15)
    with on(moment):
        found = VisitPurpose.objects.get(code=purpose)
        return actions.log_visit(maker.office, purpose=found, by=maker.who("frontdesk"), **told)  # type: ignore[arg-type] # as given


def _visits(maker: Maker, files: Sequence[HardshipFile]) -> None:
    """One by each rarer way, one taken back, one added to, one never reached; a group of which the leader took notice."""
    clerk, leader, words = maker.who("frontdesk"), maker.who("leader"), maker.words
    for number, (channel, file) in enumerate(zip(CHANNELS, files, strict=True)):
        said = Words(note=words["notes"][number], channel=channel)
        noted = _visit(maker, ago=14 + number, person=file.household.head, words=said)
    with on(noted.entered_at + timedelta(hours=1)):
        actions.write_note(noted, text=words["said"]["added"], by=clerk)
    twice = _visit(maker, ago=13, person=noted.person, words=replace(said, channel=Channel.WINDOW))
    with on(twice.entered_at + timedelta(seconds=8)):
        actions.undo_visit(twice, by=clerk)
    never = _visit(maker, ago=33, person=noted.person, outcome=Outcome(result=VisitResult.CALL_BACK))
    for _time in range(3):
        call = Callback.objects.get(visit=never)
        with on(working_moment(call.due_on, 10)):
            actions.make_call(call, answer=Answer.NO_ANSWER, by=clerk)
    people = [file.household.head for file in files]
    group = Group(people=8, representatives=people, employer=str(people[0].employer or ""), mood=words["said"]["mood"])
    outcome = Outcome(result=VisitResult.TRANSFERRED, handler=maker.who("officer"), petition_class="suggestion")
    came = _visit(maker, ago=26, purpose="petition", words=Words(note=words["notes"][3]), outcome=outcome, group=group)
    with on(came.received_at + timedelta(hours=1)):
        actions.see_group(came, by=leader)


def _matters(maker: Maker, file: HardshipFile) -> None:
    """One has more time, one was opened again because the call heard that nothing had changed."""
    clerk, officer, leader, said = (
        *(maker.who(name) for name in ("frontdesk", "officer", "leader")),
        maker.words["said"],
    )
    outcome = Outcome(result=VisitResult.TRANSFERRED, handler=officer)
    note = Words(note=maker.words["notes"][3])
    for ago in (52, 24):
        visit = _visit(maker, ago=ago, purpose="petition", person=file.household.head, words=note, outcome=outcome)
        matter: Matter = visit.matter
        with on(visit.received_at + timedelta(hours=1)):
            actions.accept_matter(matter, by=officer)
            actions.tell_about_matter(matter, how="in_person", by=officer)
        if ago == 52:  # noqa: PLR2004 - the older one
            with on(visit.received_at + timedelta(days=28)):
                actions.extend_matter(matter, reason="waiting", text=said["waits"], by=leader)
            continue
        with on(visit.received_at + timedelta(days=7)):
            actions.deliver_matter(matter, by=officer)
            told = {"result": "explained", "reply": said["explained"], "told_how": "by_message"}
            actions.close_matter(matter, report=maker.words["report"], archive_number="XF-101", by=officer, **told)
        call = matter.callbacks.get()
        with on(working_moment(call.due_on, 9)):
            actions.make_call(call, answer=Answer.NOT_SATISFIED, note=said["not_paid"], by=clerk)


def _rechecked(maker: Maker, file: HardshipFile) -> None:
    """The yearly look: all five are verified, somebody was at home, the paper and the national system say the same."""
    officer = maker.who("officer")
    with on(working_moment(timezone.localdate() - timedelta(days=12), 10)):
        today = timezone.localdate()
        for block in (Block.SKILL, Block.JOB, Block.MIND):
            actions.verify_clear(file, block=block, knows=[str(Know.LIVING)], by=officer)
        visit = {"visited_on": today, "findings": maker.words["findings"], "place": file.household.address}
        actions.record_home_visit(
            file, first_visitor=officer, second_visitor=maker.who("officer2"), reason="recheck", by=officer, **visit
        )
        actions.recheck_file(file, by=officer)
        actions.mark_paper(file, on=today, by=officer)
        actions.mark_national(file, on=today, by=officer)


def _scanned(maker: Maker, file: HardshipFile) -> None:
    """Copies that lie with the file, one scanned twice and taken off again, and an authorisation with its last day."""
    clerk, head, said = maker.who("frontdesk"), file.household.head, maker.words["scans"]
    with on(working_moment(timezone.localdate() - timedelta(days=11), 16)):
        today = timezone.localdate()
        sheets = {
            kind: scan(heading, [line.format(name=head.full_name, day=today.isoformat()) for line in lines])
            for kind, (heading, *lines) in said.items()
        }
        upload = sheets.pop("check_authorisation")
        for kind, sheet in sheets.items():
            actions.add_document(file, kind=kind, upload=sheet, by=clerk)
        sheet.seek(0)
        twice = actions.add_document(file, kind=kind, upload=sheet, by=clerk)
        documents.remove(twice, reason=maker.words["said"]["twice"], by=maker.who("officer"))
        actions.record_consent(
            head,
            purpose="economic_check",
            signed_on=today,
            valid_until=today + timedelta(days=365),
            upload=upload,
            by=clerk,
        )


def _households(maker: Maker, grown: HardshipFile, born: HardshipFile) -> None:
    """Somebody has moved out, and a second person confirmed it; a newborn waits for that."""
    clerk, officer, said = maker.who("frontdesk"), maker.who("officer"), maker.words["said"]
    today = timezone.localdate()
    leaving = grown.household.memberships.exclude(person=grown.household.head).latest("pk")
    with on(working_moment(today - timedelta(days=10), 11)):
        change = actions.propose_leaving(
            grown, membership=leaving, until=timezone.localdate(), why="moved", reason=said["moved_out"], by=clerk
        )
    with on(working_moment(today - timedelta(days=8), 9)):
        actions.confirm_change(change, by=officer)
    with on(working_moment(today - timedelta(days=2), 11)):
        name, facts = maker.person(ages=(0, 0), sex="1")
        actions.propose_member(born, relation="20", full_name=name, facts=facts, reason=said["born"], by=clerk)


def _struck_out(maker: Maker) -> None:
    """On a draft: a wage and a bill that were entered in the wrong household; what a brother or sister earns nobody knows."""
    clerk = maker.who("frontdesk")
    file = HardshipFile.objects.filter(office=maker.office, status="draft").latest("pk")
    today = timezone.localdate()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    wage = actions.add_income(
        file, person=file.household.head, kind="transfer_income", amount=Decimal(820), month=month, by=clerk
    )
    bill = actions.add_spending(file, kind="rigid_housing", amount=Decimal(650), month=month, by=clerk)
    actions.drop_income(file, item=wage, by=clerk)
    actions.drop_spending(file, item=bill, by=clerk)
    name, facts = maker.person(ages=(40, 50))
    actions.add_member(file, relation="70", full_name=name, facts=facts, by=clerk)
    actions.assess(file, by=clerk)
    own = maker.words["own_text"]
    actions.add_quick_text(maker.office, initials=own[0], text=own[1], by=clerk)


def _to_destroy(maker: Maker) -> None:
    """Two who only asked for advice want nothing to be kept of them: of one the leader has agreed already."""
    officer, leader, reason = maker.who("officer"), maker.who("leader"), maker.words["said"]["forget_me"]
    for ago in (45, 16):
        with on(working_moment(timezone.localdate() - timedelta(days=ago), 11)):
            name, facts = maker.person(ages=(32, 58))
            person = actions.add_person(maker.office, full_name=name, facts=facts, by=maker.who("frontdesk"))
        _visit(maker, ago=ago, person=person, words=Words(note=maker.words["notes"][2]))
        with on(working_moment(timezone.localdate() - timedelta(days=ago - 12), 10)):
            asked = ask_destruction(subject_of(person), ground="consent_withdrawn", reason=reason, by=officer)
        if ago > 30:  # noqa: PLR2004 - the earlier one
            with on(working_moment(timezone.localdate() - timedelta(days=ago - 15), 16)):
                approve_destruction(asked, by=leader)


def _taken_out(maker: Maker) -> None:
    """The officer asked for the whole list of files as a workbook; it has been made and can be fetched."""
    asked = {"list": FILES.kind, "query": ""}
    officer = maker.who("officer")
    job = start_job(LIST, title=word(FILES.title), office=maker.office, args=asked, by=officer)
    run(job.pk)
    see_job(job, by=officer)
