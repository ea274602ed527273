"""The form of a bank's layout: columns and words, one a line, in the order in which they stand in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relief import bankfile
from relief.actions import layouts
from relief.models import BankLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from center.models import Office, Staff


class LinesField(forms.CharField):
    """One item a line; blanks around it do not count."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **options)

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class PairsField(LinesField):
    """`what = heading`, one a line."""

    known: Sequence[str] = ()

    def clean(self, value: Any) -> Any:
        found = []
        for line in super().clean(value):
            what, _equals, heading = (part.strip() for part in line.partition("="))
            if self.known and what not in {*self.known, "-"}:
                raise forms.ValidationError(_("“%(what)s” is no column. There are: %(known)s."), params={
                    "what": what, "known": ", ".join(self.known)
                })  # fmt: skip
            found.append((what, heading))
        return found


class LayoutForm(forms.Form):
    """A bank's layout. The order of the columns is the order in the file."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=BankLayout.Encoding.choices)
    separator = forms.ChoiceField(label=_("Between columns"), choices=BankLayout.Separator.choices)
    has_header = forms.BooleanField(label=_("The file has a line of headings"), required=False)
    out_columns = PairsField(
        label=_("Columns that we write"),
        help_text=_("One a line, in their order: line, name, card, bank, amount, purpose or code = heading"),
    )
    purpose = forms.CharField(label=_("Purpose written on each line"), max_length=40, required=False)
    answer_columns = PairsField(
        label=_("Columns that the bank answers with"),
        help_text=_(
            "One a line: batch, line, name, card, amount, result, failure, reference, at or code = heading."
            " Without a line of headings the order counts, and - passes over a column."
        ),
    )
    paid_words = LinesField(label=_("Words that mean paid"))
    failed_words = LinesField(label=_("Words that mean returned"), required=False)
    pending_words = LinesField(label=_("Words that mean not yet"), required=False)
    total_words = LinesField(label=_("Words that begin a total line"), required=False)
    reasons = PairsField(label=_("Codes of reasons"), required=False, help_text=_("One a line: code = reason"))

    def __init__(self, *args: Any, layout: BankLayout | None = None, **options: Any) -> None:
        options.setdefault("initial", _initial(layout.layout if layout else bankfile.STANDARD))
        super().__init__(*args, **options)
        self.layout = layout
        for name, known in (("out_columns", bankfile.OUT), ("answer_columns", bankfile.BACK)):
            field = self.fields[name]
            assert isinstance(field, PairsField)  # noqa: S101 - for the type checker
            field.known = known

    def apply(self, office: Office, *, by: Staff) -> BankLayout:
        fields = self.cleaned_data | {"reasons": dict(self.cleaned_data["reasons"])}
        return layouts.keep_layout(office, layout=self.layout, fields=fields, by=by)


def _initial(held: bankfile.Layout) -> dict[str, Any]:
    """What is kept, as it is typed."""
    return {
        "name": held.name,
        "encoding": held.encoding,
        "separator": held.separator,
        "has_header": held.header,
        "purpose": held.purpose,
        "out_columns": _pairs(held.out),
        "answer_columns": _pairs(held.answer),
        "paid_words": "\n".join(held.paid),
        "failed_words": "\n".join(held.failed),
        "pending_words": "\n".join(held.pending),
        "total_words": "\n".join(held.totals),
        "reasons": _pairs(held.reasons.items()),
    }


def _pairs(rows: Any) -> str:
    return "\n".join(f"{what} = {heading}" for what, heading in rows)
