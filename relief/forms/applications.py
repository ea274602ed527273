"""Forms of applications, from the first words to the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from center.forms.figures import FigureField
from center.kernel.sentences import about, yuan
from center.models import codes
from center.privacy.masks import shown_name
from relief.actions import applications, decisions
from relief.actions.ledger import payers
from relief.enums import ProgrammeKind, SchoolStage
from relief.forms.funds import money_field
from relief.models import Application, ApplicationPaper, FundSource
from relief.permissions import beneficiaries
from relief.queries import schooling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.models import Person
    from center.models import Staff
    from relief.models import Award


SCHOOLING = ("school", "school_stage", "school_year", "stage_reason")


def with_age(person: Person) -> str:
    """How a list of people calls one of them; under F8 it masks the name."""
    name, age = shown_name(person.full_name), person.age
    return name if age is None else about(name, ngettext("%(age)s year", "%(age)s years", age) % {"age": age})


def decision_reason_field() -> forms.ChoiceField:
    """Why less or nothing is given, or why more than the public was told: two lists, not one."""
    return forms.ChoiceField(label=_("Reason from the list"), choices=codes.reasons, required=False)


def reason_field(*, required: bool = True) -> forms.ChoiceField:
    """The coded reason; labels come from the code list in the reader's language."""
    return forms.ChoiceField(
        label=_("Reason from the list"),
        choices=lambda: [("", "—"), *codes.choices("refusal_reason")],
        required=required,
    )


