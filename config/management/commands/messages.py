"""`manage.py messages`: collect new messages, compile the catalogue, name what is not translated."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import messages


class Command(BaseCommand):
    help = "Update locale/zh_Hans/<room>.po from the sources, compile, and list what has no Chinese yet."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rooms", nargs="*", help="only these rooms' files are rewritten (default: all)")
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            for room in options["rooms"] or messages.ROOMS:
                messages.update(room)
            messages.compile_all()
        gaps = messages.missing()
        self.stdout.write("\n".join(gaps) or "Every message has its Chinese.")
        if options["check"] and gaps:
            raise CommandError(f"{len(gaps)} messages have no Chinese.")
