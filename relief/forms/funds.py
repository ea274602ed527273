"""Forms of money: received, moved, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center.forms.figures import FigureField
from center.models import codes
from relief.actions import funds
from relief.enums import ProgrammeKind
from relief.models import Correction, FundSource

if TYPE_CHECKING:
    from center.models import Office, Staff
    from center.papers.documents import Document
    from relief.models import LedgerTransaction


def money_field(label: Any, **options: Any) -> FigureField:
    return FigureField(label=label, max_digits=14, decimal_places=2, **options)


class ReceiveForm(forms.Form):
    """Money that came with a document of its own."""

    name = forms.CharField(label=_("Name of the source"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    origin = forms.ChoiceField(label=_("Origin"))
    amount = money_field(_("Amount in yuan"), min_value=0)
    planned = money_field(
        _("Planned by the document"),
        min_value=0,
        required=False,
        help_text=_("When the document promises more than has arrived; more is entered on the page of the source."),
    )
    document_number = forms.CharField(label=_("Document number"), max_length=80)
    received_on = forms.DateField(label=_("Money received on"), initial=timezone.localdate)
    year = forms.IntegerField(label=_("Budget year"), min_value=2000, max_value=2100)
    earmarks = forms.MultipleChoiceField(
        label=_("Earmarked for"),
        choices=ProgrammeKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Nothing ticked: any relief."),
    )
    idle_warning_days = forms.IntegerField(label=_("Warn when idle for (days)"), min_value=1, initial=180)
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), max_length=200, required=False)

    scan = forms.FileField(label=_("Scan of the document"), required=False)

    def __init__(self, *args: Any, office: Office, **options: Any) -> None:
        super().__init__(*args, **options)
        self.office = office
        self.fields["origin"].choices = [("", "—"), *codes.choices("fund_origin")]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["year"].initial = timezone.localdate().year

    def apply(self, *, by: Staff) -> FundSource:
        return funds.open_source(office=self.office, by=by, **self.cleaned_data)


class SourceNameForm(forms.Form):
    """What English pages call a source."""

    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=100,
        required=False,
        help_text=_("Papers and books keep the Chinese name."),
    )

    def apply(self, source: FundSource, *, by: Staff) -> FundSource:
        return funds.name_source_in_english(source, name_en=self.cleaned_data["name_en"], by=by)


class DocumentForm(forms.Form):
    """The document by which the money came."""

    scan = forms.FileField(label=_("Scan of the document"))

    def apply(self, source: FundSource, *, by: Staff) -> Document:
        return funds.add_document(source, upload=self.cleaned_data["scan"], by=by)


class MoreForm(forms.Form):
    """More money of a source that stands already."""

    amount = money_field(_("Amount in yuan"))
    memo = forms.CharField(label=_("Document or memo"), max_length=120, required=False)

    def apply(self, source: FundSource, *, by: Staff) -> LedgerTransaction:
        return funds.receive(source, by=by, **self.cleaned_data)


REASONS = (
    ("wrong_payee", _("Paid to the wrong person")),
    ("wrong_amount", _("Wrong amount")),
    ("duplicate", _("Paid twice")),
    ("returned", _("Money came back")),
    ("wrong_source", _("Wrong fund source")),
    ("false_claim", _("Claim was untrue")),
    ("other", _("Other")),
)


class MoveForm(forms.Form):
    """Available money to another source: a transfer, or a carry-over into a later year."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[("transfer", _("Transfer between sources")), ("carry_over", _("Carry-over to the next year"))],
        widget=forms.RadioSelect,
        initial="transfer",
    )
    taker = forms.ModelChoiceField(label=_("To source"), queryset=FundSource.objects.none(), empty_label="—")
    amount = money_field(_("Amount in yuan"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    lifted_by = forms.CharField(
        label=_("Document that lifts the earmark"),
        max_length=120,
        required=False,
        help_text=_("Only when earmarked money goes to a source that may be used for more."),
    )
    scan = forms.FileField(label=_("Scan of that document"), required=False)

    def __init__(self, *args: Any, source: FundSource, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.source = source
        if not source.earmarks:
            del self.fields["lifted_by"], self.fields["scan"]
        others = FundSource.objects.visible_to(staff).exclude(pk=source.pk)
        self.fields["taker"].queryset = others  # type: ignore[attr-defined] # a ModelChoiceField

    def apply(self, *, by: Staff) -> Correction:
        data = dict(self.cleaned_data)
        if data.pop("kind") == "carry_over":
            data = {name: data[name] for name in ("taker", "amount", "reason")}
            return funds.ask_carry_over(self.source, by=by, **data)
        return funds.ask_transfer(self.source, reason_code="transfer", by=by, **data)


class ReverseForm(forms.Form):
    """Why an entry is reversed, and what happens to the money."""

    reason_code = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *REASONS])
    reason = forms.CharField(label=_("Explanation"), max_length=200)
    pay_again = forms.BooleanField(label=_("The grant stands and is to be paid again"), required=False)

    def apply(self, entry: LedgerTransaction, *, by: Staff) -> Correction:
        return funds.ask_reversal(entry, by=by, **self.cleaned_data)


class TurnDownForm(forms.Form):
    """Why the second person says no."""

    answer = forms.CharField(label=_("Why not"), max_length=200)
