"""Who brings workbooks in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.models import ImportStatus
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from center.models import Import, Office, Staff


P = Permission


def why_not_import(staff: Staff, office: Office | int) -> str:
    if not staff.may(P.IMPORT_FILES, office):
        return not_yours(
            staff,
            _("Only an officer or the leader brings registry workbooks into this office."),
            P.IMPORT_FILES,
            office=office,
        )
    return ""


def why_not_check_import(staff: Staff, record: Import) -> str:
    return why_not_discard_import(staff, record) or _gone(record)


def why_not_discard_import(staff: Staff, record: Import) -> str:
    if record.status not in {ImportStatus.RECEIVED, ImportStatus.CHECKED}:
        return _("This workbook was applied or discarded already.")
    return why_not_import(staff, record.office_id)


def why_not_apply_import(staff: Staff, record: Import) -> str:
    if record.status == ImportStatus.RECEIVED:
        return _("This workbook has not been checked yet.")
    return why_not_check_import(staff, record)


def why_not_bring_in(staff: Staff, record: Import) -> str:
    """The same for somebody before the preview: a workbook that says nothing new has nothing to confirm."""
    if sentence := why_not_apply_import(staff, record):
        return sentence
    totals = record.found.get("totals", {})
    if totals.get("new", 0) or totals.get("changed", 0) or record.found.get("leaver_count", 0):
        return ""
    if totals.get("refused", 0):
        return _("Every household that would be new or changed has an error: nothing can be brought in.")
    return _("Nothing in this workbook is new or differs: there is nothing to bring in.")


def _gone(record: Import) -> str:
    return "" if record.original else _("This workbook lay for more than a day and is gone. Upload it again.")


def why_not_withdraw_import(staff: Staff, record: Import) -> str:
    if record.status != ImportStatus.APPLIED:
        return _("Only an applied import is withdrawn.")
    return why_not_import(staff, record.office_id)
