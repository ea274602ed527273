"""Forms of signed receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from center.kernel.errors import Refusal
from center.kernel.sentences import yuan
from center.privacy.masks import mask_name
from relief.actions import receipts
from relief.models import Batch

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from center.models import Staff
    from relief.models import Payment, SignedSheet


class SignedSheetForm(forms.Form):
    """The scan of a signed sheet. Its code says which batch and which lines; without one, the batch is chosen."""

    scan = forms.FileField(label=_("Scan or photo of the signed sheet"), required=False)
    batch = forms.ModelChoiceField(
        label=_("Batch"),
        queryset=Batch.objects.none(),
        empty_label="—",
        required=False,
        help_text=_("Only when no code can be read, or the sheet is kept on paper: a second person confirms then."),
    )

    def __init__(self, *args: Any, waiting: QuerySet[Batch], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["batch"].queryset = waiting  # type: ignore[attr-defined] # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "scan" not in cleaned or "batch" not in cleaned:
            return cleaned
        try:
            found = receipts.recognise(cleaned["scan"]).batch
        except Refusal as refusal:
            self.add_error("scan", str(refusal))
            return cleaned
        cleaned["batch"] = found or cleaned["batch"]
        if cleaned["batch"] is None:
            self.add_error("batch", _("No code of ours can be read on this scan. Choose the batch, or scan again."))
        return cleaned

    def apply(self, *, by: Staff) -> SignedSheet:
        return receipts.take_sheet(self.cleaned_data["batch"], upload=self.cleaned_data["scan"], by=by)


def _choices(payments: QuerySet[Payment]) -> list[tuple[int, str]]:
    """A choice cannot be masked by F8: names are masked always; the table beside it has them."""
    return [(row.line, f"{row.line} · {mask_name(row.payee_name)} · {yuan(row.amount)}") for row in payments]


class LookedThroughForm(forms.Form):
    """A recognised sheet: the boxes that are empty, and how many are not."""

    unsigned = forms.TypedMultipleChoiceField(
        label=_("Lines that are not signed"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    signatures = forms.IntegerField(
        label=_("Signatures counted on the sheet"), min_value=0, help_text=_("Count them on the scan.")
    )

    def __init__(self, *args: Any, sheet: SignedSheet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sheet = sheet
        self.choices = _choices(sheet.waiting())
        self.fields["unsigned"].choices = self.choices  # type: ignore[attr-defined] # of choices
        self.fields["unsigned"].initial = sheet.bare
        self.lines = [line for line, _said in self.choices]
        self.inked = [line for line in self.lines if line not in sheet.doubted]
        self.fields["signatures"].required = not self.whole

    @property
    def whole(self) -> str:
        """All boxes with ink are signed, or none is: said by one button, which has the count on it."""
        asked = self.data.get("whole", "")
        return asked if asked in {"all", "none"} else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.whole:
            signed = self.inked if self.whole == "all" else []
            cleaned["unsigned"] = [line for line in self.lines if line not in signed]
            cleaned["signatures"] = len(signed)
        return cleaned

    def apply(self, *, by: Staff) -> SignedSheet:
        data = self.cleaned_data
        return receipts.look_through(self.sheet, unsigned=set(data["unsigned"]), signatures=data["signatures"], by=by)


class NamedLinesForm(forms.Form):
    """A sheet without a code: the lines that are signed, each named."""

    signed = forms.TypedMultipleChoiceField(
        label=_("Lines that are signed"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one line that is signed.")},
    )

    def __init__(self, *args: Any, sheet: SignedSheet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sheet = sheet
        waiting = sheet.batch.payments.filter(status="paid", receipt_confirmed_by=None).order_by("line")
        self.choices = _choices(waiting)
        self.fields["signed"].choices = self.choices  # type: ignore[attr-defined] # of choices
        self.fields["signed"].required = not self.whole

    @property
    def whole(self) -> bool:
        """Every line that waits is signed: said by one button, which has the count on it."""
        return bool(self.data.get("whole") == "all")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.whole:
            cleaned["signed"] = [line for line, _said in self.choices]
        return cleaned

    def apply(self, *, by: Staff) -> SignedSheet:
        return receipts.name_lines(self.sheet, signed=set(self.cleaned_data["signed"]), by=by)


class SecondForm(forms.Form):
    """The second person's yes, or no with its reason."""

    answer = forms.CharField(label=_("Why not, when turned down"), max_length=200, required=False)


class TakeOffForm(forms.Form):
    """A wrong sheet, and why it is wrong."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReceiptForm(forms.Form):
    """One payment's receipt: the page of its sheet, or another paper that a second person looks at."""

    scan = forms.FileField(
        label=_("Scan or photo of the receipt"),
        required=False,
        help_text=_(
            "Of a page of our own sheet you then look at the box; anything else is confirmed by a second person."
        ),
    )

    def apply(self, payment: Payment, *, by: Staff) -> SignedSheet:
        return receipts.take_receipt(payment, upload=self.cleaned_data["scan"], by=by)
