"""The center's own share of the invented district, and papers for all rooms, as a scanner would bring them in."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from center.actions import offices, people, reference, stand_ins
from center.kernel.roles import Role
from center.models import Job, Setting, Standard
from center.models.office import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from center.desk import Practice

GROWING = "center.practice"  # the kind of job that invents the rest of the district while people use it
REACHED = "practice_households"  # the setting that counts how many stand
AT_FIRST = 40  # households that stand before anybody is let in
COMING_WAGE = Decimal(6810)
A4 = (744, 1052)  # at 90 dots per inch
MARGIN, FIRST, APART = 84, 210, 58
PAPER, PRINT, PEN = (252, 251, 247), (40, 40, 40), (24, 32, 110)


_invented: ContextVar[datetime | None] = ContextVar("invented", default=None)
_real = timezone.now


def _now() -> datetime:
    return _invented.get() or _real()


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    """Every clock of the application stands at an invented moment, for this thread alone: others go on working."""
    timezone.now = _now  # without an invented moment it is the real clock, so it may stay
    before = _invented.set(moment)
    try:
        yield
    finally:
        _invented.reset(before)


def growing() -> Job | None:
    """The job that invents the rest of the district, or did; after an interruption what stands goes on being counted."""
    job = Job.objects.filter(kind=GROWING).first()
    reached = Setting.objects.filter(name=REACHED).first() if job else None
    if job and reached:
        job.done = max(job.done, reached.value)
    return job


def fill(world: Practice) -> None:
    """Offices of every kind, one of them merged into its neighbour; a deputy whose time is over; a stand-in who was needed
    for less time than thought; a telephone that was lost; the average wage of the coming year, still to be corrected."""
    words = json.loads((Path(__file__).parent / "data" / "practice.json").read_text(encoding="utf-8"))
    admin, today = world.people["admin"], timezone.localdate()
    opened, station = date(2008, 1, 1), world.stations[-1]
    places = ((Level.STATION, world.office), (Level.POINT, world.stations[0]), (Level.EMPLOYER_UNION, world.office))
    made = [
        offices.open_office(code=code, name=name, level=level, parent=parent, on=opened, division="511111", by=admin)
        for (level, parent), (code, name) in zip(places, words["offices"], strict=True)
    ]
    admin = type(admin).objects.get(pk=admin.pk)  # who sees the new offices, too
    offices.merge_offices(made[0], into=station, on=date(today.year - 1, 1, 1), by=admin)
    people.assign(
        world.people["officer2"],
        role=Role.SECRETARY,
        office=world.office,
        starts_on=today - timedelta(days=150),
        ends_on=today - timedelta(days=130),
        deputy_for=world.people["secretary"],
        by=admin,
    )
    reference.set_standard(
        world.office,
        key=Standard.Key.AVERAGE_WAGE,
        value=COMING_WAGE,
        since=date(today.year + 1, 1, 1),
        document=words["coming"].format(year=today.year),
        by=world.people["leader"],
    )
    _came_back_early(world)
    asked = people.ask_factor_reset(world.people["cashier"], reason=words["lost"], by=admin)
    people.confirm_factor_reset(asked, by=world.people["leader"])


def _came_back_early(world: Practice) -> None:
    """An officer was away last month, and back two days before it was thought."""
    away, colleague, leader = (world.people[name] for name in ("officer", "officer2", "leader"))
    left = _real() - timedelta(days=40)
    first = timezone.localdate(left)
    with on(left):
        named = stand_ins.name_stand_in(
            away, colleague=colleague, starts_on=first, ends_on=first + timedelta(days=9), by=leader
        )
    with on(left + timedelta(days=7)):
        stand_ins.end_stand_in(named, by=leader)


@cache
def _type(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(settings.BASE_DIR / "static/fonts/noto-sans-sc-regular.woff2"), size)


def scan(heading: str, lines: Sequence[str], *, signed: str = "") -> SimpleUploadedFile:
    """A sheet with its heading, its lines and a name in ink at its foot."""
    sheet = Image.new("RGB", A4, PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((A4[0] / 2, 96), heading, font=_type(34), fill=PRINT, anchor="mt")
    for number, line in enumerate(lines):
        pen.text((MARGIN, FIRST + APART * number), line, font=_type(22), fill=PRINT)
    if signed:
        pen.text((A4[0] - MARGIN, FIRST + APART * (len(lines) + 1)), signed, font=_type(28), fill=PEN, anchor="rt")
    kept = io.BytesIO()
    sheet.rotate(0.6, fillcolor=(214, 214, 210)).save(kept, "PNG", compress_level=1)
    return SimpleUploadedFile("scan.png", kept.getvalue(), content_type="image/png")
