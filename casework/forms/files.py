"""What is typed about a file: the start, six sections, members, income, the steps of the chain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import actions
from casework.enums import Block, Exclusion, IncomeKind, Know, Purpose, SpendingKind
from casework.errors import Duplicate
from casework.forms.choices import CodeField, CodesField, DayField, UnknownYesNo, YuanField, code_list
from casework.models import Person, Visit
from casework.permissions import why_not_edit_directly
from casework.queries import search
from center.privacy import numbers
from center.privacy.fields import SecretFormField

if TYPE_CHECKING:
    from casework.models import HardshipFile
    from center.models import Office, Staff

CATEGORIES = ("deep", "relative", "accidental")
MOST_SECONDARY = 3


def categories(*, temporary: bool = False) -> list[tuple[str, str]]:
    wanted = (*CATEGORIES, "temporary") if temporary else CATEGORIES
    return [(code, label) for code, label in code_list("hardship_category", empty=False) if code in wanted]


class StartForm(forms.Form):
    """ID first; then who is here already; then the type of the file."""

    person = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    visit = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    id_number = SecretFormField(kind="id", label=gettext_lazy("ID number"), required=False)
    full_name = forms.CharField(label=gettext_lazy("Name"), max_length=50, required=False)
    phone = SecretFormField(kind="phone", label=gettext_lazy("Telephone"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category, as declared"), widget=forms.RadioSelect)
    is_temporary = forms.BooleanField(label=gettext_lazy("Temporary file"), required=False)
    not_the_same = forms.BooleanField(label=gettext_lazy("I have compared: this is another person"), required=False)

    def __init__(self, *args: Any, staff: Staff, office: Office, person: Person | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staff, self.office, self.known = staff, office, person
        self.fields["category"].choices = categories(temporary=True)  # type: ignore[attr-defined]
        if person:
            self.initial["person"] = person.code

    def clean_person(self) -> Person | None:
        code = self.cleaned_data["person"]
        if code and self.known is None:
            self.known = Person.objects.visible_to(self.staff).filter(code=code).first()
        return self.known

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.known is None and not self.errors:
            for name in ("id_number", "full_name"):
                if not cleaned.get(name):
                    self.add_error(name, _("This is needed to open a file."))
        if self.known is None and not self.errors and self.probable and not cleaned["not_the_same"]:
            self.add_error("not_the_same", _("Somebody very like this is here already: compare first."))
        return cleaned

    @property
    def matches(self) -> list[search.Match]:
        if self.known or not self.is_bound:
            return []
        number = self.cleaned_data.get("id_number") or ""
        born = None
        try:
            born = numbers.parse_id(number).born if number else None
        except numbers.NumberRefused:
            born = None
        return list(
            search.duplicates(
                by=self.staff,
                full_name=self.cleaned_data.get("full_name") or "",
                id_number=number,
                phone=self.cleaned_data.get("phone") or "",
                birth_date=born,
            )
        )

    @property
    def probable(self) -> list[search.Match]:
        return [match for match in self.matches if not match.exact]

    def apply(self, *, by: Staff) -> HardshipFile:
        cleaned = self.cleaned_data
        if any(match.exact for match in self.matches):
            raise Duplicate(_("This ID number is in the registry already: open that person below."))
        facts = {name: cleaned[name] for name in ("id_number", "phone") if cleaned[name]}
        visit = Visit.objects.visible_to(by).filter(code=cleaned["visit"]).first() if cleaned["visit"] else None
        return actions.start_file(
            self.office,
            category=cleaned["category"],
            person=self.known,
            full_name=cleaned["full_name"],
            is_temporary=cleaned["is_temporary"] or cleaned["category"] == "temporary",
            visit=visit,
            facts=facts,
            by=by,
        )


class SectionForm(forms.Form):
    """One section of a file. `values` is what differs from empty inputs of numbers, which stay as they were."""

    template = "casework/file_edit.html"

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        self.file = file
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            record = self.record()
            if hasattr(record, name) and name not in self.initial and not isinstance(field, SecretFormField):
                self.initial[name] = getattr(record, name)

    def record(self) -> Any:
        return self.file

    def values(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if not (isinstance(self.fields[name], SecretFormField) and not value)
        }

    def apply(self, *, by: Staff) -> None:
        raise NotImplementedError


class PersonFields(forms.Form):
    """What is known of one person, head or member."""

    full_name = forms.CharField(label=gettext_lazy("Name"), max_length=50)
    id_number = SecretFormField(
        kind="id",
        label=gettext_lazy("ID number"),
        required=False,
        help_text=gettext_lazy("Empty keeps what is on record."),
    )
    phone = SecretFormField(
        kind="phone",
        label=gettext_lazy("Telephone"),
        required=False,
        help_text=gettext_lazy("Empty keeps what is on record."),
    )
    sex = CodeField(codes="sex", label=gettext_lazy("Sex"))
    birth_date = DayField(label=gettext_lazy("Date of birth"))
    ethnic_group = CodeField(codes="ethnic_group", label=gettext_lazy("Ethnic group"))
    political_status = CodeField(codes="political_status", label=gettext_lazy("Political status"))
    marital_status = CodeField(codes="marital_status", label=gettext_lazy("Marital status"))
    health_status = CodeField(codes="health_status", label=gettext_lazy("Health"))
    disability_kind = CodeField(codes="disability_kind", label=gettext_lazy("Kind of disability"))
    disability_grade = CodeField(codes="disability_grade", label=gettext_lazy("Grade of disability"))
    medicine = forms.CharField(label=gettext_lazy("Illness and medicine"), max_length=200, required=False)
    person_identity = CodeField(codes="person_identity", label=gettext_lazy("Identity"))
    work_status = CodeField(codes="work_status", label=gettext_lazy("Work state"))
    medical_insurance = CodeField(codes="medical_insurance", label=gettext_lazy("Medical insurance"))
    education_level = CodeField(codes="education_level", label=gettext_lazy("Education"))
    school = forms.CharField(label=gettext_lazy("School"), max_length=120, required=False)
    enrol_year = forms.IntegerField(
        label=gettext_lazy("Year of enrolment"), required=False, min_value=1950, max_value=2100
    )
    school_years = forms.IntegerField(
        label=gettext_lazy("Length of schooling"), required=False, min_value=1, max_value=12
    )
    skills = forms.CharField(
        label=gettext_lazy("Skills"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Separated by commas; write “none” for none."),
    )
    job_wish = forms.CharField(label=gettext_lazy("Job wish"), required=False, max_length=200)
    wage_not_imputed = forms.CharField(
        label=gettext_lazy("Why no wage is imputed"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only for somebody able and out of work who proves that nothing can be earned."),
    )

    def clean_skills(self) -> list[str]:
        words = re.split(r"[,;\uff0c\u3001\uff1b]", self.cleaned_data["skills"])
        return [word.strip()[:60] for word in words if word.strip()]


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
    title = gettext_lazy("The worker")

    def __init__(self, *args: Any, person: Person | None = None, **options: Any) -> None:
        self.person = person or options["file"].household.head
        super().__init__(*args, **options)
        self.initial["skills"] = ", ".join(self.person.skills)
        self.initial["employer"] = str(self.person.employer or "")

    def record(self) -> Person:
        return self.person

    def apply(self, *, by: Staff) -> None:
        values = self.values()
        name = values.pop("employer").strip()
        values["employer"] = actions.name_employer(name, by=by) if name else None
        actions.edit_person(self.file, person=self.person, values=values, by=by)


class HouseholdForm(SectionForm):
    """Section 2: where and how the household lives."""

    address = forms.CharField(label=gettext_lazy("Home address"), max_length=120)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=6, required=False)
    division = forms.CharField(label=gettext_lazy("Administrative division (six digits)"), max_length=6, required=False)
    housing_type = CodeField(codes="housing_type", label=gettext_lazy("Housing"))
    floor_area = forms.DecimalField(
        label=gettext_lazy("Floor area in m²"), max_digits=8, decimal_places=2, required=False
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

    def record(self) -> Any:
        return self.file.household

    def apply(self, *, by: Staff) -> None:
        actions.edit_household(self.file, values=self.values(), by=by)


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

    def clean_secondary_causes(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["secondary_causes"]
        if len(chosen) > MOST_SECONDARY:
            raise forms.ValidationError(_("At most three secondary causes."))
        return chosen

    def apply(self, *, by: Staff) -> None:
        actions.edit_file(self.file, values=self.values(), by=by)


class MemberForm(PersonFields, SectionForm):
    """A card of section 3: a new member inline; a known one by choosing."""

    relation = CodeField(codes="relation", label=gettext_lazy("Relation to the head"), required=True)
    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For a file in force."),
    )
    field_order = ("relation", "full_name", "id_number", "sex", "birth_date")
    title = gettext_lazy("Add a member")
    first = (
        "relation",
        "full_name",
        "id_number",
        "sex",
        "birth_date",
        "health_status",
        "person_identity",
        "work_status",
    )

    def record(self) -> None:
        return None

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What is asked of every member; the rest is folded away."""
        return [self[name] for name in self.first]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.first]

    @property
    def matches(self) -> list[search.Match]:
        if not self.is_bound:
            return []
        name, number, phone = (self.cleaned_data.get(key) or "" for key in ("full_name", "id_number", "phone"))
        born = self.cleaned_data.get("birth_date")
        found = search.duplicates(by=self.staff, full_name=name, id_number=number, phone=phone, birth_date=born)
        return list(found)

    staff: Staff

    def apply(self, *, by: Staff) -> None:
        values = self.values()
        relation, reason, name = values.pop("relation"), values.pop("reason"), values.pop("full_name")
        known = self._known(values.get("id_number", ""), by=by)
        facts = {name: value for name, value in values.items() if value not in ("", None, [])}
        if not why_not_edit_directly(by, self.file):
            actions.add_member(self.file, relation=relation, person=known, full_name=name, facts=facts, by=by)
        else:
            actions.propose_member(
                self.file, relation=relation, person=known, full_name=name, facts=facts, reason=reason, by=by
            )

    def _known(self, number: str, *, by: Staff) -> Person | None:
        """The person of this ID number: a member may have visited, or belonged to another household before."""
        return Person.objects.filter(id_number=number).first() if number else None


