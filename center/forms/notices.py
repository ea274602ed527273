"""What is typed about notices and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from center.actions import notices
from center.models import NoticeEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from center.desk import NoticeLine
    from center.models import Notice, Objection, Office, Staff


class ComposeForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=80)
    basis = forms.CharField(
        label=_("Basis"), max_length=200, required=False, help_text=_("The rule or meeting that the notice rests on.")
    )
    working_days = forms.IntegerField(label=_("Working days on display"), min_value=1, max_value=30, initial=5)
    subjects = forms.MultipleChoiceField(label=_("Lines"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, lines: Sequence[NoticeLine], office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        field = self.fields["subjects"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(line.subject, line.called) for line in lines if line.ready]

    def apply(self, *, by: Staff) -> Notice:
        return notices.compose(self.office, **self.cleaned_data, by=by)


class PublishForm(forms.Form):
    posted_at = forms.CharField(label=_("Where the sheet hangs"), max_length=120, required=False)

    def apply(self, notice: Notice, *, by: Staff) -> Notice:
        return notices.publish(notice, posted_at=self.cleaned_data["posted_at"], by=by)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class ObjectionForm(forms.Form):
    entry: forms.ModelChoiceField[NoticeEntry] = forms.ModelChoiceField(
        label=_("Against which line"), queryset=NoticeEntry.objects.none(), empty_label="—"
    )
    said_by = forms.CharField(
        label=_("Who objects"),
        max_length=50,
        required=False,
        help_text=_("May stay empty: objections without a name are checked too."),
    )
    text = forms.CharField(label=_("The objection"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = notice.entries.all()

    def apply(self, *, by: Staff) -> Objection:
        typed = self.cleaned_data
        return notices.object_to(typed["entry"], text=typed["text"], said_by=typed["said_by"], by=by)


class AnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("What was found"),
        choices=[("no", _("The objection is not founded")), ("yes", _("The objection is right"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Findings and answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def apply(self, objection: Objection, *, by: Staff) -> Objection:
        return notices.answer_objection(objection, **self.cleaned_data, by=by)
