"""Everything that the field documents name stands somewhere, or is owed by a room that is named; nothing dangles."""

import ast
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import get_resolver

from center import desk
from center.models import Code
from tests.house.test_routes import routes
from tests.legal.test_limits import OWED, SECTION_4_4

TESTS = Path(__file__).resolve().parents[1]
TEMPLATES = TESTS.parent / "templates"
PLAN = tomllib.loads((Path(__file__).with_name("coverage.toml")).read_text(encoding="utf-8"))
NAMED = {
    f"{letter}{n}"
    for letter, last in (("C", 44), ("R", 34), ("E", 26), ("L", 16), ("O", 28))
    for n in range(1, last + 1)
}
# The forms of domain.md §6, by their identifiers; its clocks (§4.4) are compared row by row in tests/legal/test_limits.py.
PRINTS = {
    *("file_application", "help_request", "check_authorisation", "income_pledge", "home_survey", "public_notice"),
    *("hardship_certificate", "pledge", "green_card", "visit_register", "transfer", "supervision", "closing_report"),
    *("reply_opinion", "relief_approval", "disbursement_register", "real_name_summary", "bank_transfer_list"),
    *("minutes", "stock", "donation_receipt", "legal_application", "legal_acceptance", "assignment", "legal_close"),
    *("mediation", "referral_letter", "seeker_form", "vacancy_form", "class", "loan", "statistics", "file_roll"),
}
NAMED |= {f"print_{name}" for name in PRINTS}
STILL_OWED = 130  # lowered with every number, form or clock that finds its place, never raised


def test_every_number_of_the_field_documents_stands_once():
    here, later = list(PLAN["here"]), [number for owed in PLAN["later"].values() for number in owed]

    assert sorted(here + later) == sorted(NAMED | OWED)
    assert len(later) <= STILL_OWED


def test_every_clock_of_the_law_is_named_once():
    assert len(SECTION_4_4) == len(set(SECTION_4_4)) == 42
    assert set(SECTION_4_4) > OWED


def test_what_is_owed_is_owed_by_a_room():
    assert set(PLAN["later"]) == {"center", "casework", "relief", "employment", "legal"}


@pytest.mark.django_db
@pytest.mark.parametrize("number", PLAN["here"])
def test_what_stands_is_there(number):
    kind, name = PLAN["here"][number][0].split(":", 1)

    assert KINDS[kind](name), name


@pytest.mark.parametrize("number", PLAN["here"])
def test_what_stands_has_a_test_that_can_fail(number):
    file, name = PLAN["here"][number][1].split("::")

    body = functions(TESTS / file)[f"test_{name}"]

    assert any(isinstance(node, ast.Assert) or _expects_a_refusal(node) for node in ast.walk(body)), number


@cache
def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _expects_a_refusal(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "raises"


def is_model(name):
    return apps.get_model(name) is not None


def is_route(name):
    return name in {found for found, _pattern in routes(get_resolver())}


def is_list(name):
    return Code.objects.filter(list=name).exists()


def is_choice(name):
    """`room.Model.field=value`"""
    model, value = name.split("=")
    room, label, field = model.split(".")
    return value in dict(apps.get_model(room, label)._meta.get_field(field).choices)


def is_figure(name):
    year = date(2026, 1, 1), date(2026, 12, 31)
    figures = [one for each in desk.desks() for one in each.figures(since=year[0], until=year[1], offices=frozenset())]
    return name in {one.code for one in figures}


def is_template(name):
    return (TEMPLATES / name).is_file()


def is_command(name):
    return name in get_commands()


KINDS = {
    "model": is_model,
    "route": is_route,
    "codes": is_list,
    "choice": is_choice,
    "figure": is_figure,
    "command": is_command,
    "template": is_template,
}
