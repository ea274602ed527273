"""Papers of this room: letter, approval form, sign-off sheet, missing papers, closing sheet. Frozen when issued."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from center.kernel.action import action
from center.kernel.errors import require
from center.models import codes
from center.models.base import subject_of
from center.papers.prints import IssuedDocument, Overrun, issue
from center.reference import numbering
from relief.models import Application, Instalment, Payment
from relief.permissions import decision_in_force, why_not_issue_letter, why_not_print_signsheet
from relief.queries.carrying import bridge_of
from relief.queries.closing import Sheet, headings
from relief.queries.given import household_given
from relief.queries.trace import trace_of
from relief.rules.capitals import in_capitals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from center.models import Office, Staff
    from relief.models import Batch, Closing, Decision

LETTER = "decision_letter_"  # and the key of the decision


@action
def issue_letter(decision: Decision, *, by: Staff) -> IssuedDocument:
    """The decision letter: granted, less, deferred or declined; why; how to ask again. Frozen once a decision."""
    application = Application.objects.with_people().get(pk=decision.application_id)
    decision.application = application  # as it stands now
    require(why_not_issue_letter(decision))
    kind = f"{LETTER}{decision.pk}"
    earlier = IssuedDocument.objects.filter(subject=subject_of(application), kind=kind).first()
    if earlier:
        return earlier
    with override("zh-hans"):
        context = {
            "application": application,
            "decision": decision,
            "reason": codes.reason(decision.reason_code),
            "capitals": in_capitals(decision.amount) if decision.amount else "",
            "disowned": _disowned(application) if decision.is_disowned else None,
        }
    number = numbering.draw("letter", office=application.office, on=timezone.localdate())
    return issue(
        "print/relief/letter.html",
        context,
        subject=application,
        kind=kind,
        number=number,
        title=_("Decision letter"),
        by=by,
    )


def _disowned(application: Application) -> Mapping[str, object]:
    """Where the money of an emergency stands that the committee did not ratify: out, on its way, or kept back."""
    parts, s = list(application.award.instalments.all()), Instalment.Status

    def share(*states: str) -> Decimal:
        return sum((part.amount for part in parts if part.status in states), start=Decimal(0))

    paid = share(s.PAID)
    return {
        "granted": application.award.amount,
        "granted_at": application.award.granted_at,
        "paid": paid,
        "capitals": in_capitals(paid) if paid else "",
        "on_its_way": share(s.PAYING),
        "kept_back": share(s.OWED, s.STOPPED),
    }


def issue_letters(applications: Iterable[Application], *, by: Staff) -> list[IssuedDocument]:
    """The letter of the decision in force of each, issued now where it was not yet; a transaction each."""
    final = [decision_in_force(application) for application in applications]
    return [issue_letter(decision, by=by) for decision in final if decision]


def letters_not_in_force(application: Application, papers: Iterable[IssuedDocument]) -> set[int]:
    """The letters among these papers that a later decision, or none yet, stands against."""
    decision = decision_in_force(application)
    current = f"{LETTER}{decision.pk}" if decision else ""
    return {paper.pk for paper in papers if paper.kind.startswith(LETTER) and paper.kind != current}


@action
def print_approval(application: Application, *, by: Staff) -> IssuedDocument:
    """救助申请/审批表 with what is decided so far."""
    with override("zh-hans"):
        context = {
            "application": application,
            "decisions": application.decisions.select_related("decided_by", "seconded_by"),
            "cause": codes.label("hardship_cause", application.file.primary_cause) if application.file else "",
            "category": codes.label("hardship_category", application.category) if application.category else "",
            "given": household_given(application),
            "payments": application.payments.filter(status__in=("paid", "in_transit", "reversed")),
        }
    return issue(
        "print/relief/approval.html",
        context,
        subject=application,
        kind="approval_form",
        number=application.number,
        title=_("Application and approval form"),
        by=by,
    )


@action
def print_supplement(application: Application, *, by: Staff) -> IssuedDocument:
    """一次性告知: everything that is missing, on one sheet."""
    context = {"application": application, "papers": application.papers.filter(state="missing")}
    return issue(
        "print/relief/supplement.html",
        context,
        subject=application,
        kind="supplement",
        number=application.number,
        title=_("Notice of missing papers"),
        by=by,
    )


PAGES = (9, 8, 7, 6, 5, 4, 3, 2)  # lines on a page, the most first; long names of firms and banks take more room
CLOSE = 3  # of the lowest lines: what the last page leaves to the sum, the signatures and the seal


@action
def print_signsheet(batch: Batch, *, by: Staff) -> IssuedDocument:
    """发放花名册/签领表: masked numbers, the sum of the lines that stand on it, a signature column; the code of each page says
    which lines are signed there."""
    require(why_not_print_signsheet(by, batch))
    payments = list(
        batch.payments.exclude(status=Payment.Status.DROPPED).select_related("fund_source").order_by("line")
    )
    signing = [payment for payment in payments if payment.status != Payment.Status.FAILED]
    total = sum((payment.amount for payment in signing), start=Decimal(0))
    with override("zh-hans"):
        for payment in signing:
            payment.category = codes.label("hardship_category", payment.category)
        context = {
            "batch": batch,
            "count": len(signing),
            "total": total,
            "capitals": in_capitals(total),
            "returned": len(payments) - len(signing),
            "sources": sorted({payment.source_name for payment in signing}),
            "days": sorted({payment.answered_on for payment in signing if payment.answered_on}),
        }
    for most in PAGES:
        try:
            return _issue_signsheet(batch, context, paged(signing, most), by=by)
        except Overrun:
            continue
    raise Overrun(_("The lines do not fit on their pages."))


def _issue_signsheet(
    batch: Batch, context: Mapping[str, object], sheets: Sequence[Sequence[Payment]], *, by: Staff
) -> IssuedDocument:
    return issue(
        "print/relief/signsheet.html",
        context,
        subject=batch,
        kind="sign_sheet",
        number=batch.number or batch.code,
        title=_("Disbursement register and sign-off sheet"),
        sheets=sheets,
        by=by,
    )


def paged(lines: Sequence[Payment], most: int) -> list[Sequence[Payment]]:
    """As few pages as hold the lines, about as many on each; the last one leaves room for the sum, the signatures and the seal,
    and never holds a line that stands alone."""
    room = max(most - ceil(CLOSE * most / PAGES[0]), 1)
    before = ceil(max(len(lines) - room, 0) / most)
    last = min(room, max(len(lines) // (before + 1), 2)) if before else len(lines)
    each, more = divmod(len(lines) - last, before or 1)
    sizes = [each + (place < more) for place in range(before)]
    ends = list(accumulate(sizes, initial=0))
    return [*(lines[start:end] for start, end in pairwise(ends)), lines[ends[-1] :]]


@action
def print_trace(payment: Payment, *, by: Staff) -> IssuedDocument:
    """追溯单: one payment from its source to its receipt, with its vouchers, as it stands today."""
    with override("zh-hans"):
        context = {
            "payment": payment,
            "steps": trace_of(payment),
            "entries": payment.entries.select_related("posted_by", "seconded_by", "reverses").order_by("pk"),
            "capitals": in_capitals(payment.amount),
        }
    return issue(
        "print/relief/trace.html",
        context,
        subject=payment,
        kind="trace",
        number=payment.number or payment.code,
        title=_("Trace of a payment"),
        by=by,
    )


@action
def print_findings(
    office: Office, *, rule: str, year: int, lines: Sequence[Mapping[str, object]], left_out: int, by: Staff
) -> IssuedDocument:
    """What one rule found in a year, with what it compared and what was said of each."""
    total = sum((cast("Payment", line["payment"]).amount for line in lines), start=Decimal(0))
    context = {
        "rule": rule,
        "year": year,
        "count": len(lines),
        "lines": lines[:-CLOSE],
        "last": lines[-CLOSE:],
        "total": total,
        "left_out": left_out,
        "office": office,
    }
    return issue(
        "print/relief/findings.html",
        context,
        subject=office,
        kind="findings",
        title=_("List of findings"),
        by=by,
    )


@action
def print_closing(closing: Closing, *, by: Staff) -> IssuedDocument:
    """结账表: each source's money through the period, the total in capitals, what was carried over and what stays open."""
    sheet = Sheet(closing)
    with override("zh-hans"):
        context = {
            "closing": closing,
            "headings": headings(),
            "rows": [(row.source, row.cells.values()) for row in sheet.rows],
            "total": sheet.total.values(),
            "capitals": in_capitals(sheet.total["held"]),
            "carried": closing.carried.select_related("giver", "taker").order_by("pk"),
            "bridge": bridge_of(sheet),
        }
    return issue(
        "print/relief/closing.html",
        context,
        subject=closing,
        kind="closing_sheet",
        number=str(closing),
        title=_("Closing sheet"),
        by=by,
    )
