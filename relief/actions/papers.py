"""What rested on a paper that was taken off waits for another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import require
from relief.actions.receipts import release_sheet, unconfirm
from relief.models import Application, ApplicationPaper, Payment, SignedSheet
from relief.permissions import why_not_remove

if TYPE_CHECKING:
    from center.models import Staff
    from center.papers.documents import Document


@action
def release(paper: Document, *, by: Staff) -> None:
    """Inside center.papers.documents.remove, the document locked already: applications and payments come after it."""
    held = ApplicationPaper.objects.filter(document=paper)
    applications = Application.objects.filter(pk__in=held.values("application")).order_by("pk")
    payments = Payment.objects.filter(receipt=paper).order_by("pk")
    locked = list(applications.select_for_update(of=("self",), no_key=True))
    unsigned = list(payments.select_for_update(of=("self",), no_key=True))
    require(why_not_remove(by, paper) or "")
    held.update(state=ApplicationPaper.State.MISSING, document=None, ticked_by=None, ticked_at=None)
    for application in locked:
        trail.record("relief.paper.released", application, by=by, paper=paper.kind)
    for payment in unsigned:
        unconfirm(payment, document=paper, by=by)
    label, _colon, key = paper.subject.partition(":")
    if label == "relief.signedsheet":
        release_sheet(SignedSheet.objects.select_related("batch").get(pk=key), reason=paper.removed_reason, by=by)