class AnswersForm(forms.ModelForm):  # type: ignore[type-arg]
    """What only the applicant can say; everything else stands in the file."""

    needed_to_hand_in: tuple[str, ...] = ("request",)

    class Meta:
        model = Application
        fields = (
            "request",
            "beneficiary",
            "school",
            "school_stage",
            "school_year",
            "stage_reason",
            "asked_amount",
            "other_aid",
            "may_publish",
            "is_emergency",
        )
        widgets = {"request": forms.Textarea(attrs={"rows": 3})}
        field_classes = {"asked_amount": FigureField, "other_aid": FigureField}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.instance.programme.kind
        self._ask_whom(kind)
        if kind == ProgrammeKind.EDUCATION:
            self.needed_to_hand_in = ("request", "beneficiary", "school", "school_stage", "school_year")
            self._ask_the_school()
        else:
            for name in SCHOOLING:
                del self.fields[name]
        if kind == ProgrammeKind.LIVING:
            del self.fields["other_aid"], self.fields["beneficiary"]

    def _ask_whom(self, kind: str) -> None:
        """The patient is the applicant unless another is chosen; a student is always chosen."""
        patient = kind == ProgrammeKind.MEDICAL
        people = {str(person.pk): person for person in beneficiaries(self.instance)}
        told = [(pk, with_age(person)) for pk, person in people.items()]
        self.fields["beneficiary"] = forms.TypedChoiceField(
            label=_("Patient") if patient else _("Student"),
            choices=[("", _("the applicant") if patient else "—"), *told],
            coerce=people.__getitem__,
            empty_value=None,
            required=False,
        )

    def _ask_the_school(self) -> None:
        years = schooling.school_years(timezone.localdate())
        held = self.instance.school_year
        offered = [*years, held] if held and held not in years else years
        self.fields["school_stage"] = forms.ChoiceField(
            label=_("School stage"), choices=[("", "—"), *SchoolStage.choices], required=False
        )
        self.fields["school_year"] = forms.TypedChoiceField(
            label=_("School year"),
            choices=[("", "—"), *((year, schooling.label(year)) for year in offered)],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.fields["stage_reason"].help_text = _("Needed when the stage does not fit the student's age.")

    def clean(self) -> dict[str, Any]:
        """Every answer may be empty; a page that did not arrive is not an answer."""
        if self.add_prefix("request") not in self.data:
            raise forms.ValidationError(_("The answers did not arrive. Nothing was changed; send the page again."))
        cleaned: dict[str, Any] = super().clean() or {}
        return cleaned

    def apply(self, application: Application, *, by: Staff) -> Application:
        return applications.fill_in(application, answers=self.cleaned_data, by=by)


class PapersForm(forms.Form):
    """The whole checklist at once: what came, what is not needed here, each with its scan or note."""

    def __init__(
        self, *args: Any, papers: Sequence[ApplicationPaper], all_received: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.papers, self.all_received = papers, all_received
        for paper in papers:
            kept = [("kept", ApplicationPaper.State.KEPT.label)] if paper.state == ApplicationPaper.State.KEPT else []
            asked = [(state, label) for state, label in ApplicationPaper.State.choices if state != "kept"]
            title = {"paper": paper}
            self.fields[f"state-{paper.pk}"] = forms.ChoiceField(
                label=_("State of %(paper)s") % title, choices=kept + asked, initial=paper.state, required=False
            )
            self.fields[f"scan-{paper.pk}"] = forms.FileField(label=_("Scan of %(paper)s") % title, required=False)
            self.fields[f"note-{paper.pk}"] = forms.CharField(
                label=_("Note on %(paper)s") % title, required=False, max_length=120, initial=paper.note
            )

    @property
    def rows(self) -> list[tuple[ApplicationPaper, forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (paper, self[f"state-{paper.pk}"], self[f"scan-{paper.pk}"], self[f"note-{paper.pk}"])
            for paper in self.papers
        ]

    def clean(self) -> dict[str, Any]:
        """A paper that is struck says why; a paper with a scan has come."""
        cleaned: dict[str, Any] = super().clean() or {}
        for paper in self.papers:
            told = cleaned.get(f"state-{paper.pk}") or paper.state  # what did not arrive stays as it was
            if self.all_received and told == ApplicationPaper.State.MISSING:
                told = ApplicationPaper.State.RECEIVED
            cleaned[f"state-{paper.pk}"] = told
            struck = cleaned.get(f"state-{paper.pk}") == ApplicationPaper.State.STRUCK
            if struck and not cleaned.get(f"note-{paper.pk}", "").strip():
                self.add_error(f"note-{paper.pk}", _("Say why this paper is not needed here."))
            if cleaned.get(f"scan-{paper.pk}") and not struck:
                cleaned[f"state-{paper.pk}"] = ApplicationPaper.State.RECEIVED
        return cleaned

    def apply(self, application: Application, *, by: Staff) -> int:
        """How many papers changed; all of them or none."""
        told = [
            applications.ToldPaper(
                paper=paper,
                state=self.cleaned_data[f"state-{paper.pk}"],
                note=self.cleaned_data[f"note-{paper.pk}"],
                scan=self.cleaned_data[f"scan-{paper.pk}"],
            )
            for paper in self.papers
            if f"state-{paper.pk}" in self.data
        ]
        return applications.tick_papers(application, told=told, by=by)


class InvoiceForm(forms.Form):
    """One medical bill."""

    number = forms.CharField(label=_("Invoice number"), max_length=40)
    self_paid = money_field(_("Self-paid part in yuan"))
    issued_on = forms.DateField(label=_("Issued on"), required=False)


class AssessForm(forms.Form):
    """The officer's proposal: the computed amount, or less with a reason, from one source."""

    asked_for = ("reason",)

    proposed_amount = money_field(_("Proposed amount in yuan"))
    reason = forms.CharField(
        label=_("Reason of another amount"),
        max_length=200,
        required=False,
        help_text=_("Needed when the proposal differs from the computed amount."),
    )
    fund_source = forms.TypedChoiceField(label=_("Fund source"), coerce=int)

    def __init__(self, *args: Any, application: Application, **options: Any) -> None:
        """Only sources that may pay this application, with what is left in each, the last used first."""
        super().__init__(*args, **options)
        self.sources = {source.pk: (source, left) for source, left in payers(application)}
        field = self.fields["fund_source"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - for the type checker
        offered = [
            (pk, _("%(source)s · %(left)s yuan left") % {"source": source, "left": yuan(left)})
            for pk, (source, left) in self.sources.items()
        ]
        field.choices = offered if len(offered) == 1 else [("", "—"), *offered]

    def clean_fund_source(self) -> FundSource:
        return self.sources[self.cleaned_data["fund_source"]][0]

    def apply(self, application: Application, *, by: Staff) -> Application:
        return applications.assess(application, by=by, **self.cleaned_data)


class ReturnForm(forms.Form):
    """One sheet with everything that is missing."""

    reason_code = reason_field()
    text = forms.CharField(
        label=_("Everything that is missing"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=200)


class DecideForm(forms.Form):
    """The leader's decision; what exceeds the band is refused with its sentence."""

    asked_for = ("amount", "reason_code", "reason")

    result = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Grant")), ("defer", _("Defer")), ("refuse", _("Decline"))],
        widget=forms.RadioSelect,
    )
    amount = money_field(_("Amount in yuan"), required=False)
    reason_code = decision_reason_field()
    reason = forms.CharField(label=_("Explanation"), max_length=300, required=False)

    def __init__(self, *args: Any, only_decline: bool = False, **options: Any) -> None:
        """Before anything is assessed there is no amount to grant; that the conditions are not met can be said."""
        super().__init__(*args, **options)
        if only_decline:
            result = self.fields["result"]
            assert isinstance(result, forms.ChoiceField)  # noqa: S101 - for the type checker
            result.choices = [("refuse", _("Decline"))]
            del self.fields["amount"]

    def apply(self, application: Application, *, by: Staff) -> Application:
        data = self.cleaned_data
        if data["result"] != "grant":
            return decisions.decline(
                application,
                reason_code=data["reason_code"],
                reason=data["reason"],
                defer=data["result"] == "defer",
                by=by,
            )
        amount = application.proposed_amount if data["amount"] is None else data["amount"]
        if application.is_emergency:
            return decisions.grant_emergency(application, amount=amount, reason=data["reason"], by=by)
        return decisions.grant(
            application, amount=amount, reason_code=data["reason_code"], reason=data["reason"], by=by
        )


class UpperForm(forms.Form):
    """What the upper union answered."""

    asked_for = ("amount", "reason_code", "reason")

    result = forms.ChoiceField(
        label=_("What the upper union decided"),
        choices=[("granted", _("Granted")), ("refused", _("Declined"))],
        widget=forms.RadioSelect,
    )
    amount = money_field(_("Amount in yuan"), required=False)
    document = forms.CharField(label=_("Document number"), max_length=80)
    reason_code = decision_reason_field()
    reason = forms.CharField(label=_("Explanation"), max_length=300, required=False)

    def apply(self, application: Application, *, by: Staff) -> Application:
        return decisions.record_upper_answer(application, by=by, **self.cleaned_data)


class SecondForm(forms.Form):
    """The second approver's word: yes, or no with its reason. Silence is neither."""

    asked_for = ("amount", "reason_code", "reason")

    verdict = forms.ChoiceField(
        label=_("Your word"),
        choices=[("approve", _("Approve as the second")), ("send_back", _("Send back to the first approver"))],
        widget=forms.RadioSelect,
    )
    reason_code = reason_field(required=False)
    reason = forms.CharField(label=_("Why not"), max_length=200, required=False)

    def apply(self, application: Application, *, by: Staff) -> Application:
        data = self.cleaned_data
        if data["verdict"] == "approve":
            return decisions.second(application, by=by)
        return decisions.send_back(application, reason_code=data["reason_code"], reason=data["reason"], by=by)


class StopForm(forms.Form):
    """Why the rest of an award is not paid."""

    reason_code = reason_field()
    text = forms.CharField(label=_("Explanation"), max_length=200)

    def apply(self, award: Award, *, by: Staff) -> Award:
        return decisions.release(award, by=by, **self.cleaned_data)
