"""`manage.py send_reminders`: what the timer calls every morning; each desk says what is due and does what a day does."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from center import desk
from center.models import Staff
from center.site import task_inbox


class Command(BaseCommand):
    help = "Let every desk do what a new day brings, then count what waits and what is late, per kind of work."

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        for each in desk.desks():
            for line in each.new_day(today):
                self.stdout.write(line)
        counted: Counter[str] = Counter()
        late: Counter[str] = Counter()
        for staff in Staff.objects.filter(is_active=True):
            for task in task_inbox.tasks_of(staff):
                counted[task.code] += 1
                late[task.code] += bool(task.due and task.due < today)
        for code, count in sorted(counted.items()):
            self.stdout.write(f"{code}: {count} waiting, {late[code]} late")
