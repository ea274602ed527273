"""Code lists, older words, divisions and the working calendar, from `center/reference/`."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import transaction

from center.models import CalendarDay, CalendarYear, Code, CodeAlias, codes
from center.reference import working_days

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = Path(__file__).resolve().parents[2] / "reference" / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


class Command(BaseCommand):
    help = "Add missing code lists, divisions and calendar years; never changes what an office has edited."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        Code.objects.bulk_create([*self.codes(), *self.divisions()], ignore_conflicts=True)
        CodeAlias.objects.bulk_create([CodeAlias(**row) for row in rows("older_words.tsv")], ignore_conflicts=True)
        self.calendar()
        codes.forget()
        working_days.forget()
        self.stdout.write(f"{Code.objects.count()} codes, {CalendarYear.objects.count()} calendar years")

    def codes(self) -> Iterator[Code]:
        for row in rows("codes.tsv"):
            yield Code(**{**row, "import_only": row["import_only"] == "1", "position": int(row["position"])})

    def divisions(self) -> Iterator[Code]:
        for row in rows("divisions.tsv"):
            code, name = row["code"], row["name"]
            yield Code(
                list="division", code=code, label_zh=name, label_en=name, national_code=code, standard="GB/T 2260"
            )

    def calendar(self) -> None:
        """A year that the office has entered itself is left alone, whole."""
        by_year: dict[int, list[CalendarDay]] = {}
        for row in rows("calendar.tsv"):
            day = CalendarDay(day=date.fromisoformat(row["day"]), works=row["works"] == "1", name=row["name"])
            by_year.setdefault(day.day.year, []).append(day)
        for year, days in by_year.items():
            _year, made = CalendarYear.objects.get_or_create(year=year, defaults={"source": "国务院办公厅通知"})
            if made:
                CalendarDay.objects.bulk_create(days)
