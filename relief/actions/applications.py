"""Applications: opened, filled in, submitted, assessed, returned once, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions import link_opened
from casework.models import HardshipFile, Household
from casework.permissions import why_not_belong
from center import numbering, trail
from center.act import action
from center.documents import attach
from center.errors import Conflict, Incomplete, Refusal, require
from center.models.base import subject_of
from center.normal import key
from center.sentences import yuan
from relief import papers
from relief.actions.copying import answers_known, copy_invoices, copy_papers, last_of
from relief.assessment import basis_of, category_of
from relief.models import Application, ApplicationPaper, FundSource, Invoice, Programme
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
from relief.queries import of_same_school_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    from django.core.files.uploadedfile import UploadedFile

    from casework.models import Person, Visit
    from center.documents import Document
    from center.models import Office, Staff

S = Application.Status
ANSWERS = frozenset(
    {"asked_amount", "request", "self_paid", "other_aid", "may_publish", "is_emergency"}
    | {"beneficiary", "school", "school_stage", "stage_reason", "school_year"}
)


def locked(application: Application) -> Application:
    """The row itself, locked, with what every action reads beside it; wide records that few read come when asked for."""
    rows = Application.objects.select_related("office", "programme", "version")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=application.pk)


def household_of(person: Person) -> Household | None:
    return Household.objects.filter(memberships__person=person, memberships__until=None).first()


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where an applicant stands: the household, its living file, and the papers that are kept already, by kind."""

    household: Household | None
    file: HardshipFile | None
    kept: Mapping[str, Document]


def _home_of(person: Person) -> Home:
    """Nothing is asked twice. The papers are locked: ask before an application is."""
    household = household_of(person)
    file = household.files.living().first() if household else None
    return Home(
        household=household, file=file, kept=papers.kept([record for record in (file, person) if record is not None])
    )


def _new_home(application: Application) -> Home | None:
    """What is kept by now about an applicant who had no file when the application was opened."""
    waiting = Application.objects.filter(pk=application.pk, file=None).select_related("person").first()
    return _home_of(waiting.person) if waiting else None


def _join_file(application: Application, home: Home | None) -> None:
    """A file that was opened after the application counts from now on: its facts, its papers, its money."""
    if home is None or application.file_id:
        return
    application.household, application.file = home.household, home.file
    for paper in application.papers.filter(state=ApplicationPaper.State.MISSING, kind__in=home.kept):
        paper.state, paper.document = ApplicationPaper.State.KEPT, home.kept[paper.kind]
        paper.save(update_fields=["state", "document"])


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
    home = _home_of(person)
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
            _sum_invoices(application)
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
    home = _new_home(application)
    application = locked(application)
    require(why_not_edit(by, application))
    _join_file(application, home)
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
def tick_paper(
    paper: ApplicationPaper, *, state: str, document: Document | None = None, note: str = "", by: Staff
) -> ApplicationPaper:
    """Tick a paper of the checklist as received or kept, strike it for this case, or take the tick back."""
    application = locked(paper.application)
    require(why_not_edit(by, application))
    return _tick(application, paper, state=state, document=document, note=note, by=by)


def _tick(
    application: Application, paper: ApplicationPaper, *, state: str, document: Document | None, note: str, by: Staff
) -> ApplicationPaper:
    if state == ApplicationPaper.State.STRUCK and not note.strip():
        raise Incomplete(_("Say why this paper is not needed here."))
    seen, paper = paper, application.papers.get(pk=paper.pk)
    if state == seen.state == ApplicationPaper.State.KEPT and paper.state != state:
        raise Conflict(_("%(paper)s is not kept any more: its scan was taken off.") % {"paper": paper})
    paper.state, paper.note = state, note
    paper.document = document or paper.document
    paper.ticked_by, paper.ticked_at = by, timezone.now()
    paper.save(update_fields=["state", "note", "document", "ticked_by", "ticked_at"])
    trail.record("relief.paper.ticked", application, by=by, paper=paper.kind, state=state)
    return paper


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is said about one paper of the checklist; `scan` is what was uploaded with it."""

    paper: ApplicationPaper
    state: str
    note: str = ""
    scan: UploadedFile[Any] | None = None


@action
def tick_papers(application: Application, *, told: Iterable[Told], by: Staff) -> int:
    """The whole checklist in one go, all of it or none; how many papers changed."""
    application = locked(application)
    require(why_not_edit(by, application))
    changed = 0
    for one in told:
        if one.scan is None and (one.state, one.note) == (one.paper.state, one.paper.note):
            continue
        document = attach(application, kind=one.paper.kind, upload=one.scan, by=by) if one.scan else None
        _tick(application, one.paper, state=one.state, document=document, note=one.note, by=by)
        changed += 1
    return changed


@action
def add_invoice(
    application: Application, *, number: str, self_paid: Decimal, issued_on: date | None, by: Staff
) -> Invoice:
    """Enter a medical bill; its number, however written, counts once in the whole center."""
    application = locked(application)
    require(why_not_edit(by, application))
    number = " ".join(number.split())
    if self_paid <= 0:
        raise Incomplete(_("The self-paid part of an invoice is more than zero."))
    if not key(number):
        raise Incomplete(_("Enter the invoice number."))
    if application.invoices.filter(counts=True, number_key=key(number)).exists():
        raise Conflict(_("This invoice is entered in this application already."))
    invoice = Invoice.objects.create(application=application, number=number, self_paid=self_paid, issued_on=issued_on)
    _sum_invoices(application)
    trail.record("relief.invoice.added", application, by=by, invoice=invoice.pk, self_paid=self_paid)
    return invoice


@action
def drop_invoice(invoice: Invoice, *, by: Staff) -> Application:
    """Take a bill back; it may be used elsewhere again."""
    application = locked(invoice.application)
    require(why_not_edit(by, application))
    invoice.counts = False
    invoice.save(update_fields=["counts"])
    _sum_invoices(application)
    trail.record("relief.invoice.dropped", application, by=by, invoice=invoice.pk)
    return application


def _sum_invoices(application: Application) -> None:
    application.self_paid = application.invoices.filter(counts=True).aggregate(sum=Sum("self_paid"))["sum"]
    application.save(update_fields=["self_paid"])


@action
def submit(application: Application, *, by: Staff) -> Application:
    """Send the checked answers to assessment; the number is drawn now."""
    home = _new_home(application)
    application = locked(application)
    _join_file(application, home)
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
    home = _new_home(application)
    application = locked(application)
    require(why_not_assess(by, application))
    _join_file(application, home)
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


def free_invoices(application: Application) -> None:
    """Bills of an application that gave nothing may be used again."""
    application.invoices.filter(counts=True).update(counts=False)


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
