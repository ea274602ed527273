"""Notices with their counts, and what waits to be told to the public."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import get_language

from center import desk
from center.models import AgendaItem, Notice, Objection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from center.models import Office
    from center.models.notice import NoticeQuerySet


def notices_with_counts(notices: NoticeQuerySet) -> NoticeQuerySet:
    """Annotate `lines` and `open_objections`."""
    return (
        notices.select_related("office", "composed_by")
        .annotate(
            lines=Count("entries", distinct=True),
            open_objections=Count("entries__objections", filter=Q(entries__objections__status="open"), distinct=True),
        )
        .order_by("-composed_at", "-pk")
    )


def lines_to_notice(office: Office) -> list[desk.NoticeLine]:
    """What the desks would put on the next notice of an office; those ready first."""
    lines = list(chain.from_iterable(each.to_notice(office) for each in desk.desks()))
    return sorted(lines, key=lambda line: (not line.ready, line.programme, line.number))


def objected(items: Sequence[AgendaItem]) -> set[str]:
    """The subjects against which somebody said something while they were on notice, answered or not."""
    said = Objection.objects.filter(entry__subject__in=[item.subject for item in items])
    return set(said.values_list("entry__subject", flat=True))


def objections_to(subject: str) -> list[Objection]:
    """What was said against a line while it was on notice, and what was answered, the first one first."""
    rows = Objection.objects.filter(entry__subject=subject).select_related("entry__notice", "answered_by")
    return list(rows.order_by("received_at", "pk"))


def current_notices() -> NoticeQuerySet:
    """What hangs on the public page now."""
    return Notice.objects.showing().select_related("office").prefetch_related("entries")


def programme_told(name: str, *, office: Office) -> str:
    """A programme or category that is kept in Chinese on notices and agendas, as the reader's language calls it."""
    if not (get_language() or "").startswith("en"):
        return name
    known: dict[str, str] | None = office.__dict__.get("_english_names")  # once a page: its lines are of one office
    if known is None:
        known = office.__dict__["_english_names"] = {}
        for each in desk.desks():
            known.update(each.english_names(office))
    return known.get(name, name)
