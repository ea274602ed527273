"""Roles: what they give, where, until when, and which never meet in one hand."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg.types.range import Range

from center.kernel.roles import REFUSED_PAIRS, Permission, Role
from center.models import Assignment, Office, OfficeLink, Succession
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pair", sorted(REFUSED_PAIRS, key=sorted), ids=lambda pair: "+".join(sorted(pair)))
def test_refused_pairs_never_meet_in_one_hand(pair):
    one, other = sorted(pair)
    office = make_office()
    staff = make_staff(one, office=office)

    with (
        pytest.raises(IntegrityError, match="refused_pairs_of_roles_stay_apart|never one person"),
        transaction.atomic(),
    ):
        Assignment.objects.create(staff=staff, role=other, office=office, starts_on=timezone.localdate())


def test_every_pair_that_is_not_refused_may_meet():
    office = make_office()
    allowed = [
        (one, other) for one in Role for other in Role if one < other and frozenset({one, other}) not in REFUSED_PAIRS
    ]

    for one, other in allowed:
        make_staff(one, other, office=office)

    assert len(allowed) == len(Role) * (len(Role) - 1) // 2 - len(REFUSED_PAIRS)


def test_the_pair_is_allowed_one_after_the_other():
    office = make_office()
    staff = make_staff(office=office)
    Assignment.objects.create(
        staff=staff, role=Role.CASHIER, office=office, starts_on=date(2020, 1, 1), ends_on=date(2024, 12, 31)
    )

    Assignment.objects.create(staff=staff, role=Role.ACCOUNTANT, office=office, starts_on=date(2025, 1, 1))

    assert staff.roles == frozenset({Role.ACCOUNTANT})


def test_an_assignment_that_has_ended_gives_nothing():
    staff = make_staff()
    yesterday = timezone.localdate() - timedelta(days=1)
    Assignment.objects.create(
        staff=staff, role=Role.OFFICER, office=make_office(), starts_on=date(2020, 1, 1), ends_on=yesterday
    )

    assert staff.may_somewhere(Permission.EDIT_FILES) is False


def test_sight_is_the_office_and_all_below_it_and_nothing_beside_it():
    center = make_office()
    station = make_office("沫若街道总工会", parent=center)
    point = make_office("碧山社区", parent=station)
    beside = make_office("五通桥区中心")
    officer = make_staff(Role.OFFICER, office=center)

    assert officer.sight(Permission.READ_FILES) == {center.pk, station.pk, point.pk}
    assert officer.may(Permission.READ_FILES, beside) is False


def test_merging_two_centers_moves_sight_and_leaves_the_past_as_it_was():
    old, new = make_office("旧区中心"), make_office("新区中心")
    station = make_office("老街道", parent=old)
    day = date(2026, 1, 1)
    Succession.objects.create(old=old, new=new, on_date=day)
    OfficeLink.objects.filter(child=station).update(during=Range(station.opened_on, day))
    OfficeLink.objects.create(child=station, parent=new, during=Range(day, None))

    assert Office.objects.ids_below([new.pk], on=date(2025, 12, 31)) == {new.pk}
    assert Office.objects.ids_below([old.pk], on=date(2025, 12, 31)) == {old.pk, station.pk}
    assert Office.objects.ids_below([new.pk], on=day) == {new.pk, old.pk, station.pk}


def test_a_deputy_has_a_last_day():
    office = make_office()
    leader, deputy = make_staff(Role.LEADER, office=office), make_staff(office=office)

    with pytest.raises(IntegrityError, match="deputies_have_an_end_date"), transaction.atomic():
        Assignment.objects.create(
            staff=deputy, role=Role.LEADER, office=office, starts_on=date(2026, 1, 1), deputy_for=leader
        )


def test_an_office_has_one_parent_at_a_time():
    center, other = make_office(), make_office()
    station = make_office("街道", parent=center)

    with pytest.raises(IntegrityError, match="office_has_one_parent_at_a_time"), transaction.atomic():
        OfficeLink.objects.create(child=station, parent=other, during=Range(date(2026, 1, 1), None))


def test_nobody_is_a_superuser_and_the_administrator_deletes_no_reference():
    admin = make_staff(Role.ADMIN)

    assert admin.is_superuser is False
    assert admin.has_perm("center.change_code") is True
    assert admin.has_perm("center.delete_code") is False
    assert make_staff(Role.LEADER).is_staff is False
