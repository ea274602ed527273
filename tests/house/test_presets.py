"""Nothing that somebody judges is chosen beforehand: a form that is sent as it opened says nothing in anybody's name."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest
from django import forms

import casework.forms
import center.forms
import employment.forms
import legal.forms
import relief.forms

pytestmark = pytest.mark.django_db  # lists of codes are read

# Chosen beforehand, for it is no judgement: how it is done, what is usual, what a page of settings begins with.
HARMLESS = {
    "casework.forms.economy.IncomeForm.kind",
    "casework.forms.economy.SpendingForm.kind",
    "casework.forms.imports.ApplyForm.choice",  # the careful one: right rows alone
    "casework.forms.steps.HomeVisitStep.reason",  # the survey, of which the task speaks
    "casework.forms.visits.GroupVisitForm.channel",
    "casework.forms.visits.GroupVisitForm.result",
    "casework.forms.visits.LateVisitForm.channel",
    "casework.forms.visits.LateVisitForm.result",
    "casework.forms.visits.VisitForm.channel",  # the window, where twenty seconds count
    "casework.forms.visits.VisitForm.result",  # answered at the window: what opens a matter is chosen
    "center.forms.people.AssignmentForm.role",
    "center.forms.settings.OfficeForm.level",
    "center.forms.settings.StandardForm.key",
    "employment.forms.referrals.FollowUpForm.evidence",  # the page is a list of calls
    "employment.forms.seekers.RegisterForm.skill_level",
    "employment.forms.seekers.SeekerFields.skill_level",
    "employment.forms.vacancies.EnterForm.in_hall",
    "employment.forms.vacancies.EnterForm.origin",
    "employment.forms.vacancies.EnterForm.skill_level",
    "employment.forms.vacancies.VacancyFields.in_hall",
    "employment.forms.vacancies.VacancyFields.origin",
    "employment.forms.vacancies.VacancyFields.skill_level",
    "legal.forms.EventForm.kind",
    "relief.forms.funds.MoveForm.kind",
    "relief.forms.layouts.LayoutForm.encoding",
    "relief.forms.layouts.LayoutForm.separator",
    "relief.forms.programmes.LimitForm.decider",
    "relief.forms.programmes.NewProgrammeForm.kind",
    "relief.forms.programmes.VersionForm.instalments",
    "relief.forms.programmes.VersionForm.needs_home_visit",
    "relief.forms.programmes.VersionForm.notice_rule",
}
# The same of lists that a form fills when it is made; radio buttons among them stand unchosen.
FILLED_HARMLESS = {
    "casework.forms.answers.offer.choices",  # radio buttons
    "casework.forms.economy.__init__.person",  # the head comes first
    "casework.forms.joining.__init__.keep",  # both records stay readable; what differs is asked one by one
    "casework.forms.papers.__init__.holder",  # the head; anybody else needs a reason
    "casework.forms.start.__init__.category",  # radio buttons
    "casework.forms.steps.__init__.category",  # radio buttons
    "casework.forms.visits.__init__.first_handler",  # whoever writes
    "employment.forms.terms.__init__.office",  # one's own
    "legal.forms.__init__.handler",  # whoever takes it in, or has it
    "relief.forms.closing.__init__.period",  # the oldest that is open
    "relief.forms.programmes.__init__.category",  # a trial that decides nothing
}
# Of which several may be ticked, and none is; or which shows the only answer there is.
SEVERAL = {
    "casework.forms.choices.keep.choices",  # lists with their blank line, and boxes
    "center.forms.meetings.__init__.choices",
    "center.forms.meetings.offer.choices",
    "center.forms.notices.__init__.choices",
    "legal.forms.__init__.colleagues",
    "relief.forms.applications.__init__.choices",  # the only source that may pay
    "relief.forms.programmes.__init__.categories",
    "relief.forms.programmes.__init__.one_kind_only",
    "relief.forms.programmes.__init__.papers",
    "relief.forms.receipts.__init__.choices",
    "relief.forms.receipts.__init__.signed",
    "relief.forms.receipts.__init__.unsigned",
}
# Opened with what the record holds already.
HELD = {
    "casework.forms.matters.CorrectForm.mode",
    "casework.forms.matters.CorrectForm.petition_class",
    "center.forms.accounts.ProfileForm.text_size",
    "center.forms.people.AssignmentEditForm.role",
    "employment.forms.seekers.EditForm.skill_level",
    "employment.forms.vacancies.EditForm.in_hall",
    "employment.forms.vacancies.EditForm.origin",
    "employment.forms.vacancies.EditForm.skill_level",
    "legal.forms.StageForm.help_form",
    "legal.forms.StageForm.stage",
}


def every_form():
    for package in (casework.forms, center.forms, employment.forms, legal.forms, relief.forms):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    waiting = [forms.BaseForm]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.split(".")[1:2] == ["forms"] and not one.__module__.startswith("django"):
            yield one


def is_chosen(field):
    """Whether a choice stands there before anybody chose: a first value, a ticked box, a list without a blank line."""
    if isinstance(field, forms.BooleanField):
        return bool(field.initial)
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.MultipleChoiceField):
        return False
    values = [value for value, _label in field.choices]
    listed = bool(values) and not isinstance(field.widget, forms.RadioSelect) and not field.widget.is_hidden
    return (field.initial not in {None, ""} and field.initial in values) or (listed and "" not in values)


def test_nothing_that_is_judged_is_chosen_beforehand():
    chosen = {
        f"{one.__module__}.{one.__qualname__}.{name}"
        for one in every_form()
        for name, field in one.base_fields.items()
        if not isinstance(field, forms.ModelChoiceField) and is_chosen(field)
    }

    assert chosen == HARMLESS | HELD


def filled():
    """(where, what) of every list of choices without a blank line that a form sets when it is made."""
    for package in (casework.forms, center.forms, employment.forms, legal.forms, relief.forms):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            module = package.__name__ if path.stem == "__init__" else f"{package.__name__}.{path.stem}"
            for function in (one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.FunctionDef)):
                for line in ast.walk(function):
                    if isinstance(line, ast.Assign) and getattr(line.targets[0], "attr", "") == "choices":
                        yield module, function.name, line


def test_no_list_that_is_filled_later_begins_with_an_answer():
    found = set()
    for module, function, line in filled():
        target, value = ast.unparse(line.targets[0]), ast.unparse(line.value)
        name = target.split("'")[1] if "'" in target else "choices"
        if "('', '—')" not in value and "codes.reasons" not in value:
            found.add(f"{module}.{function}.{name}")

    assert found == FILLED_HARMLESS | SEVERAL
