"""Registry workbooks come in: checked, applied in one transaction, withdrawn while nobody has touched what they made."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import IN_FORCE, ChangeKind, ChangeStatus, FileStatus, IncomeKind, Source
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
from casework.names import normal_name
from casework.permissions import why_not_apply_import, why_not_import, why_not_withdraw_import
from casework.queries import imports as questions
from casework.queries.imports import EMPLOYER_FACTS, HEAD, HouseholdRow, Planned
from center import numbering, trail
from center.act import action
from center.errors import Incomplete, Refusal, require
from center.exchange.copying import copy_in
from center.models import Event, Import, ImportStatus
from center.models.base import random_code, subject_of
from center.privacy import keys, numbers, vault
from center.privacy.secret import Secret

if TYPE_CHECKING:
    from datetime import datetime

    from center.models import Office, Staff

KIND = "casework.files"
BATCH = 500
LOCK = 7_305_002  # one import of an office at a time
LABEL = b"center.import.journal:"
ORDER = (
    *("casework.changerequest", "casework.incomeitem", "casework.spendingitem", "casework.bankaccount"),
    *("casework.hardshipfile", "casework.membership", "casework.household", "casework.person", "casework.employer"),
)
Row = TypeVar("Row", bound=models.Model)


class Journal:
    """What an import made and changed, so that it can be undone."""

    def __init__(self) -> None:
        self.made: dict[str, list[int]] = defaultdict(list)
        self.edited: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def make(self, rows: list[Row]) -> list[Row]:
        """Create rows of one model in bulk; history and search keys are kept by database and fields."""
        if not rows:
            return rows
        copy_in(rows)
        self.made[rows[0]._meta.label_lower] += [row.pk for row in rows]
        return rows

    def edit(self, record: models.Model, values: dict[str, Any]) -> None:
        before = self.edited[record._meta.label_lower].setdefault(str(record.pk), {})
        for name, value in values.items():
            before.setdefault(name, _frozen(getattr(record, _attribute(type(record), name))))
            setattr(record, name, value)
        extra = ["search_keys"] if {"full_name", "name"} & values.keys() else []
        record.save(update_fields=[*values, *extra])

    def sealed(self, code: str) -> bytes:
        text = json.dumps({"made": self.made, "edited": self.edited})
        return keys.ring().encrypt(text.encode(), label=LABEL + code.encode())


def _attribute(model: type[models.Model], name: str) -> str:
    """Where the plain value of a field lies: `employer_id` of `employer`."""
    return str(getattr(model._meta.get_field(name), "attname", name))


def _frozen(value: Any) -> Any:
    if isinstance(value, Secret):
        return {"secret": bytes(value).hex()}
    if isinstance(value, date | Decimal):
        return str(value)
    return value


def _thawed(value: Any) -> Any:
    return bytes.fromhex(value["secret"]) if isinstance(value, dict) and "secret" in value else value


@action
def upload(office: Office, *, data: bytes, found: dict[str, Any], by: Staff) -> Import:
    """Keep a workbook that was read and checked, encrypted, until it is applied or a day old."""
    require(why_not_import(by, office))
    record = Import.objects.create(
        kind=KIND, office=office, original=random_code(), sha256=sha256(data).hexdigest(), found=found, uploaded_by=by
    )
    vault.put(record.original, data)
    trail.record("casework.import.checked", record, by=by, sha256=record.sha256, **found.get("totals", {}))
    return record


@action
def discard_import(record: Import, *, by: Staff) -> Import:
    """Not this one: the file goes at once."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_apply_import(by, record))
    record.become(ImportStatus.DISCARDED)
    _forget(record, record.original, record.errors)
    record.original = record.errors = ""
    record.save(update_fields=["status", "original", "errors"])
    trail.record("casework.import.discarded", record, by=by)
    return record


