"""What the worker does for the practice district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from center.kernel.roles import Permission
from center.queries.growing import GROWING
from center.site.worker import Outcome, work
from demo.casework import later
from demo.relief import meeting

if TYPE_CHECKING:
    from center.models import Job
    from center.site.worker import Tell


@work(GROWING, needs=(Permission.MANAGE_STAFF,))
def grow(job: Job, tell: Tell) -> Outcome:
    """What stands stays: an interruption costs one household. At the end comes the great meeting."""
    stand = later.grow(job.office, until=job.args["households"], tell=tell)
    meeting.fill(job.office)
    said = ngettext("%(count)s household stands.", "%(count)s households stand.", stand)
    return Outcome(said % {"count": stand})
