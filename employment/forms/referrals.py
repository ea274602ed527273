"""What comes back: the slip of a referral, the answer at a follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.forms.choices import DayField, YuanField
from employment import actions
from employment.enums import Evidence, ReferralStatus, RefusalReason, Stay
from employment.forms.step import StepForm

if TYPE_CHECKING:
    from center.models import Staff
    from employment.models import Referral, RetentionCheck

S = ReferralStatus
ANSWERS = [(one.value, one.label) for one in (S.HIRED, S.NOT_HIRED, S.NO_ANSWER)]


class AnswerForm(StepForm):
    """What the slip says."""

    act = staticmethod(actions.answer_referral)
    result = forms.ChoiceField(label=_("The employer says"), choices=ANSWERS, widget=forms.RadioSelect)
    started_on = DayField(label=_("Works since"), help_text=_("When hired."))
    wage = YuanField(label=_("Monthly wage, yuan"), min_value=1, help_text=_("When hired."))
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *RefusalReason.choices], required=False, help_text=_("When not hired.")
    )
    text = forms.CharField(
        label=_("In words"), max_length=200, required=False, help_text=_("Needed with the reason “other”.")
    )

    def __init__(self, *args: Any, record: Referral, staff: Staff, **options: Any) -> None:
        options["initial"] = {"started_on": timezone.localdate(), "wage": record.vacancy.wage_from}
        super().__init__(*args, record=record, staff=staff, **options)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("result") == S.NOT_HIRED and not cleaned.get("reason"):
            self.add_error("reason", say("Say why nobody was hired."))
        if cleaned.get("reason") == RefusalReason.OTHER and not cleaned.get("text"):
            self.add_error("text", say("Say in words why nobody was hired."))
        if cleaned.get("result") == S.HIRED:
            for name in ("started_on", "wage"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, say("A placement needs its first day and its wage."))
        return cleaned


class FollowUpForm(forms.Form):
    """Two clicks: the answer, and save; the rest may stay as it is."""

    outcome = forms.ChoiceField(label=_("What they say"), choices=Stay.choices, widget=forms.RadioSelect)
    evidence = forms.ChoiceField(label=_("Evidence"), choices=Evidence.choices, initial=Evidence.CALL)
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), max_length=200, required=False)

    def apply(self, check: RetentionCheck, *, by: Staff) -> RetentionCheck:
        return actions.follow_up(check, by=by, **self.cleaned_data)
