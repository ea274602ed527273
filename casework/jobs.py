"""What the worker does for this room: workbooks that are too large for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.actions import imports as actions
from casework.exchange import lists as lists  # registers the lists that the worker issues
from casework.exchange.check import bring_in, check
from casework.exchange.registry import Unrecognised
from center.kernel.roles import Permission
from center.models import Import, ImportStatus, Job
from center.site.worker import Outcome, work

if TYPE_CHECKING:
    from center.site.worker import Tell

CHECK, APPLY, WITHDRAW = "casework.import.check", "casework.import.apply", "casework.import.withdraw"
INLINE_BYTES = 2 * 2**20  # a workbook of some four thousand households; checking it takes about five seconds
INLINE_ROWS = 2_500  # households that a page applies or takes back within some five seconds


def _record(job: Job) -> tuple[Import, str]:
    record = Import.objects.select_related("office").get(pk=job.args["import"])
    return record, reverse("casework:import", args=[record.code])


def _counted(record: Import) -> str:
    said = _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
    return str(said % record.found["totals"])


@work(CHECK, needs=(Permission.IMPORT_FILES,))
def check_import(job: Job, tell: Tell) -> Outcome:
    record, page = _record(job)
    try:
        checked = check(record, tell=tell, by=job.owner)
    except Unrecognised:
        columns = reverse("casework:import_columns", args=[record.code])
        return Outcome(_("Its headings are not known. Say what the columns mean."), answer=columns)
    return Outcome(_counted(checked), answer=page)


@work(APPLY, needs=(Permission.IMPORT_FILES,))
def apply_import(job: Job, tell: Tell) -> Outcome:
    """Done once: after an interruption that came too late nothing is left to do."""
    record, page = _record(job)
    if record.status != ImportStatus.APPLIED:
        record = bring_in(
            record, only_good=job.args["only_good"], leave=job.args.get("leave", False), tell=tell, by=job.owner
        )
    return Outcome(_counted(record), answer=page)


@work(WITHDRAW, needs=(Permission.IMPORT_FILES,))
def withdraw_import(job: Job, tell: Tell) -> Outcome:
    record, page = _record(job)
    if record.status != ImportStatus.WITHDRAWN:
        actions.withdraw_import(record, reason=job.args["reason"], by=job.owner)
    return Outcome(_("Withdrawn. The registry is as it was before this import."), answer=page)
