"""One record in each state that chance may leave out: so that every list of the invented district has its rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone, translation
from psycopg.types.range import Range

from casework.actions import log_visit
from casework.models import BankAccount, ChangeRequest, HardshipFile, VisitPurpose
from center.actions import ballots, scans
from center.actions import meetings as sittings
from center.actions import notices as boards
from center.kernel.errors import Refusal
from center.models import ComparedScan
from center.models.base import subject_of
from center.papers import documents, prints
from center.reference import working_days
from demo.clock import on
from demo.papers import scan
from demo.relief import after as practice_after
from demo.relief.rounds import Maker, answer_of, at
from demo.relief.students import schooling_of, student_of
from relief.actions import applications, bank, closing, decisions, funds, payments, programmes
from relief.models import Application, Closing, FundSource, Payment, Programme, ProgrammeVersion
from relief.permissions import band_of, decider_of
from relief.prints import print_closing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from center.models import AgendaItem, Meeting, Notice
    from demo.world import Practice
    from relief.models import Award, Batch, Instalment

SMALL, TWO, COMMITTEE, ABOVE = Decimal(900), Decimal(3000), Decimal(8000), Decimal(21000)
QUORUM = 5
S = Application.Status


@dataclass(kw_only=True)
class Late(Maker):
    """The last six weeks."""

    files: Iterator[HardshipFile]
    many: int
    begin: date
    said: dict[str, str] = field(default_factory=dict)

    def day(self, after: int, hour: int = 10) -> datetime:
        """So many working days after the beginning, never later than now."""
        return min(at(working_days.add(self.begin, after), hour), timezone.now())


def fill(world: Practice) -> None:
    words = json.loads((Path(__file__).parents[1] / "data" / "relief.json").read_text(encoding="utf-8"))
    chance = Random(world.households)  # noqa: S311 - invented people, the same every time on purpose
    world = replace(world, chance=chance)
    taken = set(Application.objects.filter(office=world.office).values_list("file_id", flat=True))
    rows = HardshipFile.objects.in_force().filter(office=world.office, is_temporary=False).select_related("household")
    rows = rows.filter(household__head__died_on=None)  # another head is named first
    rows = rows.filter(household__head__in=BankAccount.objects.current().values("holder"))  # a few wait for theirs
    rows = rows.exclude(pk__in=ChangeRequest.objects.open().values("file"))  # no notice while something waits there
    returned = Payment.objects.filter(status=Payment.Status.FAILED, failure_settled_by=None)
    rows = rows.exclude(household__head__in=returned.values("payee"))  # no money before the account is corrected
    files = sorted(rows.order_by("pk"), key=lambda file: file.pk in taken)
    begin = working_days.roll(timezone.localdate() - timedelta(days=44))
    with translation.override("zh-hans"):
        late = Late(
            world=world,
            words=words,
            invoices=9000,
            files=cycle(files),
            many=len(files),
            begin=begin,
            said=words["said"],
        )
        _all(late)
    world.made["application"] = list(Application.objects.order_by("pk"))


def _all(late: Late) -> None:
    with on(late.day(0)):
        practice_after.decide_terms(late)
        _education_is_told_afterwards(late)
        pupils = [assessed(late, Decimal(0), kind="education") for _n in range(3)]
        small = [assessed(late, SMALL, kind="living") for _n in range(9)]
        two, deferred, withdrawn = (assessed(late, amount) for amount in (TWO, SMALL, SMALL))
        less, postponed, refused, up, listed, waiting = (assessed(late, COMMITTEE) for _n in range(6))
        upper, answered = assessed(late, ABOVE), assessed(late, ABOVE)
        objected, cleared = assessed(late, SMALL), assessed(late, SMALL)
        ratified, disowned = _emergency(late), _emergency(late)
        _papers(late)
    with on(late.day(1)):
        noticed = [
            *small,
            two,
            deferred,
            less,
            postponed,
            refused,
            up,
            listed,
            waiting,
            upper,
            answered,
            objected,
            cleared,
            *pupils,
        ]
        for pupil in pupils:
            practice_after.granted(late, pupil)
        applications.withdraw(withdrawn, reason=late.words["withdrawn"], by=late.who("frontdesk"))
        notice = _published(late, noticed)
    with on(late.day(3)):
        _object(late, notice, objected, upheld=True)
        _object(late, notice, cleared, upheld=False)
    with on(late.day(8)):
        _pictures(late, notice)
        boards.end_notice(notice, by=late.who("officer"))
    with on(late.day(9)):
        leader = late.who("leader")
        awards = [practice_after.granted(late, one, SMALL) for one in _again(small)]
        decisions.grant(_now(two), amount=TWO, by=leader)
        decisions.decline(
            _now(deferred), reason_code="needs_check", reason=late.words["deferred"], defer=True, by=leader
        )
    with on(late.day(10, 14)):
        _committee(
            late, less=less, deferred=postponed, refused=refused, up=up, over=[upper, answered], ratified=ratified
        )
    with on(late.day(12)):
        decisions.record_upper_answer(
            _now(answered), result="granted", amount=ABOVE,
            document=late.said["upper"].format(year=timezone.localdate().year), by=leader,
        )  # fmt: skip
        decisions.release(awards[0], reason_code="not_eligible", text=late.said["stopped"], by=leader)
    with on(late.day(13, 14)):
        _closed_not_signed(late, disowned)
    _batches(late, awards[1:], practice_after.first_parts(pupils[:2]))
    with on(late.day(16)):
        practice_after.stop_halfway(late, pupils[1])
        practice_after.lose_receivers(late, pupils[0], pupils[2])
    _noticed_awards(late)
    _notices_now(late)
    _meetings_now(late, listed, waiting)
    with on(late.day(14)):
        _corrections(late)
    _closings(late)
    practice_after.rules_of_the_coming_year(late)
    practice_after.mark_findings(late)
    practice_after.fetch_the_register(late)


# -- applications -----------------------------------------------------------------------------------------------------


def _now(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def _again(rows: list[Application]) -> list[Application]:
    return [_now(row) for row in rows]


def _source(late: Late) -> FundSource:
    """The fullest central one that is open on this day."""
    rows = FundSource.objects.filter(office=late.office, year=timezone.localdate().year)
    return rows.order_by("pk")[0]


def assessed(late: Late, amount: Decimal, *, kind: str = "medical", source: FundSource | None = None) -> Application:
    """From the window to the proposal, for the next household whom the rule gives so much."""
    for _n in range(late.many):
        file = next(late.files)
        try:
            with transaction.atomic():
                return _try(late, file, amount, kind, source=source)
        except Refusal:
            continue
    raise Refusal("No household of the invented district fits.")


def _try(
    late: Late,
    file: HardshipFile,
    amount: Decimal,
    kind: str,
    *,
    emergency: bool = False,
    source: FundSource | None = None,
) -> Application:
    clerk, today = late.who("frontdesk"), timezone.localdate()
    programme = Programme.objects.get(office=late.office, kind=kind)
    student = student_of(file) if kind == "education" else None
    if kind == "education" and (student is None or practice_after.heir_of(file.household, file.household.head) is None):
        raise Refusal("Nobody of this household goes to school, or nobody could receive in the head's place.")
    made = applications.open_application(
        programme, person=file.household.head, office=late.office, is_emergency=emergency, by=clerk
    )
    answers: dict[str, Any] = {"request": late.chance.choice(late.words["requests"][kind]), "may_publish": True}
    if student:
        answers |= schooling_of(student, late.words["school"])
    elif kind == "medical":
        answers |= {"asked_amount": amount, "other_aid": Decimal(300)}
    applications.fill_in(made, answers=answers, by=clerk)
    for paper in made.papers.all():
        applications.tick_paper(paper, state="received", by=clerk)
    if amount == TWO:
        practice_after.scan_papers(late, list(made.papers.filter(kind__in=("diagnosis", "medical_bill"))))
    if kind == "medical":
        late.invoices += 1
        number = f"51{today:%y%m}{late.invoices:06d}"
        bill: dict[str, Any] = {"self_paid": max(amount * 2, Decimal(6000)), "issued_on": today - timedelta(days=9)}
        applications.add_invoice(made, number=number, by=clerk, **bill)
    made = applications.submit(made, by=clerk)
    wanted = None if kind == "education" else amount
    reason = late.words["proposed"]
    made = applications.assess(
        made, proposed_amount=wanted, reason=reason, fund_source=source or _source(late), by=late.who("officer")
    )
    proposed = made.proposed_amount or amount
    if not emergency and decider_of(made, proposed) != band_of(late.office, proposed):
        raise Refusal("With what it was granted before, this household is somebody else's to decide.")
    return made


def _emergency(late: Late) -> Application:
    """Granted at once by the named leader and a second person; the committee hears of it later."""
    for _n in range(late.many):
        try:
            with transaction.atomic():
                made = _try(late, next(late.files), Decimal(1200), "living", emergency=True)
                decisions.grant_emergency(
                    made, amount=Decimal(1200), reason=late.words["emergency"], by=late.who("leader")
                )
                return decisions.second(made, by=late.who("chair"))
        except Refusal:
            continue
    raise Refusal("No household of the invented district fits.")


def _papers(late: Late) -> None:
    """A checklist in work: one paper was scanned, one is with the file, one is not needed, one is still to come."""
    clerk, person = late.who("frontdesk"), next(late.files).household.head
    programme = Programme.objects.get(office=late.office, kind="living")
    visit = log_visit(late.office, purpose=VisitPurpose.objects.get(code="living"), person=person, by=clerk)
    made = applications.open_application(programme, person=person, office=late.office, visit=visit, by=clerk)
    papers = {paper.kind: paper for paper in made.papers.all()}
    practice_after.scan_papers(late, [papers["request"]])
    applications.tick_paper(papers["id_copy"], state="kept", by=clerk)
    applications.tick_paper(papers["income_proof"], state="struck", note=late.said["struck"], by=clerk)


def _education_is_told_afterwards(late: Late) -> None:
    """A second version of one programme: two quarterly parts, and the notice after the decision."""
    programme = Programme.objects.get(office=late.office, kind="education")
    kept = practice_after.rules_of(programme)
    told: dict[str, Any] = {"notice_rule": "after", "notice_days": 5, "instalments": "quarterly", "instalment_count": 2}
    document = late.said["version"].format(year=late.begin.year)
    version: ProgrammeVersion = programmes.begin_version(
        programme, since=timezone.localdate(), fields=kept | told | {"document": document}, by=late.who("leader")
    )
    assert version.during == Range(timezone.localdate(), None)  # noqa: S101 - nothing else was begun since


# -- notices ------------------------------------------------------------------------------------------------------------


def _composed(late: Late, rows: list[Application]) -> Notice:
    today = timezone.localdate()
    title = late.words["notice"].format(year=today.year, quarter=(today.month + 2) // 3)
    subjects = [subject_of(row) for row in rows]
    return boards.compose(late.office, title=title, subjects=subjects, working_days=5, by=late.who("officer"))


def _published(late: Late, rows: list[Application]) -> Notice:
    return boards.publish(_composed(late, rows), posted_at=late.words["posted"], by=late.who("leader"))


def _object(late: Late, notice: Notice, row: Application, *, upheld: bool) -> None:
    entry = notice.entries.get(subject=subject_of(row))
    word = "upheld" if upheld else "dismissed"
    said = boards.object_to(entry, text=late.said[f"objection_{word}"], by=late.who("frontdesk"))
    boards.answer_objection(said, upheld=upheld, answer=late.said[word], by=late.who("officer"))


def _noticed_awards(late: Late) -> None:
    """Two pupils: the award of one is told to the public now, that of the other is not yet."""
    with on(late.day(14)):
        pupils = [assessed(late, Decimal(0), kind="education") for _n in range(2)]
    with on(late.day(15)):
        for row in pupils:
            practice_after.granted(late, row)
    late.world.made["noticed"] = [pupils[0]]


def _notices_now(late: Late) -> None:
    """One hangs with an objection that nobody has answered, one was taken down, one is being composed."""
    with on(min(at(timezone.localdate() - timedelta(days=2), 9), timezone.now())):
        hanging, composed = assessed(late, SMALL), assessed(late, SMALL)
        pupils = [row for row in late.world.made.pop("noticed") if isinstance(row, Application)]
        notice = _published(late, [hanging, *pupils])
        entry = notice.entries.get(subject=subject_of(hanging))
        boards.object_to(entry, text=late.said["objection_open"], by=late.who("frontdesk"))
        down = _published(late, [composed])
        boards.withdraw(down, reason=late.said["taken_down"], by=late.who("leader"))
        _composed(late, [composed])


# -- the committee --------------------------------------------------------------------------------------------------------


def _meeting(late: Late, rows: list[Application], *, held_on: date | None = None) -> Meeting:
    """A meeting with these alone on its agenda; the rest waits for its own."""
    secretary, day = late.who("secretary"), timezone.localdate()
    title = late.words["meeting"].format(year=day.year, quarter=(day.month + 2) // 3)
    meeting = sittings.prepare(
        late.office, title=title, held_on=held_on or day, quorum=QUORUM, place=late.words["place"], by=secretary
    )
    for item in meeting.items.exclude(subject__in=[subject_of(row) for row in rows]):
        sittings.take_off(item, reason=late.words["deferred"], by=secretary)
    return meeting


def _opened(late: Late, meeting: Meeting, *, present: int = 8) -> Meeting:
    secretary = late.who("secretary")
    members = list(meeting.seats.order_by("pk").values_list("staff_id", flat=True))[:present]
    sittings.mark_present(meeting, members=members, by=secretary)
    return sittings.open_meeting(meeting, by=secretary)


def _divided(late: Late, meeting: Meeting, row: Application) -> None:
    """A motion on which each votes on their own device, and which is not carried; the item stays open for another one."""
    item = meeting.items.get(subject=subject_of(row))
    votes = ["for", "for", "for", "against", "against", "abstain"]
    said = {seat.staff_id: vote for seat, vote in zip(sittings.entitled(item), votes, strict=True)}
    poll = ballots.put_to_vote(item, result="granted", by=late.who("secretary"))
    for seat in sittings.entitled(item):
        ballots.cast(poll, choice=said[seat.staff_id], by=seat.staff)
    sittings.decide(item, result="granted", votes=said, by=late.who("secretary"))


def _vote(late: Late, meeting: Meeting, row: Application, result: str, **told: Any) -> None:
    item = meeting.items.get(subject=subject_of(row))
    votes = {seat.staff_id: "for" for seat in sittings.entitled(item)}
    sittings.decide(item, result=result, votes=votes, by=late.who("secretary"), **told)


def _committee(
    late: Late,
    *,
    less: Application,
    deferred: Application,
    refused: Application,
    up: Application,
    over: list[Application],
    ratified: Application,
) -> None:
    """Six of eight are there; two of them step aside for one item, which therefore goes up."""
    secretary, said = late.who("secretary"), late.said
    meeting = _opened(late, _meeting(late, [less, deferred, refused, up, *over, ratified]), present=6)
    _divided(late, meeting, less)
    _vote(late, meeting, less, "less", amount=Decimal(6000), reason_code="other", reason=said["less"])
    _vote(late, meeting, deferred, "deferred", reason_code="needs_check", reason=late.words["deferred"])
    _steps_aside_by_mistake(meeting.items.get(subject=subject_of(refused)))
    _vote(late, meeting, refused, "refused", reason_code="not_eligible", reason=said["refused"])
    for row in (*over, ratified):
        _vote(late, meeting, row, "granted")
    item = meeting.items.get(subject=subject_of(up))
    for seat in sittings.entitled(item)[:2]:
        sittings.recuse(item, member=seat.staff, reason_code="same_employer", reason=said["recused"], by=secretary)
    sittings.send_up(item, by=secretary)
    sittings.sign(sittings.close_meeting(meeting, by=secretary), by=late.who("chair"))


def _steps_aside_by_mistake(item: AgendaItem) -> None:
    """A member took the name for another one's, and takes the recusal back before the vote."""
    member = sittings.entitled(item)[0].staff
    sittings.recuse(item, member=member, reason_code="relative", by=member)
    ballots.take_back_recusal(item, by=member)


