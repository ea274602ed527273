"""The facts of a file: the person, the household, members, income and spending, the five clears, consents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.people import from_id_number, make_person
from casework.enums import Block
from casework.errors import Duplicate
from casework.models import (
    Assessment,
    Consent,
    FiveClear,
    HardshipFile,
    Household,
    IncomeItem,
    Membership,
    Person,
    SpendingItem,
)
from casework.names import normal_name
from casework.permissions import (
    why_not_assess,
    why_not_edit_directly,
    why_not_edit_file,
    why_not_record_consent,
    why_not_withdraw_consent,
)
from casework.queries import economy
from center import documents, trail
from center.act import action
from center.errors import Incomplete, require

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from django.core.files.uploadedfile import UploadedFile

    from center.documents import Document
    from center.models import Staff

PERSON_FIELDS = frozenset(
    {"full_name", "name_written", "id_number", "phone", "other_contact", "sex", "birth_date", "ethnic_group"}
    | {"political_status", "marital_status", "health_status", "disability_kind", "disability_grade", "medicine"}
    | {"model_worker_type", "person_identity", "work_status", "hukou_type", "hukou_division", "medical_insurance"}
    | {"education_level", "school", "enrol_year", "school_years", "employer", "work_start_on", "contract_signed_on"}
    | {"contract_term", "union_member", "skills", "job_wish", "wage_not_imputed", "died_on"}
)
HOUSEHOLD_FIELDS = frozenset(
    {"address", "postcode", "division", "housing_type", "floor_area", "single_parent", "self_help_capable"}
    | {"zero_employment", "single_person", "on_dibao", "property_note", "other_aid", "declared_size"}
    | {"declared_head_monthly", "declared_other_annual", "declared_annual", "declared_per_capita"}
)
FILE_FIELDS = frozenset(
    {"primary_cause", "secondary_causes", "cause_text", "needs", "key_group", "four_batches", "measures", "mind_note"}
    | {"poverty_exit_target", "target_set_on", "remark", "origin", "layer", "filed_by_name", "owner", "archive_place"}
)


def locked(file: HardshipFile) -> HardshipFile:
    """The file as it is now, held until the action ends."""
    return (
        HardshipFile.objects.select_for_update(of=("self",), no_key=True)
        .select_related("household__head", "office")
        .get(pk=file.pk)
    )


def touch(file: HardshipFile, *more: str) -> None:
    """Remember the day of the change: lists of files unchanged for a year, and paper within 30 working days."""
    file.changed_on = timezone.localdate()
    file.save(update_fields=["changed_on", *more])


def _set(record: Any, values: dict[str, Any], allowed: frozenset[str]) -> list[str]:
    """Assign what differs; which fields did. A secret that was left empty stays as it was."""
    unknown = set(values) - allowed
    if unknown:
        message = f"{type(record).__name__} has no editable {', '.join(sorted(unknown))}."
        raise ValueError(message)
    changed = []
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)
            changed.append(name)
    return changed


@action
def edit_person(file: HardshipFile, *, person: Person, values: dict[str, Any], by: Staff) -> Person:
    """Correct what is known of a member of the household."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if not person.memberships.filter(household=file.household).exists():
        raise Incomplete(_("This person does not belong to the household of the file."))
    if "full_name" in values:
        values = values | {"full_name": normal_name(values["full_name"])}
    if values.get("id_number"):
        values = from_id_number(values["id_number"]) | values
    changed = _set(person, values, PERSON_FIELDS)
    if not changed:
        return person
    try:
        with transaction.atomic():
            person.save(update_fields=[*changed, "search_keys"])
    except IntegrityError as error:
        if "person_id_number_is_unique" not in str(error):
            raise
        raise Duplicate(_("This ID number is in the registry already.")) from error
    touch(file)
    trail.record("casework.person.edited", person, by=by, fields=", ".join(sorted(changed)))
    return person


@action
def edit_household(file: HardshipFile, *, values: dict[str, Any], by: Staff) -> Household:
    """Address, housing, the yes/no questions, what the form declares."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    household = Household.objects.select_for_update(of=("self",), no_key=True).get(pk=file.household_id)
    changed = _set(household, values, HOUSEHOLD_FIELDS)
    if changed:
        household.save(update_fields=changed)
        touch(file)
        trail.record("casework.household.edited", household, by=by, fields=", ".join(sorted(changed)))
    return household


@action
def edit_file(file: HardshipFile, *, values: dict[str, Any], by: Staff) -> HardshipFile:
    """Causes, needs, measures, state of mind, who is responsible."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    secondary = values.get("secondary_causes", file.secondary_causes)
    if len(secondary) > 3:  # noqa: PLR2004 - the official form: at most three
        raise Incomplete(_("At most three secondary causes."))
    primary = values.get("primary_cause", file.primary_cause)
    if primary and primary in secondary:
        raise Incomplete(_("The primary cause is not a secondary one as well."))
    if not primary and not file.is_open_for_edits:
        raise Incomplete(_("A file needs exactly one primary cause."))
    changed = _set(file, values, FILE_FIELDS)
    if changed:
        touch(file, *changed)
        trail.record("casework.file.edited", file, by=by, fields=", ".join(sorted(changed)))
    return file


# -- members -----------------------------------------------------------------------------------------------------------


