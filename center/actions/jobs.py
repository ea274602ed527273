"""Work for the worker: asked for, stopped, tried again, and what the worker writes about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import require
from center.models import Job, JobStatus
from center.models.base import random_code, subject_of
from center.permissions.jobs import why_not_again, why_not_stop
from center.privacy import vault

if TYPE_CHECKING:
    from django.db.models import Model

    from center.kernel.remarks import Remark
    from center.models import Office, Staff

TASK = "center.work"


@action
def start_job(
    kind: str,
    *,
    title: Remark,
    office: Office,
    about: Model | None = None,
    args: dict[str, Any] | None = None,
    by: Staff,
) -> Job:
    """Ask the worker for something. Of one kind about one record there is one live job at a time."""
    job = Job.objects.create(
        kind=kind,
        titled=title.stored(),
        subject=subject_of(about) if about else "",
        args=args or {},
        office=office,
        owner=by,
        language=translation.get_language() or "zh-hans",
    )
    defer(job)
    trail.record("center.job.asked", job, by=by, kind=kind, about=job.subject)
    return job


def defer(job: Job) -> None:
    """Tell the worker, once: a job that is told already stays so."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=f"{TASK}:{job.pk}").defer(job=job.pk)
    except AlreadyEnqueued:
        return


@action
def stop_job(job: Job, *, by: Staff) -> Job:
    """What waits is taken off; what runs is asked to stop, and what it did is taken back."""
    job = _locked(job)
    require(why_not_stop(by, job))
    job.stop_asked_at = timezone.now()
    if job.status == JobStatus.WAITING:
        job.become(JobStatus.CANCELLED)
        job.finished_at = job.seen_at = timezone.now()
    job.save(update_fields=["status", "stop_asked_at", "finished_at", "seen_at"])
    trail.record("center.job.stopped", job, by=by)
    return job


@action
def try_again(job: Job, *, by: Staff) -> Job:
    """The same work from the beginning."""
    job = _locked(job)
    require(why_not_again(by, job))
    job.become(JobStatus.WAITING)
    job.attempts = job.done = 0
    job.message, job.asked_at = "", timezone.now()
    job.started_at = job.finished_at = job.stop_asked_at = job.seen_at = None
    job.save()
    defer(job)
    trail.record("center.job.again", job, by=by)
    return job


@action
def see_job(job: Job, *, by: Staff) -> Job:
    """Its owner has read how it ended: the notice on every page goes."""
    job = _locked(job)
    if job.owner_id == by.pk and not job.is_live:
        job.seen_at = timezone.now()
        job.save(update_fields=["seen_at"])
    return job


def _locked(job: Job) -> Job:
    return Job.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)


# -- what the worker writes ----------------------------------------------------------------------------------------------


@transaction.atomic
def begin(number: int) -> Job | None:
    """The job, running now; None when it was taken off meanwhile."""
    job = Job.objects.select_for_update(of=("self",), no_key=True).filter(pk=number).first()
    if job is None or job.status != JobStatus.WAITING:
        return None
    job.become(JobStatus.RUNNING)
    job.attempts += 1
    job.started_at = timezone.now()
    job.save(update_fields=["status", "attempts", "started_at"])
    return job


@transaction.atomic
def end(
    job: Job,
    status: JobStatus,
    *,
    message: str = "",
    answer: str = "",
    result: tuple[str, bytes] | None = None,
    errors: tuple[str, bytes] | None = None,
) -> Job:
    """How it ended. Files are kept encrypted; their names say nothing of anybody."""
    job = _locked(job)
    job.become(status)
    job.finished_at, job.message, job.answer = timezone.now(), message[:200], answer
    if result:
        job.result_name, job.result = result[0], _kept(result[1])
    if errors:
        job.errors_name, job.errors = errors[0], _kept(errors[1])
    if status == JobStatus.DONE:
        job.done = job.total
    job.save()
    return job


def _kept(data: bytes) -> str:
    code = random_code()
    vault.put(code, data)
    return code


@transaction.atomic
def give_back(number: int, *, most: int) -> Job | None:
    """A job whose worker is gone waits again; after `most` attempts it has failed."""
    job = Job.objects.select_for_update(of=("self",), no_key=True).filter(pk=number, status=JobStatus.RUNNING).first()
    if job is None:
        return None
    if job.attempts >= most:
        with translation.override(job.language):
            return end(job, JobStatus.FAILED, message=_("It was interrupted again and again. Tell the administrator."))
    job.become(JobStatus.WAITING)
    job.asked_at, job.started_at, job.done = timezone.now(), None, 0
    job.save(update_fields=["status", "asked_at", "started_at", "done"])
    defer(job)
    return job
