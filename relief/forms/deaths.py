"""Who receives what a death holds, and the second person's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.queries.search import detail_of
from center.privacy.masks import mask_name
from relief.actions import deaths
from relief.permissions import why_not_receive_instead

if TYPE_CHECKING:
    from casework.models import Person
    from center.models import Staff
    from relief.models import Award, Redirection


def _said(person: Person) -> str:
    """A choice cannot be masked by F8: it is masked always, with what two of one name differ by."""
    return f"{mask_name(person.full_name)} · {detail_of(person)}"


class ReceiverForm(forms.Form):
    """An adult of the household."""

    to = forms.ChoiceField(label=_("Receiver"))
    reason = forms.CharField(label=_("Why this person receives the money"), max_length=200)

    def __init__(self, *args: Any, award: Award, **options: Any) -> None:
        super().__init__(*args, **options)
        self.award = award
        home = award.application.household
        members = home.memberships.current().select_related("person") if home else ()
        people = [member.person for member in members if not why_not_receive_instead(award, member.person)]
        self.people = {person.code: person for person in people}
        self.fields["to"].choices = [("", "—"), *((one.code, _said(one)) for one in people)]  # type: ignore[attr-defined] # a ChoiceField

    def apply(self, *, verdict: str, by: Staff) -> Redirection:
        cleaned = self.cleaned_data
        return deaths.ask_redirection(self.award, to=self.people[cleaned["to"]], reason=cleaned["reason"], by=by)


class AnswerForm(forms.Form):
    """Agree, or say why not."""

    answer = forms.CharField(label=_("Why not (only to turn it down)"), max_length=200, required=False)

    def __init__(self, *args: Any, asked: Redirection, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = asked

    def apply(self, *, verdict: str, by: Staff) -> Redirection:
        if verdict == "agree":
            return deaths.settle_redirection(self.asked, by=by)
        return deaths.turn_down_redirection(self.asked, answer=self.cleaned_data["answer"], by=by)
