"""Whoever receives money is looked at as the receiver: each time a line is made, checked and handed over (architecture.md §3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.permissions import excluded, holders_of, homes_of
from center.privacy.fields import Whole
from relief.enums import ProgrammeKind
from relief.models import Payment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from casework.models import Person
    from center.privacy.fields import Secret
    from relief.models import Application

FINGERPRINT = slice(1, 17)  # of the whole number, as the column holds it


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Who would get the money of an application, and on which card."""

    application: Application
    payee: Person
    card: Secret


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """What is known of them today, in six queries however many they are."""

    homes: Mapping[int, int] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    holders: Mapping[Secret, set[int]] = field(default_factory=dict)
    paid: Mapping[bytes, set[tuple[int, int]]] = field(
        default_factory=dict
    )  # card → (payee, household) that it was paid for
    returned: frozenset[bytes] = frozenset()  # cards that the bank sent money back from, and nobody has corrected since

    @staticmethod
    def of(rows: Iterable[Receiver]) -> Receivers:
        rows = list(rows)
        holders = holders_of({row.card for row in rows})
        people = {row.payee.pk for row in rows}.union(*holders.values())
        return Receivers(
            homes=homes_of(people),
            excluded=excluded({row.application.household_id or 0 for row in rows}),
            holders=holders,
            paid=_paid_on({row.card for row in rows}),
            returned=_returned_on({row.card for row in rows}),
        )

    def why_not(self, row: Receiver) -> Iterator[str]:
        application, payee = row.application, row.payee
        if payee.died_on:
            yield _("the receiver has died")
        if not payee.is_adult:
            yield _("the receiver is a child; an adult of the household receives")
        if application.programme.kind == ProgrammeKind.LIVING and application.household_id in self.excluded:
            yield _("the household is excluded from living relief")
        if self._lives_elsewhere(row):
            yield _("the receiver does not belong to the household")
        home = self.homes.get(payee.pk)
        others = self.holders.get(row.card, set()) - {payee.pk}
        strangers = {other for other in others if home is None or self.homes.get(other) != home}
        if strangers or self._was_paid_for_others(row):
            yield _("the card is on record for another household")
        if bytes(row.card)[FINGERPRINT] in self.returned:
            yield _("the bank has sent money back from this account; it must be corrected first")

    def _lives_elsewhere(self, row: Receiver) -> bool:
        """What is a household's goes to somebody of it; what is a patient's or student's may also go to themselves."""
        application, payee = row.application, row.payee
        own = payee.pk in {application.person_id, application.helped_id}
        if application.household_id is None:
            return not own
        shared = application.programme.kind == ProgrammeKind.LIVING or not own
        return shared and self.homes.get(payee.pk) != application.household_id

    def _was_paid_for_others(self, row: Receiver) -> bool:
        home = row.application.household_id or -row.application.person_id
        before = self.paid.get(bytes(row.card)[FINGERPRINT], set())
        return any(payee != row.payee.pk and household != home for payee, household in before)


def _paid_on(cards: Iterable[Secret]) -> Mapping[bytes, set[tuple[int, int]]]:
    """For whom and for which households money went, or is on its way, on these cards."""
    rows = (
        Payment.objects.live().filter(card_number__in=list(cards), payee__isnull=False, payee__died_on=None).order_by()
    )
    seen = rows.annotate(card=Whole("card_number")).values_list(
        "card", "payee_id", "application__household_id", "application__person_id"
    )
    found: dict[bytes, set[tuple[int, int]]] = {}
    for card, payee, household, person in seen.distinct():
        found.setdefault(bytes(card), set()).add((payee, household or -person))
    return found


def _returned_on(cards: Iterable[Secret]) -> frozenset[bytes]:
    """An account is one account, whichever instalment the bank returned: no other goes there before it is corrected."""
    rows = Payment.objects.filter(
        status=Payment.Status.FAILED, failure_settled_by=None, card_number__in=list(cards)
    ).order_by()
    return frozenset(bytes(card) for card in rows.annotate(card=Whole("card_number")).values_list("card", flat=True))
