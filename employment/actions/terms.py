"""The office decides its terms from a day on; what began before keeps the terms of its day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require
from center.models import Office
from center.permissions.reference import why_not_decide_standards
from employment.models import Terms
from employment.models.terms import DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from center.models import Staff

LONGEST = 120  # months


@action
def decide_terms(
    office: Office,
    *,
    since: date,
    days: Mapping[str, int],
    follow_up_months: Sequence[int],
    document: str,
    by: Staff,
) -> Terms:
    """From a day on; the terms before end the day before, later ones decided already stay."""
    require(why_not_decide_standards(by, office))
    Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)
    if since < timezone.localdate():
        raise Incomplete(_("Terms begin today or later: what has begun keeps the terms of its day."))
    if set(days) != set(DAYS) or min(days.values()) < 1:
        raise Incomplete(_("A term is a day or more."))
    months = sorted(set(follow_up_months))
    if not months or months[0] < 1 or months[-1] > LONGEST:
        raise Incomplete(_("Say after how many months somebody is asked again."))
    known = Terms.objects.filter(office=office)
    if known.filter(during__startswith=since).exists():
        raise NotAllowed(_("Terms from %(day)s are decided already.") % {"day": since.isoformat()})
    before = known.filter(during__contains=since).first()
    later = known.filter(during__startswith__gt=since).order_by("during").first()
    if before:
        before.during = Range(before.during.lower, since)
        before.save(update_fields=["during"])
    made = Terms.objects.create(
        office=office,
        during=Range(since, later.during.lower if later else None),
        **days,
        follow_up_months=months,
        document=document.strip(),
        decided_by=by,
    )
    trail.record("employment.terms.decided", made, by=by, office=office.code, since=since, months=made.months, **days)
    return made