@action
def apply_import(record: Import, *, rows: list[HouseholdRow], form_date: date, only_good: bool, by: Staff) -> Import:
    """Do what the workbook says, in one transaction: new households, and what differs of those that are here.

    During an office's opening new files are in force at once and differences are written. Later, new rows become drafts,
    and account, members, income and category of a file in force are proposed for a second person to confirm.
    """
    record = Import.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=record.pk)
    require(why_not_apply_import(by, record))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, record.office_id % 2**31])
        cursor.execute("SET LOCAL statement_timeout = '10min'")  # one COPY of a large registry may take its time
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    opening = questions.is_opening(record.office, timezone.localdate())
    plan = questions.plan(rows, office=record.office, opening=opening)
    if plan.count("refused") and not only_good:
        raise Incomplete(_("Some rows are wrong, and you asked for all or nothing."))
    work = _Work(record, opening=opening, form_date=form_date, moment=moment, by=by)
    work.add([one for one in plan.households if one.verdict == "new"])
    for one in plan.households:
        if one.verdict == "changed":
            work.change(one)
    record.become(ImportStatus.APPLIED)
    record.applied_by, record.applied_at = by, moment
    record.found = {**record.found, "totals": plan.totals()}
    record.journal = work.journal.sealed(record.code)
    _forget(record, record.original)
    record.original = ""
    record.save(update_fields=["status", "applied_by", "applied_at", "found", "journal", "original"])
    trail.record("casework.import.applied", record, by=by, opening=opening, sha256=record.sha256, **plan.totals())
    Event.objects.bulk_create(work.events, batch_size=BATCH)
    return record


