"""Which standard is in force, where and when."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from center.kernel.errors import Incomplete
from center.models import Standard, codes
from center.reference import standards
from tests.center.make import make_office

pytestmark = pytest.mark.django_db


def line(office, value, since, until=None):
    return Standard.objects.create(key="dibao_line", office=office, value=value, during=Range(since, until))


def test_an_office_without_its_own_line_uses_that_of_the_office_above():
    center = make_office()
    station = make_office("沫若街道总工会", parent=center)
    line(center, "780.00", date(2026, 1, 1))

    assert standards.value("dibao_line", office=station, on=date(2026, 3, 5)) == Decimal("780.00")


def test_each_day_has_the_line_of_its_day():
    center = make_office()
    line(center, "740.00", date(2025, 7, 1), date(2026, 7, 1))
    line(center, "780.00", date(2026, 7, 1))

    assert standards.value("dibao_line", office=center, on=date(2026, 6, 30)) == Decimal("740.00")
    assert standards.value("dibao_line", office=center, on=date(2026, 7, 1)) == Decimal("780.00")


def test_a_day_without_a_line_is_a_sentence_and_not_a_zero():
    center = make_office("沙湾区帮扶中心")

    with pytest.raises(Incomplete, match="沙湾区帮扶中心.*2020-01-01"):
        standards.value("dibao_line", office=center, on=date(2020, 1, 1))


def test_two_lines_never_stand_for_one_day():
    center = make_office()
    line(center, "740.00", date(2025, 7, 1))

    with pytest.raises(IntegrityError, match="standards_do_not_overlap"), transaction.atomic():
        line(center, "780.00", date(2026, 7, 1))


def test_words_of_old_forms_mean_todays_codes():
    assert codes.find("hardship_category", "低保边缘户") == "relative"
    assert codes.find("industry", "C 制造业") == "C"
    assert codes.find("work_status", "下(待)岗") == "laid_off"
    assert codes.find("hardship_category", "特别特困") == ""


def test_import_only_values_are_known_but_not_offered():
    assert codes.knows("hardship_category", "legacy_on_dibao") is True
    assert "legacy_on_dibao" not in dict(codes.choices("hardship_category"))
