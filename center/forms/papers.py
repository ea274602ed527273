"""What is typed about a paper that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from center.actions.scans import keep_scan

if TYPE_CHECKING:
    from center.models import Document, Meeting, Notice, Staff


class ScanForm(forms.Form):
    """The paper that came back; its code says whose it is."""

    upload = forms.FileField(label=_("Scan or picture"))
    compared = forms.BooleanField(
        label=_("No code can be read on it; I have compared the paper with this record"),
        required=False,
        help_text=_("Another person confirms it then."),
    )

    def apply(self, record: Meeting | Notice, *, by: Staff) -> Document:
        return keep_scan(record, by=by, **self.cleaned_data)


class SecondScanForm(forms.Form):
    """The second person's yes, or no with its reason."""

    answer = forms.CharField(label=_("Why not, when turned down"), max_length=200, required=False)


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "For example: the scan is of another family. It is kept with your name; the scan itself is erased."
        ),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
