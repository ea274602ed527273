"""Which of two records stays, and of each fact on which they differ, whose is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from casework import actions
from casework.queries import doubles

if TYPE_CHECKING:
    from django.forms import BoundField

    from casework.models import Joining, Person
    from center.models import Staff

ONE, OTHER = "one", "other"


class JoiningForm(forms.Form):
    """Two radio buttons a row; the template draws them beside the values."""

    keep = forms.ChoiceField(label=gettext_lazy("The record that stays"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("How you know that this is one person"),
        help_text=gettext_lazy("Compared by card, face and family; this is written down with your name."),
        max_length=200,
    )

    def __init__(self, *args: Any, one: Person, other: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.one, self.other = one, other
        self.facts = doubles.facts(one, other)
        self.fields["keep"].choices = [(ONE, one.code), (OTHER, other.code)]  # type: ignore[attr-defined]
        self.initial["keep"] = ONE
        for fact in self.facts:
            if fact.differs:
                self.fields[fact.name] = forms.ChoiceField(
                    label=fact.label, choices=[(ONE, fact.one), (OTHER, fact.other)]
                )

    @property
    def rows(self) -> list[tuple[doubles.Fact, BoundField | None]]:
        """Each fact with its choice, which nothing makes beforehand; None where there is nothing to choose."""
        return [(fact, self[fact.name] if fact.differs else None) for fact in self.facts]

    @property
    def kept(self) -> str:
        return self["keep"].value() or ONE

    def apply(self, *, by: Staff) -> Joining:
        chosen = self.cleaned_data
        keeps_one = chosen["keep"] == ONE
        keep, drop = (self.one, self.other) if keeps_one else (self.other, self.one)
        dropped = OTHER if keeps_one else ONE
        taken = [fact.name for fact in self.facts if fact.differs and chosen[fact.name] == dropped]
        return actions.propose_joining(keep, drop=drop, taken=taken, reason=chosen["reason"], by=by)


class JoiningDecisionForm(forms.Form):
    """The second person's word."""

    text = forms.CharField(
        label=gettext_lazy("Why these are two people"),
        help_text=gettext_lazy("Only when you refuse."),
        required=False,
        max_length=200,
    )

    def apply(self, joining: Joining, *, verdict: str, by: Staff) -> None:
        if verdict == "confirm":
            actions.confirm_joining(joining, by=by)
        else:
            actions.refuse_joining(joining, text=self.cleaned_data["text"], by=by)
