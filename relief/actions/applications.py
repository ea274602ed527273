"""Applications: opened, filled in, submitted, assessed, returned once, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions import link_opened
from casework.permissions import why_not_belong
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.kernel.sentences import yuan
from center.models.base import subject_of
from center.reference import numbering
from relief.actions.checklists import ToldPaper as ToldPaper
from relief.actions.checklists import tick_paper as tick_paper
from relief.actions.checklists import tick_papers as tick_papers
from relief.actions.copying import answers_known, copy_invoices, copy_papers, last_of
from relief.actions.facts import home_of, join_file, locked, new_home
from relief.actions.invoices import add_invoice as add_invoice
from relief.actions.invoices import drop_invoice as drop_invoice
from relief.actions.invoices import free_invoices, sum_invoices
from relief.models import Application, ApplicationPaper, FundSource, Programme
from relief.permissions import (
    why_not_assess,
    why_not_beneficiary,
    why_not_earmark,
    why_not_edit,
    why_not_open,
    why_not_resume,
    why_not_return,
    why_not_submit,
    why_not_withdraw,
)
from relief.queries.applications import of_same_school_year
from relief.queries.assessment import basis_of, category_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from casework.models import Person, Visit
    from center.models import Office, Staff
    from center.papers.documents import Document

S = Application.Status
ANSWERS = frozenset(
    {"asked_amount", "request", "self_paid", "other_aid", "may_publish", "is_emergency"}
    | {"beneficiary", "school", "school_stage", "stage_reason", "school_year"}
)


@action
def open_application(
    programme: Programme,
    *,
    person: Person,
    office: Office,
    visit: Visit | None = None,
    is_emergency: bool = False,
    by: Staff,
) -> Application:
    """Begin an application for a person; nothing is asked that the file, or an application that came to nothing, knows."""
    require(why_not_open(by, office) or why_not_belong(person))
    version = programme.versions.on(timezone.localdate()).first()
    if version is None:
        raise Incomplete(_("%(programme)s has no rules for today.") % {"programme": programme})
    home = home_of(person)
    last = last_of(programme, person)
    known = {"request": visit.note if visit else "", **answers_known(person, last)}
    application = Application.objects.create(
        office=office,
        programme=programme,
        version=version,
        person=person,
        household=home.household,
        file=home.file,
        visit=visit,
        is_emergency=is_emergency,
        handler=by,
        opened_by=by,
        **known,
    )
    ApplicationPaper.objects.bulk_create(
        ApplicationPaper(
            application=application, kind=kind, state=_state(kind, home.kept), document=home.kept.get(kind)
        )
        for kind in version.papers
    )
    if last is not None:
        copy_papers(application, last)
        if copy_invoices(application, last):
            sum_invoices(application)
    before = {"copy_of": last.pk} if last is not None else {}
    trail.record("relief.application.opened", application, by=by, programme=programme.pk, **before)
    if visit is not None and not visit.opened:
        link_opened(visit, subject=subject_of(application), by=by)
    return application


def _state(kind: str, kept: Mapping[str, Document]) -> str:
    return ApplicationPaper.State.KEPT if kind in kept else ApplicationPaper.State.MISSING


@action
def fill_in(application: Application, *, answers: Mapping[str, Any], by: Staff) -> Application:
    """Save answers of the task list."""
    home = new_home(application)
    application = locked(application)
    require(why_not_edit(by, application))
    join_file(application, home)
    if named := answers.get("beneficiary"):
        require(why_not_beneficiary(application, named))
    changed = {
        name: value for name, value in answers.items() if name in ANSWERS and getattr(application, name) != value
    }
    for name, value in changed.items():
        setattr(application, name, value)
    application.save(update_fields=["household", "file", *changed])
    if changed:
        trail.record("relief.application.filled_in", application, by=by, fields=", ".join(sorted(changed)))
    return application


@action
def submit(application: Application, *, by: Staff) -> Application:
    """Send the checked answers to assessment; the number is drawn now."""
    home = new_home(application)
    application = locked(application)
    join_file(application, home)
    require(why_not_submit(by, application))
    _refuse_second_school_year(application)
    application.become(S.SUBMITTED)
    application.submitted_by, application.submitted_at = by, timezone.now()
    if not application.number:
        application.number = numbering.draw("application", office=application.office, on=timezone.localdate())
    application.save(update_fields=["status", "submitted_by", "submitted_at", "number", "household", "file"])
    trail.record("relief.application.submitted", application, by=by, number=application.number)
    return application


def _refuse_second_school_year(application: Application) -> None:
    if other := of_same_school_year(application):
        raise Refusal(
            _("This student already has an application for this school year: %(number)s.") % {"number": other}
        )


@action
def assess(
    application: Application,
    *,
    proposed_amount: Decimal | None,
    reason: str = "",
    fund_source: FundSource | None,
    by: Staff,
) -> Application:
    """Compute what the rule allows, keep the facts, and propose an amount from a source."""
    home = new_home(application)
    application = locked(application)
    require(why_not_assess(by, application))
    join_file(application, home)
    basis = basis_of(application)
    if basis.hindrances or basis.amount is None:
        raise Refusal(" ".join(basis.hindrances))
    proposed = _proposed(basis.amount, proposed_amount, reason)
    if fund_source is None:
        raise Incomplete(_("Choose the fund source."))
    _look_at_source(application, fund_source)
    status = S.ASSESSED if application.version.notice_before and not application.is_emergency else S.READY
    if application.status != status:
        if application.status != S.SUBMITTED:
            application.become(S.SUBMITTED)
        application.become(status)
    application.category = category_of(application)
    application.computed_amount, application.proposed_amount = basis.amount, proposed
    application.proposed_reason, application.fund_source = reason, fund_source
    application.snapshot = basis.stored()
    application.assessed_by, application.assessed_at = by, timezone.now()
    application.save()
    trail.record(
        "relief.application.assessed", application, by=by, computed=basis.amount, proposed=proposed, reason=reason
    )
    return application


def _proposed(computed: Decimal, wanted: Decimal | None, reason: str) -> Decimal:
    """The officer may propose less than computed with a reason, never more."""
    proposed = computed if wanted is None else wanted
    if proposed <= 0:
        raise Refusal(_("The proposed amount is above zero."))
    if proposed > computed:
        raise Refusal(_("The rule allows %(most)s yuan at most.") % {"most": yuan(computed)})
    if proposed != computed and not reason.strip():
        raise Incomplete(_("Another amount than the computed one needs a reason."))
    return proposed


def _look_at_source(application: Application, source: FundSource) -> None:
    require(why_not_earmark(source, application.programme.kind))
    if source.is_central and not (application.file and application.file.is_in_force):
        raise Refusal(_("Central money is given on a file in force only. Choose another source or open a file first."))


@action
def return_for_supplement(application: Application, *, reason_code: str, text: str, by: Staff) -> Application:
    """Ask once, with everything that is missing on one sheet."""
    application = locked(application)
    require(why_not_return(by, application))
    if not reason_code or not text.strip():
        raise Incomplete(_("List everything that is missing: it can be asked for once."))
    application.become(S.RETURNED)
    application.returned_by, application.returned_at = by, timezone.now()
    application.returned_times += 1
    application.returned_reason, application.returned_text = reason_code, text
    application.save(
        update_fields=[
            "status",
            "returned_by",
            "returned_at",
            "returned_times",
            "returned_reason",
            "returned_text",
        ]
    )
    trail.record("relief.application.returned", application, by=by, reason=reason_code, text=text)
    return application


@action
def withdraw(application: Application, *, reason: str, by: Staff) -> Application:
    """The applicant takes the application back."""
    application = locked(application)
    require(why_not_withdraw(by, application))
    if not reason.strip():
        raise Incomplete(_("Say why the application is withdrawn."))
    application.become(S.WITHDRAWN)
    application.withdrawn_reason = reason
    application.ended_by, application.ended_at = by, timezone.now()
    application.save(update_fields=["status", "withdrawn_reason", "ended_by", "ended_at"])
    free_invoices(application)
    trail.record("relief.application.withdrawn", application, by=by, reason=reason)
    return application


@action
def resume(application: Application, *, by: Staff) -> Application:
    """Take a deferred application up again: it is assessed anew."""
    application = locked(application)
    require(why_not_resume(by, application))
    application.become(S.SUBMITTED)
    application.save(update_fields=["status"])
    trail.record("relief.application.resumed", application, by=by)
    return application


@action
def assign(application: Application, *, handler: Staff, by: Staff) -> Application:
    """Give an application to another officer."""
    application = locked(application)
    require(why_not_open(by, application.office))
    require(why_not_open(handler, application.office))
    application.handler = handler
    application.save(update_fields=["handler"])
    trail.record("relief.application.assigned", application, by=by, handler=handler.get_username())
    return application
