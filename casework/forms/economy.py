"""What is typed about money in the household: income, spending, exclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import actions
from casework.enums import Exclusion, IncomeKind, SpendingKind
from casework.forms.choices import DayField, YuanField
from casework.permissions import why_not_edit_directly, why_not_exclude_alone
from center.privacy.masks import shown_name

if TYPE_CHECKING:
    from casework.models import HardshipFile, Person
    from center.models import Staff


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
    asked_for = ("year_ending_on", "month", "reason")

    def __init__(self, *args: Any, file: HardshipFile, members: list[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file
        self.people = {person.code: person for person in members}
        if "person" in self.fields:
            self.fields["person"].choices = [(person.code, shown_name(person.full_name)) for person in members]  # type: ignore[attr-defined]
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
    asked_for = ("year_ending_on", "month", "reason")

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
    reason = forms.CharField(label=gettext_lazy("Why it changes"), required=False, max_length=200)
    title = gettext_lazy("Check the exclusions")
    asked_for = ("exclusions", "reason")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file
        self.initial["exclusions"] = file.household.exclusions
        if not file.is_in_force:
            del self.fields["reason"]

    @property
    def waits(self) -> bool:
        """Whether what was found waits for a second person."""
        return bool(why_not_exclude_alone(self.file, self.cleaned_data["exclusions"]))

    def apply(self, *, by: Staff) -> None:
        found = self.cleaned_data["exclusions"]
        if self.waits:
            actions.propose_exclusions(self.file, exclusions=found, reason=self.cleaned_data["reason"], by=by)
        else:
            actions.check_exclusions(self.file, exclusions=found, by=by)
