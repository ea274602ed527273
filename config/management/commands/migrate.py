"""`migrate`, run as the owner of the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from config import ownserver
from config.owner import as_owner


class Command(DjangoMigrate):
    """The application's role owns nothing, so the owner migrates; grants follow by the post_migrate receiver."""

    def handle(self, *args: Any, **options: Any) -> None:
        ownserver.insist()
        with as_owner(options["database"]):
            super().handle(*args, **options)
