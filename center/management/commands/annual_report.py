"""`manage.py annual_report --year Y [--office CODE] --json`: every figure of the desks, computed from its rows."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from center.models import Office
from center.queries import figures


class Command(BaseCommand):
    help = "Print the figures of a year; with --json as one object for scripts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument(
            "--office", help="code of an office: it and all below it, by the tree of the year's last day"
        )
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            since, until = figures.year(options["year"])
        except ValueError as error:
            raise CommandError(f"{options['year']} is no year.") from error
        offices = frozenset(Office.objects.values_list("pk", flat=True))
        if options["office"]:
            office = Office.objects.filter(code=options["office"]).first()
            if office is None:
                raise CommandError(f"There is no office with the code {options['office']}.")
            offices = figures.offices_of_the_day(office, until)
        with translation.override(options["language"]):
            rows = figures.as_json(figures.of_period(since=since, until=until, offices=offices))
        if options["json"]:
            self.stdout.write(json.dumps({"year": options["year"], "figures": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['code']}\t{row['label']}\t{row['value']} {row['unit']}")
