"""What the worker does for this room: registers that are too large for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from center.kernel.roles import Permission
from center.kernel.sentences import yuan
from center.site.worker import Outcome, work
from relief.exchange import export_register

if TYPE_CHECKING:
    from center.models import Job
    from center.site.worker import Tell

REGISTER = "relief.register"


@work(REGISTER, needs=(Permission.AUDIT, Permission.READ_FUNDS))
def register(job: Job, tell: Tell) -> Outcome:
    """The year's register, issued and sealed like any other, kept for its owner to fetch."""
    year, fmt = job.args["year"], job.args["format"]
    export, data, sums = export_register(
        year=year,
        fmt=fmt,
        office=job.office,
        in_full=job.args["in_full"],
        reason=job.args["reason"],
        tell=tell,
        by=job.owner,
    )
    said = ngettext(
        "%(number)s: %(rows)s row, %(total)s yuan.", "%(number)s: %(rows)s rows, %(total)s yuan.", sums.rows
    )
    message = said % {"number": export.number, "rows": sums.rows, "total": yuan(sums.total)}
    return Outcome(message, result=(f"register-{year}-{export.number}.{fmt}", data))
