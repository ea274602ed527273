"""What is typed about a matter; each step has its small form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework import actions
from casework.enums import HandlingMode, MatterKind, MatterReason, MatterResult, PetitionClass, Told
from casework.forms.choices import DayField, staff_with
from center.kernel.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.models import Matter
    from center.models import Staff


class StepForm(forms.Form):
    """A step of a matter: `act` carries it out with what was typed."""

    act: Callable[..., object]

    def __init__(self, *args: Any, matter: Matter, **options: Any) -> None:
        super().__init__(*args, **options)
        self.matter = matter

    def apply(self, *, by: Staff) -> None:
        self.act(self.matter, by=by, **self.cleaned_data)


class ReasonForm(StepForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *MatterReason.choices])
    text = forms.CharField(label=_("In words"), max_length=200)


class AcceptForm(StepForm):
    act = staticmethod(actions.accept_matter)


class ReturnForm(ReasonForm):
    act = staticmethod(actions.return_matter)


class AssignForm(StepForm):
    act = staticmethod(actions.assign_matter)
    to = forms.ChoiceField(label=_("To"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(one.pk): one for one in staff_with(Permission.HANDLE_MATTERS, self.matter.office_id)}
        self.fields["to"].choices = [("", "—"), *((pk, str(one)) for pk, one in self.people.items())]  # type: ignore[attr-defined]

    def clean_to(self) -> Staff:
        return self.people[self.cleaned_data["to"]]


class TellForm(StepForm):
    act = staticmethod(actions.tell_about_matter)
    how = forms.ChoiceField(label=_("How"), choices=Told.choices, widget=forms.RadioSelect)


class DeliverForm(StepForm):
    act = staticmethod(actions.deliver_matter)
    body = forms.CharField(label=_("Receiving body"), max_length=80, required=False)
    reply = forms.CharField(label=_("Its reply"), max_length=200, required=False)


class CorrectForm(StepForm):
    """What was filled in by itself, to be put right."""

    asked_for = ("text",)
    petition_class = forms.ChoiceField(label=_("Class of petition"), choices=PetitionClass.choices)
    mode = forms.ChoiceField(label=_("Way of handling"), choices=HandlingMode.choices)
    request = forms.CharField(
        label=_("Request, facts and reasons"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DayField(label=_("Due on"), required=True)
    text = forms.CharField(
        label=_("Where the other deadline stands"),
        required=False,
        max_length=200,
        help_text=_("The ticket or the letter; only for another day."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("petition_class", "mode", "request", "due_on"):
            self.initial[name] = getattr(self.matter, name)
        if self.matter.kind != MatterKind.PETITION:
            del self.fields["petition_class"]

    def apply(self, *, by: Staff) -> None:
        said = {"petition_class": self.matter.petition_class, **self.cleaned_data}
        text = said.pop("text")
        actions.correct_matter(self.matter, correction=actions.Correction(**said), text=text, by=by)


class ExtendForm(ReasonForm):
    act = staticmethod(actions.extend_matter)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=30, initial=30)


class SuperviseForm(ReasonForm):
    act = staticmethod(actions.supervise_matter)
    until = DayField(label=_("Until"), required=True)


class CloseForm(StepForm):
    """The gate: what is missing of the four is asked for here."""

    act = staticmethod(actions.close_matter)
    result = forms.ChoiceField(label=_("Result"), choices=[("", "—"), *MatterResult.choices])
    reply = forms.CharField(label=_("Reply to the person"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    told_how = forms.ChoiceField(label=_("Told how"), choices=Told.choices, widget=forms.RadioSelect)
    report = forms.CharField(label=_("Closing report"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    archive_number = forms.CharField(label=_("Number in the archive"), max_length=40)


class ReopenForm(ReasonForm):
    act = staticmethod(actions.reopen_matter)


STEPS: dict[str, type[StepForm]] = {
    "accept": AcceptForm,
    "return": ReturnForm,
    "assign": AssignForm,
    "tell": TellForm,
    "deliver": DeliverForm,
    "correct": CorrectForm,
    "extend": ExtendForm,
    "supervise": SuperviseForm,
    "close": CloseForm,
    "reopen": ReopenForm,
}
