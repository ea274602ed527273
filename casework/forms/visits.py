"""What is typed at the window."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import actions
from casework.actions.visits import Group, LateRecord, Newcomer, Outcome, Words
from casework.enums import Answer, Channel, HandlingMode, PetitionClass, VisitResult
from casework.errors import Duplicate
from casework.forms.choices import DayField, NameField, staff_with
from casework.models import Person, QuickText, Visit, VisitPurpose
from casework.permissions import why_not_share_quick_text
from casework.queries import search
from center.kernel.normal import why_not_a_name
from center.kernel.roles import Permission
from center.privacy.fields import SecretFormField

if TYPE_CHECKING:
    from casework.models import Callback
    from center.models import Office, Staff

REPRESENTATIVES = 5


class PurposeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """The digit that picks a purpose stands before its name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.digit} {obj.label}"


class VisitForm(forms.Form):
    """The visit panel: who, what for, what was said, how it ended. Name and purpose are enough."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    person = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    asked_for = ("full_name", "handler", "call_on")  # unless nobody is named; for a transfer; for a call back
    full_name = NameField(label=gettext_lazy("Name"), required=False)
    anonymous = forms.BooleanField(label=gettext_lazy("Gives no name"), required=False)
    phone = SecretFormField(kind="phone", label=gettext_lazy("Telephone"), required=False)
    id_number = SecretFormField(kind="id", label=gettext_lazy("ID number"), required=False)
    another = forms.BooleanField(label=gettext_lazy("This is another person"), required=False)
    purpose = PurposeField(
        label=gettext_lazy("What for"), queryset=VisitPurpose.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    quick = forms.ModelChoiceField(
        label=gettext_lazy("Quick text"), queryset=QuickText.objects.none(), required=False, empty_label="—"
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-quick-texts": ""}),
    )
    result = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=VisitResult.choices,
        widget=forms.RadioSelect,
        initial=VisitResult.ANSWERED,
    )
    handler = forms.ChoiceField(label=gettext_lazy("Transferred to"), required=False)
    petition_class = forms.ChoiceField(
        label=gettext_lazy("Class of petition"), required=False, choices=[("", "—"), *PetitionClass.choices]
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Way of handling"), required=False, choices=[("", "—"), *HandlingMode.choices]
    )
    call_on = DayField(label=gettext_lazy("Call back on"))
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=Channel.choices, initial=Channel.WINDOW, required=False
    )
    ticket = forms.CharField(label=gettext_lazy("Ticket of the hotline"), required=False, max_length=40)
    due_on = DayField(label=gettext_lazy("Deadline on the ticket"))
    papers = forms.CharField(label=gettext_lazy("Papers received"), required=False, max_length=200)

    def __init__(self, *args: Any, staff: Staff, office: Office, person: Person | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staff, self.office, self.known = staff, office, person
        self.fields["purpose"].queryset = VisitPurpose.objects.filter(active=True)  # type: ignore[attr-defined]
        self.fields["quick"].queryset = QuickText.objects.of(staff)  # type: ignore[attr-defined]
        self.handlers = {str(one.pk): one for one in staff_with(Permission.HANDLE_MATTERS, office)}
        self.fields["handler"].choices = [("", "—"), *((pk, str(one)) for pk, one in self.handlers.items())]  # type: ignore[attr-defined]
        self.initial.setdefault("token", secrets.token_hex(16))
        if person:
            self.initial["person"] = person.code

    def clean_person(self) -> Person | None:
        code = self.cleaned_data["person"]
        if not code:
            return None
        person = Person.objects.visible_to(self.staff).filter(code=code).first()
        if person is None:
            raise forms.ValidationError(_("This person is not in your registry."))
        self.known = person
        return person

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        person, name = cleaned.get("person"), cleaned.get("full_name", "").strip()
        asked = "full_name" in self.fields and "full_name" not in self.errors  # a bad name has its own sentence
        if not person and not name and not cleaned.get("anonymous") and asked:
            self.add_error("full_name", _("Give a name, or choose “gives no name”."))
        if cleaned.get("result") == VisitResult.TRANSFERRED and not cleaned.get("handler"):
            self.add_error("handler", _("A transfer goes to a person: choose who."))
        if self._is_taken_for_somebody() and not cleaned.get("another"):
            self.add_error(
                "another",
                _("Somebody of this name and telephone is here: choose “this person”, or say that it is another one."),
            )
        if cleaned.get("quick") and not cleaned.get("note"):
            cleaned["note"] = cleaned["quick"].text
        return cleaned

    def _is_taken_for_somebody(self) -> bool:
        """A newcomer of a name and telephone that are on record; not the second click of this very panel."""
        if "another" not in self.fields or self.cleaned_data.get("person"):
            return False
        alike = any(not match.exact for match in self.matches)
        return alike and not Visit.objects.filter(token=self.cleaned_data.get("token") or "-").exists()

    @property
    def matches(self) -> list[search.Match]:
        """Who may be the same person as the newcomer that was typed."""
        if self.known or not self.is_bound:
            return []
        name, number, phone = (self.cleaned_data.get(key) or "" for key in ("full_name", "id_number", "phone"))
        return list(search.duplicates(by=self.staff, full_name=name, id_number=number, phone=phone))

    def apply(self, *, by: Staff) -> Visit:
        cleaned = self.cleaned_data
        newcomer = None
        if not cleaned["person"] and cleaned.get("full_name", "").strip():
            self._refuse_known()
            newcomer = Newcomer(full_name=cleaned["full_name"], id_number=cleaned["id_number"], phone=cleaned["phone"])
        return actions.log_visit(
            self.office,
            purpose=cleaned["purpose"],
            person=cleaned["person"],
            newcomer=newcomer,
            words=self.words(),
            outcome=self.outcome(),
            group=self.group(),
            late=self.late(),
            token=cleaned["token"],
            by=by,
        )

    def _refuse_known(self) -> None:
        """Who is here already is chosen, unless the first click of this very panel has just made them."""
        clicked = Visit.objects.filter(token=self.cleaned_data["token"])
        if any(match.exact for match in self.matches) and not clicked.exists():
            raise Duplicate(_("This ID number is in the registry already: choose the person below."))

    def words(self) -> Words:
        cleaned = self.cleaned_data
        return Words(
            note=cleaned["note"].strip(),
            papers=cleaned["papers"],
            ticket=cleaned["ticket"],
            channel=cleaned["channel"] or Channel.WINDOW,
        )

    def outcome(self) -> Outcome:
        cleaned = self.cleaned_data
        return Outcome(
            result=VisitResult(cleaned["result"]),
            handler=self.handlers.get(cleaned["handler"]),
            call_on=cleaned["call_on"],
            petition_class=cleaned["petition_class"],
            mode=cleaned["mode"],
            due_on=cleaned["due_on"],
        )

    def group(self) -> Group | None:
        return None

    def late(self) -> LateRecord | None:
        return None


class GroupVisitForm(VisitForm):
    """集体访: one record, the head count, at most five representatives by name."""

    people = forms.IntegerField(label=gettext_lazy("People"), min_value=2, max_value=9999)
    employer = forms.CharField(label=gettext_lazy("Employer"), required=False, max_length=120)
    mood = forms.CharField(label=gettext_lazy("Mood and risk"), required=False, max_length=120)
    representatives = forms.CharField(
        label=gettext_lazy("Representatives"),
        help_text=gettext_lazy("One a line, at most five: name, or name and telephone."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    field_order = ("people", "employer", "representatives", "mood", "purpose", "quick", "note", "result", "handler")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("full_name", "anonymous", "phone", "id_number", "another"):
            del self.fields[name]

    def clean_representatives(self) -> list[Newcomer]:
        lines = [line.split() for line in self.cleaned_data["representatives"].splitlines() if line.strip()]
        if len(lines) > REPRESENTATIVES:
            raise forms.ValidationError(_("A group sends at most five representatives."))
        called = [(words[:-1], words[-1]) if words[-1].isdigit() else (words, "") for words in lines]
        for name, _phone in called:
            if sentence := why_not_a_name(" ".join(name)):
                raise forms.ValidationError(sentence)
        return [Newcomer(full_name=" ".join(name), phone=phone) for name, phone in called]

    def group(self) -> Group:
        return Group(**{name: self.cleaned_data[name] for name in ("people", "representatives", "employer", "mood")})


class LateVisitForm(VisitForm):
    """From the paper register: the true time, who received the person, and why it is entered later."""

    received_on = DayField(label=gettext_lazy("Received on"), required=True)
    received_time = forms.TimeField(
        label=gettext_lazy("at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    first_handler = forms.ChoiceField(label=gettext_lazy("Received by"))
    late_reason = forms.CharField(label=gettext_lazy("Why entered later"), max_length=120)
    field_order = ("received_on", "received_time", "first_handler", "late_reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.receivers = {str(one.pk): one for one in staff_with(Permission.LOG_VISITS, self.office)}
        self.fields["first_handler"].choices = [(pk, str(one)) for pk, one in self.receivers.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("first_handler", str(self.staff.pk))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, hour = cleaned.get("received_on"), cleaned.get("received_time")
        if day and hour:
            moment = timezone.make_aware(datetime.combine(day, hour))
            if moment > timezone.now():
                self.add_error("received_on", _("A visit cannot lie in the future."))
            cleaned["received_at"] = moment
        return cleaned

    def late(self) -> LateRecord:
        cleaned = self.cleaned_data
        return LateRecord(
            received_at=cleaned["received_at"],
            reason=cleaned["late_reason"],
            first_handler=self.receivers[cleaned["first_handler"]],
        )


class QuickTextForm(forms.Form):
    """A phrase that is written often: ;; and its initials write it."""

    text = forms.CharField(label=gettext_lazy("Text"), max_length=200)
    initials = forms.RegexField(
        r"^[a-z0-9]{1,20}$",
        label=gettext_lazy("Initials"),
        help_text=gettext_lazy("Small letters and digits: typed after ;; in a note."),
    )
    purpose = forms.ModelChoiceField(
        label=gettext_lazy("What for"), queryset=VisitPurpose.objects.none(), required=False, empty_label="—"
    )
    shared = forms.BooleanField(label=gettext_lazy("For everybody"), required=False)

    def __init__(self, *args: Any, staff: Staff, office: Office, **options: Any) -> None:
        super().__init__(*args, **options)
        self.office = office
        self.fields["purpose"].queryset = VisitPurpose.objects.filter(active=True)  # type: ignore[attr-defined]
        if why_not_share_quick_text(staff, office):
            del self.fields["shared"]

    def apply(self, *, by: Staff) -> None:
        actions.add_quick_text(self.office, by=by, **self.cleaned_data)


class NoteForm(forms.Form):
    """A note below a visit."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def apply(self, visit: Visit, *, by: Staff) -> None:
        actions.write_note(visit, text=self.cleaned_data["text"], by=by)


class CallForm(forms.Form):
    """What the person said on the telephone."""

    answer = forms.ChoiceField(label=gettext_lazy("Answer"), choices=Answer.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=gettext_lazy("What was said"), max_length=200, required=False)

    def apply(self, callback: Callback, *, by: Staff) -> Callback:
        return actions.make_call(callback, answer=self.cleaned_data["answer"], note=self.cleaned_data["note"], by=by)
