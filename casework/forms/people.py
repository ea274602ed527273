"""What is typed about people: the facts of one, a new member, a member who leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import actions
from casework.enums import Leaving
from casework.forms.choices import CodeField, DayField, NameField
from casework.forms.start import APART, APART_HELP, told_apart
from casework.models import Person
from casework.permissions import HEALTH_FIELDS, why_not_edit_directly
from casework.queries import search
from casework.queries.grants import grants_after
from center.privacy.fields import SecretFormField

if TYPE_CHECKING:
    from datetime import date

    from casework.models import HardshipFile, Membership
    from casework.permissions import Sight
    from center.desk import Grant
    from center.models import Staff


class PersonFields(forms.Form):
    """What is known of one person, head or member."""

    full_name = NameField(label=gettext_lazy("Name"))
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
    other_contact = SecretFormField(
        kind="phone",
        label=gettext_lazy("Another telephone"),
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

    def hide(self, sees: Sight) -> None:
        """What this person may not read they are not asked, and cannot overwrite."""
        if not sees.health:
            for name in HEALTH_FIELDS:
                del self.fields[name]

    def clean_skills(self) -> list[str]:
        words = re.split(r"[,;\uff0c\u3001\uff1b]", self.cleaned_data["skills"])
        return [word.strip()[:60] for word in words if word.strip()]

    def values(self) -> dict[str, Any]:
        """What was typed; an empty number stays as it was."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value or not isinstance(self.fields[name], SecretFormField)
        }


class MemberForm(PersonFields):
    """A card of section 3: a new member inline; a known one by choosing."""

    relation = CodeField(codes="relation", label=gettext_lazy("Relation to the head"), required=True)
    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For a file in force."),
    )
    told_apart = forms.CharField(label=APART, help_text=APART_HELP, max_length=200, required=False)
    field_order = ("relation", "full_name", "id_number", "sex", "birth_date")
    title = gettext_lazy("Add a member")
    asked_for = ("reason", "told_apart")
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

    def __init__(self, *args: Any, file: HardshipFile, staff: Staff, sees: Sight, **options: Any) -> None:
        super().__init__(*args, **options)
        self.hide(sees)
        self.file, self.staff = file, staff

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What is asked of every member; the rest is folded away."""
        return [self[name] for name in self.first if name in self.fields]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        apart = ("told_apart", "reason")
        return [field for field in self if field.name not in (*self.first, *apart)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and self.probable and not cleaned["told_apart"].strip():
            self.add_error("told_apart", _("Somebody very like this is here already: compare first."))
        return cleaned

    @property
    def probable(self) -> list[search.Match]:
        return [] if any(match.exact for match in self.matches) else self.matches

    @property
    def matches(self) -> list[search.Match]:
        name, number, phone = (self.cleaned_data.get(key) or "" for key in ("full_name", "id_number", "phone"))
        born = self.cleaned_data.get("birth_date")
        found = search.duplicates(by=self.staff, full_name=name, id_number=number, phone=phone, birth_date=born)
        return list(found)

    def apply(self, *, by: Staff) -> None:
        values = self.values()
        relation, reason, name = values.pop("relation"), values.pop("reason"), values.pop("full_name")
        apart = told_apart(values.pop("told_apart"), self.probable)
        number = values.get("id_number", "")
        known = Person.objects.all().numbered(number).first() if number else None  # met before, anywhere
        facts = {name: value for name, value in values.items() if value not in ("", None, [])}
        if not why_not_edit_directly(by, self.file):
            actions.add_member(
                self.file, relation=relation, person=known, full_name=name, facts=facts, told_apart=apart, by=by
            )
        else:
            actions.propose_member(
                self.file,
                relation=relation,
                person=known,
                full_name=name,
                facts=facts,
                told_apart=apart,
                reason=reason,
                by=by,
            )


class GrantsSeen(forms.Form):
    """Mixed into a form that names the day of a departure: what the household was granted later is shown first."""

    seen = forms.BooleanField(
        label=gettext_lazy("I have compared the day with what was granted after it"), required=False
    )

    def __init__(self, *args: Any, place: Membership | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.place = place
        self.grants: list[Grant] = []
        if not self.is_bound:  # no day is named yet
            del self.fields["seen"]

    def leaves(self, cleaned: dict[str, Any]) -> tuple[date, str] | None:
        """The day and why, as far as they were typed; None where nobody leaves."""
        raise TypeError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.place and (leaving := self.leaves(cleaned)):
            until, why = leaving
            self.grants = grants_after(self.place, until=until, why=why)
        if not self.grants:
            del self.fields["seen"]
        elif not cleaned["seen"]:
            self.add_error(
                "seen", _("The household was granted money after this day. Compare the day, then tick this.")
            )
        return cleaned


class LeaveForm(GrantsSeen):
    """A member left, and why; a death is recorded as one."""

    DIED = "died"

    why = forms.ChoiceField(
        label=gettext_lazy("Why this person leaves"),
        choices=[("", "—"), *Leaving.choices, (DIED, gettext_lazy("Died: the death is recorded next"))],
    )
    until = DayField(label=gettext_lazy("Until"), required=True, initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("In words"), required=False, max_length=200)

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file
        self.fields["reason"].required = file.is_in_force

    def clean(self) -> dict[str, Any]:
        """Who has died is told by the record of the death; no day and no words are asked here."""
        cleaned = super().clean()
        if self.has_died:
            for name in ("reason", "until"):
                self.errors.pop(name, None)
        return cleaned

    def leaves(self, cleaned: dict[str, Any]) -> tuple[date, str] | None:
        until, why = cleaned.get("until"), cleaned.get("why")
        return (until, why) if until and why and why != self.DIED else None

    @property
    def has_died(self) -> bool:
        return bool(self.cleaned_data.get("why") == self.DIED)

    def apply(self, membership: Membership, *, by: Staff) -> None:
        until, why, reason = (self.cleaned_data[name] for name in ("until", "why", "reason"))
        if why_not_edit_directly(by, self.file):
            actions.propose_leaving(self.file, membership=membership, until=until, why=why, reason=reason, by=by)
        else:
            actions.end_membership(self.file, membership=membership, until=until, why=why, text=reason, by=by)
