"""Who goes to school in the invented district, and what a parent says of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from relief.enums import SchoolStage
from relief.models import Application
from relief.queries import schooling

if TYPE_CHECKING:
    from casework.models import HardshipFile, Person

SCHOOL_AGE = (6, 23)
SENIOR_FROM, HIGHER_FROM = 15, 18


def student_of(file: HardshipFile) -> Person | None:
    """Who of a household goes to school: the first who is of the age."""
    members = [member.person for member in file.household.memberships.current().select_related("person")]
    of_age = range(*SCHOOL_AGE)
    return next((person for person in members if person.age in of_age and not person.died_on), None)


def schooling_of(student: Person, school: str) -> dict[str, Any]:
    """What a parent answers about a student's school: the stage of the age, in a year nobody has asked for yet."""
    asked = Application.objects.filter(beneficiary=student).values_list("school_year", flat=True)
    years = schooling.school_years(timezone.localdate())
    year = next((year for year in years if year not in set(asked)), years[0])
    age = student.age_on(date(year, 9, 1)) or 0
    stage = SchoolStage.COMPULSORY if age < SENIOR_FROM else SchoolStage.SENIOR
    stage = SchoolStage.HIGHER if age >= HIGHER_FROM else stage
    return {
        "beneficiary": student,
        "school": student.school or school,
        "school_stage": stage,
        "school_year": year,
    }
