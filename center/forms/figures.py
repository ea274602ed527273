"""Figures that people type: digits and one point. `1e5` is a slip of the finger, and no form reads it as an amount."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from center.exchange.cleaning import FIGURE


class FigureField(forms.DecimalField):
    """A number with a point, and nothing that only programs write."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip() and not FIGURE.fullmatch(value.strip()):
            raise forms.ValidationError(_("Write digits only."))
        return super().to_python(value)
