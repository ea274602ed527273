"""A step of a record: `act` carries it out with what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from center.models import Staff


class StepForm(forms.Form):
    act: Callable[..., object]

    def __init__(self, *args: Any, record: Any, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.record, self.staff = record, staff

    def apply(self, *, by: Staff) -> object:
        return self.act(self.record, by=by, **self.cleaned_data)
