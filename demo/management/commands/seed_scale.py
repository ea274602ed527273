"""`manage.py seed_scale --files N --payments M`: a practice district grown to the size of a great center, by COPY."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from center.evidence import row_states, seals, trail
from center.models import Office, Setting, Staff
from center.queries.growing import is_unfinished
from config.owner import as_owner
from demo.management.commands import seed_demo
from demo.scale import casework as casework
from demo.scale import relief as relief
from relief.queries import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.management.base import CommandParser

SCALED = "scaled"
DISTRICT = "0101"
SMALL = 40  # households made through the actions, when nothing stands yet
TABLES = tuple(model._meta.db_table for model in (*casework.TABLES, *relief.TABLES))
ANALYZE = "ANALYZE"


class Command(BaseCommand):
    help = "Grow the practice district: invented households with active files, and payments with all behind them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--files", type=int, default=50_000)
        parser.add_argument("--payments", type=int, default=200_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO and not settings.TESTING:
            raise CommandError("Practice data is made with DEMO=1 only, never in a real center.")
        if options["files"] < 1 or options["payments"] < 1:
            raise CommandError("At least one file and one payment.")
        if not Office.objects.exists():
            call_command("seed_demo", households=SMALL, stdout=self.stdout)
        if is_unfinished() or not Setting.objects.filter(name="kind", value="practice").exists():
            raise CommandError("This database is not a whole practice district; nothing invented is mixed with it.")
        if Setting.objects.filter(name=SCALED).exists():
            raise CommandError("This practice district was grown already; the same people would come twice.")
        with as_owner():
            self.grow(**{name: options[name] for name in ("files", "payments")})
        self.timed("sealing", seals.seal)
        faults = self.timed("proving the ledger", lambda: [*verify.faults(), *row_states.faults()])
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"The ledger is not true: {len(faults)} faults.")
        self.stdout.write("The ledger is true.")

    def grow(self, *, files: int, payments: int) -> None:
        """All of it or nothing, by one transaction in which the triggers of the tables are off."""
        people = {staff.username: staff for staff in Staff.objects.all()}
        chance = Random(seed_demo.SEED)  # noqa: S311 - invented people, the same every time on purpose
        world = casework.Scale(office=Office.objects.get(code=DISTRICT), people=people, chance=chance)
        with transaction.atomic():
            _triggers("DISABLE")
            homes = self.timed(
                f"{files} files", lambda: [one for many in casework.homes(world, many=files) for one in many]
            )
            self.timed(f"{payments} payments", lambda: list(relief.payments(world, offered=homes, many=payments)))
            self.timed("proving the references", _prove_references)
            _triggers("ENABLE")
            self.timed("what they were when they were written", row_states.keep_states)
            Setting.objects.create(name=SCALED, value=f"{files}/{payments}")
            trail.record("center.practice.grown", world.office, by=people["admin"], files=files, payments=payments)
        with connection.cursor() as cursor:
            cursor.execute(ANALYZE)

    def timed(self, what: str, work: Callable[[], Any]) -> Any:
        began = time.monotonic()
        done = work()
        self.stdout.write(f"{what}: {time.monotonic() - began:.1f} s")
        return done


def _triggers(word: str) -> None:
    """Only those that somebody wrote; what keeps references stays on."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")


def _prove_references() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
