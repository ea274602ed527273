"""Who takes a scan off an application, a fund source or a receipt, and what of ours rests on a paper of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.permissions.reading import ACCOUNT_PAPERS, HEALTH_PAPERS
from center.kernel.roles import Permission
from center.papers.documents import Document
from center.permissions.turns import not_yours
from relief.models import Application, ApplicationPaper, Batch, FundSource, Payment, SignedSheet
from relief.permissions.applications import why_not_edit
from relief.permissions.money import why_not_receive
from relief.permissions.receipts import why_not_take_off_receipt, why_not_take_off_sheet, why_not_take_receipts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from center.models import Staff

A = Application.Status
OPEN_FOR_EDITS = frozenset({A.DRAFT, A.RETURNED})
KEEPERS: Mapping[str, type[Payment | Batch | SignedSheet]] = {
    "relief.payment": Payment,
    "relief.batch": Batch,
    "relief.signedsheet": SignedSheet,
}
UNSETTLED = frozenset({A.DRAFT, A.RETURNED, A.WITHDRAWN})


def why_not_open_paper(staff: Staff, application: Application, kind: str) -> str:
    """Scans of illness and of bank cards: as on files (domain.md §7.3), and for whoever takes them in, until then."""
    own = application.status in OPEN_FOR_EDITS and staff.pk == application.opened_by_id
    if own and staff.may(Permission.TAKE_APPLICATIONS, application.office_id):
        return ""
    if kind in HEALTH_PAPERS and not staff.may(Permission.READ_HEALTH, application.office_id):
        return not_yours(
            staff,
            _("Your roles do not read details of health."),
            Permission.READ_HEALTH,
            office=application.office_id,
        )
    if kind in ACCOUNT_PAPERS and not staff.may(Permission.READ_ACCOUNTS, application.office_id):
        return not_yours(
            staff,
            _("Your roles do not read bank accounts."),
            Permission.READ_ACCOUNTS,
            office=application.office_id,
        )
    return ""


def why_not_remove(staff: Staff, paper: Document) -> str | None:
    """None when the paper is of another desk and nothing of ours that is settled rests on it."""
    if sentence := _why_not_spare(paper):
        return sentence
    label, _colon, key = paper.subject.partition(":")
    if label == "relief.application":
        return why_not_edit(staff, Application.objects.get(pk=key))
    if label == "relief.fundsource":
        return _why_not_of_source(staff, FundSource.objects.select_related("office").get(pk=key), paper)
    if label in KEEPERS:
        return _why_not_of_receipt(staff, KEEPERS[label].objects.get(pk=key), paper)
    return None


def _why_not_spare(paper: Document) -> str:
    """An application that was handed in rests on its papers; returned to the worker, it waits for them again."""
    rows = ApplicationPaper.objects.filter(document=paper).exclude(application__status__in=UNSETTLED)
    resting = rows.select_related("application").order_by("pk").first()
    if resting is None:
        return ""
    return _("Application %(application)s rests on this paper: it is %(state)s.") % {
        "application": resting.application,
        "state": resting.application.get_status_display(),
    }


def _why_not_of_source(staff: Staff, source: FundSource, paper: Document) -> str:
    if sentence := why_not_receive(staff, source.office):
        return sentence
    if not Document.objects.filter(subject=paper.subject, removed_at=None).exclude(pk=paper.pk).exists():
        return _("Every payment from this source leads to this scan. Add the right one first.")
    return ""


def _why_not_of_receipt(staff: Staff, record: Payment | Batch | SignedSheet, paper: Document) -> str:
    """A receipt that is taken off is missing again: by those who take receipts, while its period is open."""
    if isinstance(record, SignedSheet):
        return why_not_take_off_sheet(staff, record)
    return why_not_take_receipts(staff, record.office_id) or why_not_take_off_receipt(
        staff, Payment.objects.filter(receipt=paper)
    )
