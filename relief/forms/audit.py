"""Which rows of the register: by person, number, who had a hand in it. Codes and user names only, never a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.models import Person
from center.kernel.roles import Permission
from center.models import Assignment, Staff

if TYPE_CHECKING:
    from django.http import QueryDict

PAYMENT = "transaction__payment__"
NUMBERS = ("number", "line_code", "file_number", "application__number", "batch__number", "batch__bank_number")
PEOPLE = ("payee__code", "application__person__code", "application__beneficiary__code")
HANDS = ("made_by", "approved_by", "batch__checked_by", "paid_by", "receipt_confirmed_by")


class RegisterFilter(forms.Form):
    """A row is a posting; everything asked here is asked of its payment."""

    number = forms.CharField(
        label=gettext_lazy("Number of payment, application, file, batch"), required=False, max_length=40
    )
    hand = forms.ChoiceField(label=gettext_lazy("Member of staff"), required=False)
    person = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, staff: Staff) -> None:
        super().__init__(data)
        self.staff, self.of_person = staff, ""
        offices = staff.sight(Permission.AUDIT) | staff.sight(Permission.READ_FUNDS)
        here = Staff.objects.filter(pk__in=Assignment.objects.filter(office__in=offices).values("staff"))
        people = here.order_by("full_name").values_list("username", "full_name")
        self.fields["hand"].choices = [("", "—"), *people]  # type: ignore[attr-defined] # a ChoiceField

    def wanted(self) -> list[Q]:
        """A filter that cannot be read finds nothing, and says why."""
        if not self.is_bound:
            return []
        if not self.is_valid():
            return [Q(pk__in=())]
        asked: dict[str, Any] = self.cleaned_data
        found = []
        if number := asked["number"].strip().upper():
            found.append(_any(dict.fromkeys(NUMBERS, number)))
        if asked["hand"]:
            found.append(_any({f"{hand}__username": asked["hand"] for hand in HANDS}))
        if person := asked["person"]:
            found.append(_any(dict.fromkeys(PEOPLE, person)))
        return found

    def clean_person(self) -> str:
        code: str = self.cleaned_data["person"]
        if code:
            person = Person.objects.ever_visible_to(self.staff).filter(code=code).first()
            if person is None:
                raise forms.ValidationError(_("No record of yours has this number."))
            self.of_person = str(person)
        return code


def _any(lookups: dict[str, Any]) -> Q:
    return Q(*((f"{PAYMENT}{name}", value) for name, value in lookups.items()), _connector=Q.OR)
