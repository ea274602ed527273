"""`manage.py refold_names --by USER [--dry-run]`: names of before in today's one way of writing, found by today's keys."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.actions.refolding import in_chunks, refold, stale
from casework.models import Employer, Person
from center.models import Staff


class Command(BaseCommand):
    help = "Write names and search keys anew where the rules have changed since. Once after an upgrade; again does nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, help="user name of whoever answers for it")
        parser.add_argument("--dry-run", action="store_true", help="count only")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Staff.objects.filter(username=options["by"], is_active=True).first()
        if staff is None:
            raise CommandError(f"There is no user {options['by']}.")
        counted = {}
        for model in (Person, Employer):
            many = 0
            for rows in in_chunks(model):
                many += sum(bool(stale(row)) for row in rows) if options["dry_run"] else refold(rows, by=staff)
            counted[model._meta.model_name] = many
        self.stdout.write(" ".join(f"{name}={many}" for name, many in counted.items()))
