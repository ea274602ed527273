"""Every column that holds the name of a person takes only such a name, whatever writes it (fault kind 6)."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import models

from center.kernel.errors import Incomplete
from center.models import Staff
from center.models.named import PersonName
from tests.house.test_tree import ROOMS

LOOKS_LIKE_ONE = re.compile(r"(^|_)(name|contact|lawyer|witness|guardian|mediator|speaker|holder)(_|$)")
# Columns of such a name that hold something else, and what.
OTHERWISE = {
    "casework.BankAccount.holder_reason": "a reason",
    "casework.Employer.name": "a firm",
    "casework.HardshipFile.filed_by_name": "as it stands on paper: one wrong cell refuses no household",
    "casework.Person.name_as_given": "as it was given, beside the name",
    "center.CalendarDay.name": "a holiday",
    "center.Job.errors_name": "a file",
    "center.Job.result_name": "a file",
    "center.NoticeEntry.shown_name": "a mask",
    "center.Office.name": "an office",
    "center.Setting.name": "a setting",
    "legal.Case.lawyer": "a lawyer with the firm",
    "legal.Party.name": "a firm, a body or a worker; the action knows which",
    "relief.BankLayout.name": "a layout",
    "relief.BankReturn.file_name": "a file",
    "relief.FundSource.name": "a source",
    "relief.FundSource.name_en": "a source",
    "relief.Payment.bank_name": "a bank",
    "relief.Payment.helped_name": "a copy of the name at that time",
    "relief.Payment.payee_name": "a copy of the name at that time",
    "relief.Payment.programme_name": "a programme",
    "relief.Payment.source_name": "a source",
    "relief.Programme.name": "a programme",
    "relief.Programme.name_en": "a programme",
}


def columns() -> dict[str, models.Field]:
    found = {}
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.CharField) and not field.choices and LOOKS_LIKE_ONE.search(field.name):
                found[f"{model._meta.label}.{field.name}"] = field
    return found


def test_a_column_for_a_person_s_name_is_one_or_says_what_it_holds():
    plain = {name for name, field in columns().items() if not isinstance(field, PersonName)}

    assert {name for name in plain if not name.endswith("_key")} == set(OTHERWISE)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["13812345678", "赵/钱", "赵丽华 钱进"])
def test_no_way_of_writing_takes_what_is_nobody_s_name(name):
    with pytest.raises(Incomplete, match="A name is the name of one person"):
        Staff(username="somebody", full_name=name).save()


def test_whom_to_ask_for_may_be_called_by_the_post():
    fields = {name: field.titled for name, field in columns().items() if isinstance(field, PersonName)}

    assert fields == {
        "casework.Employer.contact": True,
        "casework.Person.full_name": False,
        "casework.Person.name_written": False,
        "center.Staff.full_name": False,
        "employment.Vacancy.contact": True,
    }
