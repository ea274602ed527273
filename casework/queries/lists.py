"""The lists of the room by what their address says: the page shows these rows and an export takes exactly them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.dateparse import parse_date

from casework.enums import CALLS, COMINGS, LETTERS, Answer, Began, Ended, MatterKind, MatterStatus, VisitResult
from casework.models import Callback, HardshipFile, Matter, Visit
from casework.queries import figures
from casework.queries import files as questions
from center.models import Import, ImportStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import QueryDict

    from casework.models.file import HardshipFileQuerySet
    from casework.models.matter import MatterQuerySet
    from casework.models.visit import CallbackQuerySet, VisitQuerySet
    from center.models import Staff

    Chosen = dict[str, str]

UNDONE = "undone"  # beside the results: what was taken back within seconds
KINDS = {"letters": LETTERS, "comings": COMINGS, "calls": CALLS}


def day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


# -- files -----------------------------------------------------------------------------------------------------------


def files(staff: Staff, params: QueryDict) -> tuple[HardshipFileQuerySet, Chosen]:
    """The registry by saved view and filters."""
    names = ("view", "category", "cause", "layer", "event", "stood", "since", "until", "import")
    chosen = {name: params.get(name, "") for name in names}
    if chosen["view"] not in questions.VIEWS:
        chosen["view"] = "in_force"
    found = questions.view(HardshipFile.objects.visible_to(staff), chosen["view"])
    found = _files_of_event(found, chosen)
    if chosen["import"]:
        brought = Import.objects.visible_to(staff).filter(code=chosen["import"], status=ImportStatus.APPLIED)
        found = found.filter(imported_at__in=brought.values("applied_at"))
    for column, name in (("category", "category"), ("primary_cause", "cause"), ("layer", "layer")):
        if chosen[name]:
            found = found.filter(**{column: chosen[name]})
    return questions.rows(found).order_by("-pk"), chosen


def _files_of_event(files: HardshipFileQuerySet, chosen: Chosen) -> HardshipFileQuerySet:
    """Exactly the rows of a figure of a period."""
    since, until = day(chosen["since"]), day(chosen["until"])
    if chosen["event"] == "unvisited":
        start = timezone.localdate().replace(month=1, day=1)
        return questions.without_home_visit(files, since=start)
    if not since or not until:
        return files
    events = {
        "standing": lambda: figures.standing_on(files, until),
        "opened": lambda: figures.begun(files, Began.OPENED, since, until),
        "exited": lambda: figures.ended(files, Ended.EXITED, since, until),
        "cancelled": lambda: figures.ended(files, Ended.CANCELLED, since, until),
        "reopened": lambda: figures.begun(files, Began.REOPENED, since, until),
    }
    if chosen["stood"]:
        files = figures.in_category_on(files, chosen["stood"], until)
    return events[chosen["event"]]() if chosen["event"] in events else files


# -- visits ----------------------------------------------------------------------------------------------------------


def visits(staff: Staff, params: QueryDict) -> tuple[VisitQuerySet, Chosen]:
    """Every visit in sight, newest first: days, purpose, kind of channel, handler, result."""
    seen = Visit.objects.visible_to(staff)
    chosen = {name: params.get(name, "") for name in ("since", "until", "purpose", "kind", "result", "handler")}
    found = seen.exclude(undone_at=None) if chosen["result"] == UNDONE else seen.standing()
    found = _between(found, chosen)
    if chosen["purpose"]:
        found = found.filter(purpose__code=chosen["purpose"])
    if chosen["kind"] == "groups":
        found = found.filter(people__gt=1)
    elif chosen["kind"] in KINDS:
        found = found.filter(channel__in=KINDS[chosen["kind"]])
    if chosen["result"] in VisitResult.values:
        found = found.filter(result=chosen["result"])
    if chosen["handler"] == "me":
        found = found.filter(first_handler=staff)
    related = ("person", "purpose", "first_handler", "employer", "office", "matter__assignee")
    return found.select_related(*related), chosen


def _between(visits: VisitQuerySet, chosen: Chosen) -> VisitQuerySet:
    since, until = day(chosen["since"]), day(chosen["until"])
    if since:
        visits = visits.filter(received_on__gte=since)
    if until:
        visits = visits.filter(received_on__lte=until)
    return visits


# -- matters ---------------------------------------------------------------------------------------------------------


def matters(staff: Staff, params: QueryDict) -> tuple[MatterQuerySet, Chosen]:
    """Open matters first, the most urgent on top."""
    seen = Matter.objects.visible_to(staff)
    chosen = {name: params.get(name, "") for name in ("state", "kind", "event", "since", "until", "handler")}
    today = timezone.localdate()
    states: dict[str, Callable[[], MatterQuerySet]] = {
        "": seen.open,
        "late": lambda: seen.open().filter(due_on__lt=today),
        "due": lambda: seen.open().filter(due_on__lte=today + timedelta(days=2)),
        "supervised": lambda: seen.open().filter(supervised_at__isnull=False),
        "returned": lambda: seen.filter(status=MatterStatus.RETURNED),
        "closed": lambda: seen.filter(status=MatterStatus.CLOSED),
        "all": lambda: seen,
    }
    found = states.get(chosen["state"], states[""])()
    if chosen["kind"] in MatterKind.values:
        found = found.filter(kind=chosen["kind"])
    if chosen["handler"] == "me":
        found = found.filter(assignee__in=staff.hands)
    found = _matters_of_event(found, chosen).select_related("assignee", "visit__person", "visit__purpose", "office")
    return found.order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk"), chosen


def _matters_of_event(matters: MatterQuerySet, chosen: Chosen) -> MatterQuerySet:
    """Exactly the rows of a figure: opened, closed or supervised between two days."""
    since, until = day(chosen["since"]), day(chosen["until"])
    if not since or not until:
        return matters
    if chosen["event"] == "opened":
        return matters.filter(registered_at__date__range=(since, until))
    if chosen["event"] in {"closed", "supervised"}:
        return figures.matters_with(matters, chosen["event"], since, until)
    return matters


# -- calls -----------------------------------------------------------------------------------------------------------


def calls_in_sight(staff: Staff) -> CallbackQuerySet:
    """Calls with what the list says of them; `matter_opens` where the matter is in sight, too."""
    matter: Any = Matter.objects.visible_to(staff).filter(pk=OuterRef("matter"))
    found = Callback.objects.visible_to(staff).select_related("visit__person", "visit__purpose", "matter")
    return found.annotate(matter_opens=Exists(matter))


def calls_back(staff: Staff, params: QueryDict) -> tuple[CallbackQuerySet, str]:
    """What is due first; or those with one answer, the latest first."""
    seen = calls_in_sight(staff).select_related("done_by")
    answer = params.get("answer", "")
    return (seen.filter(answer=answer).order_by("-done_at") if answer in Answer.values else seen.open()), answer
