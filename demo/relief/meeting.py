"""A great sitting for the invented district: forty applications ready for the committee, on one agenda, to be walked through.

Part of what is invented while people use the district already: each step is short, and whoever goes on after an
interruption sees by what stands how far it came.
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone, translation

from casework.enums import ChangeStatus
from casework.models import HardshipFile
from center.actions import meetings as sittings
from center.actions import notices as boards
from center.kernel.errors import Refusal
from center.models import AgendaItem, Meeting, Notice, Staff
from center.models.base import subject_of
from center.reference import working_days
from demo.clock import on
from demo.papers import scan
from demo.relief.states import QUORUM, Late, assessed
from demo.world import Practice
from relief.actions import funds
from relief.desk.agenda import to_notice
from relief.models import Application, FundSource

if TYPE_CHECKING:
    from center.models import Office

S = Application.Status
ITEMS = 40
AMOUNTS = (Decimal(5200), Decimal(6000), Decimal(6400), Decimal(7200), Decimal(8000))
SINGLY = (5, 17, 29)  # the places that a member wants to discuss by themselves
ASIDE = 11  # and the one from which a member steps aside
INVOICES = 40_000  # the first ones are taken


def fill(office: Office) -> None:
    """Once; where fewer households stand than the agenda has items, there is no great sitting."""
    words = json.loads((Path(__file__).parents[1] / "data" / "relief.json").read_text(encoding="utf-8"))
    title = words["great_meeting"]
    taken = set(Application.objects.filter(office=office).values_list("file_id", flat=True))
    rows = HardshipFile.objects.in_force().filter(office=office, is_temporary=False).exclude(pk__in=taken)
    rows = rows.filter(household__head__died_on=None).exclude(changes__status=ChangeStatus.PROPOSED)
    files = list(rows.select_related("household").order_by("pk"))
    if Meeting.objects.filter(office=office, title=title).exists() or len(files) < ITEMS:
        return
    people = {person.username: person for person in Staff.objects.filter(username__isnull=False)}
    world = Practice(office=office, stations=[], people=people, chance=Random(ITEMS))  # noqa: S311 - invented
    begin = working_days.roll(timezone.localdate() - timedelta(days=21))
    late = Late(world=world, words=words, invoices=INVOICES, files=cycle(files), many=len(files), begin=begin)
    with translation.override("zh-hans"):
        _sit(late, _noticed(late, _apply(late)), title)


def _apply(late: Late) -> FundSource:
    """The money of a letter at the year's end, and forty applications that ask for it."""
    name, document, amount = late.words["great_source"]
    begin = late.begin
    numbered = document.format(year=begin.year)
    heading, *lines = late.words["funding"].format(name=name, document=numbered, amount=amount).split("|")
    with on(late.day(0)):
        source = FundSource.objects.filter(office=late.office, name=name).first() or funds.open_source(
            office=late.office,
            name=name,
            origin="local_finance",
            year=begin.year,
            document_number=numbered,
            earmarks=[],
            amount=Decimal(amount),
            received_on=begin,
            scan=scan(heading, lines),
            by=late.who("accountant"),
        )
        stand = Application.objects.filter(fund_source=source).count()
        late.invoices += stand
        for number in range(stand, ITEMS):
            assessed(late, AMOUNTS[number % len(AMOUNTS)], source=source)
    return source


def _noticed(late: Late, source: FundSource) -> list[Application]:
    """All of them told to the public on one notice, which has hung its time."""
    rows = Application.objects.filter(fund_source=source).order_by("pk")
    title = late.words["great_notice"]
    assessed_ones = {subject_of(row) for row in rows.filter(status=S.ASSESSED)}
    with on(late.day(1)):
        subjects = [line.subject for line in to_notice(late.office) if line.ready and line.subject in assessed_ones]
        if subjects:
            notice = boards.compose(late.office, title=title, subjects=subjects, working_days=5, by=late.who("officer"))
            boards.publish(notice, posted_at=late.words["posted"], by=late.who("leader"))
    hanging = Notice.objects.filter(office=late.office, title=title, status=Notice.Status.PUBLISHED).first()
    if hanging:
        with on(late.day(8)):
            boards.end_notice(hanging, by=late.who("officer"))
    return list(rows.filter(status=S.READY))


def _sit(late: Late, rows: list[Application], title: str) -> None:
    """The agenda stands; a few members have read it."""
    today = timezone.localdate()
    with on(late.day(9)):
        meeting = sittings.prepare(
            late.office,
            title=title,
            held_on=today,
            quorum=QUORUM,
            place=late.words["place"],
            subjects=[subject_of(row) for row in rows],
            by=late.who("secretary"),
        )
    items: dict[int, AgendaItem] = {item.position: item for item in meeting.items.all()}
    for place in SINGLY:
        if place in items:
            sittings.discuss_singly(items[place], by=late.who("member2"))
    if ASIDE in items:
        member = late.who("member3")
        try:
            sittings.recuse(items[ASIDE], member=member, reason_code="same_employer", by=member)
        except Refusal:
            return
