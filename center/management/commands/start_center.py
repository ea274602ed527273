"""`manage.py start_center`: a real center, ready for its first login. No demo data, no questions when all is given."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from psycopg.types.range import Range

from center.actions.people import one_time_password
from center.kernel.roles import Role
from center.models import Assignment, Code, Office, Setting, Staff, Standard
from center.models.office import Level
from center.privacy import keycheck, keys


class Command(BaseCommand):
    help = "Start a real center: office, area, lines, calendar, keys, and the first administrator with a one-time password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="display name of the center")
        parser.add_argument("--code", default="01", help="short code that begins its numbers")
        parser.add_argument("--level", choices=Level.values, default=Level.DISTRICT)
        parser.add_argument("--division", required=True, help="six digits of GB/T 2260")
        parser.add_argument("--line", required=True, help="minimum-living line in yuan a month")
        parser.add_argument("--multiple", default="2", help="relative hardship: multiple of the line")
        parser.add_argument("--minimum-wage", help="yuan a month")
        parser.add_argument("--average-wage", help="yuan a month")
        parser.add_argument("--admin", default="admin", help="user name of the first administrator")
        parser.add_argument("--admin-name", default="管理员", help="their name")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO:
            raise CommandError(
                "DEMO is on. A real center starts without it: remove DEMO from the environment and .env."
            )
        if settings.CLUSTER is not None:
            settings.CLUSTER.ensure()
        call_command("migrate", verbosity=0, interactive=False)
        if Office.objects.exists():
            raise CommandError("This database has offices already; a center is started once.")
        call_command("seed_reference", stdout=self.stdout)
        if not Code.objects.filter(list="division", code=options["division"]).exists():
            raise CommandError(f"{options['division']} is no division of GB/T 2260.")
        keys.make(settings.KEYS_FILE)
        with transaction.atomic():
            password = self.center(options)
            keycheck.keep()
        settings.NAME_FILE.write_text(f'CENTER_NAME="{options["name"]}"\n', encoding="utf-8")
        self.stdout.write(f"The center “{options['name']}” stands.")
        self.stdout.write(f"First login: {options['admin']}  one-time password: {password}")
        self.stdout.write(f"Keys: {settings.KEYS_FILE}. Keep a copy elsewhere, then: manage.py doctor --keys-are-kept")

    def center(self, options: dict[str, Any]) -> str:
        today = timezone.localdate()
        Setting.objects.create(name="kind", value="real")
        office = Office.objects.create(
            code=options["code"],
            name=options["name"],
            level=options["level"],
            division=options["division"],
            opened_on=today,
        )
        standards = {
            "dibao_line": options["line"],
            "relative_multiple": options["multiple"],
            "minimum_wage": options["minimum_wage"],
            "average_wage": options["average_wage"],
        }
        for key, value in standards.items():
            if value is not None:
                since = Range(today.replace(month=1, day=1), None)
                Standard.objects.create(key=key, office=office, value=self.amount(key, value), during=since)
        password = one_time_password()
        admin = Staff.objects.create_user(
            options["admin"], password, full_name=options["admin_name"], must_change_password=True
        )
        Assignment.objects.create(staff=admin, role=Role.ADMIN, office=office, starts_on=today)
        return password

    @staticmethod
    def amount(key: str, text: str) -> Decimal:
        try:
            found = Decimal(text)
        except InvalidOperation:
            raise CommandError(f"{key}: “{text}” is not a number.") from None
        if not found.is_finite() or found <= 0:
            raise CommandError(f"{key}: “{text}” is not above zero.")
        return found
