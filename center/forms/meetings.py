"""What is typed about meetings: who is there, what is moved, how each votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.actions import ballots, meetings
from center.forms.figures import FigureField
from center.models import AgendaItem, Staff, Vote, codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from center.desk import AgendaLine
    from center.models import Meeting, Motion, Office, Poll, Recusal, Seat


class PrepareForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=80)
    held_on = forms.DateField(label=_("Day"), initial=timezone.localdate)
    place = forms.CharField(label=_("Place"), max_length=80, required=False)
    quorum = forms.IntegerField(
        label=_("Quorum"),
        min_value=2,
        help_text=_("Members who must be present and not recused; a programme may ask for more."),
    )

    subjects = forms.MultipleChoiceField(label=_("On the agenda"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, lines: Sequence[AgendaLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, lines)

    def apply(self, office: Office, *, by: Staff) -> Meeting:
        return meetings.prepare(office, **self.cleaned_data, by=by)


def offer(form: forms.Form, lines: Sequence[AgendaLine]) -> None:
    """What is ready is chosen; what the leader may decide alone stays there unless it is taken."""
    field = form.fields["subjects"]
    assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
    ready = [line for line in lines if not line.not_ready]
    field.choices = [(line.subject, line.number) for line in ready]
    form.initial.setdefault("subjects", [line.subject for line in ready if not line.alone])


class FillForm(forms.Form):
    """What has become ready since."""

    subjects = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose at least one item.")}
    )

    def __init__(self, *args: Any, lines: Sequence[AgendaLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, lines)

    def apply(self, meeting: Meeting, *, by: Staff) -> int:
        return meetings.fill_agenda(meeting, subjects=self.cleaned_data["subjects"], by=by)


class AttendanceForm(forms.Form):
    members = forms.TypedMultipleChoiceField(
        label=_("Present now"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 - for the type checker
        chair = _("chair")
        field.choices = [
            (seat.staff_id, f"{seat.staff} · {chair}" if seat.is_chair else str(seat.staff)) for seat in seats
        ]
        self.seats = list(seats)
        self.initial["members"] = [seat.staff_id for seat in seats if seat.is_present]

    def apply(self, meeting: Meeting, *, by: Staff) -> int:
        """Those who were chosen, or all by the one button that says so."""
        everybody = [seat.staff_id for seat in self.seats] if "everybody" in self.data else None
        return meetings.mark_present(meeting, members=everybody or self.cleaned_data["members"], by=by)


class ConsentForm(forms.Form):
    items = forms.TypedMultipleChoiceField(
        label=_("Agenda items"), coerce=int, error_messages={"required": _("Choose at least one item.")}
    )

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["items"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(item.pk, item.number) for item in items]

    def apply(self, meeting: Meeting, *, by: Staff) -> list[AgendaItem]:
        return meetings.consent(meeting, items=self.cleaned_data["items"], by=by)


class MotionForm(forms.Form):
    """A motion, and the vote of every member who may vote; nobody's vote is set beforehand.

    While members vote on their own devices (`poll`) the motion stands, and only those are asked for who have not voted.
    """

    result = forms.ChoiceField(
        label=_("Motion"),
        widget=forms.RadioSelect,
        choices=[
            (state.value, state.label)
            for state in (
                AgendaItem.Status.GRANTED,
                AgendaItem.Status.LESS,
                AgendaItem.Status.DEFERRED,
                AgendaItem.Status.REFUSED,
            )
        ],
    )
    amount = FigureField(
        label=_("Amount, if less"),
        help_text=_("Needed for less, not asked for otherwise."),
        max_digits=14,
        decimal_places=2,
        required=False,
    )
    reason_code = forms.ChoiceField(
        label=_("Reason, unless granted as proposed"),
        help_text=_("Needed for less, deferred and refused."),
        required=False,
    )
    reason = forms.CharField(
        label=_("In words"),
        max_length=400,
        help_text=_("Needed for less, deferred and refused."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, seats: Sequence[Seat], poll: Poll | None = None, spent: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.poll, self.cast = poll, poll.choices() if poll else {}
        if poll:
            for name in ("result", "amount", "reason_code", "reason"):
                del self.fields[name]
        else:
            reason = self.fields["reason_code"]
            assert isinstance(reason, forms.ChoiceField)  # noqa: S101 - for the type checker
            reason.choices = codes.reasons(spent=spent)
        self.seats = list(seats)
        for seat in self.seats:
            if seat.staff_id not in self.cast:
                self.fields[f"vote_{seat.staff_id}"] = forms.ChoiceField(
                    label=str(seat.staff),
                    choices=Vote.Choice.choices,
                    widget=forms.RadioSelect,
                    required=not (self.puts or self.is_unanimous),
                    error_messages={"required": _("How did %(name)s vote?") % {"name": seat.staff}},
                )

    @property
    def puts(self) -> bool:
        """The secretary asks the members to vote on their own devices instead of recording their hands."""
        return "put" in self.data

    @property
    def is_unanimous(self) -> bool:
        """The secretary says with one button that whoever has not voted yet is for it."""
        return "unanimous" in self.data

    def apply(self, item: AgendaItem, *, by: Staff) -> Motion | Poll:
        typed = self.cleaned_data
        motion = self.poll or None
        said = {
            name: getattr(motion, name) if motion else typed[name]
            for name in ("result", "amount", "reason_code", "reason")
        }
        if self.puts:
            return ballots.put_to_vote(item, **said, by=by)
        votes = {seat.staff_id: self._vote_of(seat.staff_id) for seat in self.seats}
        return meetings.decide(item, **said, votes=votes, by=by)

    def _vote_of(self, staff_id: int) -> str:
        """What they voted themselves, what was typed for them, and for the motion where everybody is."""
        usual = Vote.Choice.FOR.value if self.is_unanimous else ""
        return self.cast.get(staff_id) or self.cleaned_data.get(f"vote_{staff_id}") or usual


class RecusalForm(forms.Form):
    member: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(
        label=_("Member"), queryset=Staff.objects.none(), empty_label="—"
    )
    reason_code = forms.ChoiceField(label=_("Reason"))
    reason = forms.CharField(label=_("In words"), max_length=200, required=False)

    def __init__(self, *args: Any, item: AgendaItem, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, reason = self.fields["member"], self.fields["reason_code"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(reason, forms.ChoiceField)  # noqa: S101 - for the type checker
        members = Staff.objects.filter(pk__in=item.meeting.seats.values("staff"))
        seated = members.filter(pk=by.pk)
        field.queryset = seated if seated.exists() else members.exclude(pk__in=item.recusals.standing().values("staff"))
        reason.choices = [("", "—"), *codes.choices("recusal_reason")]

    def apply(self, item: AgendaItem, *, by: Staff) -> Recusal:
        return meetings.recuse(item, **self.cleaned_data, by=by)


class RemarksForm(forms.Form):
    remarks = forms.CharField(
        label=_("Remarks for the minutes"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def apply(self, meeting: Meeting, *, by: Staff) -> Meeting:
        return meetings.close_meeting(meeting, remarks=self.cleaned_data["remarks"], by=by)
