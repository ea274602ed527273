"""What is typed in the legal room: the intake, and one small form for each step of a case."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.actions import name_employer
from casework.forms.choices import DayField, YuanField, staff_with
from center.kernel.roles import Permission
from legal import actions
from legal.actions.cases import Claim
from legal.enums import (
    CaseType,
    DropReason,
    EventKind,
    HelpForm,
    LateReason,
    Loss,
    Outcome,
    PartyRole,
    RefusalReason,
    ReopenReason,
    Stage,
    Trigger,
)
from legal.queries.limits import Risk, risks

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.models import Person, Visit
    from center.models import Office, Staff
    from legal.models import Case

AREA = forms.Textarea(attrs={"rows": 3})


def _people(office: Office | int) -> dict[str, Staff]:
    return {str(one.pk): one for one in staff_with(Permission.HANDLE_CASES, office)}


class OnceForm(forms.Form):
    """Writes something new: its token makes one record of a double click."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("token", secrets.token_hex(16))


class IntakeForm(OnceForm):
    """Kind, other side, claim, the days that set limits going. The limits are computed at once."""

    type = forms.ChoiceField(label=_("Kind of case"), choices=[("", "—"), *CaseType.choices])
    help_form = forms.ChoiceField(label=_("Form of help"), choices=[("", "—"), *HelpForm.choices])
    employer = forms.CharField(label=_("Employer, the other side"), max_length=120, required=False)
    claim = forms.CharField(label=_("Claim, facts and reasons"), max_length=4000, widget=AREA)
    claimed_amount = YuanField(label=_("Claimed, yuan"), min_value=0)
    people = forms.IntegerField(label=_("People concerned"), min_value=1, max_value=30000, initial=1)
    harm = DayField(
        label=_("The worker knew of the harm on"),
        help_text=_(
            "Arbitration must be asked for within a year of it. For wages only the end of the relation counts."
        ),
    )
    relation_end = DayField(label=_("The employment relation ended on"))
    injury = DayField(
        label=_("Accident or diagnosis on"),
        help_text=_("30 days for the employer, a year for the worker and the union."),
    )
    is_urgent = forms.BooleanField(
        label=_("Urgent: help first, papers later"),
        required=False,
        help_text=_("When a limit ends within seven days, or money must be secured at once."),
    )
    handler = forms.ChoiceField(label=_("Handler"))
    late_reason = forms.ChoiceField(
        label=_("Why it is taken in all the same"), choices=[("", "—"), *LateReason.choices], required=False
    )
    late_text = forms.CharField(label=_("In words"), max_length=200, required=False)
    warned = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)

    DAYS = ("harm", "relation_end", "injury")

    def __init__(self, *args: Any, office: Office, staff: Staff, person: Person | None, **options: Any) -> None:
        employer = person.employer.name if person and person.employer else ""
        self.officers = _people(office)
        first = str(staff.pk) if str(staff.pk) in self.officers else next(iter(self.officers), "")
        options.setdefault("initial", {"employer": employer, "handler": first})
        super().__init__(*args, **options)
        self.fields["handler"].choices = [(pk, str(one)) for pk, one in self.officers.items()]  # type: ignore[attr-defined]
        if not self.is_bound:
            self._ask_why(False)

    def _ask_why(self, needed: bool) -> None:
        """The reason is asked for only when a limit has passed."""
        if not needed:
            self.fields.pop("late_reason", None)
            self.fields.pop("late_text", None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        today = timezone.localdate()
        for name in self.DAYS:
            if (day := cleaned.get(name)) and day > today:
                self.add_error(name, say("A limit runs from a day that has come."))
        days = {name: cleaned[name] for name in self.DAYS if cleaned.get(name)}
        self._warn(risks(kind=cleaned.get("type", ""), days=days, today=today), cleaned)
        return cleaned

    def _warn(self, found: list[Risk], cleaned: dict[str, Any]) -> None:
        """Said once before anything is saved; a limit that has passed wants a reason, and forbids nothing."""
        passed = [risk for risk in found if risk.passed]
        self._ask_why(bool(passed))
        shown = " ".join(f"{risk.rule.code}:{risk.due}" for risk in found)
        is_told = cleaned.get("warned") == shown or (passed and cleaned.get("late_reason") and cleaned.get("late_text"))
        self.data = {**self.data.dict(), "warned": shown}  # type: ignore[attr-defined]  # what was posted is a QueryDict
        if not is_told:
            for risk in found:
                self.add_error(None, _sentence(risk))
        for name in ("late_reason", "late_text"):
            if passed and not cleaned.get(name):
                self.add_error(name, say("Say why the case is taken in although its limit has passed."))

    @transaction.atomic
    def apply(self, person: Person, *, office: Office, visit: Visit | None, by: Staff) -> Case:
        """A case that is refused leaves no employer behind."""
        given = self.cleaned_data
        days = {name: given[name] for name in self.DAYS if given[name]}
        names = ("type", "help_form", "claim", "claimed_amount", "people", "is_urgent")
        late = {name: given[name] for name in ("late_reason", "late_text") if name in given}
        return actions.take_in(
            person,
            office=office,
            handler=self.officers[given["handler"]],
            claim=Claim(days=days, **late, **{name: given[name] for name in names}),
            employer=name_employer(given["employer"], by=by) if given["employer"].strip() else None,
            visit=visit,
            token=given["token"],
            by=by,
        )


def _sentence(risk: Risk) -> str:
    said = {"limit": risk.rule, "basis": risk.rule.basis, "day": risk.due}
    if risk.passed:
        return say("“%(limit)s” ended on %(day)s (%(basis)s). The case can be taken in all the same.") % said
    return say("“%(limit)s” ends on %(day)s already (%(basis)s). Take the case in and act at once.") % said


class StepForm(forms.Form):
    """A step of a case: `act` carries it out with what was typed."""

    act: Callable[..., object]

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case

    def apply(self, *, by: Staff) -> object:
        return self.act(self.case, by=by, **self.cleaned_data)


class EventForm(OnceForm, StepForm):
    act = staticmethod(actions.write_event)
    kind = forms.ChoiceField(label=_("Kind"), choices=[one for one in EventKind.choices if one[0] != EventKind.STEP])
    on = DayField(label=_("On"), required=True)
    text = forms.CharField(label=_("What happened"), max_length=4000, widget=AREA)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **options)


