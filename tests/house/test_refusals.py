"""Who may not is told who can: a refusal by role names a role that holds the permission (fault kinds 19 and 28)."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from center.kernel.roles import Permission, Role
from center.permissions.turns import not_yours, roles_with, who_can
from employment.permissions import why_not_register
from tests.center.make import make_office, make_staff

ROOT = Path(__file__).parents[2]
ROOMS = ("center", "casework", "relief", "employment", "legal")
ASKS = {"may", "may_somewhere", "everywhere", "_any_of"}
SAID = {
    Role.FRONT_DESK: "front desk",
    Role.OFFICER: "officer",
    Role.GRASSROOTS: "grass-roots",
    Role.SECRETARY: "secretary",
    Role.MEMBER: "member",
    Role.CHAIR: "chair",
    Role.ACCOUNTANT: "accountant",
    Role.CASHIER: "cashier",
    Role.LEADER: "leader",
    Role.AUDITOR: "auditor",
    Role.JOBS: "job officer",
    Role.LEGAL: "legal-aid officer",
    Role.ADMIN: "administrator",
}

# Where being somebody decides, and not a role alone.
BY_PERSON = {"why_not_assign": "the handler of the case, who is named in the sentence"}
SAY_WHO = {"not_yours", "_only_theirs"}


def named(node):
    """The name of what is called, whether it is a method or a function."""
    return getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""


def asks(node):
    return any(named(one) in ASKS for one in ast.walk(node))


def permissions(node):
    words = {getattr(one, "attr", "") for one in ast.walk(node)}
    return {Permission[word] for word in words if word in Permission.__members__}


def sentences(node):
    """The literals of `_("…")` that an answer holds, each with the permissions of which it says who holds them, or None."""
    beside = [one for one in ast.walk(node) if named(one) in SAY_WHO]
    told = frozenset().union(*map(permissions, beside)) if beside else None
    found = [one for one in ast.walk(node) if named(one) == "_" and isinstance(one.args[0], ast.Constant)]
    return [(told, one.args[0].value) for one in found]


def refusals():
    """(where, permissions asked for, permissions told of, sentence) of every answer that rests on a role."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and "why_not" in node.name:
                    yield from ((f"{where} {node.name}", *each) for each in _of(node.body))


def _of(body):
    for at, line in enumerate(body):
        if isinstance(line, ast.If):
            yield from _of(line.body)
            if asks(line.test):
                refused = isinstance(line.body[0], ast.Return) and sentences(line.body[0])
                told = line.body[0] if refused or named(getattr(line.body[0], "value", None)) else None
                told = told or next((one for one in body[at + 1 :] if isinstance(one, ast.Return)), None)
                yield from ((permissions(line.test), *said) for said in (sentences(told) if told else []))
        elif isinstance(line, ast.Return) and line.value is not None:
            for one in ast.walk(line.value):
                if isinstance(one, ast.IfExp) and asks(one.test):
                    yield from ((permissions(one.test), *said) for said in sentences(one.orelse))
                if named(one) == "needs":
                    yield from ((permissions(one.args[1]), *said) for said in sentences(one.args[3]))


def roles_in(sentence):
    """The roles that a sentence names; a job officer is no case officer."""
    left = sentence.lower()
    found = set()
    for role in (Role.JOBS, Role.LEGAL, *SAID):
        if role not in found and SAID[role] in left:
            found.add(role)
            left = left.replace(SAID[role], "")
    return found


def test_every_refusal_by_role_names_the_roles_that_can_and_no_other():
    """In the sentence itself, or by `not_yours` beside it, which is given what was asked for."""
    found = [each for each in refusals() if each[0].split()[1] not in BY_PERSON]
    by_hand = [(where, held, said) for where, held, told, said in found if told is None]
    by_list = [(where, held, told, said) for where, held, told, said in found if told is not None]

    assert (len(by_hand) > 20, len(by_list) > 20) == (True, True)
    assert [(where, said) for where, held, said in by_hand if held and roles_in(said) != set(roles_with(held))] == []
    assert [(where, said) for where, held, told, said in by_list if told and held != told] == []


def test_no_refusal_speaks_of_your_roles_without_saying_who_can():
    assert [(where, said) for where, _held, told, said in refusals() if told is None and "our roles" in said] == []


@pytest.mark.django_db
def test_who_can_is_told_by_role_with_the_people_of_the_office_first_and_those_above_it():
    upper = make_office()
    lower = make_office(parent=upper)
    leader = make_staff(Role.LEADER, office=upper, full_name="Zhao Min")
    make_staff(Role.OFFICER, office=lower, full_name="Wang Li")
    make_staff(Role.OFFICER, office=make_office(), full_name="Somebody Else")

    assert who_can([Permission.REVIEW_FILES, Permission.DECIDE_FILES], lower.pk) == (
        "Case officer (Wang Li); Center leader (Zhao Min)"
    )
    assert who_can([Permission.PAY], lower.pk) == "Cashier"
    assert not_yours(leader, "You pay nothing.", Permission.PAY, office=lower) == "You pay nothing. Who can: Cashier."


@pytest.mark.django_db
def test_of_two_permissions_asked_at_once_the_roles_that_give_both_are_told():
    office = make_office()
    make_staff(Role.JOBS, office=office, full_name="Zhou Jie")
    make_staff(Role.FRONT_DESK, office=office, full_name="Wang Li")
    make_staff(Role.LEADER, office=office, full_name="Zhao Min")  # reads the register, and logs no visits
    cashier = make_staff(Role.CASHIER, office=office)

    with translation.override("en"):
        said = why_not_register(cashier, office)

    assert said == (
        "Only the front desk, case officers and the job officer register job seekers."
        " Who can: Front desk (Wang Li); Job officer (Zhou Jie)."
    )
    assert roles_with([frozenset({Permission.EDIT_FILES, Permission.REVIEW_FILES})]) == [Role.OFFICER]


@pytest.mark.django_db
def test_of_many_three_are_named():
    office = make_office()
    for name in ("A", "B", "C", "D"):
        make_staff(Role.MEMBER, office=office, full_name=name)

    assert who_can([Permission.VOTE], office.pk) == "Committee member (A, B, C and others)"
