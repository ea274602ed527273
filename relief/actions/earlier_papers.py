"""Papers that other records already keep: nothing is asked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.models.base import subject_of
from center.papers.documents import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model


def kept(records: Sequence[Model]) -> dict[str, Document]:
    """Kind of paper → its latest document, over these records.

    They are locked until the end of the transaction, before the application that will rest on them: whoever takes
    a paper off (center.papers.documents.remove) locks in the same order, so nothing comes to rest on a paper that goes.
    """
    subjects = [subject_of(record) for record in records]
    papers = Document.objects.filter(subject__in=subjects, removed_at=None).order_by("pk")
    return {paper.kind: paper for paper in papers.select_for_update(of=("self",), no_key=True)}
