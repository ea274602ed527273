"""Django's admin registers reference data only: no model with personal data, money or logs (architecture.md §6).

Every change is told to the trail, also what comes in as a workbook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.forms import RangeWidget
from django.db import transaction
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin

from center.evidence import trail
from center.exchange.reference import (
    CalendarDayResource,
    CodeAliasResource,
    CodeResource,
    HarmlessText,
    HarmlessWorkbook,
    StandardResource,
    VaultStorage,
)
from center.models import CalendarDay, CalendarYear, Code, CodeAlias, Office, OfficeLink, Standard, Succession

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import Model
    from django.http import HttpRequest

    from center.models import Staff

admin.site.disable_action("delete_selected")


class ToldOfChanges:
    """What is saved here is written into the trail, in the same transaction."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)  # type: ignore[misc]  # Django's admin stands behind
            facts = {name: str(form.cleaned_data[name]) for name in form.changed_data}
            verb = "center.reference.changed" if change else "center.reference.added"
            trail.record(verb, obj, by=cast("Staff", request.user), **facts)


class FromUntil(RangeWidget):
    """Two days side by side, each saying which it is."""

    def __init__(self) -> None:
        super().__init__(DateInput)
        for widget, label in zip(self.widgets, (_("From"), _("Until")), strict=True):
            widget.attrs.update({"aria-label": label, "placeholder": label})


class Dated:
    """A span of days is shown as its two days and asked for as two days with a name each."""

    formfield_overrides: Any = {DateRangeField: {"widget": FromUntil}}

    @admin.display(description=_("From"), ordering="during")
    def starts(self, row: Standard | OfficeLink) -> date | None:
        return cast("date | None", row.during.lower)

    @admin.display(description=_("Until"))
    def ends(self, row: Standard | OfficeLink) -> date | None:
        return cast("date | None", row.during.upper)


class AsWorkbook(ToldOfChanges, ImportExportModelAdmin):  # type: ignore[misc]
    """The list goes out and comes in as a workbook or CSV."""

    formats = (HarmlessWorkbook, HarmlessText)
    tmp_storage_class = VaultStorage

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **options: Any) -> Any:
        with transaction.atomic():
            result = super().process_dataset(dataset, form, request, **options)
            if not result.has_errors():
                self._tell("imported", request, **{kind: many for kind, many in result.totals.items() if many})
        return result

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **options: Any) -> Any:
        with transaction.atomic():
            self._tell("exported", request, rows=queryset.count())
        return super().get_export_data(file_format, request, queryset, **options)

    def _tell(self, what: str, request: HttpRequest, **facts: object) -> None:
        trail.record(f"center.reference.{what}", self.model._meta.label_lower, by=cast("Staff", request.user), **facts)


@admin.register(Code)
class CodeAdmin(AsWorkbook):
    resource_classes = (CodeResource,)
    list_display = ("list", "code", "label_zh", "label_en", "national_code", "retired_on")
    list_filter = ("list",)
    search_fields = ("code", "label_zh", "label_en")


@admin.register(CodeAlias)
class CodeAliasAdmin(AsWorkbook):
    resource_classes = (CodeAliasResource,)
    list_display = ("list", "text", "code", "source")
    list_filter = ("list",)


@admin.register(Standard)
class StandardAdmin(Dated, AsWorkbook):
    """Entered and corrected under Settings, where what it touches is shown first; here it is read, and comes by workbook."""

    resource_classes = (StandardResource,)
    list_display = ("key", "office", "value", "starts", "ends", "document")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Standard | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Standard | None = None) -> bool:
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(AsWorkbook):
    resource_classes = (CalendarDayResource,)
    list_display = ("day", "works", "name")
    date_hierarchy = "day"


@admin.register(CalendarYear)
class CalendarYearAdmin(ToldOfChanges, admin.ModelAdmin[CalendarYear]):
    list_display = ("year", "source")


@admin.register(Office)
class OfficeAdmin(ToldOfChanges, admin.ModelAdmin[Office]):
    list_display = ("code", "name", "level", "division", "opened_on", "closed_on")


@admin.register(OfficeLink)
class OfficeLinkAdmin(Dated, ToldOfChanges, admin.ModelAdmin[OfficeLink]):
    list_display = ("child", "parent", "starts", "ends")


@admin.register(Succession)
class SuccessionAdmin(ToldOfChanges, admin.ModelAdmin[Succession]):
    list_display = ("old", "new", "on_date")
