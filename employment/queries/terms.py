"""Which terms hold at an office on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.standards import upwards
from employment.models import Terms

if TYPE_CHECKING:
    from datetime import date

    from center.models import Office


def terms_of(office: Office, *, on: date) -> Terms:
    """Its own, else those of the nearest office above it, else what is usual until somebody decides."""
    for place in upwards(office, on=on):
        found = Terms.objects.filter(office=place, during__contains=on).first()
        if found:
            return found
    return Terms(office=office)