@action
def keep_errors(record: Import, *, data: bytes, by: Staff) -> Import:
    """Keep the error workbook for a day, encrypted."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_import(by, record.office))
    _forget(record, record.errors)
    record.errors = random_code()
    vault.put(record.errors, data)
    record.save(update_fields=["errors"])
    trail.record("casework.import.errors_kept", record, by=by)
    return record


@action
def withdraw_import(record: Import, *, reason: str, by: Staff) -> Import:
    """Undo an import, all of it, while nothing that it made or changed has been touched since."""
    record = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_withdraw_import(by, record))
    if not reason.strip():
        raise Incomplete(_("Say why this import is withdrawn."))
    journal = json.loads(keys.ring().decrypt(bytes(record.journal), label=LABEL + record.code.encode()))
    _require_untouched(journal, record)
    _undo(journal)
    record.become(ImportStatus.WITHDRAWN)
    record.withdrawn_by, record.withdrawn_at, record.withdrawn_reason = by, timezone.now(), reason.strip()[:200]
    record.journal = b""
    record.save(update_fields=["status", "withdrawn_by", "withdrawn_at", "withdrawn_reason", "journal"])
    trail.record("casework.import.withdrawn", record, by=by, reason=record.withdrawn_reason)
    return record


def _forget(record: Import, *codes: str) -> None:
    for code in codes:
        if code:
            transaction.on_commit(lambda code=code: vault.remove(code))  # type: ignore[misc]


def _require_untouched(journal: dict[str, Any], record: Import) -> None:
    used = _("What this import brought has been used since, so it can no longer be withdrawn.")
    for label in ORDER:
        pks = [*journal["made"].get(label, []), *map(int, journal["edited"].get(label, {}))]
        if pks and questions.touched_since(apps.get_model(label), pks, record.applied_at):
            raise Refusal(used)
    made = journal["made"].get("casework.changerequest", [])
    if ChangeRequest.objects.filter(pk__in=made).exclude(status=ChangeStatus.PROPOSED).exists():
        raise Refusal(used)


def _undo(journal: dict[str, Any]) -> None:
    """Edits first, newest rows before those they stand on."""
    try:
        with transaction.atomic():
            for label, records in journal["edited"].items():
                model = apps.get_model(label)
                for pk, before in records.items():
                    row = model._default_manager.get(pk=pk)
                    for name, value in before.items():
                        setattr(row, _attribute(model, name), _thawed(value))
                    extra = ["search_keys"] if {"full_name", "name"} & before.keys() else []
                    row.save(update_fields=[*before, *extra])
            for label in ORDER:
                if journal["made"].get(label):
                    apps.get_model(label)._default_manager.filter(pk__in=journal["made"][label]).delete()
    except (ProtectedError, DatabaseError) as error:
        raise Refusal(_("What this import brought has been used since, so it can no longer be withdrawn.")) from error


class _Work:
    """The writing half of one import."""

    def __init__(self, record: Import, *, opening: bool, form_date: date, moment: datetime, by: Staff) -> None:
        self.record, self.opening, self.form_date, self.moment, self.by = record, opening, form_date, moment, by
        self.office = record.office
        self.today = timezone.localdate()
        self.journal = Journal()
        self.events: list[Event] = []
        self.employers: dict[str, list[Employer]] = {}

    # -- new households ----------------------------------------------------------------------------------------------

    def add(self, new: list[Planned]) -> None:
        if not new:
            return
        self.name_employers([one.source.employer for one in new])
        people = self.people(new)
        households = self.journal.make(
            [
                Household(office=self.office, head=people[one.source.person["id_number"]], **one.source.household)
                for one in new
            ]
        )
        pairs = list(zip(new, households, strict=True))
        self.journal.make([row for one, home in pairs for row in self.memberships(one, home, people)])
        files = self.journal.make([self.file(one, home) for one, home in pairs])
        self.journal.make([row for one, home in pairs for row in self.incomes(one, home, people)])
        self.journal.make([row for one, home in pairs for row in self.spendings(one, home)])
        with_card = [(one, file) for one, file in zip(new, files, strict=True) if one.source.card]
        accounts = [self.account(one, people[one.source.person["id_number"]]) for one, _file in with_card]
        self.journal.make(accounts)
        if not self.opening:
            waiting = zip(with_card, accounts, strict=True)
            self.journal.make([self.ask_account(file, account, None) for (_one, file), account in waiting])
        for one, file in zip(new, files, strict=True):
            self.tell("casework.file.imported", file, row=one.source.row, status=file.status)

    def people(self, new: list[Planned]) -> dict[str, Person]:
        """Everybody of these households by ID number: those the registry knows, and new ones."""
        said: dict[str, dict[str, Any]] = {}
        for one in new:
            employer = self.employer(one.source.employer)
            said[one.source.person["id_number"]] = one.source.person | ({"employer": employer} if employer else {})
            for member in one.source.members or []:
                said[member.person["id_number"]] = member.person
        known = {bytes(p.id_number)[1:17]: p for p in Person.objects.filter(id_number__in=list(said))}  # type: ignore[call-overload]
        found: dict[str, Person] = {}
        fresh: list[Person] = []
        for number, facts in said.items():
            person = Person(office=self.office, registered_by=self.by, registered_at=self.moment, **facts)
            here = known.get(bytes(person.id_number)[1:17])  # type: ignore[call-overload]
            if here is None:
                fresh.append(person)
            else:
                values = {name: value for name, value in facts.items() if name != "id_number"}
                if edits := questions.differences(here, values):
                    self.journal.edit(here, edits)
            found[number] = here or person
        self.journal.make(fresh)
        return found

    def memberships(self, one: Planned, home: Household, people: dict[str, Person]) -> list[Membership]:
        since = min(one.source.file.get("opened_on") or self.today, self.today)
        rows = [Membership(household=home, person=home.head, relation=HEAD, since=since)]
        for member in one.source.members or []:
            person = people[member.person["id_number"]]
            born = person.birth_date or since
            rows.append(Membership(household=home, person=person, relation=member.relation, since=max(since, born)))
        return rows

    def file(self, one: Planned, home: Household) -> HardshipFile:
        facts = dict(one.source.file)
        number, opened_on = facts.pop("number", ""), facts.pop("opened_on", None)
        declared_on = opened_on or self.form_date
        return HardshipFile(
            office=self.office,
            household=home,
            category=one.source.category,
            category_source=Source.DECLARED,
            category_on=declared_on,
            filed_by=self.by,
            filed_at=self.moment,
            imported_by=self.by,
            imported_at=self.moment,
            **facts,
            **self.standing(number, declared_on),
        )

    def standing(self, number: str, opened_on: date) -> dict[str, Any]:
        """In force as it was on paper, during the opening; a draft without a number ever after."""
        if not self.opening:
            return {}
        number = number or numbering.draw("file", office=self.office, on=opened_on)
        return {"status": FileStatus.ACTIVE, "number": number, "opened_on": opened_on}

    def account(self, one: Planned, holder: Person) -> BankAccount:
        checked = {"checked_by": self.by, "checked_at": self.moment} if self.opening else {}
        return BankAccount(
            holder=holder,
            card=one.source.card,
            bank=one.source.bank or numbers.bank_of(one.source.card),
            entered_by=self.by,
            entered_at=self.moment,
            imported_at=self.moment,
            **checked,
        )

    def incomes(self, one: Planned, home: Household, people: dict[str, Person]) -> list[IncomeItem]:
        return [
            self.income(home, people[number], kind, amount) for (number, kind), amount in one.source.incomes().items()
        ]

    def spendings(self, one: Planned, home: Household) -> list[SpendingItem]:
        return [self.spending(home, kind, amount) for kind, amount in one.source.spendings().items()]

    def income(self, home: Household, person: Person, kind: str, amount: Decimal) -> IncomeItem:
        """A yearly figure without months covers the twelve months that end on the day of the form."""
        return IncomeItem(household=home, person=person, kind=kind, **self.item(amount))

    def spending(self, home: Household, kind: str, amount: Decimal) -> SpendingItem:
        return SpendingItem(household=home, kind=kind, **self.item(amount))

    def item(self, amount: Decimal) -> dict[str, Any]:
        evidence = _("Imported workbook %(code)s") % {"code": self.record.code}
        return {
            "amount": amount,
            "year_ending_on": self.form_date,
            "evidence": evidence,
            "entered_by": self.by,
            "entered_at": self.moment,
        }

    # -- employers -----------------------------------------------------------------------------------------------------

    def name_employers(self, said: list[dict[str, Any]]) -> None:
        self.employers = questions.employers_named(one["employer"] for one in said if one.get("employer"))

    def employer(self, said: dict[str, Any]) -> Employer | None:
        """The employer that the row describes; its empty facts are filled, others make another employer."""
        if not said.get("employer"):
            return None
        named = self.employers.setdefault(normal_name(said["employer"]), [])
        facts = {name: said[key] for key, name in EMPLOYER_FACTS.items() if said.get(key)}
        for employer in named:
            if questions.is_employer(employer, said):
                if blank := {name: value for name, value in facts.items() if not getattr(employer, name)}:
                    self.journal.edit(employer, blank)
                return employer
        employer = Employer(name=normal_name(said["employer"]), **facts)
        self.journal.make([employer])
        named.append(employer)
        return employer

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
        self.tell("casework.file.updated_by_import", now, row=one.source.row, what=", ".join(one.what()), asks=asks)

    def change_category(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        if asks:
            self.ask(file, ChangeKind.CATEGORY, {"category": file.category}, {"category": one.source.category})
            return
        values = {"category": one.source.category, "category_source": Source.DECLARED, "category_on": self.form_date}
        self.journal.edit(file, values)

    def change_account(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        holder = file.household.head
        current = BankAccount.objects.current().filter(holder=holder).first()
        account = self.account(one, holder)
        if self.opening and current:
            self.journal.edit(current, {"until": max(current.since, self.today)})
        self.journal.make([account])
        if not self.opening:
            self.journal.make([self.ask_account(file, account, current)])

    def ask_account(self, file: HardshipFile, account: BankAccount, current: BankAccount | None) -> ChangeRequest:
        old = {"card": str(current.card), "bank": current.bank} if current else {}
        new = {"card": str(account.card), "bank": account.bank}
        return self.request(file, ChangeKind.ACCOUNT, old, new, account=account)

    def change_members(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        for member in one.joined:
            known = Person.objects.filter(id_number=member.person["id_number"]).first()
            person = known or Person(
                office=self.office, registered_by=self.by, registered_at=self.moment, **member.person
            )
            if known is None:
                self.journal.make([person])
            if asks:
                new = {"do": "add", "person": person.pk, "relation": member.relation}
                self.ask(file, ChangeKind.MEMBERS, {}, new)
            else:
                since = max(self.today, person.birth_date or self.today)
                row = Membership(household=file.household, person=person, relation=member.relation, since=since)
                self.journal.make([row])
                if member.monthly is not None:
                    wage = self.income(file.household, person, IncomeKind.WAGE, member.monthly * questions.MONTHS)
                    self.journal.make([wage])
        for membership in one.left:
            if asks:
                old = {"person": membership.person_id, "relation": membership.relation}
                new = {"do": "end", "membership": membership.pk, "person": membership.person_id}
                self.ask(file, ChangeKind.MEMBERS, old, new | {"until": self.today.isoformat()})
            else:
                self.journal.edit(membership, {"until": max(membership.since, self.today)})
        for membership, relation in one.relations:
            self.journal.edit(membership, {"relation": relation})

    def change_amounts(self, one: Planned, file: HardshipFile, *, asks: bool) -> None:
        for (number, kind), amount in one.incomes.items():
            person = Person.objects.get(id_number=number)
            if asks:
                new = {"do": "income", "person": person.pk, **self.asked_item(kind, amount)}
                self.ask(file, ChangeKind.INCOME, {}, new)
                continue
            self.drop(IncomeItem.objects.filter(household=file.household, person=person, kind=kind))
            self.journal.make([self.income(file.household, person, kind, amount)])
        for kind, amount in one.spendings.items():
            if asks:
                self.ask(file, ChangeKind.INCOME, {}, {"do": "spending", **self.asked_item(kind, amount)})
                continue
            self.drop(SpendingItem.objects.filter(household=file.household, kind=kind))
            self.journal.make([self.spending(file.household, kind, amount)])

    def drop(self, items: Any) -> None:
        for item in items.filter(dropped_at=None, month=None):
            self.journal.edit(item, {"dropped_by": self.by, "dropped_at": self.moment})

    def asked_item(self, kind: str, amount: Decimal) -> dict[str, str]:
        evidence = _("Imported workbook %(code)s") % {"code": self.record.code}
        ending = self.form_date.isoformat()
        return {"kind": str(kind), "amount": str(amount), "month": "", "year_ending_on": ending, "evidence": evidence}

    def ask(self, file: HardshipFile, kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.journal.make([self.request(file, kind, old, new)])

    def request(
        self,
        file: HardshipFile,
        kind: str,
        old: dict[str, Any],
        new: dict[str, Any],
        *,
        account: BankAccount | None = None,
    ) -> ChangeRequest:
        """A change that a second person confirms."""
        reason = _("Imported workbook %(code)s") % {"code": self.record.code}
        self.tell("casework.change.proposed", file, kind=kind)
        return ChangeRequest(
            file=file,
            kind=kind,
            old=old,
            new=new,
            account=account,
            reason=reason,
            proposed_by=self.by,
            proposed_at=self.moment,
        )

    def tell(self, verb: str, subject: models.Model, **facts: object) -> None:
        """One event a row, written together at the end."""
        told = {name: str(value) for name, value in facts.items()} | {"import": self.record.code}
        self.events.append(Event(verb=verb, subject=subject_of(subject), actor=self.by.get_username(), facts=told))
