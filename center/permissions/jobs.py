"""Background jobs: stopping, beginning again, fetching what they made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.models import (
    JobStatus,
)
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from center.models import Job, Staff


def why_not_stop(staff: Staff, job: Job) -> str:
    if not job.is_live:
        return _("This job has ended.")
    if job.owner_id != staff.pk and not staff.may(Permission.MANAGE_STAFF, job.office_id):
        return not_yours(
            staff,
            _("Who asked for a job, or the administrator, stops it: %(owner)s asked for it.") % {"owner": job.owner},
            Permission.MANAGE_STAFF,
            office=job.office_id,
        )
    return ""


def why_not_again(staff: Staff, job: Job) -> str:
    if job.status not in {JobStatus.FAILED, JobStatus.CANCELLED}:
        return _("Only what failed or was cancelled is tried again.")
    return "" if job.owner_id == staff.pk else _("Who asked for a job tries it again.")


def why_not_fetch(staff: Staff, job: Job) -> str:
    """What a job made belongs to who asked for it."""
    return "" if job.owner_id == staff.pk else _("What a job made belongs to who asked for it.")
