"""The writing half of an import: rows of new households together, differences one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.imports.journal import Journal
from casework.enums import IN_FORCE, ChangeKind, FileStatus, IncomeKind, Source
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
from casework.queries import imports as questions
from casework.queries.imports import EMPLOYER_FACTS, HEAD
from casework.queries.rows import MONTHS
from casework.rules.names import normal_name, search_keys
from center.kernel.normal import key
from center.privacy import numbers
from center.privacy.masks import mask_card
from center.reference import numbering

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from casework.queries.imports import Planned, Registry
    from center.models import Import, Staff


class Work:
    """One import being written."""

    def __init__(self, record: Import, *, form_date: date, moment: datetime, by: Staff) -> None:
        self.record, self.form_date, self.moment, self.by = record, form_date, moment, by
        self.office, self.today = record.office, timezone.localdate()
        self.opening = questions.is_opening(self.office, self.today)
        self.journal = Journal()
        self.employers: dict[str, list[Employer]] = {}
        self.evidence = _("Imported workbook of %(at)s") % {"at": record.received_at}
        self.registered = {"office_id": self.office.pk, "registered_by_id": by.pk, "registered_at": moment}
        # a yearly figure without months covers the twelve months that end on the day of the form
        self.item = {
            "year_ending_on": form_date,
            "evidence": self.evidence,
            "entered_by_id": by.pk,
            "entered_at": moment,
        }
        self.entered = {"entered_by_id": by.pk, "entered_at": moment, "imported_at": moment}
        if self.opening:
            self.entered |= {"checked_by_id": by.pk, "checked_at": moment}
        self._events: list[dict[str, Any]] = []

    # -- new households ----------------------------------------------------------------------------------------------

    def add(self, new: list[Planned], registry: Registry) -> None:
        """Every table once, whatever the number of households."""
        if not new:
            return
        self.name_employers([one.source.employer for one in new])
        people = self.people(new, registry)
        heads = [people[one.source.person["id_number"]] for one in new]
        rows = [{"head_id": head, **one.source.household} for one, head in zip(new, heads, strict=True)]
        households = self.journal.make(Household, rows, office_id=self.office.pk)
        pairs = list(zip(new, households, strict=True))
        self.journal.make(Membership, [row for one, home in pairs for row in self.memberships(one, home, people)])
        same = {"category_source": Source.DECLARED, "office_id": self.office.pk}
        same |= {"filed_by_id": self.by.pk, "filed_at": self.moment}
        same |= {"imported_by_id": self.by.pk, "imported_at": self.moment}
        files = self.journal.make(HardshipFile, [self.file(one, home) for one, home in pairs], **same)
        self.journal.make(IncomeItem, [row for one, home in pairs for row in incomes(one, home, people)], **self.item)
        self.journal.make(SpendingItem, [row for one, home in pairs for row in spendings(one, home)], **self.item)
        self.add_accounts(new, heads, files)
        status = FileStatus.ACTIVE if self.opening else FileStatus.DRAFT
        for one, file in zip(new, files, strict=True):
            self.tell("casework.file.imported", file, row=one.source.row, status=status)

    def add_accounts(self, new: list[Planned], heads: list[int], files: list[int]) -> None:
        """Accounts of new files: checked as they stand on paper during the opening, later by a second person."""
        with_card = [
            (account_row(one, head), file) for one, head, file in zip(new, heads, files, strict=True) if one.source.card
        ]
        accounts = self.journal.make(BankAccount, [row for row, _file in with_card], **self.entered)
        if not self.opening:
            self.ask_all(
                [
                    {
                        "file_id": file,
                        "kind": ChangeKind.ACCOUNT,
                        "old": {},
                        "new": asked_account(row),
                        "account_id": account,
                    }
                    for (row, file), account in zip(with_card, accounts, strict=True)
                ]
            )

    def people(self, new: list[Planned], registry: Registry) -> dict[str, int]:
        """Everybody of these households, ID number → record: those the registry knows, and new ones."""
        said: dict[str, dict[str, Any]] = {}
        for one in new:
            employer = self.employer(one.source.employer)
            said[one.source.person["id_number"]] = one.source.person | ({"employer": employer} if employer else {})
            for member in one.source.members or []:
                said[member.person["id_number"]] = member.person
        found: dict[str, int] = {}
        fresh: list[dict[str, Any]] = []
        for number, facts in said.items():
            here = registry.person(number)
            if here is None:
                employer = facts.pop("employer", None)
                fresh.append(person_row(facts) | ({"employer_id": employer.pk} if employer else {}))
                continue
            values = {name: value for name, value in facts.items() if name not in questions.ALREADY_SAID}
            if edits := questions.differences(here, values):
                self.journal.edit(here, edits)
            found[number] = here.pk
        made = self.journal.make(Person, fresh, **self.registered)
        return found | {row["id_number"]: number for row, number in zip(fresh, made, strict=True)}

    def memberships(self, one: Planned, home: int, people: dict[str, int]) -> list[dict[str, Any]]:
        since = min(one.source.file.get("opened_on") or self.today, self.today)
        head = people[one.source.person["id_number"]]
        rows = [{"household_id": home, "person_id": head, "relation": HEAD, "since": since}]
        for member in one.source.members or []:
            born = max(since, member.person.get("birth_date") or since)
            person = people[member.person["id_number"]]
            rows.append({"household_id": home, "person_id": person, "relation": member.relation, "since": born})
        return rows

    def file(self, one: Planned, home: int) -> dict[str, Any]:
        """In force as it was on paper, during the opening; a draft without a number ever after."""
        facts = dict(one.source.file)
        number, opened_on = facts.pop("number", ""), facts.pop("opened_on", None)
        declared_on = opened_on or self.form_date
        facts |= {"household_id": home, "category": one.source.category, "category_on": declared_on}
        if self.opening:
            number = number or numbering.draw("file", office=self.office, on=declared_on)
            facts |= {"status": FileStatus.ACTIVE, "number": number, "opened_on": declared_on}
        return facts

    # -- employers -----------------------------------------------------------------------------------------------------

    def name_employers(self, said: list[dict[str, Any]]) -> None:
        """Found or made by the order of their names, so that two imports at once never wait for each other in a ring."""
        named = sorted((one for one in said if one.get("employer")), key=lambda one: key(one["employer"]))
        self.employers = questions.employers_named(one["employer"] for one in named)
        for one in named:
            self.employer(one)

    def employer(self, said: dict[str, Any]) -> Employer | None:
        """The employer that the row describes; its empty facts are filled, others make another employer."""
        if not said.get("employer"):
            return None
        name = normal_name(said["employer"])
        named = self.employers.setdefault(key(name), [])
        facts = {field: said[column] for column, field in EMPLOYER_FACTS.items() if said.get(column)}
        for employer in named:
            if questions.is_employer(employer, said):
                if blank := {name: value for name, value in facts.items() if not getattr(employer, name)}:
                    self.journal.edit(employer, blank)
                return employer
        fresh = Employer(name=name, namesake=max((one.namesake for one in named), default=0) + 1, **facts)
        Employer.objects.put(fresh)
        named[:] = questions.employers_named([name])[key(name)]
        mine = next((employer for employer in named if employer.code == fresh.code), None)
        if mine is None:  # somebody named one at this moment: perhaps it is the one that the row describes
            return self.employer(said)
        self.journal.made["casework.employer"].append(mine.pk)
        return mine

    # -- households that are here --------------------------------------------------------------------------------------

    def change(self, one: Planned) -> None:
        file = HardshipFile.objects.select_for_update(of=("self",), no_key=True).select_related("household__head")
        now = file.get(pk=one.file.pk if one.file else 0)
        asks = not self.opening and now.status in IN_FORCE
        for record, values in one.edits:
            target = now if isinstance(record, HardshipFile) else record
            self.journal.edit(target, values)
        if one.employer:
            self.name_employers([one.source.employer])
            self.journal.edit(now.household.head, {"employer": self.employer(one.source.employer)})
        if one.category:
            self.change_category(one, now, asks=asks)
        if one.account:
            self.change_account(one, now, asks=asks)
        self.change_members(one, now, asks=asks)
        self.change_amounts(one, now, asks=asks)
        self.journal.edit(now, {"changed_on": self.today})
        self.tell("casework.file.updated_by_import", now.pk, row=one.source.row, what=", ".join(one.what()), asks=asks)

    def change_category(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        if asks:
            self.ask(file.pk, ChangeKind.CATEGORY, {"category": file.category}, {"category": one.source.category})
            return
        # from today, not from the day of the form: what last year was counted in stays
        values = {"category": one.source.category, "category_source": Source.DECLARED, "category_on": self.today}
        self.journal.edit(file, values)

    def change_account(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        holder = file.household.head
        current = BankAccount.objects.current().filter(holder=holder).first()
        account = account_row(one, holder.pk)
        if self.opening and current:
            self.journal.edit(current, {"until": max(current.since, self.today)})
        (number,) = self.journal.make(BankAccount, [account], **self.entered)
        if not self.opening:
            old = {"card": str(current.card), "bank": current.bank} if current else {}
            self.ask(file.pk, ChangeKind.ACCOUNT, old, asked_account(account), account_id=number)

    def change_members(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        for member in one.joined:
            known = Person.objects.all().numbered(member.person["id_number"]).first()
            person = known.pk if known else self.journal.make(Person, [person_row(member.person)], **self.registered)[0]
            if asks:
                new = {"do": "add", "person": person, "relation": member.relation}
                self.ask(file.pk, ChangeKind.MEMBERS, {}, new)
                if member.monthly is not None:
                    asked: dict[str, Any] = {"do": "income", "person": person}
                    asked |= self.asked_item(IncomeKind.WAGE, member.monthly * MONTHS)
                    self.ask(file.pk, ChangeKind.INCOME, {}, asked)
            else:
                since = max(self.today, member.person.get("birth_date") or self.today)
                joined = {"person_id": person, "relation": member.relation, "since": since}
                self.journal.make(Membership, [joined], household_id=file.household_id)
                if member.monthly is not None:
                    wage = {"person_id": person, "kind": IncomeKind.WAGE, "amount": member.monthly * MONTHS}
                    self.journal.make(IncomeItem, [wage], household_id=file.household_id, **self.item)
        for membership in one.leaving:
            if asks:
                old = {"person": membership.person_id, "relation": membership.relation}
                new = {"do": "end", "membership": membership.pk, "person": membership.person_id}
                self.ask(file.pk, ChangeKind.MEMBERS, old, new | {"until": self.today.isoformat()})
            else:
                self.journal.edit(membership, {"until": max(membership.since, self.today)})
        for membership, relation in one.relations:
            self.journal.edit(membership, {"relation": relation})

    def change_amounts(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        for (number, kind), amount in one.incomes.items():
            person = Person.objects.all().numbered(number).get()
            if asks:
                new = {"do": "income", "person": person.pk, **self.asked_item(kind, amount)}
                self.ask(file.pk, ChangeKind.INCOME, {}, new)
                continue
            self.drop(IncomeItem.objects.filter(household=file.household, person=person, kind=kind))
            item = {"person_id": person.pk, "kind": kind, "amount": amount}
            self.journal.make(IncomeItem, [item], household_id=file.household_id, **self.item)
        for kind, amount in one.spendings.items():
            if asks:
                self.ask(file.pk, ChangeKind.INCOME, {}, {"do": "spending", **self.asked_item(kind, amount)})
                continue
            self.drop(SpendingItem.objects.filter(household=file.household, kind=kind))
            item = {"kind": kind, "amount": amount}
            self.journal.make(SpendingItem, [item], household_id=file.household_id, **self.item)

    def drop(self, items: Any) -> None:
        for item in items.filter(dropped_at=None, month=None):
            self.journal.edit(item, {"dropped_by": self.by, "dropped_at": self.moment})

    def asked_item(self, kind: str, amount: Decimal) -> dict[str, str]:
        ending = self.form_date.isoformat()
        return {
            "kind": str(kind),
            "amount": str(amount),
            "month": "",
            "year_ending_on": ending,
            "evidence": self.evidence,
        }

    def ask(
        self, file: int, kind: str, old: dict[str, Any], new: dict[str, Any], *, account_id: int | None = None
    ) -> None:
        """A change that a second person confirms."""
        self.ask_all([{"file_id": file, "kind": kind, "old": old, "new": new, "account_id": account_id}])

    def ask_all(self, asked: list[dict[str, Any]]) -> None:
        same = {"reason": self.evidence, "proposed_by_id": self.by.pk, "proposed_at": self.moment}
        self.journal.make(ChangeRequest, asked, **same)
        for one in asked:
            self.tell("casework.change.proposed", one["file_id"], kind=one["kind"])

    def tell(self, verb: str, file: int, **facts: object) -> None:
        """One event a row, written together."""
        told = {name: str(value) for name, value in facts.items()} | {"import": self.record.code}
        self._events.append({"verb": verb, "subject": f"casework.hardshipfile:{file}", "facts": told})

    def told(self) -> list[dict[str, Any]]:
        """The events since the last time."""
        told, self._events = self._events, []
        return told


def person_row(said: dict[str, Any]) -> dict[str, Any]:
    return said | {"search_keys": search_keys(said["full_name"])}


def asked_account(row: dict[str, Any]) -> dict[str, str]:
    return {"card": mask_card(row["card"]), "bank": row["bank"]}


def account_row(one: Planned, holder: int) -> dict[str, Any]:
    return {
        "holder_id": holder,
        "card": one.source.card,
        "bank": one.source.bank or numbers.bank_of(one.source.card),
    }


def incomes(one: Planned, home: int, people: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"household_id": home, "person_id": people[number], "kind": kind, "amount": amount}
        for (number, kind), amount in one.source.incomes().items()
    ]


def spendings(one: Planned, home: int) -> list[dict[str, Any]]:
    return [{"household_id": home, "kind": kind, "amount": amount} for kind, amount in one.source.spendings().items()]
