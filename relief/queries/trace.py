"""From the source to the signed receipt: each link of one payment with date, person and paper, or a gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from center.kernel.sentences import listed, phrases, yuan
from center.models import Notice
from center.models.base import subject_of
from center.papers.documents import Document

if TYPE_CHECKING:
    from datetime import date, datetime

    from center.models import Staff
    from relief.models import Application, Award, Payment


@dataclass(frozen=True, kw_only=True)
class Step:
    """One link of the chain."""

    label: str
    there: bool
    what: str = ""
    on: date | None = None
    who: str = ""
    url: str = ""
    document: str = ""  # code of the scan


def trace_of(payment: Payment) -> list[Step]:
    """Nine links (screens.md P35): source, application, check, notice, decision, batch, bank, receipt."""
    application, award = payment.application, payment.instalment.award
    return [
        _source(payment),
        _asked(application),
        _assessed(application),
        _visited(application),
        _noticed(application, award),
        *_decided(application),
        _batched(payment),
        _answered(payment),
        _received(payment),
    ]


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None


def _name(staff: Staff | None) -> str:
    return str(staff) if staff else ""


def _source(payment: Payment) -> Step:
    source = payment.fund_source
    paper = Document.objects.filter(subject=subject_of(source), removed_at=None).order_by("-pk").first()
    return Step(
        label=_("Fund source"),
        there=True,
        what=f"{source} · {source.document_number}",
        on=source.received_on,
        url=reverse("relief:source", args=[source.code]),
        document=paper.code if paper else "",
    )


def _asked(application: Application) -> Step:
    return Step(
        label=pgettext("step", "Application"),
        there=application.submitted_at is not None,
        what=application.number,
        on=_day(application.submitted_at),
        who=_name(application.submitted_by),
        url=reverse("relief:application", args=[application.code]),
    )


def _assessed(application: Application) -> Step:
    return Step(
        label=_("Assessment"),
        there=application.assessed_at is not None,
        what=f"{yuan(application.computed_amount)} → {yuan(application.proposed_amount)}",
        on=_day(application.assessed_at),
        who=_name(application.assessed_by),
        url=reverse("relief:application", args=[application.code]) + "#basis",
    )


def _visited(application: Application) -> Step:
    visits = application.file.home_visits if application.file else None
    visit = visits.select_related("first_visitor", "second_visitor").order_by("-visited_on").first() if visits else None
    needed = application.version.needs_home_visit and not application.is_emergency
    return Step(
        label=_("Home visit"),
        there=visit is not None or not needed,
        what="" if visit or needed else _("not required"),
        on=visit.visited_on if visit else None,
        who=f"{visit.first_visitor} · {visit.second_visitor}" if visit else "",
        url=reverse("casework:file", args=[application.file.code]) + "#home" if visit and application.file else "",
    )


def _noticed(application: Application, award: Award) -> Step:
    number = award.notice_number or application.notice_number
    differs = _("amount differs from the notice") if application.noticed_amount not in {None, award.amount} else ""
    code = Notice.objects.filter(number=number).values_list("code", flat=True).first() if number else None
    return Step(
        label=_("Public notice"),
        there=bool(number),
        what=phrases(part for part in (number, differs) if part),
        on=award.notice_ends_on or application.notice_ends_on,
        url=reverse("center:notice", args=[code]) if code else "",
    )


def _decided(application: Application) -> list[Step]:
    steps = [
        Step(
            label=_("Decision"),
            there=True,
            what=f"{decision.outcome} {yuan(decision.amount)} {decision.meeting_number or decision.document}",
            on=_day(decision.decided_at),
            who=listed(str(p) for p in (decision.decided_by, decision.seconded_by) if p),
            url=reverse("relief:application", args=[application.code]) + "#decisions",
        )
        for decision in application.decisions.select_related("decided_by", "seconded_by").order_by("pk")
    ]
    if application.ratification == application.Ratification.PENDING:
        steps.append(Step(label=_("Ratification"), there=False))
    return steps or [Step(label=_("Decision"), there=False)]


def _batched(payment: Payment) -> Step:
    batch = payment.batch
    line = _("line %(line)s") % {"line": payment.line}
    people = (batch.made_by, batch.checked_by, batch.paid_by)
    return Step(
        label=_("Batch"),
        there=batch.paid_at is not None,
        what=f"{batch} · {line}",
        on=_day(batch.paid_at),
        who=" → ".join(str(person) for person in people if person),
        url=reverse("relief:batch", args=[batch.code]),
    )


def _answered(payment: Payment) -> Step:
    return Step(
        label=pgettext("step", "Bank"),
        there=payment.answered_on is not None,
        what=payment.failure or payment.bank_reference,
        on=payment.answered_on,
        url=reverse("relief:batch", args=[payment.batch.code]) + "#returns",
    )


def _received(payment: Payment) -> Step:
    return Step(
        label=_("Receipt"),
        there=payment.receipt_confirmed_at is not None,
        what=_("scan attached") if payment.receipt else "",
        on=_day(payment.receipt_confirmed_at),
        who=_name(payment.receipt_confirmed_by),
        document=payment.receipt.code if payment.receipt else "",
    )
