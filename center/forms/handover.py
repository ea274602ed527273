"""To whom one's open work goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from center.actions.handover import colleagues, hand_over_work
from center.models import Staff


class HandOverForm(forms.Form):
    """To whom, and why."""

    taker = forms.ModelChoiceField(label=gettext_lazy("To"), queryset=Staff.objects.none(), empty_label="—")
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, *args: Any, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staff = staff
        self.fields["taker"].queryset = colleagues(staff, by=staff)  # type: ignore[attr-defined]

    def apply(self) -> int:
        return hand_over_work(
            self.staff, taker=self.cleaned_data["taker"], reason=self.cleaned_data["reason"], by=self.staff
        )
