"""Numbers of a period, each with its unit, its definition and the list that holds exactly its rows (domain.md §3.10)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from casework.enums import CALLS, COMINGS, LETTERS, Began, Ended
from casework.models import CategorySpell, FileSpell, HardshipFile, Matter, MatterStep, Visit
from casework.queries import doubles
from casework.queries import files as lists
from center.desk import Figure, Finding
from center.models import codes

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from casework.models.file import HardshipFileQuerySet
    from casework.models.matter import MatterQuerySet
    from center.models import Staff


def _url(route: str, **query: str) -> str:
    return f"{reverse(route)}?{urlencode({name: value for name, value in query.items() if value})}"


def visit_figures(*, since: date, until: date, offices: frozenset[int]) -> list[Figure]:
    """Letters, visits and calls; groups as cases and as people."""
    visits = Visit.objects.standing().filter(office__in=offices, received_on__range=(since, until))
    by_channel = dict(visits.order_by().values_list("channel").annotate(many=Count("pk")))
    groups = visits.filter(people__gt=1).aggregate(cases=Count("pk"), people=Sum("people"))
    period = {"since": since.isoformat(), "until": until.isoformat()}
    kinds = (
        ("letters", _("Letters"), LETTERS, _("Letters and online messages received.")),
        ("comings", _("Visits in person"), COMINGS, _("Receptions at the window and on site.")),
        ("calls", _("Calls"), CALLS, _("Telephone calls, hotline calls and hotline transfers received.")),
    )
    figures = [
        Figure(
            code="casework.visits",
            label=_("Letters, visits and calls"),
            unit=_("cases"),
            value=sum(by_channel.values()),
            definition=_(
                "Every reception once, by the day it was truly received; taken back within seconds: not counted."
            ),
            url=_url("casework:visits", **period),
        )
    ]
    figures += [
        Figure(
            code=f"casework.visits.{code}",
            label=label,
            unit=_("cases"),
            value=sum(by_channel.get(channel, 0) for channel in channels),
            definition=definition,
            url=_url("casework:visits", **period, kind=code),
        )
        for code, label, channels, definition in kinds
    ]
    figures.append(
        Figure(
            code="casework.groups",
            label=_("Group visits"),
            unit=_("cases"),
            value=groups["cases"],
            definition=_("Receptions of two or more people; contained in the visits."),
            url=_url("casework:visits", **period, kind="groups"),
        )
    )
    figures.append(
        Figure(
            code="casework.group_people",
            label=_("People in group visits"),
            unit=_("person-times"),
            value=groups["people"] or 0,
            definition=_("The head counts of the group visits added up."),
            url=_url("casework:visits", **period, kind="groups"),
        )
    )
    return figures


def matter_figures(*, since: date, until: date, offices: frozenset[int]) -> list[Figure]:
    """Read from the steps of matters: one that was closed then and is open again today was closed then."""
    matters = Matter.objects.filter(office__in=offices)
    start, end = _day(since), _day(until, end=True)
    opened = matters.filter(registered_at__range=(start, end)).count()
    closed = matters_with(matters, "closed", since, until).count()
    supervised = matters_with(matters, "supervised", since, until).count()
    period = {"since": since.isoformat(), "until": until.isoformat(), "state": "all"}
    rows = (
        ("matters", _("Matters opened"), opened, "opened", _("Petitions and transfers registered in the period.")),
        ("matters_closed", _("Matters closed"), closed, "closed", _("Closed in the period, with all four haves.")),
        (
            "matters_supervised",
            _("Matters supervised"),
            supervised,
            "supervised",
            _("Orders of a leader in the period."),
        ),
    )
    return [
        Figure(
            code=f"casework.{code}",
            label=label,
            unit=_("matters"),
            value=value,
            definition=definition,
            url=_url("casework:matters", **period, event=event),
        )
        for code, label, value, event, definition in rows
    ]


def _day(day: date, *, end: bool = False) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max if end else time.min))


def matters_with(matters: MatterQuerySet, step: str, since: date, until: date) -> MatterQuerySet:
    """Matters that took a step between two days, whatever became of them since."""
    taken = MatterStep.objects.filter(matter=OuterRef("pk"), step=step)
    return matters.filter(Exists(taken.filter(made_at__range=(_day(since), _day(until, end=True)))))


def standing_on(files: HardshipFileQuerySet, day: date) -> HardshipFileQuerySet:
    """Files in force at the end of a day, by their times in force: what happened to them later changes nothing."""
    return files.filter(Exists(FileSpell.objects.on(day).filter(file=OuterRef("pk"))))


def in_category_on(files: HardshipFileQuerySet, category: str, day: date) -> HardshipFileQuerySet:
    """Files on which this category stood at the end of a day."""
    return files.filter(Exists(_categories_on(day).filter(file=OuterRef("pk"), category=category)))


def _categories_on(day: date) -> QuerySet[CategorySpell]:
    return CategorySpell.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


def begun(files: HardshipFileQuerySet, how: str, since: date, until: date) -> HardshipFileQuerySet:
    """Files that were opened, or opened again, between two days."""
    return files.filter(Exists(FileSpell.objects.begun_between(how, since, until).filter(file=OuterRef("pk"))))


def ended(files: HardshipFileQuerySet, how: str, since: date, until: date) -> HardshipFileQuerySet:
    """Files that were lifted out, or de-registered, between two days."""
    return files.filter(Exists(FileSpell.objects.ended_between(how, since, until).filter(file=OuterRef("pk"))))


def file_figures(*, since: date, until: date, offices: frozenset[int]) -> list[Figure]:
    files = HardshipFile.objects.filter(office__in=offices)
    standing = standing_on(files, until)
    period = {"since": since.isoformat(), "until": until.isoformat()}
    rows = [
        (
            "files",
            _("Files in force"),
            standing.count(),
            {"event": "standing", **period},
            _("Households whose file is in force at the end of the period."),
        ),
        (
            "files_opened",
            _("Files opened"),
            begun(files, Began.OPENED, since, until).count(),
            {"event": "opened", **period},
            _("Households whose file was opened in the period."),
        ),
        (
            "files_exited",
            _("Households lifted out"),
            ended(files, Ended.EXITED, since, until).count(),
            {"event": "exited", **period},
            _("Files that ended because the household is out of hardship."),
        ),
        (
            "files_cancelled",
            _("Files de-registered"),
            ended(files, Ended.CANCELLED, since, until).count(),
            {"event": "cancelled", **period},
            _("Files that ended for another reason: death, wrong identification, moving away and others."),
        ),
        (
            "files_reopened",
            _("Households back in hardship"),
            begun(files, Began.REOPENED, since, until).count(),
            {"event": "reopened", **period},
            _("Ended files that were opened again in the period."),
        ),
    ]
    by_category = (
        _categories_on(until)
        .filter(file__in=standing.values("pk"))
        .order_by()
        .values_list("category")
        .annotate(many=Count("file", distinct=True))
    )
    rows += [
        (
            f"files.{category}",
            _("Files in force: %(category)s") % {"category": codes.label("hardship_category", category)},
            many,
            {"event": "standing", "stood": category, **period},
            _("Files in force at the end of the period, by the category that stood then."),
        )
        for category, many in sorted(by_category)
    ]
    return [
        Figure(
            code=f"casework.{code}",
            label=label,
            unit=_("households"),
            value=value,
            definition=definition,
            url=_url("casework:files", view="all", **query),
        )
        for code, label, value, query, definition in rows
    ]


def findings(*, year: int, offices: frozenset[int]) -> list[Finding]:
    """What an auditor asks about the registry."""
    files = HardshipFile.objects.filter(office__in=offices)
    standing = files.in_force()
    start = date(year, 1, 1)
    rows = (
        ("unvisited", _("Files in force without a home visit this year"), lists.without_home_visit(files, since=start)),
        ("unchanged", _("Files unchanged for a year"), lists.view(files, "unchanged")),
        ("unclear", _("Files whose five clears are not verified"), lists.unclear(standing)),
        ("differs", _("Declared differs from computed"), lists.view(files, "differs")),
        ("head_died", _("Files in force whose head has died"), lists.view(files, "head_died")),
    )
    return [
        Finding(
            code=f"casework.{code}",
            label=label,
            count=found.count(),
            url=_url(
                "casework:files",
                view=code if code != "unvisited" else "in_force",
                event="unvisited" if code == "unvisited" else "",
            ),
        )
        for code, label, found in rows
    ]


def to_look_at(files: HardshipFileQuerySet, *, by: Staff) -> list[tuple[str, int, str]]:
    """P31: what to check, each count with its list."""
    standing = files.in_force()
    rows = (
        (_("Unchanged for a year"), lists.view(files, "unchanged"), "unchanged"),
        (_("Clears missing"), lists.unclear(standing), "unclear"),
        (_("Declared differs from computed"), lists.view(files, "differs"), "differs"),
    )
    found = [(label, some.count(), _url("casework:files", view=view)) for label, some, view in rows]
    return [*found, (_("Perhaps registered twice"), len(doubles.pairs(by)), reverse("casework:doubles"))]
