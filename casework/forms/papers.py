"""What is typed beside a file: bank account, consents, papers, the five clears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from casework import actions
from casework.enums import Block, Know, Purpose
from casework.forms.choices import CodeField, DayField
from center.privacy.fields import SecretFormField
from center.privacy.masks import shown_name

if TYPE_CHECKING:
    from casework.models import HardshipFile, Person
    from center.models import Staff


class AccountForm(forms.Form):
    """A bank account; it counts after a second person has compared it with the card."""

    holder = forms.ChoiceField(label=gettext_lazy("Holder"))
    card = SecretFormField(kind="card", label=gettext_lazy("Card number"))
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=60)
    branch = forms.CharField(label=gettext_lazy("Branch"), max_length=80, required=False)
    holder_reason = forms.CharField(
        label=gettext_lazy("Why not the head's own account"), max_length=200, required=False
    )
    reason = forms.CharField(label=gettext_lazy("Why it changes"), max_length=200)
    title = gettext_lazy("Propose a bank account")
    asked_for = ("holder_reason",)

    def __init__(self, *args: Any, file: HardshipFile, members: list[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file
        self.people = {person.code: person for person in members}
        self.fields["holder"].choices = [(person.code, shown_name(person.full_name)) for person in members]  # type: ignore[attr-defined]

    def apply(self, *, by: Staff) -> None:
        cleaned = dict(self.cleaned_data)
        actions.propose_account(self.file, holder=self.people[cleaned.pop("holder")], by=by, **cleaned)


class ConsentForm(forms.Form):
    """A signed sheet."""

    purpose = forms.ChoiceField(
        label=pgettext_lazy("consent", "What for"), choices=Purpose.choices, widget=forms.RadioSelect
    )
    signed_on = DayField(label=gettext_lazy("Signed on"), required=True)
    valid_until = DayField(label=gettext_lazy("Valid until"))
    upload = forms.FileField(label=gettext_lazy("Scan of the signed sheet"), required=False)
    title = gettext_lazy("Record a consent")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        signed, until = cleaned.get("signed_on"), cleaned.get("valid_until")
        if signed and signed > timezone.localdate():
            self.add_error("signed_on", _("Nobody has signed on a day that lies ahead."))
        elif signed and until and until < signed:
            self.add_error("valid_until", _("It cannot end before it was signed."))
        return cleaned

    def apply(self, *, by: Staff) -> None:
        cleaned = self.cleaned_data
        actions.record_consent(
            self.file.household.head,
            purpose=cleaned["purpose"],
            signed_on=cleaned["signed_on"],
            valid_until=cleaned["valid_until"],
            upload=cleaned["upload"],
            by=by,
        )


class DocumentForm(forms.Form):
    """A paper of the file: scanned, photographed, or as PDF."""

    kind = CodeField(codes="attachment_type", label=gettext_lazy("Kind of paper"), required=True)
    upload = forms.FileField(label=gettext_lazy("Scan or photo"))
    title = gettext_lazy("Add a paper")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def apply(self, *, by: Staff) -> None:
        actions.add_document(self.file, kind=self.cleaned_data["kind"], upload=self.cleaned_data["upload"], by=by)


class ClearForm(forms.Form):
    """One of the five is verified today."""

    block = forms.ChoiceField(label=gettext_lazy("Block"), choices=Block.choices, widget=forms.RadioSelect)
    knows = forms.MultipleChoiceField(
        label=gettext_lazy("Known of the nine"),
        choices=Know.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), max_length=200, required=False)
    title = gettext_lazy("Verify one of the five clears")

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def apply(self, *, by: Staff) -> None:
        cleaned = self.cleaned_data
        actions.verify_clear(self.file, block=cleaned["block"], knows=cleaned["knows"], note=cleaned["note"], by=by)
