"""Django's admin registers reference data only: no model with personal data, money or logs (house.md §6)."""

from django.contrib import admin

from center.models import CalendarDay, CalendarYear, Code, CodeAlias, Office, OfficeLink, Standard, Succession

admin.site.disable_action("delete_selected")
admin.site.site_url = None


@admin.register(Code)
class CodeAdmin(admin.ModelAdmin[Code]):
    list_display = ("list", "code", "label_zh", "label_en", "national_code", "retired_on")
    list_filter = ("list",)
    search_fields = ("code", "label_zh", "label_en")


@admin.register(CodeAlias)
class CodeAliasAdmin(admin.ModelAdmin[CodeAlias]):
    list_display = ("list", "text", "code", "source")
    list_filter = ("list",)


@admin.register(Standard)
class StandardAdmin(admin.ModelAdmin[Standard]):
    list_display = ("key", "office", "value", "during", "document")


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin[CalendarDay]):
    list_display = ("day", "works", "name")
    date_hierarchy = "day"


@admin.register(CalendarYear)
class CalendarYearAdmin(admin.ModelAdmin[CalendarYear]):
    list_display = ("year", "source")


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin[Office]):
    list_display = ("code", "name", "level", "division", "opened_on", "closed_on")


@admin.register(OfficeLink)
class OfficeLinkAdmin(admin.ModelAdmin[OfficeLink]):
    list_display = ("child", "parent", "during")


@admin.register(Succession)
class SuccessionAdmin(admin.ModelAdmin[Succession]):
    list_display = ("old", "new", "on_date")
