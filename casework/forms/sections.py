"""The sections of a file that are one form each: the worker, the home, the cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import actions
from casework.forms.choices import CodeField, CodesField, DayField, UnknownYesNo, YuanField
from casework.forms.people import PersonFields
from casework.permissions import why_not_renumber_alone
from casework.rules.names import normal_name
from center.forms.figures import FigureField
from center.kernel.sentences import listed
from center.privacy.fields import SecretFormField

if TYPE_CHECKING:
    from casework.models import HardshipFile, Person
    from casework.permissions import Sight
    from center.models import Staff

MOST_SECONDARY = 3
# What casework.permissions.missing_for_submission asks of the head, besides the numbers, which are kept once given.
NEEDED_OF_HEAD = (
    *("ethnic_group", "political_status", "marital_status", "health_status"),
    *("person_identity", "work_status", "medical_insurance"),
)


class SectionForm(forms.Form):
    """One section of a file, filled with what is on record; numbers are never shown again."""

    def __init__(self, *args: Any, file: HardshipFile, record: Any, **options: Any) -> None:
        self.file, self.record = file, record
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if hasattr(record, name) and name not in self.initial and not isinstance(field, SecretFormField):
                self.initial[name] = getattr(record, name)
            if isinstance(field, CodeField | CodesField):
                field.keep(getattr(record, name))


class HeadForm(PersonFields, SectionForm):
    """Section 1: the worker."""

    model_worker_type = CodeField(codes="model_worker_type", label=gettext_lazy("Model worker"))
    hukou_type = CodeField(codes="hukou_type", label=gettext_lazy("Household registration"))
    hukou_division = forms.CharField(label=gettext_lazy("Registered in (six digits)"), max_length=6, required=False)
    employer = forms.CharField(label=gettext_lazy("Employer"), max_length=120, required=False)
    work_start_on = DayField(label=gettext_lazy("Started work on"))
    contract_signed_on = DayField(label=gettext_lazy("Contract signed on"))
    contract_term = CodeField(codes="contract_term", label=gettext_lazy("Length of contract"))
    union_member = UnknownYesNo(label=gettext_lazy("Union member"))
    name_reason = forms.CharField(
        label=gettext_lazy("Why the name or the ID number changes"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only for another name or number: a second person compares the card and confirms it."),
    )
    title = gettext_lazy("The worker")
    field_order = ("full_name", "name_reason")
    asked_for = ("name_reason", "id_number", "phone")

    def __init__(
        self, *args: Any, file: HardshipFile, sees: Sight, person: Person | None = None, **options: Any
    ) -> None:
        self.person = person or file.household.head
        super().__init__(*args, file=file, record=self.person, **options)
        self.hide(sees)
        if not file.is_in_force:
            del self.fields["name_reason"]
        self.needed_to_hand_in = NEEDED_OF_HEAD if self.person == file.household.head else ()
        self.initial["skills"] = listed(self.person.skills)
        self.initial["employer"] = str(self.person.employer or "")

    @property
    def name_waits(self) -> bool:
        """Whether another name waits for a second person."""
        typed = normal_name(self.cleaned_data["full_name"])
        return self.file.is_in_force and typed != normal_name(self.person.full_name)

    @property
    def number_waits(self) -> bool:
        """Whether another ID number does."""
        return bool(why_not_renumber_alone(self.file, self.person, self.cleaned_data.get("id_number") or ""))

    @transaction.atomic
    def apply(self, *, by: Staff) -> None:
        """What is refused leaves no employer behind, and no name or number without its second person."""
        values = self.values()
        reason = values.pop("name_reason", "")
        if self.name_waits:
            typed = values.pop("full_name")
            actions.propose_name(self.file, person=self.person, full_name=typed, reason=reason, by=by)
        if self.number_waits:
            typed, facts = values.pop("id_number"), {name: values.pop(name) for name in ("sex", "birth_date")}
            actions.propose_number(self.file, person=self.person, id_number=typed, facts=facts, reason=reason, by=by)
        name = values.pop("employer").strip()
        values["employer"] = actions.name_employer(name, by=by) if name else None
        actions.edit_person(self.file, person=self.person, values=values, by=by)


class HouseholdForm(SectionForm):
    """Section 2: where and how the household lives."""

    address = forms.CharField(label=gettext_lazy("Home address"), max_length=120)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=6, required=False)
    division = forms.CharField(label=gettext_lazy("Administrative division (six digits)"), max_length=6, required=False)
    housing_type = CodeField(codes="housing_type", label=gettext_lazy("Housing"))
    floor_area = FigureField(
        label=gettext_lazy("Floor area in m²"), min_value=0, max_digits=8, decimal_places=2, required=False
    )
    single_parent = UnknownYesNo(label=gettext_lazy("Single parent"))
    single_person = UnknownYesNo(label=gettext_lazy("Lives alone"))
    self_help_capable = UnknownYesNo(label=gettext_lazy("Able to help itself"))
    zero_employment = UnknownYesNo(label=gettext_lazy("Nobody in work"))
    on_dibao = UnknownYesNo(label=gettext_lazy("Receives the minimum living allowance"))
    property_note = forms.CharField(label=gettext_lazy("Property declared"), max_length=200, required=False)
    other_aid = forms.CharField(label=gettext_lazy("Relief from elsewhere"), max_length=200, required=False)
    declared_size = forms.IntegerField(
        label=gettext_lazy("People, as declared"), min_value=1, max_value=30, required=False
    )
    declared_head_monthly = YuanField(label=gettext_lazy("Own monthly income, as declared"))
    declared_annual = YuanField(label=gettext_lazy("Yearly income, as declared"))
    declared_other_annual = YuanField(label=gettext_lazy("Other yearly income, as declared"))
    declared_per_capita = YuanField(label=gettext_lazy("Monthly income per head, as declared"))
    title = gettext_lazy("Home and household")
    needed_to_hand_in = ("housing_type",)

    def __init__(self, *args: Any, file: HardshipFile, sees: Sight, **options: Any) -> None:
        super().__init__(*args, file=file, record=file.household, **options)

    def apply(self, *, by: Staff) -> None:
        actions.edit_household(self.file, values=self.cleaned_data, by=by)


class CauseForm(SectionForm):
    """Section 5: why, what is needed, what is done, how they feel."""

    primary_cause = CodeField(codes="hardship_cause", label=gettext_lazy("Primary cause (one)"))
    secondary_causes = CodesField(codes="hardship_cause", label=gettext_lazy("Secondary causes (at most three)"))
    cause_text = forms.CharField(
        label=gettext_lazy("The cause in words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    needs = CodesField(codes="help_need", label=gettext_lazy("Needs of help"))
    key_group = CodeField(codes="key_group", label=gettext_lazy("Key group"))
    four_batches = CodesField(codes="four_batches", label=gettext_lazy("Four batches"))
    measures = forms.CharField(
        label=gettext_lazy("Relief measures"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    mind_note = forms.CharField(
        label=gettext_lazy("State of mind"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    layer = CodeField(codes="file_layer", label=gettext_lazy("Layer"), required=True)
    origin = forms.CharField(label=gettext_lazy("Came from"), required=False, max_length=60)
    poverty_exit_target = UnknownYesNo(label=gettext_lazy("To be lifted out"))
    target_set_on = DayField(label=gettext_lazy("Target set on"))
    remark = forms.CharField(label=gettext_lazy("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    title = gettext_lazy("Cause, needs and measures")
    needed_to_hand_in = ("primary_cause",)

    def __init__(self, *args: Any, file: HardshipFile, sees: Sight, **options: Any) -> None:
        super().__init__(*args, file=file, record=file, **options)
        if not sees.health:
            del self.fields["cause_text"]
        if not sees.mind:
            del self.fields["mind_note"]

    def clean_secondary_causes(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["secondary_causes"]
        if len(chosen) > MOST_SECONDARY:
            raise forms.ValidationError(_("At most three secondary causes."))
        return chosen

    def apply(self, *, by: Staff) -> None:
        actions.edit_file(self.file, values=self.cleaned_data, by=by)


Section = HeadForm | HouseholdForm | CauseForm
SECTIONS: dict[str, type[Section]] = {"person": HeadForm, "household": HouseholdForm, "cause": CauseForm}