class PartyForm(StepForm):
    act = staticmethod(actions.add_party)
    role = forms.ChoiceField(label=_("Part in the case"), choices=[("", "—"), *PartyRole.choices])
    name = forms.CharField(label=_("Name of the party"), max_length=120)
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), max_length=200, required=False)


class ClockForm(StepForm):
    act = staticmethod(actions.start_clocks)
    trigger = forms.ChoiceField(label=_("What happened"), choices=[("", "—"), *Trigger.choices])
    on = DayField(
        label=_("On"),
        required=True,
        help_text=_("The day itself is not counted. Only the day of a hearing lies ahead."),
    )


class StageForm(StepForm):
    act = staticmethod(actions.move_stage)
    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    help_form = forms.ChoiceField(label=_("Form of help"), choices=HelpForm.choices)
    text = forms.CharField(label=_("In words"), max_length=400, required=False)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, case=case, initial={"stage": case.stage, "help_form": case.help_form}, **options)


class AssignForm(StepForm):
    act = staticmethod(actions.assign_case)
    handler = forms.ChoiceField(label=_("Handler"))
    colleagues = forms.MultipleChoiceField(
        label=_("Colleagues on this case"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only the handler, these colleagues and the leader can open the case."),
    )
    lawyer = forms.CharField(label=_("Lawyer and firm"), max_length=80, required=False)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        colleagues = [str(pk) for pk in case.colleagues.values_list("pk", flat=True)]
        initial = {"handler": str(case.handler_id), "lawyer": case.lawyer, "colleagues": colleagues}
        super().__init__(*args, case=case, initial=initial, **options)
        self.officers = _people(case.office_id)
        choices = [(pk, str(one)) for pk, one in self.officers.items()]
        gone = [] if str(case.handler_id) in self.officers else [("", "—")]  # nobody takes over by not being chosen
        self.fields["handler"].choices = gone + choices  # type: ignore[attr-defined]
        self.fields["colleagues"].choices = choices  # type: ignore[attr-defined]

    def clean_handler(self) -> Staff:
        return self.officers[self.cleaned_data["handler"]]

    def clean_colleagues(self) -> list[Staff]:
        return [self.officers[pk] for pk in self.cleaned_data["colleagues"]]


class GrantForm(StepForm):
    act = staticmethod(actions.grant_aid)
    text = forms.CharField(label=_("In words"), max_length=300, required=False)


class RefuseForm(StepForm):
    act = staticmethod(actions.refuse_aid)
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *RefusalReason.choices])
    text = forms.CharField(label=_("In words, as the letter says it"), max_length=300)


