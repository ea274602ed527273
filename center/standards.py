"""Regional standards by day: every cap and every test of eligibility reads them here (domain.md §3.2, §3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.errors import Incomplete
from center.models.office import Office, OfficeLink
from center.models.reference import Standard

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


def find(key: str, *, office: Office, on: date) -> Standard:
    """The standard in force at an office on a day: its own, else that of the nearest office above it.

    Raises `Incomplete`, naming what is missing and since when, when no value covers the day.
    """
    place: Office | None = office
    while place is not None:
        found = Standard.objects.filter(key=key, office=place, during__contains=on).first()
        if found:
            return found
        link = OfficeLink.objects.filter(child=place, during__contains=on).select_related("parent").first()
        place = link.parent if link else None
    raise Incomplete(
        _("No “%(what)s” is on record for %(office)s on %(day)s. The leader enters it under Standards.")
        % {"what": Standard.Key(key).label, "office": office, "day": on.isoformat()}
    )


def value(key: str, *, office: Office, on: date) -> Decimal:
    """The figure in force (yuan a month for lines and wages; a plain factor for multiples)."""
    return find(key, office=office, on=on).value
