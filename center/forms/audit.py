"""Filters of the audit pages, and what is asked before something is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center import desk
from center.evidence import destruction, logbook
from center.kernel.roles import Permission
from center.models import AccessKind, Assignment, Staff
from center.models.base import subject_of

if TYPE_CHECKING:
    from django.db.models import Model

    from center.models import DestructionRequest


NO_DAY = {"invalid": gettext_lazy("The calendar has no such day. Write it like 2026-03-31.")}


class LogFilter(forms.Form):
    """Who, when; what kind of look. Codes only, never names."""

    number = forms.CharField(
        label=gettext_lazy("Number of file, person, application, payment"), required=False, max_length=40
    )
    actor = forms.ChoiceField(label=gettext_lazy("By"), required=False)
    since = forms.DateField(label=gettext_lazy("From"), required=False, error_messages=NO_DAY)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, error_messages=NO_DAY)
    subject = forms.CharField(
        required=False, max_length=80, widget=forms.HiddenInput
    )  # a row of the log leads to its record
    person = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)  # by the search above the filter

    def __init__(self, *args: Any, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staff = staff
        self.groups: list[set[str]] = []
        self.of_person = ""
        offices = staff.sight(Permission.READ_TRAIL)
        here = Staff.objects.filter(pk__in=Assignment.objects.filter(office__in=offices).values("staff"))
        people = list(here.order_by("full_name").values_list("username", "full_name"))
        asked = self.data.get("actor", "")
        unknown = [(asked, asked)] if asked and asked not in dict(people) else []  # a job, a command, somebody gone
        self.fields["actor"].choices = [("", "—"), *people, *unknown]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Lookups of a log with actor, subject and at."""
        if not self.is_valid():  # a filter that cannot be read finds nothing, and says why
            return {"pk__in": ()} if self.is_bound else {}
        lookups = {"actor": "actor", "since": "at__date__gte", "until": "at__date__lte", "subject": "subject"}
        found = {lookups[name]: value for name, value in self.cleaned_data.items() if value and name in lookups}
        if self.groups:
            found["subject__in"] = sorted(set.intersection(*self.groups))
        return found

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip().upper()
        if number:
            self.groups.append(self._subjects(number))
            if not self.groups[-1]:
                raise forms.ValidationError(
                    _("There is no record of yours with number %(number)s.") % {"number": number}
                )
        return number

    def clean_person(self) -> str:
        """Everything of a person: what hangs on them at every desk."""
        code: str = self.cleaned_data["person"]
        if code:
            person = next((one for each in desk.desks() if (one := each.named(code, by=self.staff))), None)
            if person is None:
                raise forms.ValidationError(_("No record of yours has this number."))
            self.groups.append(self._subjects(code))
            self.of_person = str(person)
        return code

    def _subjects(self, number: str) -> set[str]:
        return {one for each in desk.desks() for one in each.subjects_of(number, by=self.staff)}


class AccessFilter(LogFilter):
    kind = forms.ChoiceField(
        label=gettext_lazy("What was done"), required=False, choices=[("", gettext_lazy("all")), *AccessKind.choices]
    )

    def wanted(self) -> dict[str, Any]:
        found = super().wanted()
        kind = self.cleaned_data.get("kind") if self.is_valid() else ""
        return found | ({"kind": kind} if kind else {})


class DestructionForm(forms.Form):
    """Whose record, on what ground, why. A second person decides."""

    number = forms.CharField(
        label=gettext_lazy("Number of the file"),
        max_length=40,
        help_text=gettext_lazy("Whoever was searched for above is filled in; a file is named by its number."),
    )
    ground = forms.ChoiceField(label=gettext_lazy("Legal ground"), choices=[("", "—"), *destruction.GROUNDS.items()])
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staff = staff

    @property
    def chosen(self) -> str:
        """Whose record the form was opened for, in words."""
        record = self._record(self.initial.get("number", ""))
        return logbook.records([subject_of(record)])[subject_of(record)] if record else ""

    def clean_number(self) -> str:
        record = self._record(self.cleaned_data["number"].strip())
        if record is None:
            raise forms.ValidationError(_("No record of yours has this number."))
        return subject_of(record)

    def _record(self, number: str) -> Model | None:
        """What this number or code means to the desks."""
        found = (record for each in desk.desks() if number and (record := each.named(number, by=self.staff)))
        return next(found, None)

    def apply(self, *, by: Staff) -> DestructionRequest:
        return destruction.ask_destruction(
            self.cleaned_data["number"], ground=self.cleaned_data["ground"], reason=self.cleaned_data["reason"], by=by
        )
