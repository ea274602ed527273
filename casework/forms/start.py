"""The start of a file: ID first, then who is here already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import actions
from casework.actions.people import Apart, from_id_number
from casework.errors import Duplicate
from casework.forms.choices import NameField, code_list
from casework.models import Person, Visit
from casework.queries import search
from center.privacy.fields import SecretFormField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.models import HardshipFile
    from center.models import Office, Staff

APART = gettext_lazy("Why this is another person")
APART_HELP = gettext_lazy("Compared by card, face and family; this is written down with your name.")
CATEGORIES = ("deep", "relative", "accidental")


def categories(*, temporary: bool = False) -> list[tuple[str, str]]:
    wanted = (*CATEGORIES, "temporary") if temporary else CATEGORIES
    return [(code, label) for code, label in code_list("hardship_category", empty=False) if code in wanted]


def told_apart(reason: str, likes: Sequence[search.Match]) -> Apart | None:
    """The reason counts only where somebody alike was shown."""
    if not likes or not reason.strip():
        return None
    return Apart(reason=reason.strip(), likes=tuple(match.person.code for match in likes))


class StartForm(forms.Form):
    """ID first; then who is here already; then the type of the file."""

    asked_for = ("id_number", "full_name", "told_apart")

    person = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    visit = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    id_number = SecretFormField(kind="id", label=gettext_lazy("ID number"), required=False)
    full_name = NameField(label=gettext_lazy("Name"), required=False)
    phone = SecretFormField(kind="phone", label=gettext_lazy("Telephone"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category, as declared"), widget=forms.RadioSelect)
    is_temporary = forms.BooleanField(label=gettext_lazy("Temporary file"), required=False)
    told_apart = forms.CharField(label=APART, help_text=APART_HELP, max_length=200, required=False)

    def __init__(self, *args: Any, staff: Staff, office: Office, person: Person | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staff, self.office, self.known = staff, office, person
        self.fields["category"].choices = categories(temporary=True)  # type: ignore[attr-defined]
        if person:
            self.initial["person"] = person.code

    def clean_person(self) -> Person | None:
        code = self.cleaned_data["person"]
        if code and self.known is None:
            self.known = Person.objects.visible_to(self.staff).filter(code=code).first()
            if self.known is None:
                raise forms.ValidationError(_("This person is not in your registry."))
        return self.known

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.known is None and not self.errors:
            for name in ("id_number", "full_name"):
                if not cleaned.get(name):
                    self.add_error(name, _("This is needed to open a file."))
        if self.known is None and not self.errors and self.probable and not cleaned["told_apart"].strip():
            self.add_error("told_apart", _("Somebody very like this is here already: compare first."))
        return cleaned

    @property
    def matches(self) -> list[search.Match]:
        if self.known or not self.is_bound:
            return []
        number = self.cleaned_data.get("id_number") or ""
        return list(
            search.duplicates(
                by=self.staff,
                full_name=self.cleaned_data.get("full_name") or "",
                id_number=number,
                phone=self.cleaned_data.get("phone") or "",
                birth_date=from_id_number(number).get("birth_date"),
            )
        )

    @property
    def probable(self) -> list[search.Match]:
        return [match for match in self.matches if not match.exact]

    def apply(self, *, by: Staff) -> HardshipFile:
        cleaned = self.cleaned_data
        if any(match.exact for match in self.matches):
            raise Duplicate(_("This ID number is in the registry already: open that person below."))
        facts = {name: cleaned[name] for name in ("id_number", "phone") if cleaned[name]}
        visit = Visit.objects.visible_to(by).filter(code=cleaned["visit"]).first() if cleaned["visit"] else None
        return actions.start_file(
            self.office,
            category=cleaned["category"],
            person=self.known,
            full_name=cleaned["full_name"],
            is_temporary=cleaned["is_temporary"] or cleaned["category"] == "temporary",
            visit=visit,
            facts=facts,
            told_apart=told_apart(cleaned["told_apart"], self.probable),
            by=by,
        )
