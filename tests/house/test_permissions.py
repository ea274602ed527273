"""Every permission is asked with the office of the record; the few questions without one are named here, with why."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("center", "casework", "relief", "employment", "legal")
# Where a permission may be asked without an office, and what for. Nothing of a record is shown or done on such an answer.
DOOR = "the door of a page or of a command; its rows are asked with their offices"
MENU = "a menu, a link or a heading of a list whose rows are asked with their offices"
TASKS = "whether to look for rows at all; they are asked with their offices"
KIND = "tells the wrong role from the wrong office; the office is asked in the next line"
WHOLE = "about the whole house, which belongs to no office"
ASKED = {
    "casework.desk.answers.Desk.hits": TASKS,
    "casework.desk.answers.Desk.home": MENU,
    "casework.desk.answers.Desk.menu": MENU,
    "casework.desk.answers.Desk.shortcuts": MENU,
    "casework.desk.answers._call_tasks": TASKS,
    "casework.desk.answers._change_tasks": TASKS,
    "casework.desk.answers._death_tasks": TASKS,
    "casework.desk.answers._file_tasks": TASKS,
    "casework.desk.answers._joining_tasks": TASKS,
    "casework.desk.answers._matter_tasks": TASKS,
    "casework.queries.search.employer_hits": WHOLE,
    "casework.views.files.files": MENU,
    "casework.views.visits.visits": MENU,
    "center.actions.people.why_not_open_accounts": WHOLE,
    "center.site.context.shell": WHOLE,
    "center.evidence.destruction.why_not_destroy": KIND,
    "center.exchange.lists.why_not_export_list": DOOR,
    "center.evidence.seal_status.why_not_prove": WHOLE,
    "center.site.answers.Desk._destruction_tasks": TASKS,
    "center.site.answers.Desk.menu": MENU,
    "center.permissions.offices.why_not_manage_office": KIND,
    "center.permissions.reference.why_not_manage_reference": KIND,
    "center.views.audit.changes": MENU,
    "center.views.gallery.gallery": WHOLE,
    "center.site.guard.needs.decorate.guarded": DOOR,
    "center.site.guard.opens": MENU,
    "center.views.meetings.meeting_list": MENU,
    "center.views.notices.notice_list": MENU,
    "center.views.reveal.may_ask": TASKS,
    "center.views.settings.settings_home": MENU,
    "center.views.shell._is_done_by": MENU,
    "employment.desk.answers.Desk.hits": TASKS,
    "employment.desk.answers.Desk.menu": MENU,
    "employment.desk.answers.Desk.settings": MENU,
    "employment.desk.answers.Desk.state": TASKS,
    "employment.desk.answers.Desk.tasks": TASKS,
    "employment.desk.answers.Desk.timeline": TASKS,
    "legal.desk.answers.Desk.menu": MENU,
    "legal.desk.answers._limits": TASKS,
    "legal.desk.answers._to_decide": TASKS,
    "legal.desk.answers._without_worker": TASKS,
    "relief.desk.answers.Desk.menu": MENU,
    "relief.management.commands.export_register.Command.handle": DOOR,
}


def questions():
    """(module.function, line) of every call of `may_somewhere`."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield from _calls(ast.parse(path.read_text()), module)


def _calls(node, name):
    for child in ast.iter_child_nodes(node):
        inner = f"{name}.{child.name}" if isinstance(child, ast.FunctionDef | ast.ClassDef) else name
        if isinstance(child, ast.Call) and getattr(child.func, "attr", "") == "may_somewhere":
            yield name, child.lineno
        yield from _calls(child, inner)


def test_a_permission_is_asked_with_an_office_but_for_these_doors_and_menus():
    assert {name for name, _line in questions()} == set(ASKED)


def test_nobody_asks_for_the_sum_of_permissions():
    """`staff.permissions` and `staff.roles` know no office either."""
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts and path.name != "access.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare)
        and any(isinstance(one, ast.Attribute) and one.attr == "permissions" for one in node.comparators)
    ]

    assert asked == []
