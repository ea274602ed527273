"""The form of marks on findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relief.actions import findings
from relief.models import FindingMark, Payment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from center.models import Staff


class MarkForm(forms.Form):
    """Which of the payments found, and what was seen."""

    payments = forms.ModelMultipleChoiceField(
        label=_("Payments"),
        queryset=Payment.objects.none(),
        to_field_name="code",
        error_messages={"required": _("Choose at least one payment.")},
    )
    state = forms.ChoiceField(label=_("What the look showed"), choices=[("", "—"), *FindingMark.State.choices])
    text = forms.CharField(label=_("Explanation"), max_length=200, required=False)

    def __init__(self, *args: Any, rule: str, found: QuerySet[Payment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rule = rule
        self.fields["payments"].queryset = found  # type: ignore[attr-defined] # a ModelMultipleChoiceField

    def apply(self, *, by: Staff) -> list[FindingMark]:
        data = self.cleaned_data
        return findings.mark(list(data["payments"]), rule=self.rule, state=data["state"], text=data["text"], by=by)
