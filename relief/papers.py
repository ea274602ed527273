"""Papers that other records already keep: nothing is asked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.documents import Document
from center.models.base import subject_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model


def kept(records: Sequence[Model]) -> dict[str, Document]:
    """Kind of paper → its latest document, over these records."""
    subjects = [subject_of(record) for record in records]
    return {
        paper.kind: paper for paper in Document.objects.filter(subject__in=subjects, removed_at=None).order_by("pk")
    }
