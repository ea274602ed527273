"""`manage.py rotate_keys`: a new field key, and every kept number under the newest keys. Sealed rows stay as they are."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from pghistory import context

from center.privacy import keycheck, keys, secret
from center.privacy.fields import secret_fields

BATCH = 5000


class Command(BaseCommand):
    help = "Add a field key to KEYS_FILE and re-encrypt every ID number, card and phone under the newest keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--same-key", action="store_true", help="only bring values to the newest keys")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["same_key"]:
            if wrong := keycheck.faults():
                raise CommandError(" ".join(wrong))
            self.stdout.write(f"key {keys.add_field_key(settings.KEYS_FILE)} added; keep a copy of the file elsewhere")
            keycheck.keep()
        for model in apps.get_models():
            fields = secret_fields(model)
            if fields and not hasattr(model, "pgh_tracked_model"):
                self.stdout.write(f"{model._meta.label}: {_rewrite(model, [field.name for field in fields])}")


def _rewrite(model: Any, names: list[str]) -> int:
    """Rows in the order of their numbers, 5,000 a transaction; history keeps its values under the keys of their day."""
    done, last = 0, 0
    while rows := list(model._default_manager.filter(pk__gt=last).order_by("pk")[:BATCH]):
        with transaction.atomic(), context(by="rotate_keys", action="rotate_keys"):
            for row in rows:
                for name in names:
                    value = getattr(row, name)
                    if value is not None:
                        setattr(row, name, secret.unseal(value._label, bytes(value)))
            model._default_manager.bulk_update(rows, names, batch_size=500)
        done, last = done + len(rows), rows[-1].pk
    return done
