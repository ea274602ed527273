"""What the questions of this room share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from center.kernel.roles import Permission
    from center.models import Office, Staff


def needs(staff: Staff, permission: Permission, office: Office | int, sentence: str) -> str:
    """Nothing where the permission is held at the office, else the sentence and who can."""
    return "" if staff.may(permission, office) else not_yours(staff, sentence, permission, office=office)
