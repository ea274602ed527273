"""`manage.py seed_demo`: one invented district, the same every time, made through the actions that people use."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from psycopg.types.range import Range

from center.actions.jobs import see_job, start_job
from center.kernel.remarks import Remark
from center.kernel.roles import Role
from center.models import Assignment, Job, Office, OfficeLink, Setting, Staff, Standard
from center.queries.growing import GROWING, PRACTICE, UNFINISHED, is_unfinished
from center.site import worker
from demo.district import FILL
from demo.world import AT_FIRST, Practice

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20080101
PASSWORD = "bangfu-demo"  # noqa: S105 - practice only; real centers refuse these people
OPENED = date(2008, 1, 1)
STATIONS = ("沫若街道", "铜河街道", "太平镇", "福禄镇", "牛石镇", "葫芦镇", "踏水镇", "轸溪镇")
PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("frontdesk", "王丽", (Role.FRONT_DESK,)),
    ("officer", "李敏", (Role.OFFICER,)),
    ("officer2", "陈涛", (Role.OFFICER,)),
    ("secretary", "赵静", (Role.SECRETARY,)),
    ("member1", "周国强", (Role.MEMBER,)),
    ("member2", "吴秀英", (Role.MEMBER,)),
    ("member3", "郑海波", (Role.MEMBER,)),
    ("member4", "冯玉兰", (Role.MEMBER,)),
    ("member5", "蒋志明", (Role.MEMBER,)),
    ("member6", "韩雪梅", (Role.MEMBER,)),
    ("member7", "杨建军", (Role.MEMBER,)),
    ("chair", "许卫东", (Role.CHAIR,)),
    ("accountant", "何晓燕", (Role.ACCOUNTANT,)),
    ("cashier", "吕芳", (Role.CASHIER,)),
    ("auditor", "施正", (Role.AUDITOR,)),
    ("jobs", "张勇", (Role.JOBS,)),
    ("legal", "孔维", (Role.LEGAL,)),
    ("leader", "曹平", (Role.LEADER,)),
    ("grassroots", "严霞", (Role.GRASSROOTS,)),
    ("admin", "华磊", (Role.ADMIN,)),
)
STANDARDS: tuple[tuple[str, tuple[tuple[date, str, str], ...]], ...] = (
    ("dibao_line", ((date(2023, 7, 1), "660.00", "乐民发〔2023〕21号"), (date(2024, 7, 1), "700.00", "乐民发〔2024〕18号"), (date(2025, 7, 1), "740.00", "乐民发〔2025〕20号"), (date(2026, 7, 1), "780.00", "乐民发〔2026〕17号"))),
    ("relative_multiple", ((date(2023, 1, 1), "2.00", "川工办〔2022〕40号"),)),
    ("minimum_wage", ((date(2022, 4, 1), "1970.00", "川府规〔2022〕1号"), (date(2025, 1, 1), "2200.00", "川府规〔2024〕9号"))),
    ("average_wage", ((date(2023, 1, 1), "6120.00", "乐人社〔2023〕5号"), (date(2025, 1, 1), "6480.00", "乐人社〔2025〕6号"))),
)  # fmt: skip


@contextmanager
def _nobody_waits_for_the_disk() -> Iterator[None]:
    """Whoever pulls the plug now invents anew; the order in which things reach the disk stays."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def _counted(room: str) -> str:
    """How many rows of each noun a room holds now."""
    models = [model for model in apps.get_app_config(room).get_models() if not hasattr(model, "pgh_tracked_model")]
    with translation.override("en"):  # the operator's console
        counts = {str(model._meta.verbose_name_plural): model._default_manager.count() for model in models}
    most = sorted(counts.items(), key=lambda item: -item[1])[:4]
    return ", ".join(f"{count} {name}" for name, count in most if count)


