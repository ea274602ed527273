"""What came in and was not applied lies for a day, its rows and errors too; then only the record of it stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from center.models import Import, Job, StagedRow
from center.models import job as job_files
from center.privacy import vault

if TYPE_CHECKING:
    from datetime import datetime

KEPT = timedelta(days=1)


def purge_jobs(now: datetime) -> int:
    """Remove what jobs made, a week after they ended; how many files went. The job itself stays listed."""
    gone = 0
    for job in Job.objects.filter(finished_at__lt=now - job_files.KEPT).exclude(result="", errors=""):
        for code in filter(None, (job.result, job.errors)):
            vault.remove(code)
            gone += 1
        job.result = job.errors = ""
        job.save(update_fields=["result", "errors"])
    return gone


def purge_imports(now: datetime) -> int:
    """Remove originals, staged rows and error workbooks older than a day; how many files went."""
    old = Import.objects.filter(uploaded_at__lt=now - KEPT).exclude(Q(original="") & Q(errors=""))
    StagedRow.objects.filter(imported__uploaded_at__lt=now - KEPT).delete()
    gone = 0
    for record in old:
        for code in filter(None, (record.original, record.errors)):
            vault.remove(code)
            gone += 1
        record.original = record.errors = ""
        record.save(update_fields=["original", "errors"])
    return gone