def join_household(household: Household, person: Person, *, relation: str, since: date) -> Membership:
    """Into the household, unless the person lives in another one."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    current = Membership.objects.current().filter(person=person).select_related("household").first()
    if current and current.household_id == household.pk:
        raise Duplicate(_("This person is a member of this household already."))
    if current:
        raise Duplicate(_("This person belongs to another household already. End that membership first."))
    return Membership.objects.create(household=household, person=person, relation=relation, since=since)


@action
def add_member(
    file: HardshipFile,
    *,
    relation: str,
    person: Person | None = None,
    full_name: str = "",
    since: date | None = None,
    facts: dict[str, Any] | None = None,
    by: Staff,
) -> Membership:
    """A member before the decision: a known person, or a new one by name and facts."""
    file = locked(file)
    require(why_not_edit_directly(by, file))
    person = person or make_person(office=file.office, full_name=full_name, by=by, **(facts or {}))
    membership = join_household(file.household, person, relation=relation, since=since or timezone.localdate())
    touch(file)
    trail.record("casework.membership.added", file, by=by, relation=relation, member=person.code)
    return membership


def leave_household(file: HardshipFile, membership: Membership, *, until: date) -> Membership:
    membership = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    if membership.household_id != file.household_id or membership.until is not None:
        raise Incomplete(_("This person is not a current member of the household."))
    if membership.person_id == file.household.head_id:
        raise Incomplete(_("The head stays in the household; end the file instead."))
    if until < membership.since:
        raise Incomplete(_("A membership cannot end before it starts."))
    membership.until = until
    membership.save(update_fields=["until"])
    return membership


@action
def end_membership(file: HardshipFile, *, membership: Membership, until: date, by: Staff) -> Membership:
    """A member left, before the decision. The row stays as history."""
    file = locked(file)
    require(why_not_edit_directly(by, file))
    membership = leave_household(file, membership, until=until)
    touch(file)
    trail.record("casework.membership.ended", file, by=by, until=until, member=membership.person.code)
    return membership


# -- income and spending -----------------------------------------------------------------------------------------------


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
    household = Household.objects.select_for_update(of=("self",), no_key=True).get(pk=file.household_id)
    household.exclusions = sorted(set(exclusions))
    household.exclusions_checked_by, household.exclusions_checked_at = by, timezone.now()
    household.save(update_fields=["exclusions", "exclusions_checked_by", "exclusions_checked_at"])
    touch(file)
    trail.record("casework.household.exclusions_checked", household, by=by, exclusions=", ".join(household.exclusions))
    return household


@action
def assess(file: HardshipFile, *, on: date | None = None, by: Staff) -> Assessment:
    """Compute what the rule proposes and keep the whole computation. The category in force is not touched."""
    file = locked(file)
    require(why_not_assess(by, file))
    found = economy.compute(file.household, on=on or timezone.localdate(), file=file)
    assessment = Assessment.objects.create(
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
        steps=[step.as_json() for step in found.steps],
        missing=list(found.missing),
        made_by=by,
        made_at=timezone.now(),
    )
    trail.record("casework.file.assessed", file, by=by, verdict=found.verdict, per_capita=found.per_capita)
    return assessment


# -- five clears, consents, copies -------------------------------------------------------------------------------------


@action
def verify_clear(
    file: HardshipFile, *, block: str, knows: list[str] | None = None, note: str = "", on: date | None = None, by: Staff
) -> FiveClear:
    """One of the five was verified today: with the person, on paper, at home."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    values = {"verified_on": on or timezone.localdate(), "verified_by": by, "verified_at": timezone.now()}
    clear, _made = FiveClear.objects.update_or_create(
        file=file, block=Block(block), defaults={**values, "knows": knows or [], "note": note}
    )
    touch(file)
    trail.record("casework.file.clear_verified", file, by=by, block=block)
    return clear


@action
def record_consent(
    person: Person,
    *,
    purpose: str,
    signed_on: date,
    valid_until: date | None = None,
    version: str = "2026-1",
    by: Staff,
) -> Consent:
    require(why_not_record_consent(by, person))
    consent = Consent.objects.create(
        person=person, purpose=purpose, signed_on=signed_on, valid_until=valid_until, version=version, entered_by=by
    )
    trail.record("casework.consent.recorded", person, by=by, purpose=purpose, version=version)
    return consent


@action
def withdraw_consent(consent: Consent, *, by: Staff) -> Consent:
    consent = Consent.objects.select_for_update(of=("self",), no_key=True).get(pk=consent.pk)
    require(why_not_withdraw_consent(by, consent))
    consent.withdrawn_by, consent.withdrawn_at = by, timezone.now()
    consent.save(update_fields=["withdrawn_by", "withdrawn_at"])
    trail.record("casework.consent.withdrawn", consent.person, by=by, purpose=consent.purpose)
    return consent


@action
def mark_paper(file: HardshipFile, *, on: date, by: Staff) -> HardshipFile:
    """The paper file says the same again."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    file.paper_updated_on = on
    file.save(update_fields=["paper_updated_on"])
    trail.record("casework.file.paper_updated", file, by=by, on=on)
    return file


@action
def mark_national(file: HardshipFile, *, on: date, by: Staff) -> HardshipFile:
    """Keyed into the national system too."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    file.national_synced_on = on
    file.save(update_fields=["national_synced_on"])
    trail.record("casework.file.national_synced", file, by=by, on=on)
    return file


@action
def add_document(file: HardshipFile, *, kind: str, upload: UploadedFile[Any], by: Staff) -> Document:
    """A paper of the file, encrypted; its type and size are judged by center.documents."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    document = documents.attach(file, kind=kind, upload=upload, by=by)
    touch(file)
    return document
