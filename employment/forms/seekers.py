"""What is typed about a job seeker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import DayField, YuanField
from employment import actions
from employment.enums import (
    SEEKER_REASONS,
    SEEKER_RETURNS,
    CloseReason,
    HardToPlace,
    Shift,
    SkillLevel,
    WorkForm,
    WorkLimit,
)
from employment.forms.step import StepForm

if TYPE_CHECKING:
    from casework.models import Person, Visit
    from center.models import Office, Staff
    from employment.models import Seeker


class SeekerFields(forms.Form):
    """Wish on top, then what is there; everything the file knows stands there already."""

    wanted_occupation = forms.CharField(
        label=_("Occupation wanted"), max_length=60, required=False, help_text=_("In their own words. Empty: any work.")
    )
    wanted_place = forms.CharField(label=_("Place wanted"), max_length=60, required=False)
    wanted_wage = YuanField(label=_("Monthly wage wanted, yuan"), min_value=1)
    work_form = forms.ChoiceField(label=_("Form of work"), choices=WorkForm.choices, required=False)
    shift = forms.ChoiceField(label=_("Shift"), choices=Shift.choices, required=False)
    skills = forms.CharField(label=_("Skills and trades"), max_length=200, required=False)
    skill_level = forms.TypedChoiceField(
        label=_("Skill level"), choices=SkillLevel.choices, coerce=int, initial=SkillLevel.NONE
    )
    certificate_no = forms.CharField(label=_("Certificate number"), max_length=60, required=False)
    jobless_since = DayField(label=_("Without work since"))
    hard_to_place = forms.ChoiceField(label=_("Hard to place"), choices=HardToPlace.choices, required=False)
    limits = forms.MultipleChoiceField(
        label=_("Cannot do"), choices=WorkLimit.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    zero_employment_family = forms.BooleanField(label=_("Nobody in the family works"), required=False)
    wants_no_contact = forms.BooleanField(label=_("Wants no contact for now"), required=False)


class RegisterForm(SeekerFields):
    """求职登记, prefilled from the five clears."""

    def __init__(self, *args: Any, person: Person | None, **options: Any) -> None:
        options.setdefault("initial", actions.known_of(person) if person else {})
        super().__init__(*args, **options)

    def apply(self, person: Person, *, office: Office, visit: Visit | None, by: Staff) -> Seeker:
        return actions.register_seeker(person, office=office, facts=self.cleaned_data, visit=visit, by=by)


class EditForm(SeekerFields, StepForm):
    def __init__(self, *args: Any, record: Seeker, staff: Staff, **options: Any) -> None:
        options["initial"] = {name: getattr(record, name) for name in SeekerFields.base_fields}
        super().__init__(*args, record=record, staff=staff, **options)

    def apply(self, *, by: Staff) -> Seeker:
        return actions.edit_seeker(self.record, facts=self.cleaned_data, by=by)


class RenewForm(StepForm):
    act = staticmethod(actions.renew_seeker)


class CloseForm(StepForm):
    act = staticmethod(actions.close_seeker)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *((one.value, CloseReason(one).label) for one in SEEKER_REASONS)]
    )
    text = forms.CharField(label=_("In words"), max_length=200)


class ReopenForm(StepForm):
    act = staticmethod(actions.reopen_seeker)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *((one.value, one.label) for one in SEEKER_RETURNS)]
    )
    text = forms.CharField(label=_("In words"), max_length=200)
