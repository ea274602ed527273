"""What the worker does: by the clock, and what people asked for (architecture.md §7).

A running job holds an advisory lock on a connection of its own, which also carries its progress past the work's
transaction. A worker that is killed loses the lock, and so does every job when the database dies: the next worker, or
the next minute, finds the job and gives it back. Only who still holds the lock may write how a job ended.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.db import Error, connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from center.actions import jobs as actions
from center.evidence import seals
from center.exchange.lists import LISTS, issue_list
from center.kernel.errors import Refusal, require
from center.kernel.roles import Permission
from center.models import Job, JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from center.models import Staff

LOCK = 7_305_003  # with the job's number: somebody works on it
MOST = 3  # attempts of one job, when workers die
EVERY = 0.5  # seconds between two words about progress
LONGEST = "30min"  # one statement of a job
PROGRESS = "UPDATE center_job SET done = %s, total = %s, message = %s WHERE id = %s RETURNING stop_asked_at"
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *", periodic_id="center.seal")
@app.task(queueing_lock="center.seal", name="center.seal")
def seal(timestamp: int) -> int:
    """Seal what was written since the last minute; how many rows."""
    return sum(one.rows for one in seals.seal())


@dataclass(frozen=True)
class Outcome:
    """What came of it: a sentence, the page on which it goes on, files with their names."""

    message: str
    answer: str = ""
    result: tuple[str, bytes] | None = None
    errors: tuple[str, bytes] | None = None


if TYPE_CHECKING:
    Tell = Callable[[int, int, str], None]
    Work = Callable[[Job, Tell], Outcome]

KINDS: dict[str, Work] = {}
NEEDS: dict[str, tuple[Permission, ...]] = {}


def work(kind: str, *, needs: tuple[Permission, ...]) -> Callable[[Work], Work]:
    """Declare what a kind of job does, and of which permissions its owner must still hold one, also to fetch its files."""

    def declare(function: Work) -> Work:
        KINDS[kind], NEEDS[kind] = function, needs
        return function

    return declare


LIST = "center.list"


@work(LIST, needs=(Permission.EXPORT_LISTS,))
def export_list(job: Job, tell: Tell) -> Outcome:
    """A list too long for a page, exactly as its owner saw it."""
    entry = LISTS[job.args["list"]]
    export, data = issue_list(entry, job.args["query"], office=job.office, tell=tell, by=job.owner)
    said = ngettext("%(number)s: %(rows)s row.", "%(number)s: %(rows)s rows.", export.rows)
    said %= {"number": export.number, "rows": export.rows}
    return Outcome(said, result=(f"{entry.kind.split('.')[1]}-{export.number}.xlsx", data))


def why_not_work(staff: Staff, job: Job) -> str:
    """Asked again when it begins and at each download: roles end."""
    clear = not job.args.get("in_full") or staff.may(Permission.EXPORT_CLEAR, job.office_id)
    allowed = any(staff.may(permission, job.office_id) for permission in NEEDS[job.kind])
    return "" if allowed and clear else _("Your roles no longer allow this.")


class Stopped(Exception):
    """Somebody asked it to stop."""


@app.task(name=actions.TASK)
def run_task(job: int) -> None:
    try:
        run(job)
    finally:
        connection.close()


@app.periodic(cron="* * * * *", periodic_id="center.resume")
@app.task(queueing_lock="center.resume", name="center.resume")
def resume_task(timestamp: int) -> int:
    """Every minute: jobs whose worker is gone."""
    return resume()


def resume_soon() -> None:
    """A worker that begins looks at once: the one before it may have been killed."""
    with suppress(AlreadyEnqueued):
        resume_task.defer(timestamp=int(time.time()))


def run(number: int) -> Job | None:
    """Do one job, whatever becomes of it; None when it is somebody else's, was taken off, or was cut by the database."""
    with holding(number) as held:
        job = actions.begin(number) if held else None
        if held is None or job is None:
            return None
        try:
            with translation.override(job.language), _patience():
                return _carried_out(job, held)
        except Exception:
            if held.is_usable():
                raise
            log.warning("job cut by the database", job=job.pk, kind=job.kind)
            return None


def _carried_out(job: Job, held: BaseDatabaseWrapper) -> Job:
    try:
        require(why_not_work(job.owner, job))
        outcome = KINDS[job.kind](job, _teller(job, held))
    except Stopped:
        return actions.end(job, JobStatus.CANCELLED, message=_("Stopped. Nothing of it was kept."))
    except Refusal as refusal:
        return actions.end(job, JobStatus.FAILED, message=str(refusal))
    except Exception:
        if not held.is_usable():  # the job is whoever's finds it
            raise
        log.exception("job failed", job=job.pk, kind=job.kind)
        message = _("An error of the program, number %(number)s. Tell the administrator, then try again.")
        return actions.end(job, JobStatus.FAILED, message=message % {"number": job.code})
    return actions.end(
        job,
        JobStatus.DONE,
        message=outcome.message,
        answer=outcome.answer,
        result=outcome.result,
        errors=outcome.errors,
    )


@contextmanager
def holding(number: int) -> Iterator[BaseDatabaseWrapper | None]:
    """A second connection that holds the job's lock; None when another one does."""
    held = connection.copy()
    try:
        with held.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, number])
            got = cursor.fetchone()[0]
        yield held if got else None
    finally:
        held.close()


@contextmanager
def _patience() -> Iterator[None]:
    """A job's statement may take longer than a page's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [LONGEST])
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a connection that was lost has none
            cursor.execute("RESET statement_timeout")


def _teller(job: Job, held: BaseDatabaseWrapper) -> Tell:
    last = 0.0

    def tell(done: int, total: int, message: str = "") -> None:
        nonlocal last
        if time.monotonic() - last < EVERY and done < total:
            return
        last = time.monotonic()
        with held.cursor() as cursor:
            cursor.execute(PROGRESS, [done, total, message[:200], job.pk])
            row = cursor.fetchone()
        if row and row[0]:
            raise Stopped

    return tell


def resume() -> int:
    """Give back what was being done by workers that are gone, and tell again what was never taken up."""
    given = 0
    for number in Job.objects.filter(status=JobStatus.RUNNING).values_list("pk", flat=True):
        with holding(number) as held:
            if held is not None and actions.give_back(number, most=MOST):
                given += 1
    for job in Job.objects.filter(status=JobStatus.WAITING):
        if job.has_waited:
            actions.defer(job)
    return given
