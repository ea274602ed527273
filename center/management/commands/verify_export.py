"""`manage.py verify_export FILE`: identical · same values, saved again · altered, with the rows that differ."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from center.exchange.prove import prove


class Command(BaseCommand):
    help = "Compare a file with what the center issued; exit 1 unless it says the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verdict = prove(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(_("%(file)s cannot be read.") % {"file": options["file"].name}) from error
        for fault in verdict.faults:
            self.stdout.write(fault)
        export = verdict.export
        told = [str(verdict.answer.label)]
        if export:
            made = timezone.localtime(export.made_at).isoformat(sep=" ", timespec="minutes")
            seal = _("seal %(seal)s") % {"seal": export.seal} if export.seal else _("not sealed")
            told += [export.number, made, export.made_by.username, seal]
        self.stdout.write(" · ".join(told))
        if not verdict.is_true:
            sys.exit(1)
