"""`manage.py seal`: seal what is not sealed yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from center.evidence import seals


class Command(BaseCommand):
    help = "Seal the rows that are in no seal yet; the newest head is printed and kept outside the database."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seals.seal()
        self.stdout.write(f"{sum(one.rows for one in made)} rows in {len(made)} seals · head {seals.head() or 'none'}")
