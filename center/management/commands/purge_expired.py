"""`manage.py purge_expired`: remove what has outlived its purpose (个人信息保护法 19, 47). What the timer calls nightly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from center import desk
from center.exchange.purging import purge_imports, purge_jobs
from center.exchange.reference import purge_previews
from center.models import StaffSession
from center.privacy import drafts
from center.site import idempotency


class Command(BaseCommand):
    help = "Remove expired sessions, old login failures and what the desks hold for a day only."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        sessions, _each = Session.objects.filter(expire_date__lt=now).delete()
        StaffSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
        attempts, _each = AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=1)).delete()
        files, made = purge_imports(now) + purge_previews(), purge_jobs(now)
        begun = drafts.purge(now)
        idempotency.purge(now)
        self.stdout.write(f"{sessions} sessions, {attempts} login failures, {files} files of imports, {begun} drafts")
        self.stdout.write(f"{made} files of jobs")
        for each in desk.desks():
            for line in each.purge():
                self.stdout.write(line)
