"""`manage.py doctor`: is this place well? One line a check; exit 1 when something is wrong.

In English like all that whoever runs the server reads: the start, the backup, the units. What auditors run
(`verify_ledger`, `verify_trail`, `verify_export`, `close_period`) speaks the center's language.
"""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone, translation

from center.kernel.errors import Incomplete
from center.kernel.roles import Role
from center.models import Assignment, Office, Setting
from center.papers import prints
from center.reference import standards, working_days
from config import ownserver, production
from config.console import database_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GIGABYTE = 2**30
LEAST_DISK = 2  # gigabytes
BACKUP_HOURS = 26
NOVEMBER = 11
SAMPLE = Path(settings.BASE_DIR) / "center" / "papers" / "data" / "print_sample.json"


class Command(BaseCommand):
    help = "Check settings, database, fonts, disk, calendar, lines, keys, jobs, backup and seals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--keys-are-kept", action="store_true", help="confirm that a copy of the keys lies elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if unready := database_sentence():
            self.stdout.write(f"✗ database: {unready}")
            raise CommandError("Needs attention: 1. Nothing else was looked at, for all of it is in the database.")
        if options["keys_are_kept"]:
            Setting.objects.update_or_create(name="keys_kept", defaults={"value": timezone.now().isoformat()})
        wrong = 0
        for name, check in self.checks():
            with translation.override("en"):
                faults = list(check())
            wrong += len(faults)
            for fault in faults:
                self.stdout.write(f"✗ {name}: {fault}")
            if not faults:
                self.stdout.write(f"✓ {name}")
        if wrong:
            raise CommandError(f"Needs attention: {wrong}.")

    def checks(self) -> list[tuple[str, Callable[[], Iterator[str]]]]:
        return [
            ("settings", self.settings),
            ("database", self.database),
            ("fonts", self.fonts),
            ("disk", self.disk),
            ("calendar", self.calendar),
            ("lines", self.lines),
            ("openings", self.openings),
            ("keys", self.keys),
            ("jobs", self.jobs),
            ("backup", self.backup),
            ("seals", self.seals),
        ]

    @staticmethod
    def settings() -> Iterator[str]:
        yield from production.practice_faults() if settings.DEMO else production.real_faults()

    @staticmethod
    def database() -> Iterator[str]:
        yield from (" ".join([lack.sentence, *lack.sql]) for lack in ownserver.cares())

    @staticmethod
    def fonts() -> Iterator[str]:
        """A page is printed and looked into: a file that is there may be damaged, cut or another."""
        try:
            missing = prints.unprinted(json.loads(SAMPLE.read_text(encoding="utf-8"))["sample"])
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a font file, the line says it
            yield f"the fonts of prints cannot be used: {error}"
            return
        if missing:
            yield f"prints would be garbled: no picture of {' '.join(missing)}"

    @staticmethod
    def disk() -> Iterator[str]:
        free = shutil.disk_usage(settings.DATA_DIR).free / GIGABYTE
        if free < LEAST_DISK:
            yield f"{free:.1f} GB free; at least {LEAST_DISK} are needed"

    @staticmethod
    def calendar() -> Iterator[str]:
        yield from working_days.warnings()

    @staticmethod
    def lines() -> Iterator[str]:
        """Today's line, and from November on that of the coming year."""
        today = timezone.localdate()
        days = [today] + ([today.replace(year=today.year + 1, month=1, day=1)] if today.month >= NOVEMBER else [])
        for office in Office.objects.filter(
            closed_on=None, level__in=["city", "district"], standards__isnull=False
        ).distinct():
            for day in days:
                try:
                    standards.value("dibao_line", office=office, on=day)
                except Incomplete as missing:
                    yield str(missing)

    @staticmethod
    def openings() -> Iterator[str]:
        """Where people work and the paper registry could still be brought in unasked."""
        today = timezone.localdate()
        working = Assignment.objects.filter(role__in=(Role.OFFICER, Role.LEADER), starts_on__lte=today)
        working = working.filter(office__went_live_on=None).exclude(ends_on__lt=today)
        for name in working.order_by("office__code").values_list("office__name", flat=True).distinct():
            yield f"{name} has no first day of work: what is imported is in force at once. The leader names it under Imports."

    @staticmethod
    def keys() -> Iterator[str]:
        if found := production.key_faults():
            yield from found
        elif not settings.DEMO and not Setting.objects.filter(name="keys_kept").exists():
            yield "nobody has confirmed that a copy of the keys is kept elsewhere (doctor --keys-are-kept)"

    @staticmethod
    def jobs() -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
            failed = cursor.fetchone()[0]
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs j WHERE status = 'todo' AND EXISTS (SELECT FROM procrastinate_events e"
                " WHERE e.job_id = j.id AND e.type = 'deferred' AND e.at < now() - interval '10 minutes')"
            )
            waiting = cursor.fetchone()[0]
        if failed:
            yield f"{failed} jobs have failed"
        if waiting:
            yield f"{waiting} jobs wait since more than ten minutes; is the worker running?"

    @staticmethod
    def backup() -> Iterator[str]:
        if settings.DEMO:
            return
        last = Setting.objects.filter(name="last_backup").first()
        if last is None:
            yield "there is no backup yet (manage.py backup DIR)"
        elif timezone.now() - datetime.fromisoformat(last.value) > timedelta(hours=BACKUP_HOURS):
            yield f"the last backup is older than {BACKUP_HOURS} hours"

    @staticmethod
    def seals() -> Iterator[str]:
        if not Path(settings.SEAL_HEADS_FILE).exists():
            yield "nothing has been sealed yet (manage.py seal)"
