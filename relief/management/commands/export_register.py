"""`manage.py export_register --year Y --out FILE.xlsx|.csv|.pdf --by USER [--full --reason TEXT]`."""

from __future__ import annotations

import json
from datetime import MAXYEAR, MINYEAR
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import Staff
from relief.exchange import export_register

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Write a year's disbursement register; the last line of output is JSON with rows, total and digests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--out", required=True)
        parser.add_argument("--by", required=True)
        parser.add_argument("--full", action="store_true")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Staff.objects.filter(username=options["by"], is_active=True).first()
        if staff is None:
            raise CommandError(f"Nobody here is called {options['by']}.")
        if not (staff.may_somewhere(Permission.AUDIT) or staff.may_somewhere(Permission.READ_FUNDS)):
            raise CommandError(f"{staff.username} may not read the funds.")
        office = staff.home_office
        out = Path(options["out"])
        if office is None:
            raise CommandError(f"{staff.username} works at no office today.")
        if not MINYEAR <= options["year"] < MAXYEAR:
            raise CommandError(f"{options['year']} is no year.")
        if not out.parent.is_dir():
            raise CommandError(f"{out.parent} is no folder; nothing was issued.")
        try:
            export, data, sums = export_register(
                year=options["year"],
                fmt=out.suffix.lstrip(".").lower(),
                office=office,
                in_full=options["full"],
                reason=options["reason"],
                by=staff,
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        out.write_bytes(data)
        proof = {"sha256": export.sha256, "digest": export.digest or export.sha256}
        self.stdout.write(json.dumps({"rows": sums.rows, "total": f"{sums.total:.2f}", **proof}))
