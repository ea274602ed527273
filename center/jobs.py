"""What the worker does by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app

from center import seals


@app.periodic(cron="* * * * *", periodic_id="center.seal")
@app.task(queueing_lock="center.seal", name="center.seal")
def seal(timestamp: int) -> int:
    """Seal what was written since the last minute; how many rows."""
    return sum(one.rows for one in seals.seal())
