"""Builders of this room's test data: plain functions, through the room's own actions."""

from __future__ import annotations

import itertools

from legal import actions
from legal.actions.cases import Claim
from tests.casework.make import make_employer, make_person, spelt

_count = itertools.count(1)


def make_case(*, handler, office, by=None, person=None, employer=None, visit=None, **claim):
    claim = {"type": "wage_arrears", "claim": "six months of wages", "help_form": "arbitration"} | claim
    number = next(_count)
    return actions.take_in(
        person or make_person(office=office, name=f"Qian {spelt(number)}"),
        office=office,
        handler=handler,
        claim=Claim(**claim),
        employer=employer or make_employer(f"Mill {number}"),
        visit=visit,
        by=by or handler,
    )
