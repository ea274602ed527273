"""法律援助决定书: aid granted or refused, why, and how to object. Frozen when issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.kernel.action import action
from center.kernel.errors import require
from center.models.base import subject_of
from center.papers.prints import IssuedDocument, issue
from center.reference import numbering
from legal.models import Case
from legal.permissions import why_not_print

if TYPE_CHECKING:
    from center.models import Staff

GRANTED, REFUSED = "aid_granted", "aid_refused"


def decision_kind(case: Case) -> str:
    """Which letter the decision that stands now wants."""
    return REFUSED if case.refused_reason else GRANTED


@action
def issue_decision(case: Case, *, by: Staff) -> IssuedDocument:
    """Once for each decision; later prints are copies of it."""
    case = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "office", "handler", "decided_by")
        .get(pk=case.pk)
    )
    require(why_not_print(by, case))
    kind = decision_kind(case)
    earlier = IssuedDocument.objects.filter(subject=subject_of(case), kind=kind).first()
    if earlier:
        return earlier
    title = _("Letter of refusal of legal aid") if case.refused_reason else _("Letter of acceptance of legal aid")
    context = {"case": case, "other_side": case.parties.filter(role="employer").first()}
    number = numbering.draw("letter", office=case.office, on=timezone.localdate())
    return issue("print/legal/decision.html", context, subject=case, kind=kind, number=number, title=title, by=by)
