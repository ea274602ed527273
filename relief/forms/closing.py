"""Forms of the end of a period: which one, what stays open, why not, and why again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relief.actions import closing as actions
from relief.enums import Reopening
from relief.models.closing import period_name
from relief.queries.closing import on_offer

if TYPE_CHECKING:
    from center.models import Office, Staff
    from relief.models import Closing


class BeginForm(forms.Form):
    """Which ended period is to be closed."""

    period = forms.ChoiceField(label=_("Period"))

    def __init__(self, *args: Any, office: Office, **options: Any) -> None:
        super().__init__(*args, **options)
        self.office = office
        self.periods = {period_name(*one): one for one in on_offer(office, today=timezone.localdate())}
        self.fields["period"].choices = [(name, name) for name in self.periods]  # type: ignore[attr-defined] # a ChoiceField

    def apply(self, *, by: Staff) -> Closing:
        year, month = self.periods[self.cleaned_data["period"]]
        return actions.begin_closing(self.office, year=year, month=month, by=by)


class AskForm(forms.Form):
    """Put a period forward. What stays open is explained; the second person and the auditor read it."""

    remarks = forms.CharField(
        label=_("What stays open, and why"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the list names something that may stay open."),
    )

    def apply(self, closing: Closing, *, by: Staff) -> Closing:
        return actions.ask_closing(closing, remarks=self.cleaned_data["remarks"], by=by)


class AnswerForm(forms.Form):
    """Why the second person says no."""

    answer = forms.CharField(label=_("Why not"), max_length=200)

    def apply(self, closing: Closing, *, by: Staff) -> Closing:
        change = actions.keep_closed if closing.reopening_asked_by_id else actions.send_back
        return change(closing, answer=self.cleaned_data["answer"], by=by)


class ReopenForm(forms.Form):
    """Why a closed period is opened again."""

    reason_code = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Reopening.choices])
    reason = forms.CharField(label=_("Explanation"), max_length=200)

    def apply(self, closing: Closing, *, by: Staff) -> Closing:
        return actions.ask_reopening(closing, by=by, **self.cleaned_data)
