"""A workbook is received, what its headings mean is said, and what it would do is kept for the preview."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.permissions import why_not_check_import, why_not_discard_import, why_not_import
from casework.queries.imports import MAPPED
from casework.queries.rows import pack
from center.evidence import trail
from center.exchange.copying import copy_in
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import ColumnMapping, Import, ImportStatus, StagedRow
from center.models.base import random_code
from center.privacy import keys, vault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from casework.queries.imports import Planned
    from center.models import Office, Staff

KIND = "casework.files"
STAGED = b"casework.import.row:"
CHUNK = 2_500


class Examined(Protocol):
    """A workbook that is being compared; see casework.exchange.check."""

    def planned(self) -> Iterator[Planned]: ...
    def found(self) -> dict[str, Any]: ...


def label_of(record: Import) -> bytes:
    return STAGED + record.code.encode()


@action
def receive(office: Office, *, data: bytes, by: Staff) -> Import:
    """Keep a workbook, encrypted, until it is applied or a day old."""
    require(why_not_import(by, office))
    record = Import.objects.create(
        kind=KIND,
        office=office,
        original=random_code(),
        sha256=sha256(data).hexdigest(),
        size=len(data),
        uploaded_by=by,
    )
    vault.put(record.original, data)
    trail.record("casework.import.received", record, by=by, sha256=record.sha256)
    return record


@action
def map_columns(record: Import, *, sheet: str, headings: str, columns: Mapping[str, str], by: Staff) -> ColumnMapping:
    """Remember what the headings of one sheet mean, for this office and this set of headings."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_check_import(by, record))
    twice = [key for key in columns.values() if key and list(columns.values()).count(key) > 1]
    if twice:
        raise Incomplete(_("Two columns of the file cannot mean the same."))
    mapping, _is_new = ColumnMapping.objects.update_or_create(
        office=record.office,
        kind=MAPPED + sheet,
        headings=headings,
        defaults={"columns": dict(columns), "said_by": by, "said_at": timezone.now()},
    )
    trail.record("casework.import.columns_mapped", record, by=by, sheet=sheet, columns=len(columns))
    return mapping


@action
def keep_check(record: Import, *, examined: Examined, by: Staff) -> Import:
    """Stage every household, encrypted, with what would become of it; a second check replaces the first."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=record.pk)
    require(why_not_check_import(by, record))
    record.become(ImportStatus.CHECKED)
    StagedRow.objects.filter(imported=record).delete()
    ring, label, passing = keys.ring(), label_of(record), examined.planned()
    while chunk := list(islice(passing, CHUNK)):
        rows = [
            {"row": one.source.row, "verdict": one.verdict, "body": ring.encrypt(pack(one.source), label=label)}
            for one in chunk
        ]
        copy_in(StagedRow, rows, imported_id=record.pk)
    record.found = examined.found()
    record.save(update_fields=["status", "found"])
    trail.record("casework.import.checked", record, by=by, sha256=record.sha256, **record.found["totals"])
    return record


@action
def keep_errors(record: Import, *, data: bytes, by: Staff) -> Import:
    """Keep the error workbook for a day, encrypted."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_import(by, record.office))
    forget(record.errors)
    record.errors = random_code()
    vault.put(record.errors, data)
    record.save(update_fields=["errors"])
    trail.record("casework.import.errors_kept", record, by=by)
    return record


@action
def discard_import(record: Import, *, by: Staff) -> Import:
    """Not this one: the file goes at once."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_discard_import(by, record))
    record.become(ImportStatus.DISCARDED)
    forget(record.original, record.errors)
    StagedRow.objects.filter(imported=record).delete()
    record.original = record.errors = ""
    record.save(update_fields=["status", "original", "errors"])
    trail.record("casework.import.discarded", record, by=by)
    return record


def forget(*codes: str) -> None:
    for code in filter(None, codes):
        transaction.on_commit(lambda code=code: vault.remove(code))  # type: ignore[misc]
