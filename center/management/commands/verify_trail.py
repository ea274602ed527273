"""`manage.py verify_trail`: whether every sealed row is as it was; one line per fault, exit 1 when there is any."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from center.evidence import seal_verification


class Command(BaseCommand):
    help = "Compare every sealed row and every seal with what was sealed."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = seal_verification.verify()
        for line in verdict.faults:
            self.stdout.write(str(line))
        for line in verdict.warnings:
            self.stderr.write(_("warning: %(what)s") % {"what": line})
        self.stdout.write(seal_verification.as_json(verdict))
        if verdict.faults:
            sys.exit(1)
