"""Changes of a file in force, and of any bank account: one person proposes, another confirms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.economy import make_income, make_spending, write_exclusions
from casework.actions.facts import locked, touch
from casework.actions.heads import change_head
from casework.actions.members import join_household, known_or_new, leave_household, look_at_leaving
from casework.actions.names import rename
from casework.actions.numbers import compare_number, renumber
from casework.actions.proposing import propose as _propose
from casework.enums import ChangeKind, ChangeStatus, Leaving, Source, Verdict
from casework.models import BankAccount, ChangeRequest, HardshipFile, IncomeItem, Membership, Person
from casework.permissions import (
    why_not_belong,
    why_not_confirm_change,
    why_not_propose_change,
    why_not_receive,
    why_not_refuse_change,
    why_not_remove_member,
)
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.models.bounds import why_not_within

if TYPE_CHECKING:
    from casework.actions.people import Apart
    from center.models import Staff

C = ChangeStatus


@action
def propose_account(
    file: HardshipFile,
    *,
    holder: Person,
    card: str,
    bank: str,
    branch: str = "",
    holder_reason: str = "",
    reason: str,
    by: Staff,
) -> ChangeRequest:
    """A first account or another one. It waits, encrypted and unchecked, until a second person has compared it."""
    file = locked(file)
    require(why_not_propose_change(by, file))
    require(why_not_belong(holder))
    members = file.household.memberships.current()
    if not members.filter(person=holder).exists():
        raise Incomplete(_("The holder must be the head or a member of the household."))
    if holder.pk != file.household.head_id and not holder_reason.strip():
        raise Incomplete(_("Say why the account is not the head's own."))
    account = BankAccount.objects.create(
        holder=holder,
        card=card,
        bank=bank,
        branch=branch,
        holder_reason=holder_reason,
        entered_by=by,
        entered_at=timezone.now(),
    )
    account.refresh_from_db()
    require(why_not_receive(holder, card=account.card, household=file.household_id))
    current = BankAccount.objects.current().filter(holder=holder).first()
    old = {"card": str(current.card), "bank": current.bank} if current else {}
    new = {"card": str(account.card), "bank": bank}
    return _propose(file, ChangeKind.ACCOUNT, old=old, new=new, reason=reason, by=by, account=account)


@action
def propose_member(
    file: HardshipFile,
    *,
    relation: str,
    person: Person | None = None,
    full_name: str = "",
    facts: dict[str, Any] | None = None,
    told_apart: Apart | None = None,
    reason: str,
    by: Staff,
) -> ChangeRequest:
    file = locked(file)
    require(why_not_propose_change(by, file))
    person = known_or_new(file, person, full_name=full_name, facts=facts or {}, told_apart=told_apart, by=by)
    new = {"do": "add", "person": person.pk, "relation": relation}
    return _propose(file, ChangeKind.MEMBERS, old={}, new=new, reason=reason, by=by)


@action
def propose_leaving(
    file: HardshipFile, *, membership: Membership, until: date, why: str, reason: str, by: Staff
) -> ChangeRequest:
    """`why` is one of Leaving; `reason` says it in words."""
    file = locked(file)
    require(why_not_propose_change(by, file))
    require(why_not_remove_member(file, membership))
    look_at_leaving(why, until)
    old = {"person": membership.person_id, "relation": membership.relation}
    new = {"do": "end", "membership": membership.pk, "person": membership.person_id, "until": until.isoformat()}
    new["left"] = why
    return _propose(file, ChangeKind.MEMBERS, old=old, new=new, reason=reason, by=by)


def _item(kind: str, amount: Decimal, month: date | None, year_ending_on: date | None, evidence: str) -> dict[str, Any]:
    if (month is None) == (year_ending_on is None):
        raise Incomplete(_("Give either the month or the last day of the year that the amount covers."))
    for name, value in (("amount", amount), ("month", month), ("year_ending_on", year_ending_on)):
        if sentence := why_not_within(IncomeItem, name, value):  # the bounds of spending are the same
            raise Incomplete(sentence)
    return {
        "kind": kind,
        "amount": str(amount),
        "month": month.replace(day=1).isoformat() if month else "",
        "year_ending_on": year_ending_on.isoformat() if year_ending_on else "",
        "evidence": evidence,
    }


@action
def propose_income(
    file: HardshipFile,
    *,
    person: Person,
    kind: str,
    amount: Decimal,
    month: date | None = None,
    year_ending_on: date | None = None,
    evidence: str = "",
    reason: str,
    by: Staff,
) -> ChangeRequest:
    file = locked(file)
    require(why_not_propose_change(by, file))
    new = {"do": "income", "person": person.pk, **_item(kind, amount, month, year_ending_on, evidence)}
    return _propose(file, ChangeKind.INCOME, old={}, new=new, reason=reason, by=by)


@action
def propose_spending(
    file: HardshipFile,
    *,
    kind: str,
    amount: Decimal,
    month: date | None = None,
    year_ending_on: date | None = None,
    evidence: str = "",
    reason: str,
    by: Staff,
) -> ChangeRequest:
    file = locked(file)
    require(why_not_propose_change(by, file))
    new = {"do": "spending", **_item(kind, amount, month, year_ending_on, evidence)}
    return _propose(file, ChangeKind.INCOME, old={}, new=new, reason=reason, by=by)


@action
def propose_category(file: HardshipFile, *, category: str, reason: str, by: Staff) -> ChangeRequest:
    file = locked(file)
    require(why_not_propose_change(by, file))
    if category not in {Verdict.DEEP, Verdict.RELATIVE, Verdict.ACCIDENTAL}:
        raise Incomplete(_("Choose the category in which the household is filed."))
    if category == file.category:
        raise Incomplete(_("This category is in force already."))
    new = {"category": category}
    return _propose(file, ChangeKind.CATEGORY, old={"category": file.category}, new=new, reason=reason, by=by)


def _lock(change: ChangeRequest) -> ChangeRequest:
    return ChangeRequest.objects.select_for_update(of=("self",), no_key=True).select_related("file").get(pk=change.pk)


@action
def confirm_change(change: ChangeRequest, *, card: str = "", id_number: str = "", by: Staff) -> ChangeRequest:
    """The second person has looked; now it counts. A number of an account or a person is not confirmed blind: it is typed
    again from the card, and compared with what the first person entered."""
    file = locked(change.file)
    change = _lock(change)
    require(why_not_confirm_change(by, change))
    if change.account is not None:
        _compare_card(change.account, card)
    if change.kind == ChangeKind.NUMBER:
        compare_number(change, id_number)
    change.become(C.CONFIRMED)
    change.decided_by, change.decided_at = by, timezone.now()
    APPLY[ChangeKind(change.kind)](change, file, by)
    change.id_number = None
    change.save(update_fields=["status", "decided_by", "decided_at", "id_number"])
    touch(file)
    trail.record("casework.change.confirmed", file, by=by, kind=change.kind)
    return change


@action
def refuse_change(change: ChangeRequest, *, text: str, by: Staff) -> ChangeRequest:
    """Not so: why."""
    locked(change.file)
    change = _lock(change)
    require(why_not_refuse_change(by, change))
    if not text.strip():
        raise Incomplete(_("Say why this does not change."))
    change.become(C.REFUSED)
    change.decided_by, change.decided_at, change.decided_text = by, timezone.now(), text.strip()
    change.id_number = None
    change.save(update_fields=["status", "decided_by", "decided_at", "decided_text", "id_number"])
    if change.account:
        change.account.until = max(change.account.since, timezone.localdate())
        change.account.save(update_fields=["until"])
    trail.record("casework.change.refused", change.file, by=by, kind=change.kind)
    return change


def _compare_card(account: BankAccount, typed: str) -> None:
    if not typed.strip():
        raise Incomplete(_("Type the number of the card from the paper; it is compared with what was entered."))
    if not account.card.same_as(typed):
        raise Refusal(
            _("This is not the number that was entered. Compare the card; refuse the change if it was wrong.")
        )


def _apply_account(change: ChangeRequest, _file: HardshipFile, by: Staff) -> None:
    waiting = BankAccount.objects.select_for_update(of=("self",), no_key=True)
    account = waiting.get(pk=change.account_id or 0)
    today = timezone.localdate()
    for old in BankAccount.objects.current().filter(holder=account.holder_id):
        old.until = max(old.since, today)
        old.save(update_fields=["until"])
    account.checked_by, account.checked_at = by, timezone.now()
    account.save(update_fields=["checked_by", "checked_at"])


def _apply_members(change: ChangeRequest, file: HardshipFile, _by: Staff) -> None:
    new = change.new
    if new["do"] == "add":
        person = Person.objects.get(pk=new["person"])
        join_household(file.household, person, relation=new["relation"], since=timezone.localdate())
        return
    membership = Membership.objects.get(pk=new["membership"])
    why = new.get("left") or Leaving.MOVED  # what was proposed before reasons were asked for
    leave_household(file, membership, until=date.fromisoformat(new["until"]), why=why, text=change.reason)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _apply_income(change: ChangeRequest, file: HardshipFile, _by: Staff) -> None:
    new = change.new
    item = {
        "kind": new["kind"],
        "amount": Decimal(new["amount"]),
        "month": _day(new["month"]),
        "year_ending_on": _day(new["year_ending_on"]),
        "evidence": new["evidence"],
    }
    if new["do"] == "income":
        make_income(file, by=change.proposed_by, person=Person.objects.get(pk=new["person"]), **item)
    else:
        make_spending(file, by=change.proposed_by, **item)


def _apply_category(change: ChangeRequest, file: HardshipFile, _by: Staff) -> None:
    file.category = change.new["category"]
    file.category_source = Source.DECIDED
    file.category_on = timezone.localdate()
    file.save(update_fields=["category", "category_source", "category_on"])


def _apply_name(change: ChangeRequest, _file: HardshipFile, by: Staff) -> None:
    rename(change, by=by)


def _apply_number(change: ChangeRequest, _file: HardshipFile, by: Staff) -> None:
    renumber(change, by=by)


def _apply_exclusions(change: ChangeRequest, file: HardshipFile, by: Staff) -> None:
    write_exclusions(file, change.new["exclusions"], by=by)


def _apply_head(change: ChangeRequest, file: HardshipFile, by: Staff) -> None:
    change_head(file, change.new, by=by)


APPLY = {
    ChangeKind.ACCOUNT: _apply_account,
    ChangeKind.MEMBERS: _apply_members,
    ChangeKind.INCOME: _apply_income,
    ChangeKind.CATEGORY: _apply_category,
    ChangeKind.HEAD: _apply_head,
    ChangeKind.NAME: _apply_name,
    ChangeKind.NUMBER: _apply_number,
    ChangeKind.EXCLUSION: _apply_exclusions,
}
