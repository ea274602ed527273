"""A student's schooling: which school years may be named, and which stage fits which age."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from relief.enums import SchoolStage

if TYPE_CHECKING:
    from relief.models import Application

# Full years on the first day of the school year: schooling begins at six (义务教育法 11); a year early and some late.
AGES = {SchoolStage.COMPULSORY: (5, 17), SchoolStage.SENIOR: (14, 21), SchoolStage.HIGHER: (16, 30)}
BEGINS = (9, 1)


def school_years(day: date) -> list[int]:
    """The school years that may be named on a day, by the year in which they begin: this autumn's and the one before."""
    return [day.year, day.year - 1]


def label(year: int) -> str:
    """2026–2027"""
    return f"{year}–{year + 1}"


def needs_a_reason(application: Application) -> bool:
    """The stage does not fit the student's age, or the age is not known."""
    student, year, stage = application.beneficiary, application.school_year, application.school_stage
    if student is None or year is None or stage not in SchoolStage.values:
        return False
    age = student.age_on(date(year, *BEGINS))
    least, most = AGES[SchoolStage(stage)]
    return age is None or not least <= age <= most
