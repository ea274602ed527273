"""What a registry workbook would do to the registry: new, changed, unchanged or refused, household by household."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps

from casework.enums import LIVING, ChangeKind, ChangeStatus
from casework.models import (
    BankAccount,
    ChangeRequest,
    Employer,
    HardshipFile,
    Household,
    IncomeItem,
    Membership,
    Person,
    SpendingItem,
)
from casework.queries.rows import Wrong
from casework.rules.names import normal_name, plain
from center.kernel.normal import key
from center.models import ColumnMapping
from center.privacy import secret
from center.privacy.masks import mask_name
from center.privacy.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from casework.queries.rows import HouseholdRow, MemberRow
    from center.models import Office

EMPLOYER_FACTS = {"employer_nature": "nature", "employer_status": "status", "industry": "industry"}
MAPPED = "casework.files."  # and the sheet: heads, members
# By the record that the number found; another name is a fault, and the same one in another writing is the same.
ALREADY_SAID = {"id_number", "full_name", "name_as_given"}
HEAD = "01"  # GB/T 4761: the head of the household


@dataclass
class Planned:
    """What becomes of one household: nothing, or the differences between the workbook and the registry."""

    source: HouseholdRow
    verdict: str = "new"  # new, changed, unchanged, refused
    person: Person | None = None
    file: HardshipFile | None = None
    edits: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)  # record → {field: new}
    employer: bool = False
    account: bool = False
    category: bool = False
    joined: list[MemberRow] = field(default_factory=list)
    left: list[Membership] = field(default_factory=list)  # whom the workbook does not list any more
    staying: list[Membership] = field(default_factory=list)  # not listed, and staying whatever somebody says
    leave: bool = False  # whether they leave: somebody has said so
    is_stray: bool = False  # a row without a head may be of this household
    relations: list[tuple[Membership, str]] = field(default_factory=list)
    incomes: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    spendings: dict[str, Decimal] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        return bool(
            self.edits
            or self.employer
            or self.account
            or self.category
            or self.joined
            or self.leaving
            or self.relations
            or self.incomes
            or self.spendings
        )

    @property
    def leaving(self) -> list[Membership]:
        """Who leaves, and not only is not listed: absence is no departure (fault kind 1)."""
        return self.left if self.leave else []

    def what(self) -> list[str]:
        """Which parts differ, for the preview: names of fields and of sections, never a value."""
        found = [name for _record, values in self.edits for name in values]
        found += [name for name in ("employer", "account", "category") if getattr(self, name)]
        found += ["members"] * bool(self.joined or self.leaving or self.relations)
        found += ["income"] * bool(self.incomes or self.spendings)
        return sorted(set(found))


@dataclass
class Plan:
    """`registry` is what the registry holds about these people, as it was when they were compared."""

    households: list[Planned]
    registry: Registry

    def of(self, verdict: str) -> list[Planned]:
        return [one for one in self.households if one.verdict == verdict]


@dataclass(frozen=True)
class Strays:
    """People of rows that found no head: by ID number and by name they may be members of any household here."""

    prints: frozenset[bytes] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[MemberRow]) -> Strays:
        said = [row.person for row in rows]
        prints = frozenset(secret.whole_print("id", one["id_number"]) for one in said if "id_number" in one)
        return cls(prints, frozenset(one["full_name"] for one in said if "full_name" in one))

    def may_be(self, person: Person) -> bool:
        return person.full_name in self.names or bool(person.id_number and _key(person.id_number) in self.prints)


def plan(
    households: Iterable[HouseholdRow],
    *,
    office: Office,
    opening: bool,
    leave: bool = False,
    strays: Strays | None = None,
) -> Plan:
    """Compare, in a dozen queries however many households there are. Nobody leaves a household unless `leave` says so."""
    households = list(households)
    registry = Registry(households, office)
    told: dict[str, Any] = {"office": office, "opening": opening, "leave": leave, "strays": strays or Strays()}
    return Plan([_planned(row, registry, **told) for row in households], registry)


class Registry:
    """What the registry holds about the people of a workbook, read at once."""

    def __init__(self, households: list[HouseholdRow], office: Office) -> None:
        good = [row for row in households if not row.all_wrong]
        ids = {row.person["id_number"] for row in good}
        ids |= {member.person["id_number"] for row in good for member in row.members or []}
        self.prints = {number: secret.whole_print("id", number) for number in ids}
        people = Person.objects.filter(id_number__in=sorted(self.prints.values())).select_related(
            "employer", "joined_into__employer"
        )
        self.people = {_key(person.id_number): person.joined_into or person for person in people}
        held = [person.pk for person in self.people.values()]
        current = Membership.objects.current().filter(person__in=held)
        self.home = {membership.person_id: membership for membership in current.select_related("household")}
        homes = {membership.household_id for membership in self.home.values()}
        self.households = Household.objects.in_bulk(homes)
        self.members: dict[int, list[Membership]] = defaultdict(list)
        inhabitants = Membership.objects.current().filter(household__in=homes).select_related("person__employer")
        for membership in inhabitants.order_by("pk"):
            self.members[membership.household_id].append(membership)
        self.files: dict[int, HardshipFile] = {}
        self.ended: dict[int, HardshipFile] = {}
        for file in HardshipFile.objects.filter(household__in=homes).select_related("household").order_by("pk"):
            (self.files if file.status in LIVING else self.ended)[file.household_id] = file
        wanted = [row.file["number"] for row in good if row.file.get("number")]
        numbered = HardshipFile.objects.filter(office=office, number__in=wanted)
        self.numbers = dict(numbered.values_list("number", "household_id"))
        self.accounts: dict[int, list[BankAccount]] = defaultdict(list)
        for account in BankAccount.objects.filter(holder__in=held, until=None):
            self.accounts[account.holder_id].append(account)
        self.amounts: dict[tuple[int, int | None, str], Any] = {}
        self._load_amounts(homes)
        self.proposed: dict[int, list[ChangeRequest]] = defaultdict(list)
        open_ones = ChangeRequest.objects.filter(status=ChangeStatus.PROPOSED, file__household__in=homes)
        for change in open_ones:
            self.proposed[change.file_id].append(change)

    def _load_amounts(self, homes: set[int]) -> None:
        """The newest yearly amount of each kind; months entered one by one stand above any workbook: None."""
        for model in (IncomeItem, SpendingItem):
            items: Any = model.objects.filter(household__in=homes, dropped_at=None).order_by("year_ending_on", "pk")
            for item in items:
                person = item.person_id if model is IncomeItem else None
                key = (item.household_id, person, item.kind)
                by_month = item.month is not None or (key in self.amounts and self.amounts[key] is None)
                self.amounts[key] = None if by_month else item

    def person(self, number: str) -> Person | None:
        return self.people.get(self.prints[number])


def _key(value: Any) -> bytes:
    return bytes(value)[secret.WHOLE]


def _planned(
    row: HouseholdRow, registry: Registry, *, office: Office, opening: bool, leave: bool, strays: Strays
) -> Planned:
    found = Planned(row, leave=leave)
    if row.all_wrong:
        found.verdict = "refused"
        return found
    found.person = head = registry.person(row.person["id_number"])
    home = registry.home.get(head.pk) if head else None
    _refuse(row, found, registry, home, office, opening=opening)
    if row.all_wrong:
        found.verdict = "refused"
    elif head is not None and home is not None and home.household_id in registry.files:
        found.file = registry.files[home.household_id]
        _compare(found, registry, found.file, head, opening=opening)
        _keep_incomplete(found, strays)
        found.verdict = "changed" if found.differs else "unchanged"
    return found


def _keep_incomplete(found: Planned, strays: Strays) -> None:
    """Nobody has left a household of which the workbook may say too little."""
    found.is_stray = any(strays.may_be(membership.person) for membership in found.left)
    found.source.incomplete = found.source.incomplete or found.is_stray
    if found.source.incomplete:
        found.staying, found.left = [*found.left, *found.staying], []


def _refuse(
    row: HouseholdRow, found: Planned, registry: Registry, home: Membership | None, office: Office, *, opening: bool
) -> None:
    """What the registry knows better than the workbook."""

    def wrong(column: str, code: str, **details: Any) -> None:
        row.wrong.append(Wrong("heads", row.row, column, code, details))

    household = registry.households[home.household_id] if home else None
    _leave_out_the_dead(row, registry)
    if found.person and found.person.died_on:
        wrong("id_number", "has_died", day=found.person.died_on.isoformat())
    elif household and household.office_id != office.pk:
        wrong("id_number", "elsewhere")
    elif household and found.person and household.head_id != found.person.pk:
        wrong("id_number", "is_member")
    elif household and household.pk in registry.ended and household.pk not in registry.files:
        wrong("id_number", "has_ended", file=str(registry.ended[household.pk]))
    number = row.file.get("number")
    file = registry.files.get(household.pk) if household else None
    if number and file and file.number not in {"", number} and not opening:
        wrong("number", "number_differs", file=file.number)
    elif number and number in registry.numbers and registry.numbers[number] != (household and household.pk):
        wrong("number", "number_taken")
    _refuse_other_names(row, found, registry)
    for member in row.members or []:
        person = registry.person(member.person["id_number"])
        lives = registry.home.get(person.pk) if person else None
        if lives and lives.household_id != (household and household.pk):
            member.wrong.append(Wrong("members", member.row, "id_number", "member_elsewhere"))


def _refuse_other_names(row: HouseholdRow, found: Planned, registry: Registry) -> None:
    """Of the head and of every member."""
    members = row.members or []
    said = [(row.wrong, "heads", row.row, found.person, row.person)]
    said += [(one.wrong, "members", one.row, registry.person(one.person["id_number"]), one.person) for one in members]
    for wrong, sheet, place, person, facts in said:
        if person and is_another_name(person, facts["full_name"]):
            wrong.append(Wrong(sheet, place, "full_name", "other_name", {"name": mask_name(person.full_name)}))


def is_another_name(person: Person, written: str) -> bool:
    """A number belongs to one person: another name with it is a slip in one of the two (issue 12)."""
    known = {plain(name) for name in (person.full_name, person.name_as_given, person.name_written) if name}
    return plain(normal_name(written)) not in known


def _leave_out_the_dead(row: HouseholdRow, registry: Registry) -> None:
    """A list of last year still names them: they do not join again, and the preview says so."""
    living = []
    for member in row.members or []:
        person = registry.person(member.person["id_number"])
        if person and person.died_on:
            day = {"day": person.died_on.isoformat()}
            row.doubts.append(Wrong("members", member.row, "id_number", "member_died", day))
        else:
            living.append(member)
    row.members = None if row.members is None else living


def same(current: Any, new: Any) -> bool:
    """Whether the registry says what the cell says."""
    if isinstance(current, Secret):
        return current.same_as(str(new))
    if isinstance(new, list):
        return set(current or []) == set(new)
    return bool(current == new)


def differences(record: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not same(getattr(record, name), value)}


def _compare(found: Planned, registry: Registry, file: HardshipFile, head: Person, *, opening: bool) -> None:
    row = found.source
    household = registry.households[file.household_id]
    facts = dict(row.file)
    if not file.number:
        facts.pop("number", None)
    if not file.number or not opening:  # what a year counted as opened stays counted
        facts.pop("opened_on", None)
    for record, values in ((head, _facts(row.person)), (household, row.household), (file, facts)):
        edits = differences(record, values)
        if edits:
            found.edits.append((record, edits))
    found.employer = bool(row.employer.get("employer")) and not _is_known(head.employer, row.employer)
    proposed = [] if opening or not file.is_in_force else registry.proposed[file.pk]
    waiting = [change for change in proposed if change.kind == ChangeKind.CATEGORY]
    found.category = row.category != file.category and all(one.new["category"] != row.category for one in waiting)
    cards = registry.accounts[head.pk]
    found.account = bool(row.card) and not any(
        account.card.same_as(row.card) and (not row.bank or account.bank == row.bank) for account in cards
    )
    _compare_members(found, registry, household, proposed)
    _compare_amounts(found, registry, household, proposed)


def _facts(person: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in person.items() if name not in ALREADY_SAID and value is not None and value != ""
    }


def is_employer(employer: Employer | None, said: dict[str, Any]) -> bool:
    """Whether this employer is the one that the row describes; what is empty on either side agrees."""
    if employer is None or employer.name_key != key(said["employer"]):
        return False
    pairs = [(getattr(employer, name), said.get(key, "")) for key, name in EMPLOYER_FACTS.items()]
    return all(not known or not new or known == new for known, new in pairs)


def _is_known(employer: Employer | None, said: dict[str, Any]) -> bool:
    """Whether the registry says of the employer all that the row says."""
    told = [name for key, name in EMPLOYER_FACTS.items() if said.get(key)]
    return is_employer(employer, said) and all(getattr(employer, name) for name in told)


def _compare_members(found: Planned, registry: Registry, household: Household, proposed: list[ChangeRequest]) -> None:
    if found.source.members is None:
        return
    asked = [change.new for change in proposed if change.kind == ChangeKind.MEMBERS]
    joining = {new["person"] for new in asked if new["do"] == "add"}
    leaving = {new["membership"] for new in asked if new["do"] == "end"}
    here = {one.person_id: one for one in registry.members[household.pk] if one.person.id_number}
    for member in found.source.members:
        person = registry.person(member.person["id_number"])
        membership = here.pop(person.pk, None) if person else None
        if membership is None:
            if person is None or person.pk not in joining:
                found.joined.append(member)
            continue
        edits = differences(membership.person, _facts(member.person))
        if edits:
            found.edits.append((membership.person, edits))
        if membership.relation != member.relation:
            found.relations.append((membership, member.relation))
    stay, listed = household.head_id, {member.person["full_name"] for member in found.source.members}
    found.staying = [
        one
        for one in registry.members[household.pk]
        if not one.person.id_number and one.person_id != stay and one.person.full_name not in listed
    ]
    found.left = [one for one in here.values() if one.person_id != stay and one.pk not in leaving]


def _compare_amounts(found: Planned, registry: Registry, household: Household, proposed: list[ChangeRequest]) -> None:
    asked = [change.new for change in proposed if change.kind == ChangeKind.INCOME]
    new_people = {member.person["id_number"] for member in found.joined}
    for (number, kind), amount in found.source.incomes().items():
        person = registry.person(number)
        if number in new_people or person is None:
            continue
        wanted = {"do": "income", "person": person.pk, "kind": str(kind), "amount": str(amount)}
        if _amount_differs(registry, (household.pk, person.pk, kind), amount, asked, wanted):
            found.incomes[number, kind] = amount
    for kind, amount in found.source.spendings().items():
        wanted = {"do": "spending", "kind": str(kind), "amount": str(amount)}
        if _amount_differs(registry, (household.pk, None, kind), amount, asked, wanted):
            found.spendings[kind] = amount


def _amount_differs(
    registry: Registry,
    key: tuple[int, int | None, str],
    amount: Decimal,
    asked: list[dict[str, Any]],
    wanted: dict[str, Any],
) -> bool:
    if key in registry.amounts and registry.amounts[key] is None:
        return False  # months entered one by one say it better
    item = registry.amounts.get(key)
    if item is not None and item.amount == amount:
        return False
    return not any(all(new.get(name) == value for name, value in wanted.items()) for new in asked)


def employers_named(names: Iterable[str]) -> dict[str, list[Employer]]:
    """Employers of these names by the key of the name, each key's oldest first."""
    found: dict[str, list[Employer]] = defaultdict(list)
    for employer in Employer.objects.filter(name_key__in={key(name) for name in names}).order_by("pk"):
        found[employer.name_key].append(employer)
    return found


def mappings_of(office: Office) -> dict[str, dict[str, dict[str, str]]]:
    """What people of this office said of headings that no list knows: sheet → heading set → {heading: column}."""
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for said in ColumnMapping.objects.filter(office=office, kind__startswith=MAPPED):
        found[said.kind.removeprefix(MAPPED)][said.headings] = said.columns
    return found


def is_opening(office: Office, on: date) -> bool:
    """Before its first day of work an office brings its paper registry in as it is."""
    return office.went_live_on is None or on < office.went_live_on


def touched_since(model: Any, pks: Iterable[int], moment: Any) -> bool:
    """Whether any of these rows has a field-history entry later than a moment."""
    tracked = (one for one in apps.get_models() if getattr(one, "pgh_tracked_model", None) is model)
    history: Any = next(tracked, None)
    if history is None:
        return False
    later = history.objects.filter(pgh_obj_id__in=list(pks), pgh_created_at__gt=moment)
    return bool(later.exists())
