"""`manage.py import_files PATH --by USER [--dry-run] [--errors OUT.xlsx] [--with-leavers]`: a registry workbook or CSV,
good rows only. Nobody leaves a household by not being listed, unless `--with-leavers` says so."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from casework.actions import imports
from casework.exchange.check import Examined, bring_in, check
from casework.exchange.errors import error_workbook
from casework.exchange.registry import left_out_words
from casework.permissions import why_not_import
from center.exchange.reading import Unreadable
from center.kernel.errors import Refusal
from center.models import Office, Staff

UNREADABLE = 2


class Command(BaseCommand):
    help = "Import a registry workbook. The last line is JSON: households new, changed, unchanged, refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--by", required=True, help="user name of the officer or leader who answers for it")
        parser.add_argument("--dry-run", action="store_true", help="check only")
        parser.add_argument("--errors", type=Path, help="write the refused rows with their reasons here")

        parser.add_argument(
            "--with-leavers", action="store_true", help="members who are not listed any more leave their households"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Staff.objects.filter(username=options["by"], is_active=True).first()
        if staff is None:
            raise CommandError(f"There is no user {options['by']}.")
        held = [one.office for one in staff.assignments_today if not why_not_import(staff, one.office)]
        if not held:
            raise CommandError(why_not_import(staff, staff.home_office) if staff.home_office else "No office.")
        if options["errors"] and not options["errors"].parent.is_dir():
            raise CommandError(f"{options['errors'].parent} is no folder; nothing was imported.")
        try:
            data = options["path"].read_bytes()
            examined = Examined(data, office=held[0])
        except (OSError, Unreadable) as error:
            self.stderr.write(str(error) if isinstance(error, Unreadable) else f"{options['path']} cannot be read.")
            sys.exit(UNREADABLE)
        try:
            leave = options["with_leavers"]
            totals = self._known(examined) if options["dry_run"] else self._done(examined, data, held[0], staff, leave)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["errors"] and examined.has_faults:
            errors = error_workbook(examined.book, examined.bad_heads, examined.bad_members)
            options["errors"].write_bytes(errors)
        self._tell(examined.found())
        self.stdout.write(json.dumps(totals))

    def _tell(self, found: dict[str, Any]) -> None:
        """Faults, whoever is not listed any more, and all that was not read, each with its place and count."""
        for fault in found["faults"]:
            self.stdout.write(f"{fault['sheet']} {fault['row']} {fault['column']}: {fault['reason']['en']}")
        for one in found["leavers"]:
            self.stdout.write(f"not listed any more: {one['member']} of the household in row {one['row']}")
        if found["leaver_count"]:
            self.stdout.write(f"not listed any more: {found['leaver_count']} (they leave only by --with-leavers)")
        for one in found["stayers"]:
            self.stdout.write(f"not listed, stays: {one['member']} of the household in row {one['row']}")
        if found["stayer_count"]:
            self.stdout.write(
                f"not listed, stay: {found['stayer_count']} (the file says too little of their households)"
            )
        with translation.override("en"):
            for left in found["left_out"]:
                self.stdout.write(left_out_words(left))

    @staticmethod
    def _known(examined: Examined) -> dict[str, int]:
        return dict(examined.finish().totals)

    @staticmethod
    def _done(examined: Examined, data: bytes, office: Office, staff: Staff, leave: bool) -> dict[str, int]:
        record = check(imports.receive(office, data=data, by=staff), examined=examined, by=staff)
        return dict(bring_in(record, only_good=True, leave=leave, by=staff).found["totals"])
