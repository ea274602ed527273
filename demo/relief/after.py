"""What follows a decision in the invented district: awards in parts, a corrected card, scanned papers, a register to fetch."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.translation import gettext_noop

from casework import actions as registry
from casework.models import BankAccount
from casework.models.person import ADULT
from center.actions.jobs import see_job, start_job
from center.kernel.remarks import Remark
from center.models import codes
from center.site.worker import run
from demo.casework.households import Maker as Registry
from demo.papers import scan
from relief.actions import applications, bankfiles, deaths, decisions, payments, programmes, receipts
from relief.actions import findings as marks
from relief.jobs import REGISTER
from relief.models import Application, Award, Batch, FindingMark, Payment, Programme, SignedSheet
from relief.queries import findings

if TYPE_CHECKING:
    from casework.models import Household, Person
    from center.models import Staff
    from demo.relief.states import Late
    from relief.models import ApplicationPaper, Instalment, Redirection


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


KEPT = (
    "formula",
    "rule",
    "categories",
    "papers",
    "needs_home_visit",
    "times_per_year",
    "one_kind_only",
    "quorum_percent",
)


def rules_of(programme: Programme) -> dict[str, Any]:
    """What the next version takes over from the last one."""
    latest = programme.versions.order_by("-number")[0]
    return {name: getattr(latest, name) for name in (*KEPT, "majority_percent")}


def rules_of_the_coming_year(late: Late) -> None:
    """Decided already, not begun yet: the leader may still correct them."""
    programme, year = Programme.objects.get(office=late.office, kind="living"), timezone.localdate().year
    document = late.said["version"].format(year=year)
    fields = rules_of(programme) | {"document": document}
    programmes.begin_version(
        programme,
        since=timezone.localdate().replace(year=year + 1, month=1, day=1),
        fields=fields,
        by=late.who("leader"),
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


def lose_receivers(late: Late, waits: Application, settled: Application) -> None:
    """The family telephones: whoever was to receive has died. The money is held; of two, the widow or widower gets one."""
    clerk, officer, leader = (late.who(name) for name in ("frontdesk", "officer", "leader"))
    brought = late.said["scanned"].split("|")
    for pupil in (waits, settled):
        dying = registry.Dying(died_on=timezone.localdate(), evidence="told")
        death = registry.record_death(pupil.person, dying=dying, by=clerk)
        lines = [line.format(name=pupil.person.full_name, day=timezone.localdate()) for line in brought]
        paper = scan(str(codes.label("death_evidence", "cremation")), lines, signed="")
        registry.prove_death(death, evidence="cremation", upload=paper, by=officer)
    asked = [_ask(late, pupil, by=officer) for pupil in (waits, settled)]
    deaths.turn_down_redirection(asked[0], answer=late.said["not_yet"], by=leader)
    deaths.settle_redirection(asked[1], by=leader)
    _ask(late, waits, by=officer)


def _ask(late: Late, pupil: Application, *, by: Staff) -> Redirection:
    """To somebody of age who is left in the household."""
    award, to = Award.objects.get(application=pupil), cast("Person", heir_of(pupil.household, pupil.person))
    return deaths.ask_redirection(award, to=to, reason=late.said["kin"], by=by)


def heir_of(household: Household | None, dying: Person) -> Person | None:
    """Somebody else of age who lives there."""
    rows = household.memberships.current().exclude(person=dying).select_related("person") if household else ()
    return next((row.person for row in rows if (row.person.age or 0) >= ADULT), None)


# -- what came back from the bank, and what was signed for ---------------------------------------------------------------------


def correct_the_card(late: Late, award: Award) -> None:
    """The front desk asks the worker for another card, a second person checks it, and the part may be paid again."""
    clerk, file = late.who("frontdesk"), award.application.file
    failed = Payment.objects.get(instalment__award=award, status=Payment.Status.FAILED)
    if file is None:
        return
    card = _card_of_nobody(late)
    change = registry.propose_account(
        file,
        holder=file.household.head,
        card=card,
        bank=late.words["bank"],
        reason=late.said["new_card"],
        by=clerk,
    )
    registry.confirm_change(change, card=card, by=late.who("officer"))
    payments.settle_failure(failed, by=clerk)


def _card_of_nobody(late: Late) -> str:
    """Chance may begin anew with the same seed, and would draw somebody's card again."""
    drawn = iter(Registry(world=late.world, words={}).card, "")
    return next(card for card in drawn if not BankAccount.objects.filter(card=card).exists())


def sign_receipts(late: Late, parts: list[Instalment], batch: Batch) -> None:
    """One signs a receipt of their own, which a second person has seen; another's waits, and wrong ones were taken."""
    clerk, officer = late.who("frontdesk"), late.who("officer")
    first, second = (Payment.objects.get(instalment=part, status=Payment.Status.PAID) for part in parts)
    not_theirs = receipts.take_receipt(first, by=clerk)
    receipts.turn_down_sheet(not_theirs, answer=late.said["not_signed"], by=officer)
    wrong = _own_receipt(late, second)
    receipts.second_sheet(wrong, by=officer)
    receipts.take_off_sheet(wrong, reason=late.said["of_another"], by=officer)
    receipts.second_sheet(_own_receipt(late, first), by=officer)
    receipts.take_receipt(second, by=officer)
    blank = scan(late.said["receipt"].split("|", maxsplit=1)[0], [], signed="")
    receipts.take_sheet(batch, upload=blank, by=clerk)


def _own_receipt(late: Late, paid: Payment) -> SignedSheet:
    said = [line.format(amount=paid.amount, number=paid.number) for line in late.said["receipt"].split("|")]
    upload = scan(said[0], said[1:], signed=paid.payee_name)
    return receipts.take_receipt(paid, upload=upload, by=late.who("frontdesk"))


def tell_of_a_return(late: Late, batch: Batch) -> None:
    """The bank has telephoned: a line came back. A second person has yet to see it on paper."""
    line = batch.payments.order_by("line")[0]
    bankfiles.tell_failure(line, failure=late.said["told_return"], on=timezone.localdate(), by=late.who("cashier"))


def scan_papers(late: Late, rows: list[ApplicationPaper]) -> None:
    """What the applicant brought, each sheet on the glass once."""
    for row in rows:
        name = row.application.person.full_name
        lines = [
            line.format(name=name, day=timezone.localdate().isoformat()) for line in late.said["scanned"].split("|")
        ]
        told = applications.ToldPaper(paper=row, state=row.State.RECEIVED, scan=scan(row.label, lines, signed=name))
        applications.tick_papers(row.application, told=[told], by=late.who("frontdesk"))


def mark_findings(late: Late) -> None:
    """The auditor has looked at some payments without a receipt: in order, explained, and one that is a fault."""
    auditor = late.who("auditor")
    rows = findings.rows("without_receipt", year=timezone.localdate().year, offices=frozenset({late.office.pk}))
    for payment, state in zip(rows.order_by("pk")[:3], FindingMark.State.values, strict=False):
        marks.mark([payment], rule="without_receipt", state=state, text=late.said["finding"], by=auditor)


def fetch_the_register(late: Late) -> None:
    """The auditor asked for the year's register as a workbook, in January still for the last one; it can be fetched."""
    auditor, year = late.who("auditor"), late.begin.year
    title = Remark(gettext_noop("Disbursement register %(year)s"), {"year": year})
    asked = {"year": year, "format": "xlsx", "in_full": False, "reason": ""}
    job = start_job(REGISTER, title=title, office=late.office, args=asked, by=auditor)
    run(job.pk)
    see_job(job, by=auditor)
