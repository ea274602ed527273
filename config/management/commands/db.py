"""`manage.py db start|stop|shell|status`: the embedded PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.postgres import OWNER, Cluster, DatabaseUnavailable


class Command(BaseCommand):
    help = "Start, stop or look at the embedded PostgreSQL."
    requires_system_checks = ()
    cluster: Cluster

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("start", "stop", "shell", "status"))

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CLUSTER is None:
            raise CommandError("DATABASE_URL is set: the database is not ours to start or stop.")
        self.cluster = settings.CLUSTER
        try:
            getattr(self, options["what"])()
        except DatabaseUnavailable as error:
            raise CommandError(str(error)) from error

    def start(self) -> None:
        self.cluster.ensure()
        self.status()

    def stop(self) -> None:
        self.stdout.write("stopped" if self.cluster.stop() else "was not running")

    def shell(self) -> None:
        self.cluster.ensure()
        self.cluster.run("psql", "-h", str(self.cluster.socket), "-U", OWNER, "center")

    def status(self) -> None:
        self.stdout.write(f"{self.cluster.answers()} · {self.cluster.data}")
