"""What follows a decision in the invented district: awards in parts, a corrected card, scanned papers, a register to fetch."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_noop

from casework import actions as registry
from casework.practice import Maker as Registry
from center.actions.jobs import see_job, start_job
from center.jobs import run
from center.practice import scan
from center.remarks import Remark
from relief.actions import applications, decisions, payments, programmes
from relief.jobs import REGISTER
from relief.models import Application, Award, Payment

if TYPE_CHECKING:
    from relief.models import ApplicationPaper, Instalment
    from relief.practice_states import Late


def decide_terms(late: Late) -> None:
    """The usual terms, put on paper; another look back is decided from next year on."""
    year, leader = timezone.localdate().year, late.who("leader")
    document = late.said["terms"].format(year=year)
    for since, months in (
        (timezone.localdate(), 12),
        (timezone.localdate().replace(year=year + 1, month=1, day=1), 24),
    ):
        programmes.decide_terms(
            late.office,
            since=since,
            late_days=30,
            ratify_days=30,
            look_back_months=months,
            document=document,
            by=leader,
        )


# -- awards that are paid in parts -----------------------------------------------------------------------------------------


def granted(late: Late, row: Application, amount: Decimal | None = None) -> Award:
    """By the leader, and by a second person where the amount asks for one."""
    row = decisions.grant(row, amount=amount or row.proposed_amount or Decimal(0), by=late.who("leader"))
    if row.status == Application.Status.SECOND:
        row = decisions.second(row, by=late.who("chair"))
    return row.award


def first_parts(pupils: list[Application]) -> list[Instalment]:
    return [Award.objects.get(application=pupil).instalments.order_by("number")[0] for pupil in pupils]


def stop_halfway(late: Late, pupil: Application) -> None:
    """The first part is paid; what is still owed goes back to its source."""
    award = Award.objects.get(application=pupil)
    decisions.release(award, reason_code="not_eligible", text=late.said["left_school"], by=late.who("leader"))


# -- what came back from the bank, and what was signed for ---------------------------------------------------------------------


def correct_the_card(late: Late, award: Award) -> None:
    """The front desk asks the worker for another card, a second person checks it, and the part may be paid again."""
    clerk, file = late.who("frontdesk"), award.application.file
    failed = Payment.objects.get(instalment__award=award, status=Payment.Status.FAILED)
    if file is None:
        return
    change = registry.propose_account(
        file,
        holder=file.household.head,
        card=Registry(world=late.world, words={}).card(),
        bank=late.words["bank"],
        reason=late.said["new_card"],
        by=clerk,
    )
    registry.confirm_change(change, by=late.who("officer"))
    payments.settle_failure(failed, by=clerk)


def sign_one_receipt(late: Late, part: Instalment) -> None:
    """One who could not come on the day of the sheet signs a receipt of their own."""
    paid = Payment.objects.get(instalment=part, status=Payment.Status.PAID)
    said = [line.format(amount=paid.amount, number=paid.number) for line in late.said["receipt"].split("|")]
    payments.take_receipt(paid, upload=scan(said[0], said[1:], signed=paid.payee_name), by=late.who("frontdesk"))


def scan_papers(late: Late, rows: list[ApplicationPaper]) -> None:
    """What the applicant brought, each sheet on the glass once."""
    for row in rows:
        name = row.application.person.full_name
        lines = [
            line.format(name=name, day=timezone.localdate().isoformat()) for line in late.said["scanned"].split("|")
        ]
        told = applications.Told(paper=row, state=row.State.RECEIVED, scan=scan(row.label, lines, signed=name))
        applications.tick_papers(row.application, told=[told], by=late.who("frontdesk"))


def fetch_the_register(late: Late) -> None:
    """The auditor asked for the year's register as a workbook, in January still for the last one; it can be fetched."""
    auditor, year = late.who("auditor"), late.begin.year
    title = Remark(gettext_noop("Disbursement register %(year)s"), {"year": year})
    asked = {"year": year, "format": "xlsx", "in_full": False, "reason": ""}
    job = start_job(REGISTER, title=title, office=late.office, args=asked, by=auditor)
    run(job.pk)
    see_job(job, by=auditor)
