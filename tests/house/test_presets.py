"""Nothing that somebody judges is chosen beforehand: a form that is sent as it opened says nothing in anybody's name."""

from __future__ import annotations

import importlib
import pkgutil

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
