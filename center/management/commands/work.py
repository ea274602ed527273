"""`manage.py work`: the worker, as `make run` starts it."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from procrastinate.exceptions import ConnectorException

from center.site import worker

OPTIONS = ("--concurrency", "2", "--shutdown-graceful-timeout", "5")


class Command(BaseCommand):
    help = "Do what people and the clock ask for, beginning with what was cut."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            worker.resume_soon()
        except ConnectorException:
            raise CommandError("The worker finds no database.") from None
        call_command("procrastinate", "worker", *OPTIONS)
