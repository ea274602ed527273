"""`manage.py replay_destructions`: after a restore, destroy again what had been destroyed since the backup."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from center.evidence import destruction


class Command(BaseCommand):
    help = "Carry out again every destruction that the restored database does not know. `restore` calls it."

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in destruction.replay():
            self.stdout.write(sentence)
