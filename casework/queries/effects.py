"""What another figure of the region would do to the files in force: read before it is entered, from what was computed last."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.enums import IN_FORCE, Verdict
from casework.models import Assessment
from casework.rules.eligibility import level_of
from center.desk import Effect
from center.models import Standard
from center.reference import standards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from center.models import Office

K = Standard.Key
NAMED = 20
IMPUTED = "Imputed wage"  # as the computation keeps it (casework/rules/eligibility.py)


def of_standard(key: str, *, office: Office, offices: frozenset[int], value: Decimal, on: date) -> Sequence[Effect]:
    if key in {K.DIBAO_LINE, K.RELATIVE_MULTIPLE}:
        return list(_changed(key, office=office, offices=offices, value=value, on=on))
    if key == K.MINIMUM_WAGE:
        rows = _latest(offices).annotate(told=Cast("steps", TextField())).filter(told__contains=IMPUTED)
        return [
            Effect(
                label=_("Files whose computation counts a minimum wage"), rows=_links(rows[:NAMED]), count=rows.count()
            )
        ]
    return ()


def _latest(offices: frozenset[int]) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(file__office__in=offices, file__status__in=IN_FORCE)
    newest = rows.order_by("household_id", "-pk").distinct("household_id").values("pk")
    return Assessment.objects.filter(pk__in=newest).select_related("file").order_by("file__number", "pk")


def _changed(key: str, *, office: Office, offices: frozenset[int], value: Decimal, on: date) -> Iterator[Effect]:
    """Each change of category that the computation would propose, with how many files and the first of them."""
    line = standards.value_or(Decimal(0), K.DIBAO_LINE, office=office, on=on)
    multiple = standards.value_or(Decimal(1), K.RELATIVE_MULTIPLE, office=office, on=on)
    then = (value, multiple) if key == K.DIBAO_LINE else (line, value)
    found: dict[tuple[Verdict, Verdict], list[Assessment]] = defaultdict(list)
    for one in _latest(offices).exclude(income=None).exclude(people=None):
        net = (one.income or Decimal(0)) - (one.spending or Decimal(0))
        rest = Verdict.ACCIDENTAL if one.verdict == Verdict.ACCIDENTAL else Verdict.ABOVE
        before, after = (
            level_of(net, people=one.people or 0, line=figure, multiple=times) or rest
            for figure, times in ((line, multiple), then)
        )
        if before != after:
            found[before, after].append(one)
    for (before, after), rows in sorted(found.items()):
        yield Effect(label=f"{before.label} → {after.label}", count=len(rows), rows=_links(rows[:NAMED]))


def _links(rows: Iterable[Assessment]) -> list[tuple[str, str]]:
    return [(str(one.file), reverse("casework:file", args=[one.file.code])) for one in rows if one.file]
