"""A list goes out exactly as it is seen: its filter, its order, its columns; names and numbers masked (screens.md P20).

A room declares a list once, beside its Resource; the page and the worker ask the same function for its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import fields

from center.exchange.export import Export, issue
from center.exchange.resource import CHUNK, FastResource, Rows
from center.exchange.xlsx import Cell, Column
from center.kernel.errors import Incomplete, require
from center.kernel.roles import Permission
from center.kernel.sentences import about
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from center.exchange.xlsx import Kind
    from center.models import Office, Staff

    Chosen = list[tuple[str, str]]  # the filters in words


def going_out(entry: Listed, params: QueryDict, *, by: Staff) -> QuerySet[Any]:
    """The rows of a list at the offices where this person may take lists out."""
    return entry.rows(by.where(Permission.EXPORT_LISTS), params)


def why_not_export_list(staff: Staff) -> str:
    if staff.may_somewhere(Permission.EXPORT_LISTS):
        return ""
    return not_yours(staff, _("Your roles do not take lists out of the house."), Permission.EXPORT_LISTS)


class Worded(fields.Field):  # type: ignore[misc] # import-export has no types
    """A column of a list: its heading, what stands in it, its kind and breadth."""

    def __init__(self, heading: _StrPromise, read: Callable[[Any], Cell], kind: Kind = "text", width: int = 14) -> None:
        super().__init__(column_name=heading, readonly=True)
        self.read, self.kind, self.width = read, kind, width

    def get_value(self, instance: Any) -> Cell:
        return self.read(instance)


class ListResource(FastResource):
    """The columns of a list page, each one `Told`."""

    def export(self, queryset: QuerySet[Any] | None = None, **options: Any) -> Rows:
        rows = self.get_queryset() if queryset is None else queryset
        told = self.get_export_fields()

        def stream() -> Iterator[list[Cell]]:
            for record in rows.iterator(chunk_size=CHUNK):
                yield [field.get_value(record) for field in told]

        return Rows([str(field.column_name) for field in told], stream, rows.count())


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list that may go out. `rows` is the page's own filter and order; `words` says in words what was chosen."""

    kind: str  # "casework.files"
    title: _StrPromise
    resource: type[ListResource]
    rows: Callable[[Staff, QueryDict], QuerySet[Any]]
    words: Callable[[QueryDict], Chosen]


LISTS: dict[str, Listed] = {}


def listed(entry: Listed) -> Listed:
    LISTS[entry.kind] = entry
    return entry


def issue_list(
    entry: Listed,
    query: str,
    *,
    office: Office,
    tell: Callable[[int, int, str], None] | None = None,
    by: Staff,
) -> tuple[Export, bytes]:
    """The list that this address shows to this person, issued with its proof, masked."""
    require(why_not_export_list(by))
    params = QueryDict(query)
    if not going_out(entry, params, by=by).exists():
        raise Incomplete(_("This list is empty: there is nothing to take out."))
    resource = entry.resource()
    counted = Counted(kept_back=entry.rows(by, params).count() - going_out(entry, params, by=by).count())
    columns = [Column(str(one.column_name), one.kind, one.width) for one in resource.get_export_fields()]

    def rows() -> Iterator[list[Cell]]:
        found = resource.export(going_out(entry, params, by=by))
        for row in found:
            counted.rows += 1
            yield row
            if tell and counted.rows % CHUNK == 0:
                tell(counted.rows, len(found), "")

    chosen = entry.words(params)
    return issue(
        columns,
        rows,
        kind=entry.kind,
        title=str(entry.title),
        office=office,
        fmt="xlsx",
        above=[" · ".join(about(name, value) for name, value in chosen) or _("Without a filter")],
        about=About(counted, chosen=chosen, by=by),
        filters=params.dict(),
        by=by,
    )


@dataclass
class Counted:
    """How many rows have passed, and how many were seen on the page at offices where lists do not go out."""

    rows: int = 0
    kept_back: int = 0


class About(list[list[Cell]]):
    """The second sheet: who, when, which filter, how many rows. Read after the rows have passed."""

    def __init__(self, counted: Counted, *, chosen: Chosen, by: Staff) -> None:
        super().__init__()
        self.counted, self.chosen, self.by = counted, chosen, by

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[list[Cell]]:
        yield [_("Made by"), " · ".join((str(self.by), _("masked numbers")))]
        yield [_("Made on"), timezone.localtime().strftime("%Y-%m-%d %H:%M")]
        for name, value in self.chosen:
            yield [name, value]
        yield [_("Rows"), str(self.counted.rows)]
        if self.counted.kept_back:
            yield [_("Not included: rows of offices where your roles take no lists out"), str(self.counted.kept_back)]
