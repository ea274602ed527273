"""An import is taken back, all of it, while nobody has used what it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.imports.journal import attribute, opened, thawed
from casework.enums import ChangeStatus
from casework.models import ChangeRequest
from casework.permissions import why_not_withdraw_import
from casework.queries.imports import touched_since
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.models import Import, ImportStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from center.models import Staff

CHUNK = 5_000
ORDER = (
    *("casework.changerequest", "casework.incomeitem", "casework.spendingitem", "casework.bankaccount"),
    *("casework.hardshipfile", "casework.membership", "casework.household", "casework.person", "casework.employer"),
)


@action
def withdraw_import(record: Import, *, reason: str, by: Staff) -> Import:
    """Undo an import while nothing that it made or changed has been touched since."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_withdraw_import(by, record))
    if not reason.strip():
        raise Incomplete(_("Say why this import is withdrawn."))
    journal = opened(bytes(record.journal), record.code)
    _require_untouched(journal, record)
    _undo(journal)
    record.become(ImportStatus.WITHDRAWN)
    record.withdrawn_by, record.withdrawn_at, record.withdrawn_reason = by, timezone.now(), reason.strip()[:200]
    record.journal = b""
    record.save(update_fields=["status", "withdrawn_by", "withdrawn_at", "withdrawn_reason", "journal"])
    trail.record("casework.import.withdrawn", record, by=by, reason=record.withdrawn_reason)
    return record


def _used() -> Refusal:
    return Refusal(_("What this import brought has been used since, so it can no longer be withdrawn."))


def _chunks(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]


def _require_untouched(journal: dict[str, Any], record: Import) -> None:
    for label in ORDER:
        numbers = [*journal["made"].get(label, []), *map(int, journal["edited"].get(label, {}))]
        if any(touched_since(apps.get_model(label), some, record.applied_at) for some in _chunks(numbers)):
            raise _used()
    made = journal["made"].get("casework.changerequest", [])
    if ChangeRequest.objects.filter(pk__in=made).exclude(status=ChangeStatus.PROPOSED).exists():
        raise _used()


def _undo(journal: dict[str, Any]) -> None:
    """Edits first, newest rows before those they stand on. What anything else points at stays, and so does all."""
    try:
        with transaction.atomic():
            for label, records in journal["edited"].items():
                model = apps.get_model(label)
                for number, before in records.items():
                    _put_back(model._default_manager.get(pk=number), before)
            for label in ORDER:
                for some in _chunks(journal["made"].get(label, [])):
                    rows = apps.get_model(label)._default_manager.filter(pk__in=some)
                    rows._raw_delete(rows.db)  # type: ignore[attr-defined]  # Django's own, without collecting relations
            connection.check_constraints()
    except DatabaseError as error:
        raise _used() from error


def _put_back(row: Any, before: dict[str, Any]) -> None:
    for name, value in before.items():
        setattr(row, attribute(type(row), name), thawed(value))
    extra = ["search_keys"] if {"full_name", "name"} & before.keys() else []
    row.save(update_fields=[*before, *extra])
