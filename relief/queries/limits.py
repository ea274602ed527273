"""What a limit counts: whose money, over which time (domain.md §3.5, §3.6). Read by the computation and by who may decide."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import DecimalField, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from casework.models import Membership
from center.kernel.periods import months_later
from relief.enums import ProgrammeKind
from relief.models import Application, Instalment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

ZERO = Decimal("0.00")
AWARDED = "award__application__"


def total(rows: QuerySet[Instalment] | QuerySet[Application], field: str = "amount") -> Decimal:
    """The sum of a column, nothing being 0.00."""
    zero = Value(ZERO, output_field=DecimalField(max_digits=14, decimal_places=2))
    found: Decimal = rows.aggregate(sum=Coalesce(Sum(field), zero))["sum"]
    return found


def of_family(application: Application, *, path: str = AWARDED, at: str = "award__granted_at") -> Q:
    """What went to this household, to anybody who belongs to it today, or to a household in which one of them lived on
    that day: whoever moves out takes along what they got, and what was given before there was a file counts on.

    The day of a move is typed by whoever enters it, so the register as it stood at the grant counts beside it: no day
    that is named afterwards takes a grant out of a limit.

    `path` leads from the row asked about to its application, `at` to the moment of the grant.
    """
    people = {application.person_id, application.helped_id}
    household = application.household_id
    if household:
        people |= set(Membership.objects.current().filter(household=household).values_list("person_id", flat=True))
    places = Membership.objects.filter(person__in=people, household=OuterRef(f"{path}household"))
    lived = Exists(places.lived_on(OuterRef(f"{at}__date"))) | Exists(places.stood_at(OuterRef(at)))
    theirs = Q(**{f"{path}person__in": people}) | Q(**{f"{path}beneficiary__in": people}) | Q(lived)
    return theirs | Q(**{f"{path}household": household}) if household else theirs


def of_helped(application: Application) -> Q:
    """What went to this patient or student, whoever asked for it; where nobody is named, it was the applicant."""
    named = Q(award__application__beneficiary=application.helped_id)
    return named | Q(award__application__beneficiary=None, award__application__person=application.helped_id)


def counted(application: Application, *, year: int) -> QuerySet[Instalment]:
    """What the limit of a kind counts (domain.md §3.5): living relief of the household and medical relief of the patient
    in a calendar year; education relief of the student in the school year that the application names, whenever granted."""
    kind = application.programme.kind
    rows = Instalment.objects.live().filter(award__application__programme__kind=kind)
    rows = rows.exclude(award__application=application)
    if kind == ProgrammeKind.EDUCATION:
        return rows.filter(of_helped(application), award__application__school_year=application.school_year)
    whose = of_family(application) if kind == ProgrammeKind.LIVING else of_helped(application)
    return rows.filter(whose, award__granted_at__year=year)


def given(application: Application, *, year: int) -> Decimal:
    """What all funds of the center granted within the limit: paid, being paid and still owed."""
    return total(counted(application, year=year))


def times(application: Application, *, year: int) -> int:
    """How many awards stand within the limit."""
    return counted(application, year=year).values("award").distinct().count()


def other_kinds(application: Application, *, year: int) -> list[str]:
    """Kinds of relief, other than this one, that the household got in a year."""
    rows = Instalment.objects.live().filter(of_family(application), award__granted_at__year=year)
    kinds = rows.exclude(award__application=application)
    kinds = kinds.exclude(award__application__programme__kind=application.programme.kind)
    return sorted(set(kinds.values_list("award__application__programme__kind", flat=True)))


def together(application: Application, amount: Decimal, *, on: date | None = None) -> Decimal:
    """An amount with what the household was granted, or waits for a second word on, within the programme's period:
    several small decisions are one big one. An emergency counts emergencies: ordinary relief does not use up the power
    to help at once."""
    day = on or timezone.localdate()
    since = months_later(day, -application.version.sum_months)
    granted = Instalment.objects.live().filter(of_family(application), award__granted_at__date__gt=since)
    asked = of_family(application, path="", at="granting_at")
    waiting = Application.objects.filter(asked, status__in=(Application.S.SECOND, Application.S.UPPER))
    if application.is_emergency:
        granted, waiting = granted.filter(award__application__is_emergency=True), waiting.filter(is_emergency=True)
    granted, waiting = granted.exclude(award__application=application), waiting.exclude(pk=application.pk)
    return amount + total(granted) + total(waiting, "granting_amount")


def together_each(rows: Sequence[Application]) -> dict[int, Decimal]:
    """`together` of what each of these proposes, by key: asked one by one only where the family may have anything else."""
    touched = _with_more(rows)
    asked = {row.pk: row.proposed_amount or ZERO for row in rows}
    return {row.pk: together(row, asked[row.pk]) if row.pk in touched else asked[row.pk] for row in rows}


def _with_more(rows: Sequence[Application]) -> set[int]:
    """Those whose people, or a household in which one of them ever lived, stand in another application that may count."""
    people = {row.pk: {row.person_id, row.helped_id} for row in rows}
    members: dict[int, set[int]] = {}
    for household, person in Membership.objects.filter(
        household__in=[row.household_id or 0 for row in rows]
    ).values_list("household", "person"):
        members.setdefault(household, set()).add(person)
    for row in rows:
        people[row.pk] |= members.get(row.household_id or 0, set())
    everybody = set().union(*people.values())
    lived: dict[int, set[int]] = {}
    for person, household in Membership.objects.filter(person__in=everybody).values_list("person", "household"):
        lived.setdefault(person, set()).add(household)
    homes = {row.pk: {row.household_id or 0}.union(*(lived.get(one, set()) for one in people[row.pk])) for row in rows}
    counts = Q(status__in=(Application.S.SECOND, Application.S.UPPER)) | Q(award__isnull=False)
    theirs = Q(person__in=everybody) | Q(beneficiary__in=everybody) | Q(household__in=set().union(*homes.values()))
    others = list(Application.objects.filter(counts, theirs).values_list("pk", "person", "beneficiary", "household"))
    return {
        row.pk
        for row in rows
        if any(
            pk != row.pk and ({person, helped} & people[row.pk] or household in homes[row.pk])
            for pk, person, helped, household in others
        )
    }
