"""Builders of test data: plain functions, invented people with ID numbers that pass their check digit."""

from __future__ import annotations

import io
import itertools
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from casework.actions.people import from_id_number
from casework.enums import Channel, FileStatus, IncomeKind, VisitResult
from casework.models import (
    BankAccount,
    Consent,
    Employer,
    HardshipFile,
    HomeVisit,
    Household,
    IncomeItem,
    Membership,
    Person,
    SpendingItem,
    Visit,
    VisitPurpose,
)
from center.models import Office, Staff
from tests.center.make import make_office as make_office
from tests.center.make import make_staff as make_staff

_count = itertools.count(1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(*, born: date = date(1970, 3, 5), woman: bool = False, serial: int | None = None) -> str:
    serial = next(_count) if serial is None else serial
    body = f"511102{born:%Y%m%d}{(serial * 2 + (0 if woman else 1)) % 1000:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def card_number() -> str:
    body = f"622848{next(_count):012d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return f"{body}{(10 - total % 10) % 10}"


def make_employer(name: str = "红星纺织厂", **fields) -> Employer:
    """Another one of that name, if there is one."""
    return Employer.objects.create(name=name, namesake=Employer.objects.filter(name=name).count() + 1, **fields)


def spelt(number: int) -> str:
    """A number in characters: names hold no digits."""
    return str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def make_person(*, office: Office, name: str = "赵丽华", **fields) -> Person:
    """Sex and birth date are what the ID number says, unless the test says otherwise."""
    number = fields.get("id_number")
    said = from_id_number(number) if number else {}
    fields = {"birth_date": date(1970, 3, 5), "sex": "2", **said, **fields}
    fields.setdefault("id_number", id_number(born=fields["birth_date"] or date(1970, 3, 5), woman=fields["sex"] == "2"))
    return Person.objects.create(office=office, full_name=name, **fields)


def make_household(
    *, office: Office, head: Person | None = None, others: tuple[Person, ...] = (), **fields
) -> Household:
    head = head or make_person(office=office)
    household = Household.objects.create(office=office, head=head, **{"address": "test street 1", **fields})
    Membership.objects.create(household=household, person=head, relation="01", since=date(2024, 1, 1))
    for other in others:
        Membership.objects.create(household=household, person=other, relation="10", since=date(2024, 1, 1))
    return household


def make_file(*, office: Office, by: Staff, household: Household | None = None, status: str = "active", **fields):
    """A file in any state, with what the state demands."""
    now = timezone.now()
    household = household or make_household(office=office)
    fields = {"category": "deep", "primary_cause": "major_illness", "filed_by": by, **fields}
    if status in {FileStatus.ACTIVE, FileStatus.MONITORING, FileStatus.EXITED, FileStatus.CANCELLED}:
        fields.setdefault("number", f"K2026-{next(_count):05d}")
        fields.setdefault("opened_on", date(2026, 1, 5))
        fields.setdefault("imported_by", by)
        fields.setdefault("imported_at", now)
    if status == FileStatus.EXITED:
        fields |= {"exited_by": by, "exited_at": now, "exited_on": timezone.localdate()}
        fields |= {"exited_reason": "exit_employment", "exited_text": "works again"}
    if status == FileStatus.CANCELLED:
        fields |= {"cancelled_by": by, "cancelled_at": now, "cancelled_on": timezone.localdate()}
        fields |= {"cancelled_reason": "cancel_death", "cancelled_text": "died"}
    if status == FileStatus.NOTICED:
        ends = timezone.localdate() + timedelta(days=7)
        fields = {"noticed_by": by, "noticed_at": now, "notice_number": "N1", "notice_ends_on": ends} | fields
    return HardshipFile.objects.create(household=household, office=office, status=status, **fields)


def make_income(household: Household, person: Person, amount: str, *, by: Staff, kind=IncomeKind.WAGE, ends=None):
    ends = ends or timezone.localdate() - timedelta(days=1)
    return IncomeItem.objects.create(
        household=household, person=person, kind=kind, amount=amount, year_ending_on=ends, entered_by=by
    )


def make_spending(household: Household, kind: str, amount: str, *, by: Staff, ends=None):
    ends = ends or timezone.localdate() - timedelta(days=1)
    return SpendingItem.objects.create(
        household=household, kind=kind, amount=amount, year_ending_on=ends, entered_by=by
    )


def make_account(holder: Person, *, by: Staff, checked_by: Staff | None = None, **fields) -> BankAccount:
    checked = {"checked_by": checked_by, "checked_at": timezone.now()} if checked_by else {}
    fields = {"card": card_number(), "bank": "ICBC", "entered_by": by, **checked, **fields}
    return BankAccount.objects.create(holder=holder, **fields)


def make_consent(person: Person, purpose: str = "publish", *, by: Staff, **fields) -> Consent:
    return Consent.objects.create(
        person=person, purpose=purpose, entered_by=by, **{"signed_on": timezone.localdate(), **fields}
    )


def make_home_visit(file: HardshipFile, first: Staff, second: Staff, **fields) -> HomeVisit:
    fields = {"visited_on": timezone.localdate(), "findings": "as declared", "recorded_by": first, **fields}
    return HomeVisit.objects.create(file=file, first_visitor=first, second_visitor=second, **fields)


def make_picture() -> SimpleUploadedFile:
    """A scan: the smallest that is really a picture."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    return SimpleUploadedFile("scan.png", picture.getvalue(), content_type="image/png")


def make_purpose(code: str = "advice") -> VisitPurpose:
    defaults = {"digit": sum(map(ord, code)) % 900 + 10, "label_zh": code, "label_en": code}
    return VisitPurpose.objects.get_or_create(code=code, defaults=defaults)[0]


def make_visit(*, office: Office, by: Staff, person: Person | None = None, purpose: str = "advice", **fields) -> Visit:
    fields = {"channel": Channel.WINDOW, "result": VisitResult.ANSWERED, "anonymous": person is None, **fields}
    return Visit.objects.create(
        office=office, person=person, purpose=make_purpose(purpose), first_handler=by, entered_by=by, **fields
    )
