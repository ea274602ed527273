"""What the administrator and the leader type under Settings."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from center.actions import offices, reference
from center.forms.figures import FigureField
from center.models import CalendarDay, Code, Office, Standard
from center.models.office import Level

if TYPE_CHECKING:
    from center.models import Staff

LINE = re.compile(r"^\s*(\d{4}-\d{2}-\d{2})[\s,;]+(\S+?)(?:[\s,;]+(.*))?$")


def worked_words() -> dict[str, bool]:
    """“work” and “off” in both languages, and as the tables of other systems write them."""
    words = {"1": True, "0": False, "work": True, "off": False}
    with translation.override("zh-hans"):
        return words | {_("work"): True, _("off"): False}


def office_field(label: Any, *, required: bool = True) -> forms.ModelChoiceField[Office]:
    return forms.ModelChoiceField(
        label=label, queryset=Office.objects.filter(closed_on=None), empty_label="—", required=required
    )


class OfficeForm(forms.Form):
    """A new office."""

    code = forms.RegexField(
        r"^[A-Z0-9]{1,12}$",
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Capitals and digits; stands in official numbers and never changes."),
    )
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices)
    parent = office_field(gettext_lazy("Belongs to"), required=False)
    on = forms.DateField(label=gettext_lazy("From"), initial=timezone.localdate)
    division = forms.CharField(label=gettext_lazy("Administrative division"), max_length=6, required=False)

    def apply(self, *, by: Staff) -> Office:
        return offices.open_office(**self.cleaned_data, by=by)


class RenameForm(forms.ModelForm[Office]):
    class Meta:
        model = Office
        fields = ("name", "phone", "address", "division")

    def apply(self, *, by: Staff) -> Office:
        return offices.rename_office(self.instance, **self.cleaned_data, by=by)


class PlaceForm(forms.Form):
    """Another office, from a day on: to move below it, or to be continued by it."""

    other = office_field(gettext_lazy("Office"))
    on = forms.DateField(label=gettext_lazy("From"), initial=timezone.localdate)

    def move(self, office: Office, *, by: Staff) -> object:
        return offices.move_office(office, parent=self.cleaned_data["other"], on=self.cleaned_data["on"], by=by)

    def merge(self, office: Office, *, by: Staff) -> object:
        return offices.merge_offices(office, into=self.cleaned_data["other"], on=self.cleaned_data["on"], by=by)


class CloseForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Last day"), initial=timezone.localdate)

    def apply(self, office: Office, *, by: Staff) -> Office:
        return offices.close_office(office, on=self.cleaned_data["on"], by=by)


class StandardForm(forms.Form):
    """A new value; the one before it ends the day before."""

    key = forms.ChoiceField(label=gettext_lazy("What"), choices=Standard.Key.choices)
    office = office_field(gettext_lazy("Office"))
    value = FigureField(label=gettext_lazy("Value"), max_digits=14, decimal_places=2)
    since = forms.DateField(label=gettext_lazy("From"))
    document = forms.CharField(label=gettext_lazy("Document"), max_length=80)
    sure = forms.BooleanField(label=gettext_lazy("This figure is meant as it stands"), required=False)

    @property
    def about(self) -> tuple[str, Office]:
        """Which figure, and where it holds."""
        return self.cleaned_data["key"], self.cleaned_data["office"]

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if value <= 0:
            raise forms.ValidationError(_("A standard is above zero."))
        return value

    def apply(self, *, by: Staff) -> Standard:
        return reference.set_standard(**self.cleaned_data, by=by)


class CorrectionForm(StandardForm):
    """A value that has not begun yet, entered anew."""

    key = office = None  # type: ignore[assignment] # they stay

    def __init__(self, *args: Any, standard: Standard, **options: Any) -> None:
        held = {"value": standard.value, "since": standard.during.lower, "document": standard.document}
        super().__init__(*args, **options)
        self.initial.update(held)
        self.standard = standard

    @property
    def about(self) -> tuple[str, Office]:
        return self.standard.key, self.standard.office

    def apply(self, *, by: Staff) -> Standard:
        return reference.correct_standard(self.standard, **self.cleaned_data, by=by)


class YearForm(forms.Form):
    """The notice of a year, one day a line: 2027-01-01, then off or work, then the occasion."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2008, max_value=2100)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=120)
    lines = forms.CharField(
        label=pgettext_lazy("dates", "Days"),
        help_text=gettext_lazy("One day a line: 2027-01-01 off New Year; “work” for a weekend day that is worked."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def clean_lines(self) -> list[CalendarDay]:
        days: dict[date, CalendarDay] = {}
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            if line.strip():
                read = self._read(number, line)
                days[read.day] = read
        return list(days.values())

    @staticmethod
    def _read(number: int, line: str) -> CalendarDay:
        found = LINE.match(line)
        words = worked_words()
        if found and found[2].lower() in words:
            try:
                day = date.fromisoformat(found[1])
            except ValueError:
                pass
            else:
                return CalendarDay(day=day, works=words[found[2].lower()], name=(found[3] or "").strip()[:40])
        raise forms.ValidationError(_("Line %(number)s cannot be read: %(line)s") % {"number": number, "line": line})

    def apply(self, *, by: Staff) -> object:
        return reference.enter_year(
            self.cleaned_data["year"], days=self.cleaned_data["lines"], source=self.cleaned_data["source"], by=by
        )


class DayForm(forms.Form):
    """One day that differs from its weekday."""

    day = forms.DateField(label=gettext_lazy("Day"))
    works = forms.BooleanField(label=gettext_lazy("Is worked"), required=False)
    name = forms.CharField(label=gettext_lazy("Occasion"), max_length=40)

    def apply(self, *, by: Staff) -> CalendarDay:
        return reference.set_day(
            self.cleaned_data["day"], works=self.cleaned_data["works"], name=self.cleaned_data["name"], by=by
        )


class CodeForm(forms.ModelForm[Code]):
    """A new value of a list."""

    class Meta:
        model = Code
        fields = ("code", "label_zh", "label_en", "national_code", "starts_on")

    def apply(self, list_name: str, *, by: Staff) -> Code:
        return reference.add_code(list_name=list_name, **self.cleaned_data, by=by)


class CodeChangeForm(forms.ModelForm[Code]):
    class Meta:
        model = Code
        fields = ("label_zh", "label_en", "national_code", "position")

    def apply(self, *, by: Staff) -> Code:
        return reference.change_code(self.instance, **self.cleaned_data, by=by)


class RetireForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("Retired on"), required=False, help_text=gettext_lazy("Empty: it can be chosen again.")
    )

    def apply(self, code: Code, *, by: Staff) -> Code:
        return reference.retire_code(code, on=self.cleaned_data["on"], by=by)


class WordForm(forms.Form):
    """An older word and its code of today."""

    text = forms.CharField(label=gettext_lazy("Older word"), max_length=80)
    code = forms.CharField(label=gettext_lazy("Means today (code)"), max_length=40)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=80, required=False)

    def apply(self, list_name: str, *, by: Staff) -> object:
        return reference.add_word(list_name=list_name, **self.cleaned_data, by=by)
