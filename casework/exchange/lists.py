"""The lists that may leave the house: their columns as on the page, names and numbers masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.enums import Answer, Channel, MatterKind, Verdict, VisitResult
from casework.models import Callback, HardshipFile, Matter, Visit, VisitPurpose
from casework.queries import lists
from center.exchange.lists import Listed, ListResource, Worded, listed
from center.models import codes
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import QueryDict

    from casework.models import Person

Words = list[tuple[str, str]]


def file_views() -> list[tuple[str, str]]:
    return [
        ("in_force", _("in force")),
        ("in_hand", _("being opened")),
        ("temporary", _("temporary")),
        ("exited", _("lifted out")),
        ("cancelled", _("ended otherwise")),
        ("unchanged", _("unchanged for a year")),
        ("never_helped", _("never helped")),
        ("unclear", _("clears missing")),
        ("differs", _("declared ≠ computed")),
        ("head_died", _("head has died")),
        ("all", _("all")),
    ]


def visit_results() -> list[tuple[str, str]]:
    return [*((code, str(label)) for code, label in VisitResult.choices), (lists.UNDONE, _("taken back"))]


def visit_kinds() -> list[tuple[str, str]]:
    return [
        ("letters", _("Letters")),
        ("comings", _("Visits in person")),
        ("calls", _("Calls")),
        ("groups", _("Group visits")),
    ]


def matter_states() -> list[tuple[str, str]]:
    return [
        ("", _("open")),
        ("late", _("late")),
        ("due", _("due within two days")),
        ("supervised", _("supervised")),
        ("returned", _("returned")),
        ("closed", _("closed")),
        ("all", _("all")),
    ]


def _minute(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _name(person: Person | None) -> str:
    return mask_name(person.full_name) if person else _("gave no name")


def _visitor(visit: Visit) -> str:
    if visit.is_group:
        return _("Group of %(people)s") % {"people": visit.people}
    return _name(visit.person)


def _matter(visit: Visit) -> Matter | None:
    return getattr(visit, "matter", None)


def _said(params: QueryDict, labels: list[tuple[str, str, dict[str, str]]]) -> Words:
    """What was chosen, in words; what no list of words knows stands as it was given."""
    given = [(label, words, params.get(name, "")) for name, label, words in labels]
    return [(label, str(words.get(value, value))) for label, words, value in given if value]


def _period(params: QueryDict) -> Words:
    return _said(params, [("since", _("From"), {}), ("until", _("Until"), {})])


def _mine(params: QueryDict, label: str) -> Words:
    return [(label, _("me"))] if params.get("handler") == "me" else []


# -- files -----------------------------------------------------------------------------------------------------------


class FileResource(ListResource):
    number = Worded(gettext_lazy("Number"), str, width=18)
    head = Worded(gettext_lazy("Head"), lambda file: mask_name(file.household.head.full_name), width=10)
    employer = Worded(gettext_lazy("Employer"), lambda file: str(file.household.head.employer or ""), width=24)
    people = Worded(gettext_lazy("Household size"), lambda file: file.people or 0, "int", 8)
    category = Worded(gettext_lazy("Category"), lambda file: codes.label("hardship_category", file.category), width=12)
    temporary = Worded(gettext_lazy("Temporary file"), lambda file: _("yes") if file.is_temporary else "", width=8)
    computed = Worded(
        gettext_lazy("Computed"), lambda file: str(Verdict(file.computed).label) if file.computed else "", width=12
    )
    cause = Worded(
        gettext_lazy("Primary cause"), lambda file: codes.label("hardship_cause", file.primary_cause), width=18
    )
    clears = Worded(gettext_lazy("Clears"), lambda file: file.clears_now or 0, "int", 8)
    changed = Worded(gettext_lazy("Last changed"), lambda file: file.changed_on, "date", 12)
    state = Worded(gettext_lazy("State"), lambda file: str(file.get_status_display()), width=12)

    class Meta:
        model = HardshipFile
        fields = (
            *("number", "head", "employer", "people", "category", "temporary", "computed", "cause", "clears"),
            *("changed", "state"),
        )


def _file_words(params: QueryDict) -> Words:
    views = dict(file_views())
    categories, causes, layers = (
        dict(codes.choices(name)) for name in ("hardship_category", "hardship_cause", "file_layer")
    )
    chosen = [
        ("category", _("Category"), categories),
        ("cause", _("Primary cause"), causes),
        ("layer", _("Layer of the file"), layers),
        ("event", _("Event"), {}),
        ("import", _("Import"), {}),
    ]
    view = [(_("List"), views.get(params.get("view", ""), views["in_force"]))]
    return [*view, *_said(params, chosen), *_period(params)]


FILES = listed(
    Listed(
        kind="casework.files",
        title=gettext_lazy("Hardship files"),
        resource=FileResource,
        rows=lambda staff, params: lists.files(staff, params)[0],
        words=_file_words,
    )
)


# -- visits ----------------------------------------------------------------------------------------------------------


class VisitResource(ListResource):
    number = Worded(gettext_lazy("Visit number"), lambda visit: visit.number, width=18)
    time = Worded(gettext_lazy("Time"), lambda visit: _minute(visit.received_at), width=18)
    visitor = Worded(gettext_lazy("Visitor"), _visitor, width=12)
    employer = Worded(gettext_lazy("Employer"), lambda visit: str(visit.employer or ""), width=24)
    channel = Worded(gettext_lazy("Channel"), lambda visit: str(Channel(visit.channel).label), width=12)
    purpose = Worded(gettext_lazy("What for"), lambda visit: str(visit.purpose))
    result = Worded(gettext_lazy("Result"), lambda visit: str(visit.get_result_display()))
    matter = Worded(gettext_lazy("Matter"), lambda visit: str(_matter(visit) or ""), width=18)
    handler = Worded(gettext_lazy("First receiver"), lambda visit: str(visit.first_handler), width=12)

    class Meta:
        model = Visit
        fields = ("number", "time", "visitor", "employer", "channel", "purpose", "result", "matter", "handler")


def _visit_words(params: QueryDict) -> Words:
    purposes = {purpose.code: str(purpose) for purpose in VisitPurpose.objects.all()}
    chosen = [
        ("kind", _("Channel"), dict(visit_kinds())),
        ("purpose", _("What for"), purposes),
        ("result", _("Result"), dict(visit_results())),
    ]
    return [*_period(params), *_said(params, chosen), *_mine(params, _("First receiver"))]


VISITS = listed(
    Listed(
        kind="casework.visits",
        title=gettext_lazy("Visits"),
        resource=VisitResource,
        rows=lambda staff, params: lists.visits(staff, params)[0],
        words=_visit_words,
    )
)


# -- matters ---------------------------------------------------------------------------------------------------------


class MatterResource(ListResource):
    number = Worded(gettext_lazy("Number"), lambda matter: matter.number, width=18)
    kind = Worded(gettext_lazy("Kind"), lambda matter: str(matter.get_kind_display()), width=10)
    supervised = Worded(gettext_lazy("Supervised"), lambda matter: _("yes") if matter.supervised_at else "", width=10)
    person = Worded(gettext_lazy("Person"), lambda matter: _name(matter.visit.person), width=12)
    handler = Worded(gettext_lazy("Handler"), lambda matter: str(matter.assignee or ""), width=12)
    registered = Worded(gettext_lazy("Registered"), lambda matter: timezone.localdate(matter.registered_at), "date", 12)
    due = Worded(gettext_lazy("Due"), lambda matter: matter.due_on, "date", 12)
    state = Worded(gettext_lazy("State"), lambda matter: str(matter.get_status_display()), width=14)

    class Meta:
        model = Matter
        fields = ("number", "kind", "supervised", "person", "handler", "registered", "due", "state")


def _matter_words(params: QueryDict) -> Words:
    states: Any = dict(matter_states())
    chosen = [("kind", _("Kind"), {code: str(label) for code, label in MatterKind.choices}), ("event", _("Event"), {})]
    state = [(_("State"), states.get(params.get("state", ""), states[""]))]
    return [*state, *_said(params, chosen), *_period(params), *_mine(params, _("Handler"))]


MATTERS = listed(
    Listed(
        kind="casework.matters",
        title=gettext_lazy("Matters"),
        resource=MatterResource,
        rows=lambda staff, params: lists.matters(staff, params)[0],
        words=_matter_words,
    )
)


# -- calls -----------------------------------------------------------------------------------------------------------


class CallResource(ListResource):
    due = Worded(gettext_lazy("Call on"), lambda call: call.due_on, "date", 12)
    person = Worded(gettext_lazy("Person"), lambda call: _name(call.visit.person), width=12)
    phone = Worded(
        gettext_lazy("Telephone"), lambda call: str(call.visit.person.phone or "") if call.visit.person else ""
    )
    purpose = Worded(gettext_lazy("About"), lambda call: str(call.visit.purpose))
    matter = Worded(gettext_lazy("Matter"), lambda call: str(call.matter or ""), width=18)
    attempts = Worded(gettext_lazy("Attempts"), lambda call: call.attempts, "int", 8)
    answer = Worded(gettext_lazy("Answer"), lambda call: str(call.get_answer_display()))
    done = Worded(
        gettext_lazy("Called on"), lambda call: timezone.localdate(call.done_at) if call.done_at else None, "date", 12
    )

    class Meta:
        model = Callback
        fields = ("due", "person", "phone", "purpose", "matter", "attempts", "answer", "done")


CALLS_BACK = listed(
    Listed(
        kind="casework.callbacks",
        title=gettext_lazy("Calls back"),
        resource=CallResource,
        rows=lambda staff, params: lists.calls_back(staff, params)[0],
        words=lambda params: _said(params, [("answer", _("Answer"), {c: str(w) for c, w in Answer.choices})]),
    )
)
