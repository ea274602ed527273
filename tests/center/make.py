"""Builders: offices and people of a center, with nothing surprising in them."""

from __future__ import annotations

from datetime import date
from itertools import count

from psycopg.types.range import Range

from center.kernel.roles import Role
from center.models import Assignment, Office, OfficeLink, Staff

_serial = count(1)

LETTERS = str.maketrans("_0123456789", " 〇一二三四五六七八九")  # a person's name holds no digits


def make_office(
    name: str = "沙湾区帮扶中心", *, code: str = "", parent: Office | None = None, **fields: object
) -> Office:
    fields = {"level": "district", "opened_on": date(2008, 1, 1), "division": "511111"} | fields
    office = Office.objects.create(name=name, code=code or f"T{next(_serial):04d}", **fields)
    if parent:
        OfficeLink.objects.create(child=office, parent=parent, during=Range(office.opened_on, None))
    return office


def make_staff(*roles: Role | str, office: Office | None = None, username: str = "", **fields: object) -> Staff:
    """A person holding these roles at one office since 2020."""
    username = username or f"{'-'.join(str(role) for role in roles) or 'nobody'}{next(_serial)}"
    staff = Staff(username=username, full_name=fields.pop("full_name", username.translate(LETTERS)), **fields)
    staff.set_unusable_password()
    staff.save()
    for role in roles:
        Assignment.objects.create(staff=staff, role=role, office=office or make_office(), starts_on=date(2020, 1, 1))
    return staff
