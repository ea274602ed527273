"""What is typed about a matter; each step has its small form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework import actions
from casework.enums import MatterReason, MatterResult, Told
from casework.forms.choices import DayField, staff_with
from center.roles import Permission

if TYPE_CHECKING:
    from casework.models import Matter
    from center.models import Staff


class StepForm(forms.Form):
    """A step of a matter: `apply` carries it out."""

    def __init__(self, *args: Any, matter: Matter, **options: Any) -> None:
        super().__init__(*args, **options)
        self.matter = matter

    def apply(self, *, by: Staff) -> Matter:
        raise NotImplementedError


class ReasonForm(StepForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *MatterReason.choices])
    text = forms.CharField(label=_("In words"), max_length=200)


class AcceptForm(StepForm):
    def apply(self, *, by: Staff) -> Matter:
        return actions.accept_matter(self.matter, by=by)


class ReturnForm(ReasonForm):
    def apply(self, *, by: Staff) -> Matter:
        return actions.return_matter(
            self.matter, reason=self.cleaned_data["reason"], text=self.cleaned_data["text"], by=by
        )


class AssignForm(StepForm):
    to = forms.ChoiceField(label=_("To"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(one.pk): one for one in staff_with(Permission.HANDLE_MATTERS, self.matter.office_id)}
        self.fields["to"].choices = [("", "—"), *((pk, str(one)) for pk, one in self.people.items())]  # type: ignore[attr-defined]

    def apply(self, *, by: Staff) -> Matter:
        return actions.assign_matter(self.matter, to=self.people[self.cleaned_data["to"]], by=by)


class TellForm(StepForm):
    how = forms.ChoiceField(label=_("How"), choices=Told.choices, widget=forms.RadioSelect)

    def apply(self, *, by: Staff) -> Matter:
        return actions.tell_about_matter(self.matter, how=self.cleaned_data["how"], by=by)


class DeliverForm(StepForm):
    body = forms.CharField(label=_("Receiving body"), max_length=80, required=False)
    reply = forms.CharField(label=_("Its reply"), max_length=200, required=False)

    def apply(self, *, by: Staff) -> Matter:
        return actions.deliver_matter(
            self.matter, body=self.cleaned_data["body"], reply=self.cleaned_data["reply"], by=by
        )


class ExtendForm(ReasonForm):
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=30, initial=30)

    def apply(self, *, by: Staff) -> Matter:
        cleaned = self.cleaned_data
        return actions.extend_matter(
            self.matter, days=cleaned["days"], reason=cleaned["reason"], text=cleaned["text"], by=by
        )


class SuperviseForm(ReasonForm):
    until = DayField(label=_("Until"), required=True)

    def apply(self, *, by: Staff) -> Matter:
        cleaned = self.cleaned_data
        return actions.supervise_matter(
            self.matter, until=cleaned["until"], reason=cleaned["reason"], text=cleaned["text"], by=by
        )


class CloseForm(StepForm):
    """The gate: what is missing of the four is asked for here."""

    result = forms.ChoiceField(label=_("Result"), choices=[("", "—"), *MatterResult.choices])
    reply = forms.CharField(label=_("Reply to the person"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    told_how = forms.ChoiceField(label=_("Told how"), choices=Told.choices, widget=forms.RadioSelect)
    report = forms.CharField(label=_("Closing report"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    archive_number = forms.CharField(label=_("Number in the archive"), max_length=40)

    def apply(self, *, by: Staff) -> Matter:
        return actions.close_matter(self.matter, by=by, **self.cleaned_data)


class ReopenForm(ReasonForm):
    def apply(self, *, by: Staff) -> Matter:
        return actions.reopen_matter(
            self.matter, reason=self.cleaned_data["reason"], text=self.cleaned_data["text"], by=by
        )


STEPS: dict[str, type[StepForm]] = {
    "accept": AcceptForm,
    "return": ReturnForm,
    "assign": AssignForm,
    "tell": TellForm,
    "deliver": DeliverForm,
    "extend": ExtendForm,
    "supervise": SuperviseForm,
    "close": CloseForm,
    "reopen": ReopenForm,
}
