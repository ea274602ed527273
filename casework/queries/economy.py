"""The facts that the rule of eligibility needs, read from the registry and asked from the desks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from casework.models import Assessment
from casework.rules import eligibility
from casework.rules.eligibility import Amount, Facts, MemberFacts
from center.desk import desks
from center.kernel.errors import Incomplete
from center.privacy.masks import mask_name
from center.reference import standards

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from casework.models import HardshipFile, Household, IncomeItem, Person, SpendingItem
    from casework.rules.eligibility import Computation
    from center.kernel.remarks import Remark
    from center.models import Office


def _standard(key: str, *, office: Office, on: date, gaps: list[Remark] | None) -> Decimal | None:
    try:
        return standards.value(key, office=office, on=on)
    except Incomplete:
        if gaps is not None:
            gaps.append(standards.missing(key, office=office, on=on))
        return None


def _amount(item: IncomeItem | SpendingItem) -> Amount:
    return Amount(kind=item.kind, amount=item.amount, month=item.month, year_ending_on=item.year_ending_on)


def relief_given(people: Iterable[Person], *, since: date, until: date) -> Decimal:
    """Union relief of a period in yuan, each gift counted once; goods are no income."""
    given = {
        (aid.url, aid.on, aid.kind, aid.amount)
        for person in people
        for desk in desks()
        for aid in desk.aid(person, since=since, until=until)
        if not aid.kind.startswith("goods")
    }
    return sum((amount for *_rest, amount in given), Decimal(0))


def facts_of(household: Household, *, on: date, file: HardshipFile | None = None) -> Facts:
    """What is known of a household for the twelve months before a day."""
    memberships = household.members_on(on).select_related("person").order_by("relation", "pk")
    people = [membership.person for membership in memberships]
    incomes = list(household.incomes.filter(dropped_at=None).order_by("pk"))
    spendings = household.spendings.filter(dropped_at=None).order_by("pk")
    gaps: list[Remark] = []
    causes = {file.primary_cause, *file.secondary_causes} if file else set()
    since, until = eligibility.window(on)
    return Facts(
        on=on,
        members=tuple(
            MemberFacts(
                name=mask_name(person.full_name),
                birth_date=person.birth_date,
                work_status=person.work_status,
                person_identity=person.person_identity,
                health_status=person.health_status,
                wage_not_imputed=person.wage_not_imputed,
                cannot_work=person.pk == household.head_id and bool(causes & eligibility.NO_CAPACITY),
                incomes=tuple(_amount(item) for item in incomes if item.person_id == person.pk),
            )
            for person in people
        ),
        spendings=tuple(_amount(item) for item in spendings),
        earlier_relief=relief_given(people, since=since, until=until),
        exclusions=tuple(household.exclusions),
        exclusions_checked=household.exclusions_checked_at is not None,
        primary_cause=file.primary_cause if file else "",
        line=_standard("dibao_line", office=household.office, on=on, gaps=gaps),
        multiple=_standard("relative_multiple", office=household.office, on=on, gaps=gaps),
        minimum_wage=_standard("minimum_wage", office=household.office, on=on, gaps=None),
        gaps=tuple(gaps),
    )


def compute(household: Household, *, on: date, file: HardshipFile | None = None) -> Computation:
    """What the rule proposes today, without writing anything."""
    return eligibility.compute(facts_of(household, on=on, file=file))


def unwritten(file: HardshipFile, *, on: date) -> Assessment:
    """What would be kept of a file on a day: who looks at it sees this, and by agreeing keeps it."""
    found = compute(file.household, on=on, file=file)
    return Assessment(
        household=file.household,
        file=file,
        on=found.on,
        verdict=found.verdict,
        declared=file.category,
        people=found.people,
        income=found.income,
        spending=found.spending,
        per_capita=found.per_capita,
        line=found.line,
        multiple=found.multiple,
        steps=[step.stored() for step in found.steps],
        missing=[one.stored() for one in found.missing],
    )


def last_known(file: HardshipFile, *, on: date) -> Assessment | None:
    """The figure that stood before a day on which nothing can be computed: a new month asks for its own entries, and what
    was known the day before is not forgotten at midnight. What was written goes before what was only looked at."""
    written = Assessment.objects.filter(household=file.household_id, per_capita__isnull=False).first()
    if written:
        return written
    for day in (on - timedelta(days=1), on.replace(day=1) - timedelta(days=1)):
        before = unwritten(file, on=day)
        if before.per_capita is not None:
            return before
    return None


def latest(household_id: int) -> Assessment | None:
    """The last written computation of a household."""
    return Assessment.objects.filter(household=household_id).first()
