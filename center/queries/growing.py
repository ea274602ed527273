"""A practice district grows while people use it: how far it is. Real centers have none."""

from __future__ import annotations

from center.models import Job, Setting

GROWING = "center.practice"  # the kind of job that invents the rest of the district while people use it
PRACTICE, UNFINISHED = "practice", "unfinished"  # the setting that says whether the first inventing came to its end
REACHED = "practice_households"  # the setting that counts how many stand


def growing() -> Job | None:
    """The job that invents the rest of the district, or did; after an interruption what stands goes on being counted."""
    job = Job.objects.filter(kind=GROWING).first()
    reached = Setting.objects.filter(name=REACHED).first() if job else None
    if job and reached:
        job.done = max(job.done, reached.value)
    return job


def is_unfinished() -> bool:
    """Whether somebody stopped the inventing halfway; such a district misses what every list should show."""
    return Setting.objects.filter(name=PRACTICE, value=UNFINISHED).exists()
