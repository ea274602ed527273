"""What is typed about a death, about leaving a household that has ended, and about a new head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from casework import actions
from casework.enums import HeadChange, Leaving
from casework.forms.choices import CodeField, DayField
from casework.forms.people import GrantsSeen
from casework.models.death import TOLD
from casework.permissions import has_another_head
from casework.queries.search import detail_of
from center.models import codes
from center.privacy.masks import mask_name, person_name

if TYPE_CHECKING:
    from datetime import date

    from casework.models import ChangeRequest, Death, HardshipFile, Membership, Person
    from center.models import Staff


class DeathForm(forms.Form):
    """When, and by which evidence."""

    died_on = DayField(label=gettext_lazy("Died on"), required=True)
    evidence = CodeField(codes="death_evidence", label=gettext_lazy("Evidence"), required=True)
    upload = forms.FileField(
        label=gettext_lazy("Scan of the paper"),
        required=False,
        help_text=gettext_lazy("Only what was told may follow later; the money stops at once."),
    )
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), max_length=200, required=False)

    def apply(self, person: Person, *, by: Staff) -> Death:
        return actions.record_death(person, dying=actions.Dying(**self.cleaned_data), by=by)


class ProofForm(forms.Form):
    """The paper for what was only told."""

    evidence = CodeField(codes="death_evidence", label=gettext_lazy("Evidence"), required=True)
    upload = forms.FileField(label=gettext_lazy("Scan of the paper"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        papers = [one for one in codes.choices("death_evidence") if one[0] != TOLD]
        self.fields["evidence"].choices = [("", "—"), *papers]  # type: ignore[attr-defined]

    def apply(self, death: Death, *, by: Staff) -> Death:
        return actions.prove_death(death, by=by, **self.cleaned_data)


class LivesForm(forms.Form):
    """The record was a mistake."""

    reason = forms.CharField(label=gettext_lazy("How it is known that this person lives"), max_length=200)
    relation = CodeField(
        codes="relation", label=gettext_lazy("What this person is to the head of the household now"), required=True
    )

    def __init__(self, *args: Any, death: Death | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if death is None or not has_another_head(death):
            del self.fields["relation"]

    def apply(self, death: Death, *, by: Staff) -> Death:
        return actions.revoke_death(death, by=by, **self.cleaned_data)


class LeavingForm(GrantsSeen):
    """Out of a household whose file has ended."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[("", "—"), *Leaving.choices])
    text = forms.CharField(label=gettext_lazy("In words, with the evidence"), max_length=200)
    on = DayField(label=gettext_lazy("On"), required=True, initial=timezone.localdate)
    field_order = ("reason", "text", "on")

    def leaves(self, cleaned: dict[str, Any]) -> tuple[date, str] | None:
        on, reason = cleaned.get("on"), cleaned.get("reason")
        return (on, reason) if on and reason else None

    def apply(self, person: Person, *, by: Staff) -> Membership:
        told = {name: self.cleaned_data[name] for name in ("reason", "text", "on")}
        return actions.leave_ended_household(person, by=by, **told)


def _said(place: Membership) -> str:
    """A choice cannot be masked by F8: it is masked always, with what two of one name differ by."""
    parts = (mask_name(place.person.full_name), codes.label("relation", place.relation), detail_of(place.person))
    return " · ".join(parts)


class HeadForm(GrantsSeen):
    """Who becomes the head, why, and what everybody else is to the new head."""

    head = forms.ChoiceField(label=gettext_lazy("New head"))
    why = forms.ChoiceField(label=gettext_lazy("Why"), choices=[("", "—"), *HeadChange.choices])
    on = DayField(label=gettext_lazy("From the day"), required=True, initial=timezone.localdate)
    upload = forms.FileField(
        label=gettext_lazy("Scan of the paper"),
        required=False,
        help_text=gettext_lazy("Divorce paper, household register or agreement; a recorded death has its own paper."),
    )
    reason = forms.CharField(label=gettext_lazy("Why it changes"), max_length=200)

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        head = file.household.memberships.current().filter(person=file.household.head_id).first()
        super().__init__(*args, place=head, **options)
        self.file = file
        seen = self.fields.pop("seen", None)
        self.asked_for = ["upload"]  # unless a death is recorded; of everybody who stays, what they are to the new head
        self.members = list(file.household.memberships.current().select_related("person").order_by("relation", "pk"))
        heads = [one for one in self.members if one.person_id != file.household.head_id]
        self.fields["head"].choices = [("", "—"), *((one.code, _said(one)) for one in heads)]  # type: ignore[attr-defined]
        for member in self.members:
            self.asked_for.append(f"relation_{member.code}")
            self.fields[f"relation_{member.code}"] = CodeField(
                codes="relation",
                label=format_html(gettext("{name} is to the new head"), name=person_name(member.person.full_name)),
                help_text=gettext_lazy("Empty for the new head, and for a head who leaves."),
            )
        if seen:  # after everybody who stays
            self.fields["seen"] = seen

    def leaves(self, cleaned: dict[str, Any]) -> tuple[date, str] | None:
        """A head who leaves takes along what was granted after the day, too."""
        on, why = cleaned.get("on"), cleaned.get("why")
        return (on, why) if on and why in {HeadChange.DIVORCE, HeadChange.DEPARTURE} else None

    def apply(self, *, by: Staff) -> ChangeRequest:
        cleaned = self.cleaned_data
        people = {one.code: one.person for one in self.members}
        return actions.propose_head(
            self.file,
            head=people[cleaned["head"]],
            why=cleaned["why"],
            on=cleaned["on"],
            relations={one.code: cleaned[f"relation_{one.code}"] for one in self.members},
            upload=cleaned["upload"],
            reason=cleaned["reason"],
            by=by,
        )
