"""To whom open work goes, for good or for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from center.actions.handover import hand_over_work, takers, would_move
from center.actions.stand_ins import able_to_stand_in, name_stand_in
from center.models import Staff

if TYPE_CHECKING:
    from center.models import StandIn


class HandOverForm(forms.Form):
    """To whom, of those who can take any of it, and why."""

    taker = forms.ModelChoiceField(label=gettext_lazy("To"), queryset=Staff.objects.none(), empty_label="—")
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, *args: Any, giver: Staff, by: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.giver, self.by = giver, by
        self.takers = takers(giver, by=by)
        self.fields["taker"].queryset = self.takers  # type: ignore[attr-defined]

    def moving(self) -> list[tuple[str, int]]:
        return would_move(self.giver, taker=self.cleaned_data["taker"], by=self.by)

    def apply(self) -> int:
        return hand_over_work(
            self.giver, taker=self.cleaned_data["taker"], reason=self.cleaned_data["reason"], by=self.by
        )


class AwayForm(forms.Form):
    """Who does it from one day to another."""

    colleague = forms.ModelChoiceField(
        label=gettext_lazy("Who stands in"), queryset=Staff.objects.none(), empty_label="—"
    )
    starts_on = forms.DateField(label=gettext_lazy("First day away"), initial=timezone.localdate)
    ends_on = forms.DateField(label=gettext_lazy("Last day away"))

    def __init__(self, *args: Any, absent: Staff, by: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.absent, self.by = absent, by
        self.colleagues = able_to_stand_in(absent, by=by)
        self.fields["colleague"].queryset = self.colleagues  # type: ignore[attr-defined]

    def apply(self) -> StandIn:
        return name_stand_in(self.absent, **self.cleaned_data, by=self.by)