class RecoveryForm(OnceForm, StepForm):
    act = staticmethod(actions.write_recovery)
    amount = YuanField(
        label=_("Received, yuan"),
        required=True,
        help_text=_("Money from the other side that reached the worker. It is never relief."),
    )
    received_on = DayField(label=_("Money received on"), required=True)
    loss = forms.ChoiceField(label=_("What it made good"), choices=[("", "—"), *Loss.choices])
    more_text = forms.CharField(label=_("Why more arrived than was awarded"), max_length=200, required=False)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, case=case, **options)
        if case.is_open:  # nothing is awarded yet
            del self.fields["more_text"]


class CloseForm(StepForm):
    act = staticmethod(actions.close_case)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", "—"), *Outcome.choices])
    claimed_amount = YuanField(label=_("Claimed, yuan"), min_value=0)
    awarded_amount = YuanField(label=_("Awarded or agreed, yuan"), min_value=0)
    more_text = forms.CharField(label=_("Why more arrived than was awarded"), max_length=200, required=False)
    report = forms.CharField(label=_("Closing report"), max_length=4000, widget=AREA)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, case=case, initial={"claimed_amount": case.claimed_amount}, **options)
        if not case.recoveries.exists():
            del self.fields["more_text"]


class DropForm(StepForm):
    act = staticmethod(actions.drop_clock)
    clock = forms.TypedChoiceField(label=_("Limit"), coerce=int)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *(one for one in DropReason.choices if one[0] != DropReason.CLOSED)]
    )
    text = forms.CharField(label=_("In words"), max_length=200)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, case=case, **options)
        running = case.clocks.filter(ended_at=None).select_related("rule")
        self.fields["clock"].choices = [("", "—"), *((one.pk, f"{one.rule} · {one.due_on}") for one in running)]  # type: ignore[attr-defined]


class PauseForm(StepForm):
    act = staticmethod(actions.pause_clock)
    clock = forms.TypedChoiceField(label=_("Limit"), coerce=int)
    since = DayField(label=_("Nobody could act from"), required=True)
    until = DayField(label=_("The hindrance ended on"), required=True)
    text = forms.CharField(label=_("What kept everybody from acting"), max_length=200)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, case=case, **options)
        running = case.clocks.filter(ended_at=None, rule__may_pause=True).select_related("rule")
        self.fields["clock"].choices = [("", "—"), *((one.pk, f"{one.rule} · {one.due_on}") for one in running)]  # type: ignore[attr-defined]


class ReopenForm(StepForm):
    act = staticmethod(actions.reopen_case)
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *ReopenReason.choices])
    text = forms.CharField(label=_("Why"), max_length=200)


STEPS: dict[str, type[StepForm]] = {
    "event": EventForm,
    "party": PartyForm,
    "clock": ClockForm,
    "drop": DropForm,
    "pause": PauseForm,
    "stage": StageForm,
    "grant": GrantForm,
    "refuse": RefuseForm,
    "assign": AssignForm,
    "received": RecoveryForm,
    "close": CloseForm,
    "reopen": ReopenForm,
}
