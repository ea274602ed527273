"""A step of a record: `apply` carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from center.models import Staff


class StepForm(forms.Form):
    def __init__(self, *args: Any, record: Any, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.record, self.staff = record, staff

    def apply(self, *, by: Staff) -> object:
        raise NotImplementedError
