"""The steps of a file's chain, each a small form, and the second person's word on a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from casework import actions
from casework.enums import HomeVisitReason, ReturnReason
from casework.forms.choices import CodeField, DayField, staff_with
from casework.forms.files import categories
from center.roles import Permission

if TYPE_CHECKING:
    from casework.models import ChangeRequest, HardshipFile
    from center.models import Staff


class FileStep(forms.Form):
    """A step of the chain."""

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def apply(self, *, by: Staff) -> HardshipFile:
        raise NotImplementedError


class SubmitStep(FileStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.submit_file(self.file, by=by)


class ReviewStep(FileStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.pass_review(self.file, by=by)


class ReturnStep(FileStep):
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[("", "—"), *ReturnReason.choices])
    text = forms.CharField(label=gettext_lazy("What to supplement"), max_length=200)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.return_file(self.file, by=by, **self.cleaned_data)


class RefuseStep(FileStep):
    reason = CodeField(codes="refusal_reason", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("Why, and where to turn"), max_length=200)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.refuse_file(self.file, by=by, **self.cleaned_data)


class HomeVisitStep(FileStep):
    visited_on = DayField(label=gettext_lazy("Visited on"), required=True, initial=timezone.localdate)
    first_visitor = forms.ChoiceField(label=gettext_lazy("First visitor"))
    second_visitor = forms.ChoiceField(label=gettext_lazy("Second visitor"))
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=HomeVisitReason.choices)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    met = forms.CharField(label=gettext_lazy("Whom they met"), max_length=120, required=False)
    findings = forms.CharField(
        label=gettext_lazy("Findings"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    agrees = forms.BooleanField(label=gettext_lazy("The file agrees with what was seen"), required=False, initial=True)
    differences = forms.CharField(
        label=gettext_lazy("Differences from the file"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(one.pk): one for one in staff_with(Permission.READ_FILES, self.file.office_id)}
        for name in ("first_visitor", "second_visitor"):
            self.fields[name].choices = [("", "—"), *((pk, str(one)) for pk, one in self.people.items())]  # type: ignore[attr-defined]

    def apply(self, *, by: Staff) -> HardshipFile:
        cleaned = dict(self.cleaned_data)
        for name in ("first_visitor", "second_visitor"):
            cleaned[name] = self.people[cleaned[name]]
        actions.record_home_visit(self.file, by=by, **cleaned)
        return self.file


class SendStep(FileStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.send_to_decision(self.file, by=by)


class CategoryStep(FileStep):
    category = forms.ChoiceField(label=gettext_lazy("Category"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = categories(temporary=self.file.is_temporary)  # type: ignore[attr-defined]
        self.initial.setdefault("category", self.file.category)


class DecideStep(CategoryStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.decide_file(self.file, category=self.cleaned_data["category"], by=by)


class ConvertStep(CategoryStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.convert_file(self.file, category=self.cleaned_data["category"], by=by)


class ProposeCategoryStep(CategoryStep):
    reason = forms.CharField(label=gettext_lazy("Why it changes"), max_length=200)

    def apply(self, *, by: Staff) -> HardshipFile:
        actions.propose_category(self.file, by=by, **self.cleaned_data)
        return self.file


class MonitorStep(FileStep):
    until = DayField(label=gettext_lazy("Monitored until"), required=True)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.monitor_file(self.file, until=self.cleaned_data["until"], by=by)


class EndStep(FileStep):
    reason = CodeField(codes="exit_reason", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("In words, with the evidence"), max_length=200)
    on = DayField(label=gettext_lazy("On"), required=True, initial=timezone.localdate)


class ExitStep(EndStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.exit_file(self.file, by=by, **self.cleaned_data)


class CancelStep(EndStep):
    reason = CodeField(codes="cancel_reason", label=gettext_lazy("Reason"), required=True)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.cancel_file(self.file, by=by, **self.cleaned_data)


class WithdrawStep(FileStep):
    reason = CodeField(codes="cancel_reason", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("In words"), max_length=200)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.withdraw_file(self.file, by=by, **self.cleaned_data)


class ReopenStep(FileStep):
    reason = CodeField(codes="hardship_cause", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("In words"), max_length=200)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.reopen_file(self.file, by=by, **self.cleaned_data)


class ArchiveStep(FileStep):
    place = forms.CharField(label=gettext_lazy("Where the paper lies"), max_length=60)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.archive_file(self.file, place=self.cleaned_data["place"], by=by)


class RecheckStep(FileStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.recheck_file(self.file, by=by)


class AssessStep(FileStep):
    on = DayField(label=gettext_lazy("Computed for"), required=True, initial=timezone.localdate)

    def apply(self, *, by: Staff) -> HardshipFile:
        actions.assess(self.file, on=self.cleaned_data["on"], by=by)
        return self.file


class PaperStep(FileStep):
    on = DayField(label=gettext_lazy("On"), required=True, initial=timezone.localdate)

    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.mark_paper(self.file, on=self.cleaned_data["on"], by=by)


class NationalStep(PaperStep):
    def apply(self, *, by: Staff) -> HardshipFile:
        return actions.mark_national(self.file, on=self.cleaned_data["on"], by=by)


class ChangeDecisionForm(forms.Form):
    """Confirm, or say why not."""

    text = forms.CharField(label=gettext_lazy("Why not (only to refuse)"), max_length=200, required=False)

    def apply(self, change: ChangeRequest, *, verdict: str, by: Staff) -> ChangeRequest:
        if verdict == "confirm":
            return actions.confirm_change(change, by=by)
        return actions.refuse_change(change, text=self.cleaned_data["text"], by=by)


STEPS: dict[str, type[FileStep]] = {
    "submit": SubmitStep,
    "review": ReviewStep,
    "return": ReturnStep,
    "refuse": RefuseStep,
    "home_visit": HomeVisitStep,
    "send": SendStep,
    "decide": DecideStep,
    "monitor": MonitorStep,
    "exit": ExitStep,
    "cancel": CancelStep,
    "withdraw": WithdrawStep,
    "reopen": ReopenStep,
    "archive": ArchiveStep,
    "convert": ConvertStep,
    "category": ProposeCategoryStep,
    "recheck": RecheckStep,
    "assess": AssessStep,
    "paper": PaperStep,
    "national": NationalStep,
}
