"""Accounts and roles as the administrator types them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.actions import people
from center.kernel.roles import Permission, Role
from center.models import Office, Staff

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from center.models import Assignment


class AccountForm(forms.Form):
    username = forms.RegexField(
        r"^[a-z][a-z0-9_.-]{2,39}$",
        label=_("User name"),
        help_text=_("Small letters and digits; one person, one account."),
        error_messages={"invalid": _("Three to forty small letters or digits, beginning with a letter.")},
    )
    full_name = forms.CharField(label=_("Name"), max_length=50)

    def apply(self, *, by: Staff) -> tuple[Staff, str]:
        return people.open_account(**self.cleaned_data, by=by)


class WhyForm(forms.Form):
    """Why a phone is forgotten or an account closed."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class AssignmentForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    office: forms.ModelChoiceField[Office] = forms.ModelChoiceField(
        label=_("Office"), queryset=Office.objects.filter(closed_on=None), empty_label="—"
    )
    starts_on = forms.DateField(label=_("From"), initial=timezone.localdate)
    ends_on = forms.DateField(label=_("Until"), required=False)
    deputy_for: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(
        label=_("Deputy for"), queryset=Staff.objects.filter(is_active=True), empty_label="—", required=False
    )

    def __init__(self, *args: Any, by: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        offices: Any = self.fields["office"]
        offices.queryset = offices.queryset.filter(pk__in=by.sight(Permission.MANAGE_STAFF))
        deputies: Any = self.fields["deputy_for"]
        deputies.queryset = deputies.queryset & Staff.objects.managed_by(by)

    def apply(self, staff: Staff, *, by: Staff) -> Assignment:
        return people.assign(staff, **self.cleaned_data, by=by)


class AssignmentEditForm(AssignmentForm):
    """An assignment as it stands. Once it has begun, its role, office and first day are shown and not asked."""

    def __init__(self, *args: Any, assignment: Assignment, by: Staff, **options: Any) -> None:
        self.record = assignment
        names = ("role", "office", "starts_on", "ends_on", "deputy_for")
        options["initial"] = {name: getattr(assignment, name) for name in names}
        super().__init__(*args, by=by, **options)
        offices: Any = self.fields["office"]
        offices.queryset |= Office.objects.filter(pk=assignment.office_id)
        for name in ("role", "office", "starts_on"):
            self.fields[name].disabled = people.has_begun(assignment)

    def save(self, *, by: Staff) -> Assignment:
        return people.edit_assignment(self.record, **self.cleaned_data, by=by)


class WhoForm(forms.Form):
    """Somebody of the staff, whose page is opened."""

    staff = forms.ModelChoiceField(label=_("Whose phone is lost"), queryset=Staff.objects.none(), empty_label="—")

    def __init__(self, *args: Any, staff: QuerySet[Staff], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["staff"].queryset = staff  # type: ignore[attr-defined] # a ModelChoiceField