class Command(BaseCommand):
    help = "Fill an empty practice database: offices, people, 300 households and two years of work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when offices exist already")
        parser.add_argument("--households", type=int, default=300)
        parser.add_argument(
            "--rest-later",
            action="store_true",
            help=f"return when {AT_FIRST} households stand; the worker invents the rest",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO and not settings.TESTING:
            raise CommandError("Practice data is made with DEMO=1 only, never in a real center.")
        if is_unfinished():
            raise CommandError(
                "An earlier seed_demo was interrupted: this practice district is half made. `make run` makes the embedded"
                " database anew by itself; on a PostgreSQL of your own drop it and make it again (deploy/README.md)."
            )
        if Office.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("This database is not empty; practice data would mix with what is there.")
        with _nobody_waits_for_the_disk():
            self.invent(options["households"], rest_later=options["rest_later"])

    def invent(self, households: int, *, rest_later: bool) -> None:
        with transaction.atomic():
            world = self.district(min(households, AT_FIRST))
        self.stdout.write(f"  {len(world.people)} people in {len(world.stations) + 2} offices")
        for room, fill in FILL.items():
            fill(world)
            self.stdout.write(f"  {room}: {_counted(room)}")
            self.stdout.flush()
        rest = (
            self.begin_the_rest(world.office, households, by=world.people["admin"]) if households > AT_FIRST else None
        )
        Setting.objects.filter(name=PRACTICE).update(value="complete")
        if rest and not rest_later:
            worker.run(rest.pk)
            see_job(rest, by=rest.owner)
        self.stdout.write("The practice district stands.")

    @staticmethod
    def begin_the_rest(office: Office, households: int, *, by: Staff) -> Job:
        """A job of the worker's: people use the district already, and what was interrupted goes on."""
        title = Remark(gettext_noop("Inventing more households for practice"))
        args = {"households": households}
        return start_job(GROWING, title=title, office=office, args=args, by=by)

    def district(self, households: int) -> Practice:
        Setting.objects.update_or_create(name="kind", defaults={"value": "practice"})
        Setting.objects.update_or_create(name=PRACTICE, defaults={"value": UNFINISHED})
        city = Office.objects.create(
            code="01", name="乐山市困难职工帮扶中心", level="city", opened_on=OPENED, division="511100"
        )
        center = Office.objects.create(
            code="0101", name="沙湾区困难职工帮扶中心", level="district", opened_on=OPENED, division="511111", phone="0833-3440001",
            address="沙湾区沫若大道36号", went_live_on=timezone.localdate(),
        )  # fmt: skip
        self.link(center, city)
        stations = [self.station(number, name, center) for number, name in enumerate(STATIONS, 1)]
        for key, values in STANDARDS:
            self.standards(key, values, center)
        secret = make_password(PASSWORD)  # once: the hash is slow on purpose, and everybody's word is the same
        people = {
            username: self.person(username, name, secret, roles, center, stations) for username, name, roles in PEOPLE
        }
        chance = Random(SEED)  # noqa: S311 - invented people, the same every time on purpose
        return Practice(office=center, stations=stations, people=people, chance=chance, households=households)

    def station(self, number: int, name: str, center: Office) -> Office:
        office = Office.objects.create(
            code=f"0101{number:02d}", name=f"{name}总工会", level="station", opened_on=OPENED, division="511111"
        )
        self.link(office, center)
        return office

    @staticmethod
    def link(child: Office, parent: Office) -> None:
        OfficeLink.objects.create(child=child, parent=parent, during=Range(OPENED, None))

    @staticmethod
    def standards(key: str, values: tuple[tuple[date, str, str], ...], office: Office) -> None:
        ends = [since for since, _value, _document in values[1:]] + [None]
        for (since, value, document), until in zip(values, ends, strict=True):
            Standard.objects.create(
                key=key, office=office, value=Decimal(value), document=document, during=Range(since, until)
            )

    @staticmethod
    def person(  # noqa: PLR0917 - one line of PEOPLE, and where they work
        username: str, name: str, secret: str, roles: tuple[Role, ...], center: Office, stations: list[Office]
    ) -> Staff:
        staff = Staff.objects.create(
            username=username, full_name=name, password=secret, password_changed_at=timezone.now()
        )
        place = stations[0] if Role.GRASSROOTS in roles else center
        for role in roles:
            Assignment.objects.create(staff=staff, role=role, office=place, starts_on=date(2020, 1, 1))
        if Role.ADMIN in roles:  # and the house above it: somebody enters the calendar
            above = place.links_up.first()
            Assignment.objects.create(
                staff=staff, role=Role.ADMIN, office=above.parent if above else place, starts_on=date(2020, 1, 1)
            )
        return staff
