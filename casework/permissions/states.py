"""The sentence about a state that forbids something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from casework.models import ChangeRequest, HardshipFile, Joining, Matter


def state_of(record: HardshipFile | Matter | ChangeRequest | Joining) -> str:
    return _("“%(record)s” is %(state)s.") % {"record": record, "state": record.get_status_display()}
