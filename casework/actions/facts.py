"""The facts of a file: its person, its household, its cause and needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.people import as_the_number_says, named_as
from casework.models import (
    HardshipFile,
    Household,
    Person,
)
from casework.permissions import (
    why_not_edit_file,
    why_not_renumber_alone,
)
from casework.rules.names import normal_name
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require

if TYPE_CHECKING:
    from center.models import Staff

PERSON_FIELDS = frozenset(
    {
        "full_name",
        "name_as_given",
        "name_written",
        "id_number",
        "phone",
        "other_contact",
        "sex",
        "birth_date",
        "ethnic_group",
    }
    | {"political_status", "marital_status", "health_status", "disability_kind", "disability_grade", "medicine"}
    | {"model_worker_type", "person_identity", "work_status", "hukou_type", "hukou_division", "medical_insurance"}
    | {"education_level", "school", "enrol_year", "school_years", "employer", "work_start_on", "contract_signed_on"}
    | {"contract_term", "union_member", "skills", "job_wish", "wage_not_imputed"}
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
    rows = HardshipFile.objects.select_related("household", "office").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=file.pk)


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
        values = values | named_as(values["full_name"])
        if file.is_in_force and values["full_name"] != normal_name(person.full_name):
            raise NotAllowed(_("This file is in force: another name is proposed, and a second person confirms it."))
    require(why_not_renumber_alone(file, person, values.get("id_number", "")))
    values = as_the_number_says(values, person)
    changed = _set(person, values, PERSON_FIELDS)
    if not changed:
        return person
    person.save(update_fields=[*changed, "search_keys"])
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
