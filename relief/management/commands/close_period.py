"""`manage.py close_period`: what the timer calls nightly. It begins what is due and says what stands in the way.

It never closes: that is the work of two people, on the page that it begins.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from relief.actions.closing import begin_ended
from relief.models import Closing
from relief.queries.closing import checks


class Command(BaseCommand):
    help = "Begin the closing of every period that has ended; list what stands in the way of those not closed yet."

    def handle(self, *args: Any, **options: Any) -> None:
        begun = {closing.pk for closing in begin_ended(timezone.localdate())}
        waiting = Closing.objects.filter(status__in=("open", "asked")).select_related("office")
        for closing in waiting.order_by("office__code", "until", "-month"):
            state = _("begun now") if closing.pk in begun else str(closing.get_status_display())
            self.stdout.write(f"{closing.office.code} {closing}: {state}")
            for check in checks(closing):
                mark = "!" if check.blocks else "·"
                for one in check.found:
                    self.stdout.write(f"  {mark} {one.sentence}")
        if not waiting:
            self.stdout.write(_("No period waits to be closed."))
