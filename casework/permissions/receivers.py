"""Who may receive money on an account: looked at when it is proposed and checked, and by relief each time money goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.models import BankAccount, Household, Membership, Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from center.privacy.fields import Secret


def homes_of(people: Iterable[int]) -> Mapping[int, int]:
    """Person → the household that they belong to today."""
    rows = Membership.objects.current().filter(person__in=set(people))
    return dict(rows.values_list("person_id", "household_id"))


def excluded(households: Iterable[int]) -> frozenset[int]:
    """Which of them an exclusion keeps out, as the rule of eligibility reads it."""
    rows = Household.objects.filter(pk__in=set(households)).exclude(exclusions=[])
    return frozenset(rows.values_list("pk", flat=True))


def holders_of(cards: Collection[Secret]) -> Mapping[Secret, set[int]]:
    """Card → the living people for whom it is on record today, waiting accounts too."""
    rows = BankAccount.objects.filter(until=None, card__in=list(cards), holder__died_on=None, holder__joined_into=None)
    found: dict[Secret, set[int]] = {}
    for account in rows:
        found.setdefault(account.card, set()).add(account.holder_id)
    return found


def why_not_receive(person: Person, *, card: Secret, household: int) -> str:
    """Why no money of a household may go to this person on this card: they have died, live elsewhere, or it is another
    household's card, too."""
    if person.died_on:
        return _("The holder of the account has died.")
    if not person.is_adult:
        return _("A child holds no account here: an adult of the household does (Civil Code art. 17 and 27).")
    others = holders_of([card]).get(card, set()) - {person.pk}
    homes = homes_of({person.pk} | others)
    if homes.get(person.pk) != household:
        return _("The holder must be the head or a member of the household.")
    if any(homes.get(other) != homes.get(person.pk) or other not in homes for other in others):
        return _("This card is on record for a person of another household.")
    return ""
