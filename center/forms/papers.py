"""What is typed about a paper that came in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "For example: the scan is of another family. It is kept with your name; the scan itself is erased."
        ),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
