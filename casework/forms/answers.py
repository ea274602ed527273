"""What whoever looks at a file answers: it is agreed to, sent back, or refused; beside the same facts, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from casework import actions
from casework.enums import ReturnReason
from casework.forms.choices import CodeField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from casework.models import HardshipFile
    from center.models import Staff

RETURNS = [(one.value, one.label) for one in ReturnReason if one != ReturnReason.OBJECTION]  # a notice returns by that
GIVE_REASON = gettext_lazy("Give the reason from the list and in words.")


class Answer(forms.Form):
    """One of up to three; sending back and refusing need their reason and words."""

    asked_for = ("return_reason", "refusal_reason", "text")
    agree: str
    agreed: Callable[..., object]

    answer = forms.ChoiceField(label=pgettext_lazy("of a review", "Your answer"), widget=forms.RadioSelect)
    return_reason = forms.ChoiceField(
        label=gettext_lazy("Why it goes back"), choices=[("", "—"), *RETURNS], required=False
    )
    refusal_reason = CodeField(codes="refusal_reason", label=gettext_lazy("Why it is refused"))
    text = forms.CharField(
        label=gettext_lazy("In words: what to supplement, or why not and where to turn"), max_length=200, required=False
    )

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def offer(self, answers: Sequence[tuple[str, str]]) -> None:
        """The answers that this person may give, with their titles; what only another one asks for is left out. Of
        several none is chosen beforehand: silence agrees to nothing."""
        field = self.fields["answer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = answers
        given = {answer for answer, _title in answers}
        for answer, name in (("return", "return_reason"), ("refuse", "refusal_reason")):
            if answer not in given:
                del self.fields[name]
        if not given & {"return", "refuse"}:
            del self.fields["text"]
        if len(given) == 1:
            self.initial.setdefault("answer", answers[0][0])

    @property
    def is_choice(self) -> bool:
        """Whether more than one answer is offered."""
        return "text" in self.fields

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        needed = {"return": "return_reason", "refuse": "refusal_reason"}.get(cleaned.get("answer", ""))
        for name in (needed, "text") if needed else ():
            if not (cleaned.get(name) or "").strip():
                self.add_error(name, GIVE_REASON)
        return cleaned

    def apply(self, *, by: Staff) -> None:
        said = self.cleaned_data
        if said["answer"] == "return":
            actions.return_file(self.file, reason=said["return_reason"], text=said["text"], by=by)
        elif said["answer"] == "refuse":
            actions.refuse_file(self.file, reason=said["refusal_reason"], text=said["text"], by=by)
        else:
            self.agreed(self.file, **self.to_agree(), by=by)

    def to_agree(self) -> dict[str, Any]:
        """What agreeing takes besides."""
        return {}


class ReviewStep(Answer):
    agree = "review"
    agreed = staticmethod(actions.pass_review)
