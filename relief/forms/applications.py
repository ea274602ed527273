"""Forms of applications, from the first words to the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from center import codes
from relief.actions import applications, decisions
from relief.enums import ProgrammeKind, SchoolStage
from relief.forms.funds import money_field
from relief.models import Application, FundSource

if TYPE_CHECKING:
    from center.models import Staff
    from relief.models import Award


def reason_field(*, required: bool = True) -> forms.ChoiceField:
    """The coded reason; labels come from the code list in the reader's language."""
    return forms.ChoiceField(
        label=_("Reason from the list"),
        choices=lambda: [("", "—"), *codes.choices("refusal_reason")],
        required=required,
    )


class AnswersForm(forms.ModelForm):  # type: ignore[type-arg]
    """What only the applicant can say; everything else stands in the file."""

    class Meta:
        model = Application
        fields = ("request", "asked_amount", "other_aid", "school_stage", "school_year", "may_publish", "is_emergency")
        widgets = {"request": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.instance.programme.kind
        if kind != ProgrammeKind.EDUCATION:
            del self.fields["school_stage"], self.fields["school_year"]
        else:
            self.fields["school_stage"] = forms.ChoiceField(
                label=_("School stage"), choices=[("", "—"), *SchoolStage.choices], required=False
            )
        if kind == ProgrammeKind.LIVING:
            del self.fields["other_aid"]

    def apply(self, application: Application, *, by: Staff) -> Application:
        return applications.fill_in(application, answers=self.cleaned_data, by=by)


class InvoiceForm(forms.Form):
    """One medical bill."""

    number = forms.CharField(label=_("Invoice number"), max_length=40)
    self_paid = money_field(_("Self-paid part in yuan"))
    issued_on = forms.DateField(label=_("Issued on"), required=False)


class AssessForm(forms.Form):
    """The officer's proposal: the computed amount, or less with a reason, from one source."""

    proposed_amount = money_field(_("Proposed amount in yuan"))
    reason = forms.CharField(
        label=_("Reason of another amount"),
        max_length=200,
        required=False,
        help_text=_("Needed when the proposal differs from the computed amount."),
    )
    fund_source = forms.ModelChoiceField(label=_("Fund source"), queryset=FundSource.objects.none())

    def __init__(self, *args: Any, application: Application, **options: Any) -> None:
        super().__init__(*args, **options)
        sources = FundSource.objects.filter(office=application.office).for_kind(application.programme.kind)
        self.fields["fund_source"].queryset = sources  # type: ignore[attr-defined] # a ModelChoiceField

    def apply(self, application: Application, *, by: Staff) -> Application:
        return applications.assess(application, by=by, **self.cleaned_data)


class ReturnForm(forms.Form):
    """One sheet with everything that is missing."""

    reason_code = reason_field()
    text = forms.CharField(
        label=_("Everything that is missing"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=200)


class DecideForm(forms.Form):
    """The leader's decision; what exceeds the band is refused with its sentence."""

    result = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Grant")), ("defer", _("Defer")), ("refuse", _("Decline"))],
        widget=forms.RadioSelect,
        initial="grant",
    )
    amount = money_field(_("Amount in yuan"), required=False)
    reason_code = reason_field(required=False)
    reason = forms.CharField(label=_("Explanation"), max_length=300, required=False)

    def apply(self, application: Application, *, by: Staff) -> Application:
        data = self.cleaned_data
        if data["result"] != "grant":
            return decisions.decline(
                application,
                reason_code=data["reason_code"],
                reason=data["reason"],
                defer=data["result"] == "defer",
                by=by,
            )
        amount = data["amount"] or application.proposed_amount
        if application.is_emergency:
            return decisions.grant_emergency(application, amount=amount, reason=data["reason"], by=by)
        return decisions.grant(
            application, amount=amount, reason_code=data["reason_code"], reason=data["reason"], by=by
        )


class UpperForm(forms.Form):
    """What the upper union answered."""

    result = forms.ChoiceField(
        label=_("Answer"), choices=[("granted", _("Granted")), ("refused", _("Declined"))], widget=forms.RadioSelect
    )
    amount = money_field(_("Amount in yuan"), required=False)
    document = forms.CharField(label=_("Document number"), max_length=80)
    reason_code = reason_field(required=False)
    reason = forms.CharField(label=_("Explanation"), max_length=300, required=False)

    def apply(self, application: Application, *, by: Staff) -> Application:
        return decisions.record_upper_answer(application, by=by, **self.cleaned_data)


class SendBackForm(forms.Form):
    reason = forms.CharField(label=_("Why not"), max_length=200)


class StopForm(forms.Form):
    """Why the rest of an award is not paid."""

    reason_code = reason_field()
    text = forms.CharField(label=_("Explanation"), max_length=200)

    def apply(self, award: Award, *, by: Staff) -> Award:
        return decisions.release(award, by=by, **self.cleaned_data)
