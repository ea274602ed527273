"""What a checked workbook would change, value by value: what stands here, and what the workbook says instead.

Made anew for each reader from the staged rows, and never kept: values of a file belong to the file. Numbers are masks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions import imports as actions
from casework.enums import IncomeKind, SpendingKind
from casework.models import Person
from casework.permissions import HEALTH_FIELDS
from casework.queries import imports as questions
from center.kernel.roles import Permission
from center.kernel.sentences import listed, yuan
from center.models import StagedRow, codes
from center.models.staging import Verdict
from center.privacy.fields import SecretField
from center.privacy.masks import mask, mask_card, mask_name
from center.privacy.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.queries.imports import Planned, Registry
    from center.models import Import, Staff

P = Permission
LISTS = {  # fields whose code list has another name
    "primary_cause": "hardship_cause",
    "secondary_causes": "hardship_cause",
    "needs": "help_need",
    "layer": "file_layer",
    "hukou_division": "division",
}


@dataclass(frozen=True)
class Difference:
    """One value: whose or which, before, after."""

    whose: str
    what: str
    old: str
    new: str


def differences(record: Import, *, most: int, by: Staff) -> dict[int, list[Difference]]:
    """By the row of the head, of the first `most` households that would change, as it is now."""
    staged = StagedRow.objects.filter(imported=record, verdict=Verdict.CHANGED).order_by("row")[:most]
    opening = questions.is_opening(record.office, timezone.localdate())
    plan = questions.plan(actions.unpacked(record, staged), office=record.office, opening=opening)
    reader = _Reader(by, record)
    return {one.source.row: list(reader.told(one, plan.registry)) for one in plan.of("changed")}


class _Reader:
    """Tells as much as this person may read of files of the office."""

    def __init__(self, staff: Staff, record: Import) -> None:
        office = record.office_id
        self.hidden = set() if staff.may(P.READ_HEALTH, office) else {*HEALTH_FIELDS, "cause_text"}
        self.hidden |= set() if staff.may(P.READ_MIND, office) else {"mind_note"}

    def told(self, one: Planned, registry: Registry) -> Iterator[Difference]:
        for record, values in one.edits:
            whose = mask_name(record.full_name) if isinstance(record, Person) else ""
            for name, new in values.items():
                yield self._field(record, name, new, whose)
        yield from _sections(one)
        yield from _amounts(one, registry)

    def _field(self, record: Any, name: str, new: Any, whose: str) -> Difference:
        field = record._meta.get_field(name)
        what = str(field.verbose_name)
        if name in self.hidden:
            return Difference(whose, what, "", _("not shown to your role"))
        return Difference(whose, what, said(field, getattr(record, name)), said(field, new))


def said(field: Any, value: Any) -> str:
    """A value in words: codes by their label, numbers as masks."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Secret) or isinstance(field, SecretField):
        return str(value) if isinstance(value, Secret) else mask(field.kind, str(value))
    name = LISTS.get(field.name, field.name)
    if isinstance(value, list):
        return listed(codes.label(name, str(each)) for each in value)
    return yuan(value) if isinstance(value, Decimal) else codes.label(name, str(value))


def _sections(one: Planned) -> Iterator[Difference]:
    file, source = one.file, one.source
    if file is None:
        return
    if one.employer:
        old = str(file.household.head.employer or "")
        yield Difference("", _("Employer"), old, source.employer["employer"])
    if one.category:
        old, new = (codes.label("hardship_category", code) for code in (file.category, source.category))
        yield Difference("", _("Category"), old, new)
    if one.account:
        yield Difference("", _("Bank account"), "", f"{source.bank} {mask_card(source.card)}".strip())
    for member in one.joined:
        relation = codes.label("relation", member.relation)
        yield Difference(mask_name(member.person["full_name"]), _("Joins the household"), "", relation)
    for membership, new in one.relations:
        old, told = codes.label("relation", membership.relation), codes.label("relation", new)
        yield Difference(mask_name(membership.person.full_name), _("Relation to the head"), old, told)


def _amounts(one: Planned, registry: Registry) -> Iterator[Difference]:
    home = one.file.household_id if one.file else 0
    for (number, kind), amount in one.incomes.items():
        person = registry.person(number)
        before = registry.amounts.get((home, person.pk if person else None, kind))
        whose = mask_name(person.full_name) if person else ""
        yield Difference(whose, str(IncomeKind(kind).label), _yuan(before), yuan(amount))
    for kind, amount in one.spendings.items():
        before = registry.amounts.get((home, None, kind))
        yield Difference("", str(SpendingKind(kind).label), _yuan(before), yuan(amount))


def _yuan(item: Any) -> str:
    return yuan(item.amount) if item is not None else ""
