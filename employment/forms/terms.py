"""What is typed about the terms of an office."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import DayField
from employment import actions
from employment.models.terms import DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from center.models import Office, Staff
    from employment.models import Terms

YEARS = 3650


class TermsForm(forms.Form):
    """New terms from a day; those before them end the day before."""

    office = forms.ChoiceField(label=_("Office"))
    since = DayField(label=_("From"), required=True)
    seeker_days = forms.IntegerField(label=_("A registration is valid for, days"), min_value=1, max_value=YEARS)
    vacancy_days = forms.IntegerField(label=_("A vacancy is proposed for, days"), min_value=1, max_value=YEARS)
    answer_days = forms.IntegerField(label=_("The employer answers within, days"), min_value=1, max_value=YEARS)
    renew_days = forms.IntegerField(label=_("May be renewed when so many days are left"), min_value=1, max_value=YEARS)
    seeker_warn_days = forms.IntegerField(
        label=_("A registration that ends: task so many days before"), min_value=1, max_value=YEARS
    )
    vacancy_warn_days = forms.IntegerField(
        label=_("A vacancy that ends: task so many days before"), min_value=1, max_value=YEARS
    )
    follow_up_months = forms.CharField(
        label=_("Asked again after, months"), max_length=60, help_text=_("Numbers with commas between them.")
    )
    document = forms.CharField(label=_("By which document"), max_length=80)

    def __init__(self, *args: Any, offices: Sequence[Office], now: Terms, **options: Any) -> None:
        initial = now.days | {
            "follow_up_months": now.months,
            "since": timezone.localdate(),
            "office": str(now.office.pk),
        }
        options["initial"] = initial
        super().__init__(*args, **options)
        self.offices = {str(office.pk): office for office in offices}
        self.fields["office"].choices = [(pk, str(office)) for pk, office in self.offices.items()]  # type: ignore[attr-defined]

    def clean_office(self) -> Office:
        return self.offices[self.cleaned_data["office"]]

    def clean_follow_up_months(self) -> list[int]:
        words = [word for word in re.split(r"[,,、;;\s]+", self.cleaned_data["follow_up_months"]) if word]
        if not words or not all(re.fullmatch(r"[0-9]{1,3}", word) for word in words):
            raise forms.ValidationError(say("Write whole months, for example 1, 3, 6, 12."))
        return [int(word) for word in words]

    def apply(self, *, by: Staff) -> Terms:
        days = {name: self.cleaned_data[name] for name in DAYS}
        rest = {name: value for name, value in self.cleaned_data.items() if name not in days}
        return actions.decide_terms(by=by, days=days, **rest)
