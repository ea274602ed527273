"""Bringing a workbook in: the file, the choice, the reason of a withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from center.actions.offices import go_live
from center.exchange.reading import fold

if TYPE_CHECKING:
    from center.models import Office, Staff

LARGEST = 40 * 2**20


class UploadForm(forms.Form):
    """One registry workbook or CSV; what it is, its content says."""

    file = forms.FileField(
        label=gettext_lazy("Workbook or CSV"),
        help_text=gettext_lazy(
            "The registry as your office keeps it: columns in any order, members on their own sheet."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 40 MB."))
        return file

    def data_of_file(self) -> bytes:
        content: bytes = self.cleaned_data["file"].read()
        return content


class ApplyForm(forms.Form):
    """Only the good rows, or nothing unless all are good; and whether those leave who are not listed any more."""

    choice = forms.ChoiceField(
        label=gettext_lazy("What to bring in"),
        choices=[
            ("good", gettext_lazy("Only the good rows; the others come back as a workbook")),
            ("all", gettext_lazy("All rows or none")),
        ],
        initial="good",
        widget=forms.RadioSelect,
    )

    leaving = forms.BooleanField(required=False)

    def __init__(self, *args: Any, leavers: int, **options: Any) -> None:
        super().__init__(*args, **options)
        if leavers:
            self.fields["leaving"].label = ngettext(
                "%(count)s member is not listed any more and leaves the household",
                "%(count)s members are not listed any more and leave their households",
                leavers,
            ) % {"count": leavers}
            self.fields["leaving"].help_text = _("Without this mark nobody leaves. The list above says who it is.")
        else:
            del self.fields["leaving"]

    @property
    def only_good(self) -> bool:
        return bool(self.cleaned_data["choice"] == "good")

    @property
    def leave(self) -> bool:
        """Whether whoever is not listed any more leaves."""
        return bool(self.cleaned_data.get("leaving", False))


class FirstDayForm(forms.Form):
    """From which day on the office works here, and no longer on paper."""

    on = forms.DateField(label=gettext_lazy("First day of work"), initial=timezone.localdate)

    def apply(self, office: Office, *, by: Staff) -> Office:
        return go_live(office, on=self.cleaned_data["on"], by=by)


class ColumnsForm(forms.Form):
    """What each heading of one sheet means; nothing means that it is not read."""

    def __init__(
        self, *args: Any, columns: list[tuple[str, str, str]], choices: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.columns = columns
        for place, (title, shape, key) in enumerate(columns):
            if title:
                self.fields[f"c{place}"] = forms.ChoiceField(
                    label=title,
                    choices=[("", _("not read")), *choices],
                    initial=key,
                    required=False,
                    help_text=shape,
                    widget=forms.Select(attrs={"class": "form-select"}),
                )

    @property
    def columns_by_heading(self) -> dict[str, str]:
        named = [(title, self.cleaned_data.get(f"c{place}", "")) for place, (title, *_rest) in enumerate(self.columns)]
        return {fold(title): key for title, key in named if title}


class WithdrawForm(forms.Form):
    """Why everything that this workbook brought is taken out again."""

    reason = forms.CharField(label=gettext_lazy("Reason of the withdrawal"), max_length=200)
