"""django-import-export's API over another motor: declared as a Resource, staged by COPY, checked and applied by statement.

Row hooks are not called, so a Resource that defines one is refused where it is written (architecture.md §7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tablib
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, transaction
from django.utils.html import escape
from import_export import resources
from import_export.results import Error, Result, RowResult
from psycopg import sql

from center.privacy.fields import SecretField
from center.privacy.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Model, QuerySet

SHOWN = 200
CHUNK = 2000
HOOKS = (
    *("before_import_row", "after_import_row", "import_row", "import_instance", "after_import_instance"),
    *("before_save_instance", "save_instance", "after_save_instance", "do_instance_save", "skip_row", "for_delete"),
    *("init_instance", "after_init_instance", "get_instance", "import_field", "save_m2m", "validate_instance"),
)
STAGE = "CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT 0 AS staged_row, {columns} FROM {table} WITH NO DATA"
TWICE = """
    SELECT staged_row, first_row FROM (
        SELECT staged_row, min(staged_row) OVER (PARTITION BY {keys}) AS first_row FROM staged
    ) AS seen WHERE staged_row <> first_row ORDER BY staged_row
"""
COMPARED = """
    SELECT s.staged_row, t.{pk}, t.{pk} IS NOT NULL AND ({same}) FROM staged s
    LEFT JOIN {table} t ON {on} ORDER BY s.staged_row
"""
UPDATE = "UPDATE {table} t SET {set} FROM staged s WHERE {on} AND NOT ({same}) AND s.staged_row = ANY(%s)"


class Rows(tablib.Dataset):  # type: ignore[misc]
    """A dataset that streams: headings, a length, and an iteration that never holds all rows."""

    def __init__(self, headers: Sequence[str], source: Any, length: int) -> None:
        super().__init__()
        self.headers = list(headers)
        self._source, self._length = source, length

    def __iter__(self) -> Iterator[list[Any]]:  # type: ignore[override]
        yield from self._source()

    def __len__(self) -> int:
        return self._length

    def _package(self, dicts: bool = True) -> list[Any]:
        """What the library's own formats write, held whole: reference lists go out so."""
        return [dict(zip(self.headers, row, strict=True)) for row in self] if dicts else [self.headers, *self]


