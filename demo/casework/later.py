"""The rest of the invented district: households and their visits, added while people use it already.

Nothing here touches what somebody else may be working on. A household comes in one transaction with its number, so that
whoever goes on after an interruption knows where.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation

from casework.models import Employer
from center.models import Setting, Staff
from center.queries.growing import REACHED
from demo.casework.households import FIRST_DAY, Maker, household, visit, words_of_this_room
from demo.world import AT_FIRST, Practice

if TYPE_CHECKING:
    from center.models import Office
    from center.site.worker import Tell

PEOPLE = ("frontdesk", "officer", "officer2", "leader")
SERIALS, EACH = 500, 5  # the first ones have taken fewer; nobody has more members


def grow(office: Office, *, until: int, tell: Tell) -> int:
    """Households up to this number; how many stand."""
    Setting.objects.get_or_create(name=REACHED, defaults={"value": AT_FIRST})
    people = {person.username: person for person in Staff.objects.filter(username__in=PEOPLE)}
    words = words_of_this_room()
    named = [row[0] for row in words["employers"]]
    employers = list(Employer.objects.filter(name__in=named).order_by("pk"))
    number = AT_FIRST
    with translation.override("zh-hans"):
        while number < until:
            with transaction.atomic():
                reached = Setting.objects.select_for_update().get(name=REACHED)
                number = reached.value
                if number < until:
                    world = Practice(office=office, stations=[], people=people, chance=Random(number))  # noqa: S311 - invented
                    maker = Maker(world=world, words=words, serial=SERIALS + number * EACH)
                    _one_more(maker, number, employers)
                    number = reached.value = number + 1
                    reached.save()
            tell(number, until, "")
    return number


def _one_more(maker: Maker, number: int, employers: list[Employer]) -> None:
    file = household(maker, number, employers)
    visit(maker, [file], ago=maker.chance.randint(1, FIRST_DAY))
