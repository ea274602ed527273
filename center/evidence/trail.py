"""What happened, who did it, to what: written by actions, inside their transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from center.models.base import subject_of
from center.models.privacy import office_of
from center.models.trail import Event

if TYPE_CHECKING:
    from django.db.models import Model

    from center.models import Staff


def record(verb: str, subject: Model | str, *, by: Staff, **facts: object) -> Event:
    """Write one event: `verb` is `room.noun.participle`, facts hold masks and fingerprints, never a number in clear.

    No event without the change, no change without the event: raises outside a transaction.
    """
    if not connection.in_atomic_block:
        message = "The trail is written inside the transaction of the change."
        raise RuntimeError(message)
    label = subject if isinstance(subject, str) else subject_of(subject)
    return Event.objects.create(
        verb=verb,
        subject=label,
        actor=by.get_username(),
        facts={name: str(value) for name, value in facts.items()},
        office=office_of(subject, by),
    )
