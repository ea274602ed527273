"""Code lists, standards and calendar days as workbooks: what the administrator brings in and takes out by Django's admin."""

from __future__ import annotations

import time
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import tablib
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.formats import base_formats
from import_export.tmp_storages import BaseStorage
from import_export.widgets import ForeignKeyWidget, Widget
from psycopg.types.range import DateRange

from center.exchange.export import as_it_was, harmless
from center.exchange.resource import FastResource
from center.exchange.xlsx import Column, Sheet, write
from center.kernel.sentences import yuan
from center.models import CalendarDay, Code, CodeAlias, Office, Standard
from center.models.base import random_code
from center.privacy import vault
from center.reference import standards

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "IL"  # no code of a kept document begins so: these letters are in none
DAY = 24 * 3600


class CodeResource(FastResource):
    class Meta:
        model = Code
        import_id_fields = ("list", "code")
        fields = (
            "list",
            "code",
            "label_zh",
            "label_en",
            "national_code",
            "standard",
            "position",
            "starts_on",
            "retired_on",
        )


class CodeAliasResource(FastResource):
    class Meta:
        model = CodeAlias
        import_id_fields = ("list", "text")
        fields = ("list", "text", "code", "source")


class CalendarDayResource(FastResource):
    class Meta:
        model = CalendarDay
        import_id_fields = ("day",)
        fields = ("day", "works", "name")


class SpanWidget(Widget):  # type: ignore[misc]
    """`2026-01-01..2026-12-31`, both days included; without an end `2026-01-01..`."""

    def clean(self, value: Any, row: Any = None, **_options: Any) -> DateRange:
        first, mark, last = str(value or "").strip().partition("..")
        try:
            until = date.fromordinal(date.fromisoformat(last).toordinal() + 1) if last else None
            return DateRange(date.fromisoformat(first), until if mark else None)
        except ValueError as error:
            raise ValueError(_("Write it as 2026-01-01..2026-12-31.")) from error

    def render(self, value: Any, obj: Any = None, **_options: Any) -> str:
        if value is None:
            return ""
        last = date.fromordinal(value.upper.toordinal() - 1) if value.upper else ""
        return f"{value.lower}..{last}"


class StandardResource(resources.ModelResource):  # type: ignore[misc]
    """A few rows a year, checked one by one as the form checks them: no two values at once."""

    office = Field("office", "office", ForeignKeyWidget(Office, "code"))
    during = Field("during", "during", SpanWidget())

    def after_import(self, dataset: Any, result: Any, **_options: Any) -> None:
        """The library would set the sequence anew, which only the tables' owner may; no file brings numbers of its own."""

    def before_save_instance(self, instance: Standard, row: Any, **_options: Any) -> None:
        """What has begun stays; a figure of another order than the last is asked about on the page, a workbook cannot be."""
        if instance.pk and instance.during.lower <= timezone.localdate():
            raise ValidationError(
                _("It has been in force since %(day)s. Enter a new value from a day on.")
                % {"day": instance.during.lower.isoformat()}
            )
        last = standards.before(instance.key, office=instance.office, on=instance.during.lower)
        if standards.is_leap(last, instance.value):
            raise ValidationError(
                _(
                    "The last figure is %(before)s, this one is %(value)s. Enter it under Standards, where it is confirmed."
                )
                % {"before": yuan(last), "value": yuan(instance.value)}
            )

    class Meta:
        model = Standard
        import_id_fields = ("key", "office", "during")
        fields = ("key", "office", "during", "value", "document")
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True


class HarmlessWorkbook(base_formats.XLSX):  # type: ignore[misc]
    """Text is a text cell, whatever it begins with: nothing that stands in a list is a formula when it is opened."""

    def export_data(self, dataset: Any, **_options: Any) -> bytes:
        target = BytesIO()
        write(target, [Sheet("list", [Column(title) for title in dataset.headers], [list(row) for row in dataset])])
        return target.getvalue()


class HarmlessText(base_formats.CSV):  # type: ignore[misc]
    """A CSV has no cells: what would be a formula stands behind a mark, which is taken off when it comes in again."""

    def export_data(self, dataset: Any, **options: Any) -> str:
        guarded = tablib.Dataset(*[[harmless(cell) for cell in row] for row in dataset], headers=dataset.headers)
        return str(super().export_data(guarded, **options))

    def create_dataset(self, in_stream: Any, **options: Any) -> Any:
        found = super().create_dataset(in_stream, **options)
        return tablib.Dataset(*[[as_it_was(cell) for cell in row] for row in found], headers=found.headers)


class VaultStorage(BaseStorage):  # type: ignore[misc]
    """What lies between preview and confirmation lies encrypted, like every other file that came in."""

    def save(self, data: Any) -> None:
        self.name = PREFIX + random_code()
        vault.put(self.name, data if isinstance(data, bytes) else str(data).encode())

    def read(self) -> bytes | str:
        if not self.name.startswith(PREFIX):  # the name comes back from a form
            raise SuspiciousFileOperation(self.name)
        data = vault.get(self.name)
        return data if "b" in (self.read_mode or "b") else data.decode(self.encoding or "utf-8")

    def remove(self) -> None:
        vault.remove(self.name)


def purge_previews() -> int:
    """Previews that nobody confirmed for a day; how many."""
    folder: Path = settings.MEDIA_ROOT / PREFIX
    old = [path for path in folder.glob("*") if path.stat().st_mtime < time.time() - DAY]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