class FastResource(resources.ModelResource):  # type: ignore[misc]
    """A declaration whose import and export go by statement. Numbers come out masked."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        defined = [hook for hook in HOOKS if hook in cls.__dict__]
        if defined:
            raise ImproperlyConfigured(f"{cls.__name__} defines {', '.join(defined)}, which nothing calls.")

    # -- out ---------------------------------------------------------------------------------------------------------

    def export(self, queryset: QuerySet[Any] | None = None, **options: Any) -> Rows:
        """Headings and rows as a stream from a server-side cursor."""
        rows = self.get_queryset() if queryset is None else queryset
        fields = self.get_export_fields(options.get("export_fields"))

        def stream() -> Iterator[list[Any]]:
            for record in rows.iterator(chunk_size=CHUNK):
                yield [_shown(field.get_value(record), field, record) for field in fields]

        return Rows(self.get_export_headers(options.get("export_fields")), stream, rows.count())

    # -- in ------------------------------------------------------------------------------------------------------------

    def import_data(self, dataset: Any, dry_run: bool = False, raise_errors: bool = False, **options: Any) -> Result:
        """All totals, at most 200 changes and 200 faults; good rows are written unless `dry_run`.

        With `raise_errors` a fault is raised instead, and nothing is written.
        """
        result = Result()
        result.diff_headers = self.get_diff_headers()
        cleaned = self._clean(dataset, result)
        with transaction.atomic():
            if not result.has_errors():
                self._stage(cleaned)
                self._judge(cleaned, result, dry_run=dry_run)
                with connection.cursor() as cursor:
                    cursor.execute("DROP TABLE staged")
            wrong = [*result.base_errors, *result.invalid_rows]
            if raise_errors and wrong:
                raise ValidationError([sentence for one in wrong for sentence in one.error.messages])
        return result

    def _clean(self, dataset: Any, result: Result) -> dict[int, Model]:
        """Row number → an unsaved instance, cleaned by the fields' widgets; what fails is counted and shown."""
        result.total_rows = len(dataset)
        headers = list(dataset.headers or [])
        fields = [field for field in self.get_import_fields() if field.column_name in headers]
        missing = {self.fields[name].column_name for name in self._keys()} - set(headers)
        if missing:
            result.append_base_error(Error(ValidationError(f"missing columns: {', '.join(sorted(missing))}")))
            return {}
        self._named = [field.attribute for field in fields]
        cleaned: dict[int, Model] = {}
        for number, values in enumerate(dataset, 1):
            row = dict(zip(headers, values, strict=False))
            instance = self._meta.model()
            try:
                for field in fields:
                    setattr(instance, field.attribute, field.clean(row))
                instance.clean_fields(exclude=[f.name for f in instance._meta.fields if f.name not in self._named])
            except (ValidationError, ValueError, TypeError) as error:
                self._refuse(result, number, error)
                continue
            cleaned[number] = instance
        return cleaned

    def _keys(self) -> list[str]:
        return list(self.get_import_id_fields())

    def _columns(self) -> list[Any]:
        return [self._meta.model._meta.get_field(name) for name in self._named]

    def _stage(self, cleaned: dict[int, Model]) -> None:
        columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in self._columns())
        table = sql.Identifier(self._meta.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(STAGE).format(columns=columns, table=table).as_string(cursor.connection))
            statement = sql.SQL("COPY staged (staged_row, {}) FROM STDIN").format(columns)
            with cursor.copy(statement) as copy:  # type: ignore[attr-defined]  # psycopg's, behind Django's wrapper
                for number, instance in cleaned.items():
                    values = [f.get_db_prep_save(f.pre_save(instance, True), connection) for f in self._columns()]
                    copy.write_row([number, *values])

    def _judge(self, cleaned: dict[int, Model], result: Result, *, dry_run: bool) -> None:
        """Set by set: what stands twice, what is new, what differs."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql(TWICE).as_string(cursor.connection))
            twice = dict(cursor.fetchall())
            cursor.execute(self._sql(COMPARED).as_string(cursor.connection))
            compared = cursor.fetchall()
            fresh, changed = [], []
            for number, pk, same in compared:
                if number in twice:
                    self._refuse(result, number, ValidationError(f"row {twice[number]} has the same key"))
                elif pk is None:
                    fresh.append(number)
                    self._count(result, RowResult.IMPORT_TYPE_NEW, cleaned[number])
                elif same:
                    self._count(result, RowResult.IMPORT_TYPE_SKIP, cleaned[number])
                else:
                    changed.append(number)
                    self._count(result, RowResult.IMPORT_TYPE_UPDATE, cleaned[number], pk=pk)
            if not dry_run:
                cursor.execute(self._sql(UPDATE).as_string(cursor.connection), [changed])
                self._insert([cleaned[number] for number in fresh])

    def _insert(self, rows: list[Model]) -> None:
        """Columns that the file does not name get the model's defaults."""
        self._meta.model._default_manager.bulk_create(rows, batch_size=CHUNK)

    def _sql(self, text: str) -> sql.Composed:
        columns, keys = self._columns(), [self._meta.model._meta.get_field(name) for name in self._keys()]
        pairs = [f for f in columns if f not in keys]
        same = [sql.SQL("{} IS NOT DISTINCT FROM {}").format(_part(f, "t"), _part(f, "s")) for f in pairs]
        return sql.SQL(text).format(  # type: ignore[arg-type]
            table=sql.Identifier(self._meta.model._meta.db_table),
            pk=sql.Identifier(self._meta.model._meta.pk.column),
            keys=sql.SQL(", ").join(_part(field, "staged") for field in keys),
            columns=sql.SQL(", ").join(sql.Identifier(field.column) for field in columns),
            on=sql.SQL(" AND ").join(sql.SQL("{} = {}").format(_part(f, "t"), _part(f, "s")) for f in keys),
            same=sql.SQL(" AND ").join(same) if same else sql.SQL("true"),
            set=sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(sql.Identifier(f.column)) for f in pairs or keys),
        )

    def _count(self, result: Result, kind: str, instance: Model, *, pk: Any = None) -> None:
        result.totals[kind] += 1
        if kind == RowResult.IMPORT_TYPE_SKIP or len(result.rows) >= SHOWN:
            return
        row = RowResult()
        row.import_type, row.object_id, row.object_repr = kind, pk, ""
        row.diff = [
            escape(_shown(field.get_value(instance), field, instance) or "") for field in self.get_import_fields()
        ]
        result.append_row_result(row)

    def _refuse(self, result: Result, number: int, error: Exception) -> None:
        """Counted always, shown up to 200; the values of the row are not kept."""
        result.totals[RowResult.IMPORT_TYPE_INVALID] += 1
        if len(result.invalid_rows) < SHOWN:
            wrong = error if isinstance(error, ValidationError) else ValidationError(str(error))
            result.append_invalid_row(number, {}, wrong)


def _part(field: Any, alias: str) -> sql.Composable:
    """A column; of an encrypted one its fingerprint, since equal numbers have unequal bytes."""
    column = sql.SQL("{}.{}").format(sql.Identifier(alias), sql.Identifier(field.column))
    return sql.SQL("substring({} from 2 for 16)").format(column) if isinstance(field, SecretField) else column


def _shown(value: Any, field: Any, record: Model) -> Any:
    """As exported: a mask for what is encrypted, the field's own rendering for the rest."""
    return str(value) if isinstance(value, Secret) else field.export(record)
