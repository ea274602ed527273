"""`manage.py verify_ledger`: exit 0 when every balance is what its postings say and what money rests on is what was written.

Otherwise 1, and one line for each fault.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from center.evidence import row_states
from relief.models import LedgerTransaction, Posting
from relief.queries.verify import faults


class Command(BaseCommand):
    help = "Recompute the ledger from its postings, to the fen."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*faults(), *row_states.faults()]
        for fault in found:
            self.stdout.write(fault)
        if found:
            sys.exit(1)
        counts = {"transactions": LedgerTransaction.objects.count(), "postings": Posting.objects.count()}
        self.stdout.write(
            _("The ledger is true: %(transactions)s transactions, %(postings)s postings, every balance to the fen.")
            % counts
        )
