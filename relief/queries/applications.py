"""Applications beside one another, and their bills."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from relief.enums import ProgrammeKind
from relief.models import (
    Application,
)

if TYPE_CHECKING:
    from relief.models import Invoice


def of_same_school_year(application: Application) -> Application | None:
    """Another application for this student and school year, handed in and not refused: one is all there is."""
    if application.programme.kind != ProgrammeKind.EDUCATION or application.beneficiary_id is None:
        return None
    same = Application.objects.filter(beneficiary=application.beneficiary_id, school_year=application.school_year)
    over = (Application.Status.DRAFT, Application.Status.REFUSED, Application.Status.WITHDRAWN)
    return same.exclude(status__in=over).exclude(pk=application.pk).order_by("pk").first()


def bills_of(application: Application) -> list[Invoice]:
    """The bills on which its costs rest, those that its end set free included. Of an ended one none, when one had been taken
    back before: which, nobody knows any more, and a bill too many is money too much."""
    if not application.is_ended or application.status == Application.Status.GRANTED:
        return list(application.invoices.filter(counts=True))
    freed = list(application.invoices.filter(counts=False))
    return freed if sum((bill.self_paid for bill in freed), Decimal(0)) == (application.self_paid or 0) else []
