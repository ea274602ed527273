"""Forms of batches, bank returns and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from center.kernel.sentences import yuan
from center.privacy.masks import person_name
from relief.actions import bank, bankfiles, payments
from relief.models import BankLayout, Batch, Instalment

if TYPE_CHECKING:
    from django.http import QueryDict

    from center.models import Office, Staff
    from relief.models import BankReturn, Payment

LARGEST_RETURN = 2 * 2**20


class BatchForm(forms.Form):
    """Which instalments go together."""

    instalments = forms.ModelMultipleChoiceField(
        label=_("Instalments"),
        queryset=Instalment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one instalment.")},
    )
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), max_length=120, required=False)

    def __init__(self, *args: Any, staff: Staff, office: Office, **options: Any) -> None:
        super().__init__(*args, **options)
        self.office = office
        chosen = Instalment.objects.visible_to(staff)
        self.fields["instalments"].queryset = chosen  # type: ignore[attr-defined] # a ModelMultipleChoiceField

    def apply(self, *, by: Staff) -> Batch:
        data = self.cleaned_data
        return payments.make_batch(office=self.office, instalments=list(data["instalments"]), note=data["note"], by=by)


class LayoutChoice(forms.Form):
    """In which layout a batch is written and read; the one chosen last is kept."""

    layout = forms.ModelChoiceField(
        label=_("Layout of the bank"),
        queryset=BankLayout.objects.none(),
        required=False,
        empty_label=_("the usual one"),
    )

    def __init__(self, *args: Any, batch: Batch, **options: Any) -> None:
        options["initial"] = {"layout": batch.layout_id}
        super().__init__(*args, **options)
        kept = BankLayout.objects.filter(office=batch.office_id)
        self.fields["layout"].queryset = kept  # type: ignore[attr-defined] # a ModelChoiceField
        if not kept.exists():
            del self.fields["layout"]

    @property
    def chosen(self) -> BankLayout | bankfiles.Kept | None:
        """None is the usual layout; where there is nothing to choose from, the batch keeps its own."""
        return self.cleaned_data.get("layout") if "layout" in self.fields else bankfiles.KEPT


class BankReturnForm(LayoutChoice):
    """The bank's file."""

    file = forms.FileField(label=_("File of the bank"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_RETURN:
            raise forms.ValidationError(_("The file is larger than 2 MB; that is no bank return."))
        return file

    def apply(self, batch: Batch, *, by: Staff) -> BankReturn:
        file = self.cleaned_data["file"]
        return bank.read_return(batch, content=file.read(), file_name=file.name, layout=self.chosen, by=by)


class SendBackForm(forms.Form):
    """Why the checker does not agree, and to which lines."""

    reason = forms.CharField(label=_("Why it goes back"), max_length=200)

    def __init__(self, data: QueryDict | None = None, *, batch: Batch) -> None:
        super().__init__(data, auto_id="back-%s")
        self.batch = batch
        for payment in batch.payments.filter(status="listed").order_by("line"):
            said = {"line": payment.line, "amount": yuan(payment.amount), "name": person_name(payment.payee_name)}
            label = format_html(gettext("Line {line} · {name} · {amount}: objection"), **said)
            self.fields[f"line_{payment.line}"] = forms.CharField(label=label, max_length=120, required=False)

    def apply(self, *, by: Staff) -> Batch:
        said = {
            int(name.removeprefix("line_")): text
            for name, text in self.cleaned_data.items()
            if name.startswith("line_") and text
        }
        return payments.send_back(self.batch, reason=self.cleaned_data["reason"], objections=said, by=by)


class AnswerObjectionsForm(forms.Form):
    """What the accountant did about the objections."""

    answer = forms.CharField(label=_("What became of the objections"), max_length=200)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="answer-%s")

    def apply(self, batch: Batch, *, by: Staff) -> Batch:
        return payments.answer_objections(batch, answer=self.cleaned_data["answer"], by=by)


class LineForm(forms.Form):
    """A form that names one line of its batch."""

    line = forms.IntegerField(label=_("Line"), min_value=1)

    def __init__(self, data: QueryDict | None = None, *, batch: Batch, prefix_of_ids: str) -> None:
        super().__init__(data, auto_id=f"{prefix_of_ids}-%s")
        self.batch = batch

    def clean_line(self) -> Payment | None:
        line = self.cleaned_data["line"]
        found = self.batch.payments.filter(line=line).first() if line else None
        if line and found is None:
            raise forms.ValidationError(gettext("This batch has no line %(line)s.") % {"line": line})
        return found


class ToldForm(LineForm):
    """A line that the bank returned by telephone or on paper."""

    failure = forms.CharField(label=_("Why the bank returned it"), max_length=80)
    on = forms.DateField(label=_("Returned on"))

    def __init__(self, data: QueryDict | None = None, *, batch: Batch) -> None:
        super().__init__(data, batch=batch, prefix_of_ids="told")

    def apply(self, *, by: Staff) -> Payment:
        data = self.cleaned_data
        return bankfiles.tell_failure(data["line"], failure=data["failure"], on=data["on"], by=by)


class DropForm(LineForm):
    """The whole batch, or one line of it, and why."""

    line = forms.IntegerField(label=_("Line (empty: the whole batch)"), min_value=1, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=120)

    def __init__(self, data: QueryDict | None = None, *, batch: Batch) -> None:
        super().__init__(data, batch=batch, prefix_of_ids="drop")

    def apply(self, *, by: Staff) -> Batch | Payment:
        payment, reason = self.cleaned_data["line"], self.cleaned_data["reason"]
        if payment:
            return payments.take_out(payment, reason=reason, by=by)
        return payments.drop_batch(self.batch, reason=reason, by=by)