class LeaveForm(forms.Form):
    """A member left."""

    until = DayField(label=gettext_lazy("Until"), required=True, initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Why it changes"), required=False, max_length=200)


class IncomeForm(forms.Form):
    """One line of income: of a month, or of the twelve months that end on a day."""

    person = forms.ChoiceField(label=gettext_lazy("Whose"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of income"), choices=IncomeKind.choices)
    amount = YuanField(label=gettext_lazy("Amount in yuan"), required=True, min_value=0)
    year_ending_on = DayField(label=gettext_lazy("Twelve months ending on"))
    month = DayField(label=gettext_lazy("or of the month"))
    evidence = forms.CharField(label=gettext_lazy("Evidence"), max_length=120, required=False)
    reason = forms.CharField(label=gettext_lazy("Why it changes"), required=False, max_length=200)
    title = gettext_lazy("Add income")

    def __init__(self, *args: Any, file: HardshipFile, members: list[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file
        self.people = {person.code: person for person in members}
        if "person" in self.fields:
            self.fields["person"].choices = [(person.code, person.full_name) for person in members]  # type: ignore[attr-defined]
        self.initial.setdefault("year_ending_on", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("month") and cleaned.get("year_ending_on"):
            cleaned["year_ending_on"] = None  # the month was typed, the year was only proposed
        if not cleaned.get("month") and not cleaned.get("year_ending_on"):
            self.add_error("year_ending_on", _("Give the last day of the year, or the month."))
        return cleaned

    def item(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "amount", "month", "year_ending_on", "evidence")}

    def apply(self, *, by: Staff) -> None:
        person = self.people[self.cleaned_data["person"]]
        if not why_not_edit_directly(by, self.file):
            actions.add_income(self.file, person=person, by=by, **self.item())
        else:
            actions.propose_income(self.file, person=person, reason=self.cleaned_data["reason"], by=by, **self.item())


class SpendingForm(IncomeForm):
    """One line of spending of the household."""

    person = None  # type: ignore[assignment]  # the household's, not one person's
    kind = forms.ChoiceField(label=gettext_lazy("Kind of spending"), choices=SpendingKind.choices)
    title = gettext_lazy("Add spending")

    def apply(self, *, by: Staff) -> None:
        if not why_not_edit_directly(by, self.file):
            actions.add_spending(self.file, by=by, **self.item())
        else:
            actions.propose_spending(self.file, reason=self.cleaned_data["reason"], by=by, **self.item())


class ExclusionsForm(forms.Form):
    """Somebody looked: what stands against the household, or nothing does."""

    exclusions = forms.MultipleChoiceField(
        label=gettext_lazy("Exclusions found (none ticked: none found)"),
        choices=Exclusion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    title = gettext_lazy("Check the exclusions")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file
        self.initial["exclusions"] = file.household.exclusions

    def apply(self, *, by: Staff) -> None:
        actions.check_exclusions(self.file, exclusions=self.cleaned_data["exclusions"], by=by)


class AccountForm(forms.Form):
    """A bank account; it counts after a second person has compared it with the card."""

    holder = forms.ChoiceField(label=gettext_lazy("Holder"))
    card = SecretFormField(kind="card", label=gettext_lazy("Card number"))
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=60)
    branch = forms.CharField(label=gettext_lazy("Branch"), max_length=80, required=False)
    holder_reason = forms.CharField(
        label=gettext_lazy("Why not the head's own account"), max_length=200, required=False
    )
    reason = forms.CharField(label=gettext_lazy("Why it changes"), max_length=200)
    title = gettext_lazy("Propose a bank account")

    def __init__(self, *args: Any, file: HardshipFile, members: list[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file
        self.people = {person.code: person for person in members}
        self.fields["holder"].choices = [(person.code, person.full_name) for person in members]  # type: ignore[attr-defined]

    def apply(self, *, by: Staff) -> None:
        cleaned = dict(self.cleaned_data)
        actions.propose_account(self.file, holder=self.people[cleaned.pop("holder")], by=by, **cleaned)


class ConsentForm(forms.Form):
    """A signed sheet."""

    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=Purpose.choices, widget=forms.RadioSelect)
    signed_on = DayField(label=gettext_lazy("Signed on"), required=True)
    valid_until = DayField(label=gettext_lazy("Valid until"))
    title = gettext_lazy("Record a consent")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def apply(self, *, by: Staff) -> None:
        cleaned = self.cleaned_data
        actions.record_consent(
            self.file.household.head,
            purpose=cleaned["purpose"],
            signed_on=cleaned["signed_on"],
            valid_until=cleaned["valid_until"],
            by=by,
        )


class DocumentForm(forms.Form):
    """A paper of the file: scanned, photographed, or as PDF."""

    kind = CodeField(codes="attachment_type", label=gettext_lazy("Kind of paper"), required=True)
    upload = forms.FileField(label=gettext_lazy("Scan or photo"))
    title = gettext_lazy("Add a paper")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def apply(self, *, by: Staff) -> None:
        actions.add_document(self.file, kind=self.cleaned_data["kind"], upload=self.cleaned_data["upload"], by=by)


class ClearForm(forms.Form):
    """One of the five is verified today."""

    block = forms.ChoiceField(label=gettext_lazy("Block"), choices=Block.choices, widget=forms.RadioSelect)
    knows = forms.MultipleChoiceField(
        label=gettext_lazy("Known of the nine"),
        choices=Know.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    title = gettext_lazy("Verify one of the five clears")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def apply(self, *, by: Staff) -> None:
        cleaned = self.cleaned_data
        actions.verify_clear(self.file, block=cleaned["block"], knows=cleaned["knows"], note=cleaned["note"], by=by)


SECTIONS: dict[str, type[SectionForm]] = {"person": HeadForm, "household": HouseholdForm, "cause": CauseForm}
