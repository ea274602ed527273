"""推荐就业介绍信: stub, letter and return slip on one sheet, frozen when issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from center.kernel.action import action
from center.kernel.errors import require
from center.models.base import subject_of
from center.papers.prints import IssuedDocument, issue
from employment.models import Referral
from employment.permissions import why_not_print_letter

if TYPE_CHECKING:
    from center.models import Staff

KIND = "referral_letter"


@action
def issue_letter(referral: Referral, *, by: Staff) -> IssuedDocument:
    """Once; later prints are copies of it."""
    referral = Referral.objects.select_for_update(of=("self",), no_key=True).with_all().get(pk=referral.pk)
    require(why_not_print_letter(by, referral))
    earlier = IssuedDocument.objects.filter(subject=subject_of(referral), kind=KIND).first()
    if earlier:
        return earlier
    return issue(
        "print/employment/referral.html",
        {"referral": referral},
        subject=referral,
        kind=KIND,
        number=referral.number,
        title=_("Letter of referral"),
        by=by,
    )
