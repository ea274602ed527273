"""Income, spending, exclusions, and what the rule computes from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.facts import locked, touch
from casework.actions.proposing import propose
from casework.enums import ChangeKind
from casework.models import Assessment, Household, IncomeItem, SpendingItem
from casework.permissions import (
    why_not_assess,
    why_not_edit_directly,
    why_not_edit_file,
    why_not_exclude_alone,
    why_not_propose_change,
    why_not_propose_exclusions,
)
from casework.queries import economy
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from casework.models import ChangeRequest, HardshipFile, Person
    from center.models import Staff


def make_income(file: HardshipFile, *, by: Staff, **item: Any) -> IncomeItem:
    if not file.household.memberships.current().filter(person=item["person"]).exists():
        raise Incomplete(_("This person is not a current member of the household."))
    return IncomeItem.objects.create(household=file.household, entered_by=by, entered_at=timezone.now(), **item)


def make_spending(file: HardshipFile, *, by: Staff, **item: Any) -> SpendingItem:
    return SpendingItem.objects.create(household=file.household, entered_by=by, entered_at=timezone.now(), **item)


@action
def add_income(
    file: HardshipFile,
    *,
    person: Person,
    kind: str,
    amount: Decimal,
    month: date | None = None,
    year_ending_on: date | None = None,
    evidence: str = "",
    by: Staff,
) -> IncomeItem:
    file = locked(file)
    require(why_not_edit_directly(by, file))
    item = make_income(
        file,
        by=by,
        person=person,
        kind=kind,
        amount=amount,
        month=month and month.replace(day=1),
        year_ending_on=year_ending_on,
        evidence=evidence,
    )
    touch(file)
    trail.record("casework.income.added", file, by=by, kind=kind, amount=amount)
    return item


@action
def add_spending(
    file: HardshipFile,
    *,
    kind: str,
    amount: Decimal,
    person: Person | None = None,
    month: date | None = None,
    year_ending_on: date | None = None,
    evidence: str = "",
    by: Staff,
) -> SpendingItem:
    file = locked(file)
    require(why_not_edit_directly(by, file))
    item = make_spending(
        file,
        by=by,
        person=person,
        kind=kind,
        amount=amount,
        month=month and month.replace(day=1),
        year_ending_on=year_ending_on,
        evidence=evidence,
    )
    touch(file)
    trail.record("casework.spending.added", file, by=by, kind=kind, amount=amount)
    return item


def _drop(file: HardshipFile, item: IncomeItem | SpendingItem, *, by: Staff) -> None:
    if item.household_id != file.household_id or item.dropped_at:
        raise Incomplete(_("This line is struck out already."))
    item.dropped_by, item.dropped_at = by, timezone.now()
    item.save(update_fields=["dropped_by", "dropped_at"])


@action
def drop_income(file: HardshipFile, *, item: IncomeItem, by: Staff) -> IncomeItem:
    """Struck out, never deleted."""
    file = locked(file)
    require(why_not_edit_directly(by, file))
    item = IncomeItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    _drop(file, item, by=by)
    touch(file)
    trail.record("casework.income.dropped", file, by=by, kind=item.kind, amount=item.amount)
    return item


@action
def drop_spending(file: HardshipFile, *, item: SpendingItem, by: Staff) -> SpendingItem:
    file = locked(file)
    require(why_not_edit_directly(by, file))
    item = SpendingItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    _drop(file, item, by=by)
    touch(file)
    trail.record("casework.spending.dropped", file, by=by, kind=item.kind, amount=item.amount)
    return item


@action
def check_exclusions(file: HardshipFile, *, exclusions: list[str], by: Staff) -> Household:
    """Somebody looked: these stand against the household, or none does."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    require(why_not_exclude_alone(file, exclusions))
    household = write_exclusions(file, exclusions, by=by)
    touch(file)
    return household


@action
def propose_exclusions(file: HardshipFile, *, exclusions: list[str], reason: str, by: Staff) -> ChangeRequest:
    """Of a file in force: what is found against the household, or lifted, counts when a second person has confirmed it."""
    file = locked(file)
    require(why_not_propose_change(by, file))
    require(why_not_propose_exclusions(file))
    old, new = file.household.exclusions, sorted(set(exclusions))
    if set(old) == set(new):
        raise Incomplete(_("This stands on record already."))
    return propose(
        file,
        ChangeKind.EXCLUSION,
        old={"exclusions": old},
        new={"do": "exclude", "exclusions": new},
        reason=reason,
        by=by,
    )


def write_exclusions(file: HardshipFile, exclusions: list[str], *, by: Staff) -> Household:
    household = Household.objects.select_for_update(of=("self",), no_key=True).get(pk=file.household_id)
    household.exclusions = sorted(set(exclusions))
    household.exclusions_checked_by, household.exclusions_checked_at = by, timezone.now()
    household.save(update_fields=["exclusions", "exclusions_checked_by", "exclusions_checked_at"])
    trail.record("casework.household.exclusions_checked", household, by=by, exclusions=", ".join(household.exclusions))
    return household


@action
def assess(file: HardshipFile, *, on: date | None = None, by: Staff) -> Assessment:
    """Compute what the rule proposes and keep the whole computation. The category in force is not touched."""
    file = locked(file)
    require(why_not_assess(by, file))
    return keep_assessment(file, on=on or timezone.localdate(), by=by)


def keep_assessment(file: HardshipFile, *, on: date, by: Staff) -> Assessment:
    """What the rule says of a locked file on a day. Submission, review and decision each keep one: who decides by facts
    keeps the facts, also when all they say is what is missing (architecture.md §3)."""
    assessment = economy.unwritten(file, on=on)
    assessment.made_by, assessment.made_at = by, timezone.now()
    assessment.save()
    facts = {"verdict": assessment.verdict, "per_capita": assessment.per_capita}
    trail.record("casework.file.assessed", file, by=by, **facts)
    return assessment
