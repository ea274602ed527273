"""The form of a bank's layout: columns and words, one a line, in the order in which they stand in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from center.kernel.sentences import listed
from relief.actions import layouts
from relief.models import BankLayout
from relief.rules import bankfile

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

    def clean(self, value: Any) -> Any:
        return [(what, heading) for what, _equals, heading in map(_parted, super().clean(value))]


class ColumnsField(LinesField):
    """`column = heading`, one a line: columns by what people call them in their language, or by their own key."""

    known: Sequence[str] = ()

    def clean(self, value: Any) -> Any:
        labels, called = bankfile.labels(), {what: what for what in self.known}
        for language, _name in settings.LANGUAGES:
            with override(language):
                called |= {
                    bankfile.word_key(label): what for what, label in bankfile.labels().items() if what in self.known
                }
        found = []
        for what, _equals, heading in map(_parted, super().clean(value)):
            key = what if what == "-" else called.get(bankfile.word_key(what))
            if key is None:
                raise forms.ValidationError(_("“%(what)s” is no column. There are: %(known)s."), params={
                    "what": what, "known": listed(labels[one] for one in self.known)
                })  # fmt: skip
            found.append((key, heading))
        return found


def _parted(line: str) -> tuple[str, str, str]:
    what, equals, heading = (part.strip() for part in line.partition("="))
    return what, equals, heading


HELP = {
    "out_columns": _("One a line, in their order: column = heading. Columns: %(columns)s."),
    "answer_columns": _(
        "One a line: column = heading. Columns: %(columns)s."
        " Without a line of headings the order counts, and - passes over a column."
    ),
}


class LayoutForm(forms.Form):
    """A bank's layout. The order of the columns is the order in the file."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=BankLayout.Encoding.choices)
    separator = forms.ChoiceField(label=_("Between columns"), choices=BankLayout.Separator.choices)
    has_header = forms.BooleanField(label=_("The file has a line of headings"), required=False)
    out_columns = ColumnsField(label=_("Columns that we write"))
    purpose = forms.CharField(label=_("Purpose written on each line"), max_length=40, required=False)
    answer_columns = ColumnsField(label=_("Columns that the bank answers with"))
    paid_words = LinesField(label=_("Words that mean paid"))
    failed_words = LinesField(label=_("Words that mean returned"), required=False)
    pending_words = LinesField(label=_("Words that mean not yet"), required=False)
    total_words = LinesField(label=_("Words that begin a total line"), required=False)
    reasons = PairsField(label=_("Codes of reasons"), required=False, help_text=_("One a line: code = reason"))

    def __init__(self, *args: Any, layout: BankLayout | None = None, **options: Any) -> None:
        options.setdefault("initial", as_typed(layout.layout if layout else bankfile.STANDARD))
        super().__init__(*args, **options)
        self.layout = layout
        for name, known in (("out_columns", bankfile.OUT), ("answer_columns", bankfile.BACK)):
            field = self.fields[name]
            assert isinstance(field, ColumnsField)  # noqa: S101 - for the type checker
            field.known = known
            columns = listed(bankfile.labels()[what] for what in known)
            field.help_text = HELP[name] % {"columns": columns}

    def apply(self, office: Office, *, by: Staff) -> BankLayout:
        fields = self.cleaned_data | {"reasons": dict(self.cleaned_data["reasons"])}
        return layouts.keep_layout(office, layout=self.layout, fields=fields, by=by)


def as_typed(held: bankfile.Layout) -> dict[str, Any]:
    """What is kept, as it is typed."""
    return {
        "name": held.name,
        "encoding": held.encoding,
        "separator": held.separator,
        "has_header": held.header,
        "purpose": held.purpose,
        "out_columns": _columns(held.out),
        "answer_columns": _columns(held.answer),
        "paid_words": "\n".join(held.paid),
        "failed_words": "\n".join(held.failed),
        "pending_words": "\n".join(held.pending),
        "total_words": "\n".join(held.totals),
        "reasons": _pairs(held.reasons.items()),
    }


def _pairs(rows: Any) -> str:
    return "\n".join(f"{what} = {heading}" for what, heading in rows)


def _columns(rows: Sequence[tuple[str, str]]) -> str:
    labels = bankfile.labels()
    return _pairs((labels.get(what, what), heading) for what, heading in rows)
