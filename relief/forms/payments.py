"""Forms of batches, bank returns and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relief.actions import bank, payments
from relief.models import Instalment

if TYPE_CHECKING:
    from center.models import Office, Staff
    from relief.models import BankReturn, Batch, Payment

LARGEST_RETURN = 2 * 2**20


class BatchForm(forms.Form):
    """Which instalments go together."""

    instalments = forms.ModelMultipleChoiceField(
        label=_("Instalments"),
        queryset=Instalment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one instalment.")},
    )
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, staff: Staff, office: Office, **options: Any) -> None:
        super().__init__(*args, **options)
        self.office = office
        chosen = Instalment.objects.visible_to(staff)
        self.fields["instalments"].queryset = chosen  # type: ignore[attr-defined] # a ModelMultipleChoiceField

    def apply(self, *, by: Staff) -> Batch:
        data = self.cleaned_data
        return payments.make_batch(office=self.office, instalments=list(data["instalments"]), note=data["note"], by=by)


class BankReturnForm(forms.Form):
    """The bank's file."""

    file = forms.FileField(label=_("File of the bank"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_RETURN:
            raise forms.ValidationError(_("The file is larger than 2 MB; that is no bank return."))
        return file

    def apply(self, batch: Batch, *, by: Staff) -> BankReturn:
        file = self.cleaned_data["file"]
        return bank.read_return(batch, content=file.read(), file_name=file.name, by=by)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=120)


class ReceiptForm(forms.Form):
    """The signed receipt: a scan or photo, or only the confirmation when the sheet is kept on paper."""

    scan = forms.FileField(label=_("Scan or photo of the receipt"), required=False)

    def apply(self, payment: Payment, *, by: Staff) -> Payment:
        return payments.take_receipt(payment, upload=self.cleaned_data["scan"], by=by)