def _closed_not_signed(late: Late, disowned: Application) -> None:
    """One member is called away before the vote."""
    meeting = _opened(late, _meeting(late, [disowned]))
    staying = list(meeting.seats.order_by("pk").values_list("staff_id", flat=True))[:-1]
    sittings.mark_present(meeting, members=staying, by=late.who("secretary"))
    _vote(late, meeting, disowned, "refused", reason_code="no_emergency", reason=late.said["not_ratified"])
    sittings.close_meeting(meeting, by=late.who("secretary"))


def _meetings_now(late: Late, listed: Application, waiting: Application) -> None:
    """One sits, one is being prepared, one will not be held."""
    with on(min(at(timezone.localdate(), 9), timezone.now())):
        _opened(late, _meeting(late, [listed]))
        given_up = _meeting(late, [waiting])
        sittings.cancel(given_up, reason=late.said["cancelled"], by=late.who("secretary"))
        _meeting(late, [waiting], held_on=working_days.add(timezone.localdate(), 5))


# -- money ----------------------------------------------------------------------------------------------------------------


def _batches(late: Late, awards: list[Award], parts: list[Instalment]) -> None:
    """A batch in each state; one line was taken out, one answer was refused, one brought nothing new."""
    accountant, chair, cashier = late.who("accountant"), late.who("chair"), late.who("cashier")

    def made(*some: Award, and_parts: Sequence[Instalment] = ()) -> Batch:
        whole = [part for award in some for part in award.instalments.all()]
        return payments.make_batch(office=late.office, instalments=[*whole, *and_parts], by=accountant)

    first, second, third, fourth, fifth, sixth, seventh, eighth = awards
    with on(late.day(14)):
        payments.drop_batch(made(first), reason=late.said["dropped"], by=accountant)
        answered = made(second, seventh, eighth, and_parts=parts)
        answered = payments.hand_over(payments.check_batch(answered, by=chair), by=cashier)
        failing = answered.payments.filter(instalment__award__in=(seventh, eighth)).values_list("line", flat=True)
        content = answer_of(late, answered, failing=set(failing))
    with on(late.day(15)):
        for _n in range(2):
            bank.read_return(answered, content=content, file_name="return.csv", by=cashier)
        at_the_bank = payments.hand_over(payments.check_batch(made(third), by=chair), by=cashier)
        wrong = answer_of(late, at_the_bank, failing=()).replace(b"900.00", b"990.00")
        bank.read_return(at_the_bank, content=wrong, file_name="return.csv", by=cashier)
        payments.check_batch(made(fourth), by=chair)
        draft = made(fifth, sixth)
        payments.take_out(draft.payments.order_by("line")[0], reason=late.said["taken_out"], by=accountant)
    with on(late.day(16)):
        practice_after.correct_the_card(late, eighth)
        practice_after.sign_receipts(late, parts[:2], answered)
        practice_after.tell_of_a_return(late, at_the_bank)
        payments.send_back(draft, reason=late.said["sent_back"], objections={2: late.said["objection"]}, by=chair)


