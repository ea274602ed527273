"""A checked workbook is applied: all of it in one transaction, household by household as it was staged."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, models
from django.utils.translation import gettext_lazy

from casework.actions.imports.receiving import forget, label_of
from casework.actions.imports.work import Work
from casework.permissions import why_not_apply_import
from casework.queries import imports as questions
from casework.queries.rows import HouseholdRow, unpack
from center.evidence import trail
from center.exchange.copying import copy_in
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import Event, Import, ImportStatus, StagedRow
from center.models.staging import Verdict
from center.privacy import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from center.models import Staff

LOCK = 7_305_002  # one import of an office at a time
CHUNK = 2_500
ALL_OR_NOTHING = gettext_lazy("Some rows are wrong, and you asked for all or nothing.")


@dataclass
class Applied:
    """What was done. `refused` is filled when the registry refused more than the check had: `late` so many."""

    record: Import
    late: int = 0
    refused: list[HouseholdRow] = field(default_factory=list)


@action
def apply_import(
    record: Import,
    *,
    only_good: bool,
    leave: bool = False,
    tell: Callable[[int, int, str], None] = lambda *_: None,
    by: Staff,
) -> Applied:
    """Do what the workbook says, in one transaction: new households, and what differs of those that are here.

    During an office's opening new files are in force at once and differences are written. Later, new rows become drafts,
    and account, members, income and category of a file in force are proposed for a second person to confirm. Every
    household is compared with the registry again; what the check refused stays out. Members whom the workbook does not
    list any more leave only when `leave` says so, in the opening too.
    """
    record = Import.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=record.pk)
    require(why_not_apply_import(by, record))
    moment = _alone_in_its_office(record)
    staged = StagedRow.objects.filter(imported=record)
    totals = Counter(new=0, changed=0, unchanged=0, refused=staged.filter(verdict=Verdict.REFUSED).count())
    if record.found.get("fault_count") and not only_good:  # rows without a head are of no household, and wrong too
        raise Incomplete(ALL_OR_NOTHING)
    work = Work(record, form_date=_form_date(record), moment=moment, by=by)
    applied, total = Applied(record), staged.count()
    done = totals["refused"]
    for chunk in _chunks(record):
        plan = questions.plan(chunk, office=record.office, opening=work.opening, leave=leave)
        work.add(plan.of("new"), plan.registry)
        for one in plan.of("changed"):
            work.change(one)
        totals.update(one.verdict for one in plan.households)
        applied.refused += [one.source for one in plan.of("refused")]
        copy_in(Event, work.told(), actor=by.get_username())
        done += len(chunk)
        tell(done, total, "")
    _require_all_or_good(totals, only_good=only_good)
    applied.late = len(applied.refused)
    if applied.late:
        applied.refused += unpacked(record, staged.filter(verdict=Verdict.REFUSED))
    record.become(ImportStatus.APPLIED)
    record.applied_by, record.applied_at = by, moment
    record.found = {**record.found, "totals": dict(totals)}
    record.journal = work.journal.sealed(record.code)
    forget(record.original)
    record.original = ""
    staged.delete()
    record.save(update_fields=["status", "applied_by", "applied_at", "found", "journal", "original"])
    trail.record(
        "casework.import.applied", record, by=by, opening=work.opening, leave=leave, sha256=record.sha256, **totals
    )
    return applied


def _alone_in_its_office(record: Import) -> dt.datetime:
    """The moment of the transaction, with no other import of this office beside it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")  # one COPY of a large registry may take its time
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, record.office_id % 2**31])
        cursor.execute("SELECT now()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def _require_all_or_good(totals: Counter[str], *, only_good: bool) -> None:
    if totals["refused"] and not only_good:
        raise Incomplete(ALL_OR_NOTHING)


def _form_date(record: Import) -> dt.date:
    return dt.date.fromisoformat(record.found["form_date"])


def _chunks(record: Import) -> Iterator[list[HouseholdRow]]:
    """Good households in the order of their rows, some thousands at a time."""
    last = 0
    good = StagedRow.objects.filter(imported=record).exclude(verdict=Verdict.REFUSED).order_by("row")
    while some := list(good.filter(row__gt=last).values_list("row", "body")[:CHUNK]):
        last = some[-1][0]
        ring, label = keys.ring(), label_of(record)
        yield [unpack(ring.decrypt(bytes(body), label=label)) for _row, body in some]


def unpacked(record: Import, staged: models.QuerySet[StagedRow]) -> list[HouseholdRow]:
    """Staged households as they were read."""
    ring, label = keys.ring(), label_of(record)
    return [unpack(ring.decrypt(bytes(body), label=label)) for body in staged.values_list("body", flat=True)]
