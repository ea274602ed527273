"""What every field-history row carries beside the fields: who and which action (pgh_context), and a salt."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from pghistory.models import Event as PlainEvent


class Event(PlainEvent):
    """The base of all history models (settings.PGHISTORY_BASE_MODEL): append-only, sealed, destructible.

    pghistory names the models after this class: PersonEvent.
    """

    salt = models.UUIDField(null=True, editable=False, db_default=RandomUUID())

    class Meta:
        abstract = True
