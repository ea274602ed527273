"""What the load works on, and what must hold afterwards: a grown practice district and a committee in session."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Collection

BASE = Path(__file__).resolve().parents[2]
SEED, SEARCHED, AMOUNT = 7, 60, Decimal("300.00")
GAPS = """
SELECT c.kind, o.code, c.year, c.last FROM center_counter c JOIN center_office o ON o.id = c.office_id ORDER BY 1, 2, 3
"""
SERIES = {  # where the numbers of a series stand
    "file": "casework_hardshipfile.number",
    "visit": "casework_visit.number",
    "matter": "casework_matter.number",
    "application": "relief_application.number",
    "batch": "relief_batch.number",
    "payment": "relief_payment.number",
    "voucher": "relief_ledgertransaction.voucher_number",
    "meeting": "center_meeting.number",
}


def manage(*words: str) -> int:
    return subprocess.run([sys.executable, "manage.py", *words], cwd=BASE, check=False).returncode


def stand(*, files: int, payments: int) -> None:
    """Database, tables, reference data and the grown district, as far as they are not there yet."""
    for words in (("db", "start"), ("migrate", "-v0"), ("seed_reference", "-v0")):
        if manage(*words):
            raise SystemExit(f"manage.py {' '.join(words)} failed.")
    django.setup()
    from center.models import Setting

    grown = Setting.objects.filter(name="scaled").first()
    if grown is None and manage("seed_scale", f"--files={files}", f"--payments={payments}"):
        raise SystemExit("The district could not be grown.")


def call_meeting(items: int) -> str:
    """A committee in session with this many applications on its agenda; the code of the meeting."""
    from django.db import connection, transaction
    from django.utils import timezone

    from casework.models import HardshipFile
    from center.actions import meetings
    from center.exchange.copying import copy_in
    from center.models import AgendaItem, Office, Staff
    from center.reference import numbering
    from relief.models import Application, Balance, ProgrammeVersion

    people = {staff.username: staff for staff in Staff.objects.all()}
    office, secretary, now = Office.objects.get(code="0101"), people["secretary"], timezone.now()
    version = ProgrammeVersion.objects.filter(programme__office=office, programme__kind="living").latest("pk")
    source = Balance.objects.filter(bucket="available", fund_source__office=office).latest("amount").fund_source
    waiting = AgendaItem.objects.filter(status="waiting").values("subject")
    with transaction.atomic():
        files = HardshipFile.objects.filter(office=office, status="active").exclude(
            applications__status__in=("ready", "listed")
        )
        chosen = list(files.select_related("household").order_by("-pk")[:items])
        numbers = numbering.draw_each("application", office=office, days=[timezone.localdate()] * len(chosen))
        copy_in(
            Application,
            [
                {
                    "number": number, "person_id": file.household.head_id, "household_id": file.household_id,
                    "file_id": file.pk, "category": file.category,
                }
                for number, file in zip(numbers, chosen, strict=True)
            ],
            office_id=office.pk, status="ready", programme_id=version.programme_id, version_id=version.pk,
            may_publish=True, handler_id=people["officer"].pk, opened_by_id=people["frontdesk"].pk,
            submitted_by_id=people["frontdesk"].pk, submitted_at=now, assessed_by_id=people["officer"].pk,
            assessed_at=now, computed_amount=AMOUNT, proposed_amount=AMOUNT, fund_source_id=source.pk,
        )  # fmt: skip
        meeting = meetings.prepare(office, title="Load", held_on=timezone.localdate(), quorum=5, by=secretary)
        listed = waiting.count()
        meetings.fill_agenda(meeting, by=secretary)
        if meeting.items.count() < items:
            raise SystemExit(
                f"Only {meeting.items.count()} of {items} applications stand on the agenda ({listed} elsewhere)."
            )
        meetings.mark_present(meeting, members=list(meeting.seats.values_list("staff_id", flat=True)), by=secretary)
        meetings.open_meeting(meeting, by=secretary)
    connection.close()
    return str(meeting.code)


def words() -> list[str]:
    """What people type: names, file numbers, the beginnings of a name in letters."""
    from django.db import connection

    from casework.models import HardshipFile

    rows = list(
        HardshipFile.objects.exclude(number="").order_by("pk").values_list("number", "household__head__full_name")
    )
    chosen = Random(SEED).sample(rows, min(SEARCHED, len(rows)))  # noqa: S311 - the same choices every time
    connection.close()
    return [word for each in chosen for word in each]


def faults(sitting: str, saved: Collection[str]) -> list[str]:
    """One line for each promise that does not hold: ledger, trail, numbers, visits saved, one decision for each item."""
    from django.db import connection

    from casework.models import Visit
    from center.models import Meeting

    found = [f"manage.py {command} found faults" for command in ("verify_ledger", "verify_trail") if manage(command)]
    found += _gaps()
    kept = Visit.objects.filter(token__in=saved).count()
    if kept != len(saved):
        found.append(f"{len(saved)} visits were saved, {kept} are there")
    items = Meeting.objects.get(code=sitting).items.prefetch_related("motions")
    for item in items:
        carried = sum(motion.carried for motion in item.motions.all())
        if carried != (item.status != "waiting"):
            found.append(f"item {item.number} is {item.status} with {carried} carried motions")
    decided = sum(item.status != "waiting" for item in items)
    if not (kept and decided):
        found.append("nothing was saved or nothing was decided: the load proves nothing")
    print(f"visits saved: {kept} · items decided: {decided} of {len(items)}")  # noqa: T201
    connection.close()
    return found


def _gaps() -> list[str]:
    """A series without gaps: as many numbers as were drawn, the highest of them the last one drawn."""
    from django.db import connection

    from center.reference import numbering

    found = []
    with connection.cursor() as cursor:
        cursor.execute(GAPS)
        for kind, office, year, last in cursor.fetchall():
            if kind not in SERIES:
                continue
            table, column = SERIES[kind].split(".")
            like = f"{numbering.SERIES[kind][0]}{office}-{year}-%"
            cursor.execute(
                f"SELECT count(DISTINCT {column}), max(split_part({column}, '-', 3)::int) FROM {table} WHERE {column} LIKE %s",
                [like],
            )
            many, highest = cursor.fetchone()
            if (many, highest) != (last, last):
                found.append(f"{kind} {office} {year}: {last} drawn, {many} there, the highest {highest}")
    return found