def _corrections(late: Late) -> None:
    """What was asked and posted, and what was turned down."""
    accountant, leader, year = late.who("accountant"), late.who("leader"), timezone.localdate().year
    own, donated = FundSource.objects.filter(office=late.office, year=year).order_by("pk")[2:4]
    move: dict[str, Any] = {"amount": Decimal(2000), "reason_code": "transfer", "by": accountant}
    funds.settle(funds.ask_transfer(own, taker=donated, reason=late.words["transfer"], **move), by=leader)
    asked = funds.ask_transfer(donated, taker=own, reason=late.words["transfer"], **move)
    funds.turn_down(asked, answer=late.said["turned_down"], by=leader)
    earlier = FundSource.objects.get(office=late.office, year=year - 1, origin=own.origin)
    carried = funds.ask_carry_over(earlier, taker=own, amount=Decimal(3000), reason=late.said["carry"], by=accountant)
    funds.settle(carried, by=leader)


def _closings(late: Late) -> None:
    """The year before last is closed, one of its months was opened again; a month waits, and the last year is begun."""
    accountant, leader, year = late.who("accountant"), late.who("leader"), timezone.localdate().year

    def asked(of: int, month: int) -> Closing:
        made = closing.begin_closing(late.office, year=of, month=month, by=accountant)
        return closing.ask_closing(made, remarks=late.said["stays_open"], by=accountant)

    december = closing.close_period(asked(year - 2, 12), by=leader)
    closing.ask_reopening(december, reason_code="missing_voucher", reason=late.said["reopened"], by=accountant)
    closing.reopen_period(december, by=leader)
    again = Closing.objects.get(office=late.office, status=Closing.Status.OPEN)
    again = closing.ask_closing(again, remarks=late.said["stays_open"], by=accountant)
    closing.close_period(again, by=leader)
    print_closing(closing.close_period(asked(year - 2, 0), by=leader), by=leader)
    asked(year - 1, 3)
    closing.begin_closing(late.office, year=year - 1, month=0, by=accountant)


def _pictures(late: Late, notice: Notice) -> None:
    """Four pictures of boards on which no code could be read: one waits, one holds, one was refused, one taken off again."""
    officer, leader = late.who("officer"), late.who("leader")
    facts = {"notice": notice, "entries": notice.entries.all()}
    number, title = notice.number or "", notice.title
    prints.issue("print/notice.html", facts, subject=notice, kind="notice", number=number, title=title, by=officer)
    day = timezone.localdate().isoformat()
    sheets = [late.said["picture"].format(number=board, day=day).split("|") for board in range(1, 5)]
    kept = [scans.keep_scan(notice, upload=scan(top, lines), compared=True, by=officer) for top, *lines in sheets]
    _waits, holds, unclear, other = [ComparedScan.objects.get(document=document) for document in kept]
    scans.second_scan(holds, by=leader)
    scans.turn_down_scan(unclear, answer=late.said["picture_unclear"], by=leader)
    documents.remove(other.document, reason=late.said["picture_of_another"], by=officer)
