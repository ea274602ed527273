"""What is typed about a vacancy."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from casework.actions import name_employer
from casework.forms.choices import DayField, YuanField
from employment import actions
from employment.enums import (
    VACANCY_REASONS,
    VACANCY_RETURNS,
    CloseReason,
    EmployerPaper,
    Origin,
    Shift,
    SkillLevel,
    WorkForm,
    WorkLimit,
)
from employment.forms.step import StepForm
from employment.queries.terms import terms_of

if TYPE_CHECKING:
    from center.models import Office, Staff
    from employment.models import Vacancy


class VacancyFields(forms.Form):
    """The six facts of the law first; each is compulsory, and so is the day it ends."""

    post = forms.CharField(label=_("Post"), max_length=60)
    posts = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=2000, initial=1)
    place = forms.CharField(label=_("Place of work"), max_length=60)
    wage_from = YuanField(label=_("Basic monthly pay from, yuan"), required=True, min_value=1)
    wage_to = YuanField(label=_("Up to, yuan"))
    valid_until = DayField(label=_("Valid until"), required=True)
    conditions = forms.CharField(
        label=_("Conditions"),
        max_length=200,
        help_text=_("What the work demands. Never sex, ethnic group or religion."),
    )
    content = forms.CharField(label=_("Content of the work"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    benefits = forms.CharField(label=_("Insurance, meals, lodging"), max_length=200, required=False)
    work_form = forms.ChoiceField(label=_("Form of work"), choices=WorkForm.choices, required=False)
    shift = forms.ChoiceField(label=_("Shift"), choices=Shift.choices, required=False)
    skill_level = forms.TypedChoiceField(
        label=_("Skill level asked for"), choices=SkillLevel.choices, coerce=int, initial=SkillLevel.NONE
    )
    demands = forms.MultipleChoiceField(
        label=_("The work demands"), choices=WorkLimit.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    contact = forms.CharField(label=_("Whom to ask for"), max_length=50, required=False)
    origin = forms.ChoiceField(label=_("Where it comes from"), choices=Origin.choices)
    in_hall = forms.BooleanField(label=_("Shown in the hall"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if sentence := actions.sentence_of_discrimination(cleaned):
            raise forms.ValidationError(sentence)
        low, high = cleaned.get("wage_from"), cleaned.get("wage_to")
        if low and high and high < low:
            self.add_error("wage_to", say("The upper end of the pay is not below its lower end."))
        return cleaned


class EnterForm(VacancyFields):
    employer = forms.CharField(label=_("Employer"), max_length=120)
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    field_order = ("employer", *VacancyFields.base_fields)

    def __init__(self, *args: Any, office: Office, **options: Any) -> None:
        today = timezone.localdate()
        ends = today + timedelta(days=terms_of(office, on=today).vacancy_days)
        options.setdefault("initial", {"valid_until": ends})
        super().__init__(*args, **options)
        self.initial.setdefault("token", secrets.token_hex(16))

    @transaction.atomic
    def apply(self, *, office: Office, by: Staff) -> Vacancy:
        """A vacancy that is refused leaves no employer behind."""
        facts = dict(self.cleaned_data)
        token = facts.pop("token")
        employer = name_employer(facts.pop("employer"), by=by)
        return actions.enter_vacancy(employer, office=office, facts=facts, token=token, by=by)


class EditForm(VacancyFields, StepForm):
    def __init__(self, *args: Any, record: Vacancy, staff: Staff, **options: Any) -> None:
        options["initial"] = {name: getattr(record, name) for name in VacancyFields.base_fields}
        super().__init__(*args, record=record, staff=staff, **options)

    def apply(self, *, by: Staff) -> Vacancy:
        return actions.edit_vacancy(self.record, facts=self.cleaned_data, by=by)


class PapersForm(StepForm):
    act = staticmethod(actions.check_papers)
    papers = forms.MultipleChoiceField(
        label=_("Papers seen"), choices=EmployerPaper.choices, widget=forms.CheckboxSelectMultiple
    )


class CloseForm(StepForm):
    act = staticmethod(actions.close_vacancy)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *((one.value, CloseReason(one).label) for one in VACANCY_REASONS)]
    )
    text = forms.CharField(label=_("In words"), max_length=200)


class ReopenForm(StepForm):
    act = staticmethod(actions.reopen_vacancy)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *((one.value, one.label) for one in VACANCY_RETURNS)]
    )
    text = forms.CharField(label=_("In words"), max_length=200)
    valid_until = DayField(label=_("Valid until"), required=True)
