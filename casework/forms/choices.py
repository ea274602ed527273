"""Choices from the code lists and from the staff, read when the form is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.forms.figures import FigureField
from center.kernel.normal import why_not_a_name
from center.kernel.roles import GRANTS, Permission
from center.models import Assignment, Staff, codes
from center.privacy.masks import NAMES_HIDDEN, mask_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from center.models import Office

Choice = tuple[str, Any]


def code_list(name: str, *, empty: bool = True, held: Collection[str] = ()) -> list[Choice]:
    return ([("", "—")] if empty else []) + list(codes.choices(name, held=held))


def staff_with(permission: Permission, office: Office | int) -> list[Staff]:
    """Who holds a permission at an office today; deputies too."""
    office_id = office if isinstance(office, int) else office.pk
    today = timezone.localdate()
    roles = [role for role, held in GRANTS.items() if permission in held]
    held = Assignment.objects.filter(role__in=roles, starts_on__lte=today).exclude(ends_on__lt=today)
    people = Staff.objects.filter(pk__in=held.values("staff"), is_active=True).order_by("full_name")
    return [staff for staff in people if staff.may(permission, office_id)]


class CodeField(forms.ChoiceField):
    """One value of a code list; the choices are read when the form is made, so that edits of the list count."""

    def __init__(self, *, codes: str, **options: Any) -> None:
        self.code_list = codes
        options.setdefault("required", False)
        super().__init__(choices=lambda: code_list(codes), **options)

    def keep(self, held: str) -> None:
        self.choices = code_list(self.code_list, held=[held])


class CodesField(forms.MultipleChoiceField):
    """Several values of a code list."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, codes: str, **options: Any) -> None:
        self.code_list = codes
        options.setdefault("required", False)
        super().__init__(choices=lambda: code_list(codes, empty=False), **options)

    def keep(self, held: list[str]) -> None:
        self.choices = code_list(self.code_list, empty=False, held=held)


class DayField(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)


class _Hidden(forms.BoundField):
    """A name that is on record, while names are masked: shown as its mask, and not to be written."""

    def value(self) -> str:
        return mask_name(str(super().value() or ""))


class NameField(forms.CharField):
    """The name of one person. Under F8 a name on record is masked in its field, too, and stays as it is."""

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        if not (NAMES_HIDDEN.get() and form.get_initial_for_field(self, field_name)):
            return super().get_bound_field(form, field_name)
        self.disabled = True
        self.help_text = _("Names are masked now; show them again to change this one.")
        return _Hidden(form, self, field_name)

    def __init__(self, **options: Any) -> None:
        super().__init__(label=options.pop("label", _("Name")), max_length=50, **options)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (sentence := why_not_a_name(value)):
            raise forms.ValidationError(sentence)


class YuanField(FigureField):
    """Money: two decimals, thousands may be typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(max_digits=14, decimal_places=2, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "").replace("\uff0c", "") if isinstance(value, str) else value)


class UnknownYesNo(forms.TypedChoiceField):
    """Yes, no, or nobody asked yet."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[("", _("not known")), ("yes", _("yes")), ("no", _("no"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            required=False,
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)
