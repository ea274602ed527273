"""Issuing a file: rows and their seal in one snapshot, an access row before the first byte, a proof in the last line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from center.evidence import seals, trail
from center.exchange import xlsx
from center.exchange.values import Digest, passing
from center.exchange.xlsx import Cell, Column, Sheet
from center.kernel.errors import Incomplete, require
from center.kernel.roles import Permission
from center.models.exchange import Export as Export
from center.models.seal import Seal
from center.permissions.turns import not_yours
from center.privacy import access
from center.reference import numbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from center.models import Office, Staff

Rows = Callable[[], Iterable[list[Cell]]]
LONG_NUMBER = 12
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
NUMERIC = ("int", "money")


def why_not_export(staff: Staff, *, in_full: bool, offices: Set[int]) -> str:
    """Numbers in full leave only from offices where the role that lets them out holds; `offices` are those of the rows."""
    if in_full and not (offices and offices <= staff.sight(Permission.EXPORT_CLEAR)):
        return not_yours(
            staff,
            _("Your roles do not export numbers in full."),
            Permission.EXPORT_CLEAR,
            office=min(offices, default=None),
        )
    return ""


def require_export(*, fmt: str, in_full: bool, offices: Set[int], reason: str, by: Staff) -> None:
    """What can be said before the first row is read."""
    require(why_not_export(by, in_full=in_full, offices=offices))
    if in_full and not reason.strip():
        raise Incomplete(_("Say why the numbers are needed in full."))
    if fmt not in {"xlsx", "csv", "pdf"}:
        raise Incomplete(_("A file is a workbook, a CSV or a PDF."))


def issue(
    columns: list[Column],
    rows: Rows,
    *,
    kind: str,
    title: str,
    office: Office,
    offices: Set[int] = frozenset(),
    fmt: str,
    above: list[str] | None = None,
    about: list[list[Cell]] | None = None,
    totals: Sheet | None = None,
    filters: Mapping[str, Any] | None = None,
    in_full: bool = False,
    reason: str = "",
    pdf: Callable[[Iterable[list[Cell]], dict[str, Any]], bytes] | None = None,
    by: Staff,
) -> tuple[Export, bytes]:
    """Make and record one file. `rows` is called inside the snapshot; `about` fills the last sheet, which says what this is.

    `office` issues it and numbers it, `offices` are those whose rows it holds when they are more.
    The total belongs into `rows` as an ordinary last row; `totals` is a workbook's sheet of sums, read after the rows. `pdf` renders rows and {number, seal, made_at} to bytes.
    """
    require_export(fmt=fmt, in_full=in_full, offices=offices or {office.pk}, reason=reason, by=by)
    with _one_view() as made:
        number = numbering.draw("export", office=office, on=timezone.localdate())
        seal = seals.head()
        counted = _Counted(rows())
        sheet = Sheet(title[:31] or "1", columns, counted, above=[title, *(above or [])])
        taken = Digest()
        if fmt == "xlsx":
            proof: list[list[Cell]] = [[_("Number"), number], [_("Seal"), seal or "—"]]
            data = _xlsx([sheet, totals] if totals else [sheet], chain(about or [], proof), number, taken)
        elif fmt == "csv":
            data = _csv(sheet, number)
        elif pdf is not None:
            data = pdf(counted, {"number": number, "seal": seal, "made_at": timezone.localtime()})
        else:
            raise Incomplete(_("This list has no printed form."))
        export = Export(
            number=number,
            office=office,
            kind=kind,
            title=title,
            format=fmt,
            rows=counted.n,
            filters=dict(filters or {}),
            in_full=in_full,
            reason=reason.strip()[:200],
            sha256=sha256(data).hexdigest(),
            digest=taken.hexdigest() if fmt == "xlsx" else "",
            places=bytes(taken.places),
            leaves=bytes(taken.leaves),
            seal=made[-1].n if made else _last_seal(),
            made_by=by,
        )
        export.save(force_insert=True)
        trail.record(
            "center.export.issued", export, by=by, number=number, kind=kind, rows=counted.n, sha256=export.sha256
        )
        access.export(export, by=by, what=f"{kind} {number}", rows=counted.n, text=reason)
    seals.publish(made)
    return export, data


@contextmanager
def _one_view() -> Iterator[list[Any]]:
    """A snapshot whose rows are sealed before they are read; inside somebody's transaction, that transaction's view."""
    with seals.snapshot(), transaction.atomic():
        yield seals.seal_in_snapshot()


def _last_seal() -> int | None:
    return Seal.objects.order_by("-n").values_list("n", flat=True).first()


class _Counted:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[list[Cell]]) -> None:
        self.rows, self.n = rows, 0

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            self.n += 1
            yield row


def _xlsx(sheets: list[Sheet], about: Iterable[list[Cell]], number: str, taken: Digest) -> bytes:
    """The sheets, what they are about, and the proof in the last line, written when everything else is known."""
    last = Sheet(pgettext("sheet", "About"), [Column(_("What"), width=20), Column(_("Value"), width=60)], about)

    def described() -> Iterator[list[Cell]]:
        yield from passing(last, len(sheets), taken)
        yield [f"{number} · {taken.hexdigest()[:12]}", None]

    out = io.BytesIO()
    first = [replace(sheet, rows=passing(sheet, place, taken)) for place, sheet in enumerate(sheets)]
    xlsx.write(out, [*first, replace(last, rows=described())])
    return out.getvalue()


def _csv(sheet: Sheet, number: str) -> bytes:
    """UTF-8 with a mark; long numbers behind a tab so that spreadsheets keep them; nothing that computes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.title for column in sheet.columns])
    for row in sheet.rows:
        cells = xlsx.checked(sheet.columns, row)
        writer.writerow([harmless(cell) for cell in cells])
    writer.writerow([number])
    return out.getvalue().encode("utf-8-sig")


def harmless(value: Cell) -> str:
    """Text that a spreadsheet will not run and a number that it will not round."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    if value.lstrip("'").startswith(DANGEROUS):
        return "'" + value
    if value.isdigit() and len(value) >= LONG_NUMBER:
        return "\t" + value
    return value


def as_it_was(text: str) -> str:
    """The text that `harmless` wrote so."""
    if text.startswith("'") and text.lstrip("'").startswith(DANGEROUS):
        return text[1:]
    return text[1:] if text.startswith("\t") and text[1:].isdigit() else text
