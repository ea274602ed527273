"""This desk's share of the invented district (seed_demo): two years of relief, through the actions that people use."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from casework.models import HardshipFile
from center.actions import meetings as sittings
from center.actions import notices as boards
from center.kernel.errors import Refusal
from center.models.base import subject_of
from center.privacy.secret import unseal
from center.reference import working_days
from demo.clock import on
from demo.papers import scan
from demo.relief import sheets
from demo.relief.students import schooling_of, student_of
from relief.actions import applications, bank, decisions, funds, layouts, payments, programmes
from relief.enums import Decider
from relief.models import Application, Batch, FundSource, Instalment, LedgerTransaction, Payment, Programme
from relief.permissions import decider_of
from relief.rules.bankfile import LAYOUT, STANDARD

if TYPE_CHECKING:
    from collections.abc import Collection
    from random import Random

    from center.models import Office, Staff
    from demo.world import Practice

QUARTERS = 8
A_QUARTER = 10
FINANCE = ("central_finance", "local_finance")  # money that came with an official letter
S = Application.Status


@dataclass(kw_only=True)
class Maker:
    """The people who act, the words, and the one source of chance."""

    world: Practice
    words: dict[str, Any]
    invoices: int = 0

    @property
    def chance(self) -> Random:
        return self.world.chance

    @property
    def office(self) -> Office:
        return self.world.office

    def who(self, username: str) -> Staff:
        return self.world.people[username]


def fill(world: Practice) -> None:
    """Programmes, sources, eight quarters of applications with notice, meeting, bank and receipt; the last stays open."""
    words = json.loads((Path(__file__).parents[1] / "data" / "relief.json").read_text(encoding="utf-8"))
    maker = Maker(world=world, words=words)
    today = timezone.localdate()
    begin = date(today.year - 2, today.month, 1)
    with translation.override("zh-hans"):
        with on(at(begin - timedelta(days=60), 9)):
            _set_up(maker, begin - timedelta(days=60))
        for year in range(begin.year, today.year + 1):
            with on(at(max(date(year, 1, 15), begin - timedelta(days=20)), 10)):
                _receive(maker, year)
        offered = [file.pk for file in world.made["file"]]
        rows = HardshipFile.objects.in_force().filter(office=maker.office, pk__in=offered)
        files = list(rows.filter(household__head__died_on=None).order_by("pk"))
        for quarter in range(QUARTERS):
            last = quarter == QUARTERS - 1  # whose sheet nobody has brought back
            _quarter(maker, begin + timedelta(days=91 * quarter), files, signed=not last)
        _today(maker, files)
    world.made["application"] = list(Application.objects.order_by("pk"))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(working_days.roll(day), time(hour, minute)))


def _set_up(maker: Maker, since: date) -> None:
    leader = maker.who("leader")
    keep_a_layout(maker)
    programmes.adopt_standard_programmes(maker.office, since=since, by=leader)
    programmes.name_for_emergencies(
        leader, office=maker.office, ceiling=Decimal(2000), until=None, document=maker.words["document"], by=leader
    )


def keep_a_layout(maker: Maker) -> None:
    """The bank of the invented district answers in the usual way."""
    usual = STANDARD
    fields = {
        "name": maker.words["bank"], "encoding": usual.encoding, "separator": usual.separator, "has_header": usual.header,
        "out_columns": list(usual.out), "answer_columns": list(usual.answer), "purpose": usual.purpose,
        "paid_words": usual.paid, "failed_words": usual.failed, "pending_words": usual.pending,
        "total_words": usual.totals, "reasons": {},
    }  # fmt: skip
    layouts.keep_layout(maker.office, fields=fields, by=maker.who("accountant"))


def _receive(maker: Maker, year: int) -> None:
    for name, origin, document, amount, name_en in maker.words["sources"]:
        heading, *lines = (
            maker.words["funding"].format(name=name, document=document.format(year=year), amount=amount).split("|")
        )
        funds.open_source(
            office=maker.office,
            name=name,
            name_en=name_en,
            origin=origin,
            year=year,
            document_number=document.format(year=year),
            earmarks=[],
            amount=Decimal(amount),
            received_on=timezone.localdate(),
            scan=scan(heading, lines) if origin in FINANCE else None,
            by=maker.who("accountant"),
        )


def _quarter(maker: Maker, begin: date, files: list[HardshipFile], *, signed: bool) -> None:
    """One round: taken, assessed, noticed, decided, paid, signed for."""
    known = [file for file in files if file.opened_on and file.opened_on <= begin]
    if not known:
        return
    chosen = maker.chance.sample(known, min(A_QUARTER, len(known)))
    for number, file in enumerate(chosen):
        with on(at(begin + timedelta(days=number % 5), 9 + number % 6, number * 3 % 60)):
            _apply(maker, file)
    noticed = begin + timedelta(days=10)
    ended = noticed
    with on(at(noticed, 10)):
        notice_ends = _notice(maker, begin)
        ended = notice_ends or noticed
    with on(at(ended + timedelta(days=1), 10)):
        _end_notices(maker)
    _decide(maker, ended + timedelta(days=3))
    _pay(maker, ended + timedelta(days=8), signed=signed)


def _emergency(maker: Maker, files: list[HardshipFile]) -> None:
    """The first household that has a claim to one: two people grant it, the committee is to ratify."""
    for file in maker.chance.sample(files, len(files)):
        made = _apply(maker, file, is_emergency=True)
        if made is None or made.status != S.READY:
            continue
        why, leader = maker.words["emergency"], maker.who("leader")
        _quietly(decisions.grant_emergency, made, amount=made.proposed_amount, reason=why, by=leader)
        if Application.objects.get(pk=made.pk).status == S.SECOND:
            decisions.second(made, by=maker.who("chair"))
            return


def _apply(
    maker: Maker, file: HardshipFile, *, until: str = "assessed", is_emergency: bool = False
) -> Application | None:
    """From the window to the proposal; what the rule refuses is declined by the leader."""
    chance, clerk = maker.chance, maker.who("frontdesk")
    kinds = ["medical", "living", "living", "education"]
    kind = "living" if is_emergency else chance.choice(kinds)
    programme = Programme.objects.get(office=maker.office, kind=kind)
    student = student_of(file) if kind == "education" else None
    if kind == "education" and student is None:
        return None
    try:
        application = applications.open_application(
            programme, person=file.household.head, office=maker.office, is_emergency=is_emergency, by=clerk
        )
        answers: dict[str, Any] = {"request": chance.choice(maker.words["requests"][kind]), "may_publish": True}
        if student:
            answers |= schooling_of(student, maker.words["school"])
        applications.fill_in(application, answers=answers, by=clerk)
        if until == "draft":
            return application
        brought = [applications.ToldPaper(paper=paper, state="received") for paper in application.papers.all()]
        applications.tick_papers(application, told=brought, by=clerk)
        if kind == "medical":
            maker.invoices += 1
            cost = Decimal(chance.choice(("1800.00", "4260.50", "9800.00", "16500.00", "28400.00")))
            applications.add_invoice(
                application, number=f"51{timezone.localdate():%y%m}{maker.invoices:06d}", self_paid=cost,
                issued_on=timezone.localdate() - timedelta(days=12), by=clerk,
            )  # fmt: skip
        application = applications.submit(application, by=clerk)
        if until == "submitted":
            return application
        return _assess(maker, application)
    except Refusal:
        return None


def _assess(maker: Maker, application: Application) -> Application:
    chance, officer = maker.chance, maker.who("officer")
    most = {"living": ("800", "1200", "1500", "1800", "2400"), "medical": ("1500", "3000", "6000", "12000")}
    wanted = chance.choice(most.get(application.programme.kind, ("3000",)))
    year = timezone.localdate().year
    sources = list(FundSource.objects.filter(office=maker.office, year=year).order_by("pk"))
    source = chance.choice([sources[0], sources[0], *sources])
    try:
        return applications.assess(
            application, proposed_amount=None, fund_source=source, by=officer
        ) if application.programme.kind == "education" else applications.assess(
            application,
            proposed_amount=Decimal(wanted),
            reason=maker.words["proposed"],
            fund_source=source,
            by=officer,
        )  # fmt: skip
    except Refusal:
        return decisions.decline(
            application, reason_code="not_eligible", reason=maker.words["declined"], by=maker.who("leader")
        )


def _notice(maker: Maker, day: date) -> date | None:
    """The round's notice: composed by the officer, published by the leader."""
    waiting = Application.objects.filter(office=maker.office, status=S.ASSESSED).order_by("pk")
    if not waiting:
        return None
    title = maker.words["notice"].format(year=day.year, quarter=(day.month + 2) // 3)
    subjects = [subject_of(application) for application in waiting]
    notice = boards.compose(maker.office, title=title, subjects=subjects, working_days=5, by=maker.who("officer"))
    return boards.publish(notice, posted_at=maker.words["posted"], by=maker.who("leader")).ends_on


def _end_notices(maker: Maker) -> None:
    from center.models import Notice  # noqa: PLC0415 - only practice ends notices by itself

    for notice in Notice.objects.filter(office=maker.office, status="published", ends_on__lt=timezone.localdate()):
        boards.end_notice(notice, by=maker.who("officer"))


def _decide(maker: Maker, day: date) -> None:
    """The leader grants small sums, the committee the rest; now and then one is deferred or declined."""
    leader = maker.who("leader")
    with on(at(day, 9)):
        for application in Application.objects.filter(office=maker.office, status=S.READY).order_by("pk"):
            amount = application.proposed_amount or Decimal(0)
            if decider_of(application, amount) == Decider.LEADER:
                _quietly(decisions.grant, application, amount=amount, by=leader)
    with on(at(day + timedelta(days=1), 14)):
        _sit(maker)


def _quietly(act: Any, *args: Any, **options: Any) -> Any:
    """A refusal (an empty source, a cap) leaves the record where it stands."""
    try:
        return act(*args, **options)
    except Refusal:
        return None


def _sit(maker: Maker) -> None:
    secretary, chair, day = maker.who("secretary"), maker.who("chair"), timezone.localdate()
    title = maker.words["meeting"].format(year=day.year, quarter=(day.month + 2) // 3)
    meeting = sittings.prepare(
        maker.office, title=title, held_on=day, quorum=5, place=maker.words["place"], by=secretary
    )
    sittings.fill_agenda(meeting, by=secretary)
    if not meeting.items.exists():
        sittings.cancel(meeting, reason=maker.words["deferred"], by=secretary)
        return
    sittings.mark_present(meeting, members=list(meeting.seats.values_list("staff_id", flat=True)), by=secretary)
    meeting = sittings.open_meeting(meeting, by=secretary)
    for number, item in enumerate(meeting.items.order_by("number"), 1):
        votes = {seat.staff_id: "for" for seat in sittings.entitled(item)}
        result, code, reason = "granted", "", ""
        if number % 9 == 8:  # noqa: PLR2004 - now and then
            result, code, reason = "deferred", "needs_check", maker.words["deferred"]
        _quietly(sittings.decide, item, result=result, reason_code=code, reason=reason, votes=votes, by=secretary)
    for item in meeting.items.filter(status="waiting"):
        votes = {seat.staff_id: "for" for seat in sittings.entitled(item)}
        sittings.decide(
            item, result="deferred", reason_code="no_funds", reason=maker.words["deferred"], votes=votes, by=secretary
        )
    meeting = sittings.close_meeting(meeting, by=secretary)
    sittings.sign(meeting, by=chair)


def _pay(maker: Maker, day: date, *, signed: bool) -> None:
    """One batch: made, checked, handed over, answered, signed for on its sheet; some lines come back."""
    day = working_days.roll(day)
    with on(at(day, 9)):
        batch = _batch(maker)
    if batch is None:
        return
    with on(at(day, 11)):
        payments.check_batch(batch, by=maker.who("chair"))
    with on(at(day, 15)):
        batch = payments.hand_over(batch, by=maker.who("cashier"))
    with on(at(working_days.add(day, 1), 10)):
        bank.read_return(batch, content=answer_of(maker, batch), file_name="return.csv", by=maker.who("cashier"))
    if signed and batch.payments.filter(status=Payment.Status.PAID).exists():
        with on(at(working_days.add(day, 3), 10)):
            sheets.sign(batch, issued_by=maker.who("accountant"), taken_by=maker.who("frontdesk"), chance=maker.chance)


def _batch(maker: Maker) -> Batch | None:
    from relief.permissions import receivers_of, why_not_payable  # noqa: PLC0415
    from relief.queries.accounts import accounts_of  # noqa: PLC0415

    due = list(
        Instalment.objects.due(timezone.localdate()).filter(award__application__office=maker.office)
        .select_related("award__application__file", "award__application__person", "fund_source").order_by("pk")
    )  # fmt: skip
    accounts = accounts_of(due)
    receivers, here = receivers_of(due, accounts), maker.office.pk
    fit = [
        part
        for part in due
        if not why_not_payable(part, accounts.get(part.award.application_id), office_id=here, receivers=receivers)
    ]
    return payments.make_batch(office=maker.office, instalments=fit, by=maker.who("accountant")) if fit else None


def answer_of(maker: Maker, batch: Batch, *, failing: Collection[int] | None = None) -> bytes:
    """What a bank would send back for this batch; the lines that fail are left to chance unless they are named."""
    columns, out = LAYOUT["answer"], io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns.values())
    now = timezone.localtime()
    for payment in batch.payments.filter(status=Payment.Status.IN_TRANSIT).order_by("line"):
        fails = maker.chance.random() < 0.04 if failing is None else payment.line in failing  # noqa: PLR2004 - one in 25
        cells = {
            "batch": batch.bank_number,
            "line": payment.line,
            "name": payment.payee_name,
            "card": unseal(payment.card_number._label, bytes(payment.card_number)),
            "amount": f"{payment.amount:.2f}",
            "result": LAYOUT["failed" if fails else "paid"][0],
            "failure": maker.chance.choice(maker.words["failures"]) if fails else "",
            "reference": "" if fails else f"{now:%Y%m%d}-{payment.line:04d}",
            "at": "" if fails else f"{now:%Y-%m-%d %H:%M:%S}",
            "code": payment.line_code,
        }
        writer.writerow([cells[name] for name in columns])
    return out.getvalue().encode(LAYOUT["encoding"])


def _today(maker: Maker, files: list[HardshipFile]) -> None:
    """So that every list has rows: something in each state, a correction that waits, an emergency to ratify."""
    chance, officer = maker.chance, maker.who("officer")
    today = timezone.localdate()
    for number, until in enumerate(("draft", "submitted", "submitted", "submitted", *("assessed",) * 12)):
        with on(min(at(today - timedelta(days=16 - number), 9), timezone.now())):
            _apply(maker, chance.choice(files), until=until)
    returned = Application.objects.filter(status=S.SUBMITTED, returned_times=0).first()
    if returned:
        applications.return_for_supplement(
            returned, reason_code="papers_missing", text=maker.words["returned"], by=officer
        )
    with on(at(today - timedelta(days=14), 10)):
        _notice(maker, today)
    with on(min(at(today - timedelta(days=4), 10), timezone.now())):
        _end_notices(maker)
    for _n in range(3):
        _apply(maker, chance.choice(files))
    _emergency(maker, files)
    entry = LedgerTransaction.objects.filter(kind="pay", office=maker.office).order_by("pk").first()
    if entry:
        reason = maker.words["reversal"]
        asked = funds.ask_reversal(entry, reason_code="duplicate", reason=reason, by=maker.who("accountant"))
        funds.settle(asked, by=maker.who("leader"))
    sources = list(FundSource.objects.filter(office=maker.office, year=today.year).order_by("pk"))
    funds.ask_transfer(
        sources[3], taker=sources[1], amount=Decimal(5000), reason_code="transfer", reason=maker.words["transfer"],
        by=maker.who("accountant"),
    )  # fmt: skip
