"""The steps of a file's chain, each a small form, and the second person's word on a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from casework import actions
from casework.enums import ChangeKind, HomeVisitReason
from casework.forms.answers import RETURNS, Answer, ReviewStep
from casework.forms.choices import CodeField, DayField, staff_with
from casework.forms.start import categories
from center.kernel.roles import Permission
from center.privacy.fields import SecretFormField

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.models import ChangeRequest, HardshipFile
    from center.models import Staff


class FileStep(forms.Form):
    """A step of the chain: `act` carries it out with what was typed."""

    act: Callable[..., object]

    def __init__(self, *args: Any, file: HardshipFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self.file = file

    def apply(self, *, by: Staff) -> None:
        self.act(self.file, by=by, **self.cleaned_data)


class SubmitStep(FileStep):
    act = staticmethod(actions.submit_file)


class ReturnStep(FileStep):
    act = staticmethod(actions.return_file)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[("", "—"), *RETURNS])
    text = forms.CharField(label=gettext_lazy("What to supplement"), max_length=200)


class RefuseStep(FileStep):
    act = staticmethod(actions.refuse_file)
    reason = CodeField(codes="refusal_reason", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("Why, and where to turn"), max_length=200)


class HomeVisitStep(FileStep):
    act = staticmethod(actions.record_home_visit)
    visited_on = DayField(label=gettext_lazy("Visited on"), required=True, initial=timezone.localdate)
    first_visitor = forms.ChoiceField(label=gettext_lazy("First visitor"))
    second_visitor = forms.ChoiceField(label=gettext_lazy("Second visitor"))
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=HomeVisitReason.choices)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    met = forms.CharField(label=gettext_lazy("Whom they met"), max_length=120, required=False)
    findings = forms.CharField(
        label=gettext_lazy("Findings"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("The file and what was seen"),
        choices=[("yes", gettext_lazy("agrees with the file")), ("no", gettext_lazy("differs from the file"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    differences = forms.CharField(
        label=gettext_lazy("Differences from the file"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(one.pk): one for one in staff_with(Permission.READ_FILES, self.file.office_id)}
        for name in ("first_visitor", "second_visitor"):
            self.fields[name].choices = [("", "—"), *((pk, str(one)) for pk, one in self.people.items())]  # type: ignore[attr-defined]

    def clean_first_visitor(self) -> Staff:
        return self.people[self.cleaned_data["first_visitor"]]

    def clean_second_visitor(self) -> Staff:
        return self.people[self.cleaned_data["second_visitor"]]


class SendStep(FileStep):
    act = staticmethod(actions.send_to_decision)


class CategoryStep(FileStep):
    category = forms.ChoiceField(label=gettext_lazy("Category"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = categories(temporary=self.file.is_temporary)  # type: ignore[attr-defined]
        self.initial.setdefault("category", self.file.category)


class DecideStep(Answer):
    """The category in which the household is filed, with the leader's answer."""

    agree = "decide"
    agreed = staticmethod(actions.decide_file)
    category = forms.ChoiceField(label=gettext_lazy("Category"), widget=forms.RadioSelect, required=False)
    field_order = ("answer", "category")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = categories(temporary=self.file.is_temporary)  # type: ignore[attr-defined]

    def to_agree(self) -> dict[str, Any]:
        return {"category": self.cleaned_data["category"]}


class ConvertStep(CategoryStep):
    act = staticmethod(actions.convert_file)


class ProposeCategoryStep(CategoryStep):
    act = staticmethod(actions.propose_category)
    reason = forms.CharField(label=gettext_lazy("Why it changes"), max_length=200)


class MonitorStep(FileStep):
    act = staticmethod(actions.monitor_file)
    until = DayField(label=gettext_lazy("Monitored until"), required=True)


class EndStep(FileStep):
    reason = CodeField(codes="exit_reason", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("In words, with the evidence"), max_length=200)
    on = DayField(label=gettext_lazy("On"), required=True, initial=timezone.localdate)


class ExitStep(EndStep):
    act = staticmethod(actions.exit_file)


class ForDeath(forms.Form):
    """De-registering for the death of the head records the death; of one that is on record nothing is asked."""

    died_on = DayField(label=gettext_lazy("Head died on"), help_text=gettext_lazy("Only for the reason “death”."))
    evidence = CodeField(codes="death_evidence", label=gettext_lazy("Evidence of the death"))
    upload = forms.FileField(label=gettext_lazy("Scan of the death certificate"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.file.household.head.died_on:  # type: ignore[attr-defined] # mixed into a step of a file
            for name in ForDeath.base_fields:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        told = {name: cleaned.pop(name, None) for name in ForDeath.base_fields}
        if cleaned.get("reason") == "cancel_death" and told["died_on"] and told["evidence"]:
            cleaned["dying"] = actions.Dying(**told)
        return cleaned


class CancelStep(ForDeath, EndStep):
    act = staticmethod(actions.cancel_file)
    reason = CodeField(codes="cancel_reason", label=gettext_lazy("Reason"), required=True)
    field_order = ("reason", "text", "on")


class WithdrawStep(ForDeath, FileStep):
    act = staticmethod(actions.withdraw_file)
    reason = CodeField(codes="cancel_reason", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("In words"), max_length=200)
    field_order = ("reason", "text")


class ReopenStep(FileStep):
    act = staticmethod(actions.reopen_file)
    reason = CodeField(codes="hardship_cause", label=gettext_lazy("Reason"), required=True)
    text = forms.CharField(label=gettext_lazy("In words"), max_length=200)


class ArchiveStep(FileStep):
    act = staticmethod(actions.archive_file)
    place = forms.CharField(label=gettext_lazy("Where the paper lies"), max_length=60)


class RecheckStep(FileStep):
    act = staticmethod(actions.recheck_file)


class AssessStep(FileStep):
    act = staticmethod(actions.assess)
    on = DayField(label=gettext_lazy("Computed for"), required=True, initial=timezone.localdate)


class PaperStep(FileStep):
    act = staticmethod(actions.mark_paper)
    on = DayField(label=gettext_lazy("On"), required=True, initial=timezone.localdate)


class NationalStep(PaperStep):
    act = staticmethod(actions.mark_national)


class ChangeDecisionForm(forms.Form):
    """Confirm, or say why not."""

    asked_for = ("card", "id_number", "text")
    card = SecretFormField(
        kind="card",
        label=gettext_lazy("Card number, typed again from the card (to confirm)"),
        required=False,
    )
    id_number = SecretFormField(
        kind="id",
        label=gettext_lazy("ID number, typed again from the card (to confirm)"),
        required=False,
    )
    text = forms.CharField(label=gettext_lazy("Why not (only to refuse)"), max_length=200, required=False)

    def __init__(self, *args: Any, change: ChangeRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        if change.account_id is None:
            del self.fields["card"]
        if change.kind != ChangeKind.NUMBER:
            del self.fields["id_number"]

    def apply(self, change: ChangeRequest, *, verdict: str, by: Staff) -> ChangeRequest:
        if verdict == "confirm":
            typed = {name: self.cleaned_data.get(name) or "" for name in ("card", "id_number")}
            return actions.confirm_change(change, **typed, by=by)
        return actions.refuse_change(change, text=self.cleaned_data["text"], by=by)


STEPS: dict[str, type[FileStep | Answer]] = {
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
