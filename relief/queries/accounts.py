"""The accounts to which money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import BankAccount, Membership

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relief.models import (
        Instalment,
    )


HEAD = "01"  # GB/T 4761: the head of the household


def accounts_of(instalments: Iterable[Instalment]) -> dict[int, BankAccount]:
    """Application → the account in use of the person helped, else of the head of the household."""
    instalments = list(instalments)
    applications = {part.award.application_id: part.award.application for part in instalments}
    instead = {part.award.application_id: part.award.payee_id for part in instalments if part.award.payee_id}
    people = {application.person_id for application in applications.values()} | set(instead.values())
    heads = {
        membership.household_id: membership.person_id
        for membership in Membership.objects.current().filter(
            household__in=[a.household_id for a in applications.values() if a.household_id], relation=HEAD
        )
    }
    in_use = BankAccount.objects.current().filter(holder__in=people | set(heads.values())).select_related("holder")
    by_holder = {account.holder_id: account for account in in_use}
    found = {}
    for pk, application in applications.items():
        head = heads.get(application.household_id or 0, 0)
        if pk in instead:  # of one who has died: the account of whoever receives instead, and no other
            account = by_holder.get(instead[pk])
        else:
            account = by_holder.get(application.person_id) or by_holder.get(head)
        if account:
            found[pk] = account
    return found
