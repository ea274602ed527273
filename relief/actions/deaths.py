"""What a death does to money that is still owed: it is held at once, then stopped, or paid to another of the household."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from relief.models import Award, Instalment, Redirection
from relief.permissions import (
    why_not_receive_instead,
    why_not_redirect,
    why_not_settle_redirection,
    why_not_turn_down_redirection,
)

if TYPE_CHECKING:
    from casework.models import Person
    from center.models import Staff

UNPAID = (Instalment.Status.OWED, Instalment.Status.PAYING)


def _awards_of(person: Person) -> list[Award]:
    """Awards whose money is this person's, the applicant's or that of whoever receives instead; locked in one order."""
    own = Q(application__person=person, payee=None) | Q(payee=person)
    rows = Award.objects.filter(own).select_related("application").order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


@action
def hold_awards(person: Person, *, by: Staff) -> list[Award]:
    """The person has died: nothing more is put into a batch, and a line that is in one is not handed over."""
    held = []
    for award in _awards_of(person):
        unpaid = award.instalments.filter(status__in=UNPAID).exists()
        if award.status == Award.Status.PAYABLE and unpaid:
            held.append(hold(award, by=by))
    return held


def hold(award: Award, *, by: Staff) -> Award:
    """Inside an action that holds the award's lock."""
    award.become(Award.Status.HELD)
    award.held_by, award.held_at = by, timezone.now()
    award.save(update_fields=["status", "held_by", "held_at"])
    trail.record("relief.award.held", award, by=by, amount=award.amount)
    return award


@action
def free_awards(person: Person, *, by: Staff) -> list[Award]:
    """The record of the death was a mistake: what it held may be paid."""
    freed = [award for award in _awards_of(person) if award.status == Award.Status.HELD]
    for award in freed:
        _free(award, by=by)
    return freed


def _free(award: Award, *, by: Staff) -> None:
    award.become(Award.Status.PAYABLE)
    award.save(update_fields=["status", "payee"])
    trail.record("relief.award.freed", award, by=by, amount=award.amount)


@action
def ask_redirection(award: Award, *, to: Person, reason: str, by: Staff) -> Redirection:
    """Who of the household shall receive what is still owed; the second person looks."""
    award = _locked(award)
    require(why_not_redirect(by, award))
    require(why_not_receive_instead(award, to))
    if not reason.strip():
        raise Incomplete(_("Say why this person receives the money."))
    asked = Redirection.objects.create(award=award, to=to, reason=reason.strip(), asked_by=by)
    trail.record("relief.redirection.asked", award, by=by, member=to.code, reason=reason)
    return asked


@action
def settle_redirection(asked: Redirection, *, by: Staff) -> Redirection:
    """Agreed: what is still owed is paid to the other one, by the account that stands in their name."""
    award = _locked(asked.award)
    asked = _locked_redirection(asked)
    require(why_not_settle_redirection(by, asked))
    asked.become(Redirection.Status.DONE)
    asked.settled_by, asked.settled_at = by, timezone.now()
    asked.save(update_fields=["status", "settled_by", "settled_at"])
    award.payee = asked.to
    _free(award, by=by)
    trail.record("relief.redirection.settled", award, by=by, member=asked.to.code)
    return asked


@action
def turn_down_redirection(asked: Redirection, *, answer: str, by: Staff) -> Redirection:
    """Not to this one: why. The award stays held."""
    asked = _locked_redirection(asked)
    require(why_not_turn_down_redirection(by, asked))
    if not answer.strip():
        raise Incomplete(_("Say why this is turned down."))
    asked.become(Redirection.Status.TURNED_DOWN)
    asked.settled_by, asked.settled_at, asked.answer = by, timezone.now(), answer.strip()
    asked.save(update_fields=["status", "settled_by", "settled_at", "answer"])
    trail.record("relief.redirection.turned_down", asked.award, by=by, text=answer)
    return asked


def _locked(award: Award) -> Award:
    rows = Award.objects.select_related("application__office", "application__household")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=award.pk)


def _locked_redirection(asked: Redirection) -> Redirection:
    rows = Redirection.objects.select_related("award__application__household", "to")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=asked.pk)
