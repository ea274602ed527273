"""What a rule of the findings compared on one payment: what should be, what is, and the days between, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import FileSpell
from center.kernel.sentences import yuan
from relief.models import Payment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The two values that differ. `days` where the rule counts them."""

    wanted: str
    found: str
    days: int | None = None


def compared(rule: str, payment: Payment) -> Compared:
    return FACTS[rule](payment)


def _day(at: date | datetime | None) -> date | None:
    return timezone.localdate(at) if hasattr(at, "hour") else at  # type: ignore[arg-type,return-value] # by its hour


def _iso(at: date | datetime | None) -> str:
    day = _day(at)
    return day.isoformat() if day else "—"


def _between(first: date | datetime | None, last: date | datetime | None) -> int | None:
    begin, end = _day(first), _day(last)
    return (end - begin).days if begin and end else None


def _over_cap(one: Payment) -> Compared:
    application = one.application
    return Compared(
        wanted=_("computed %(sum)s") % {"sum": yuan(application.computed_amount, none="—")},
        found=_("granted %(sum)s") % {"sum": yuan(one.instalment.award.amount, none="—")},
    )


def _differs(one: Payment) -> Compared:
    return Compared(
        wanted=_("on the notice %(sum)s") % {"sum": yuan(one.application.noticed_amount, none="—")},
        found=_("granted %(sum)s") % {"sum": yuan(one.instalment.award.amount, none="—")},
    )


def _after_exit(one: Payment) -> Compared:
    """The last end before the payment: of the file, or of a life."""
    ends = list(
        FileSpell.objects.filter(file=one.application.file, until__isnull=False).values_list("until", flat=True)
    )
    ends += [day for day in (one.application.person.died_on, one.payee.died_on if one.payee else None) if day]
    paid = _day(one.paid_at)
    before = max((end for end in ends if end and paid and end < paid), default=None)
    return Compared(
        wanted=_("ended on %(day)s") % {"day": _iso(before)},
        found=_("paid on %(day)s") % {"day": _iso(one.paid_at)},
        days=_between(before, one.paid_at),
    )


def _before_notice(one: Payment) -> Compared:
    award = one.instalment.award
    ends = award.notice_ends_on or one.application.notice_ends_on
    acted = one.paid_at if award.notice_ends_on else award.granted_at
    said = _("paid on %(day)s") if award.notice_ends_on else _("decided on %(day)s")
    return Compared(
        wanted=_("notice until %(day)s") % {"day": _iso(ends)},
        found=said % {"day": _iso(acted)},
        days=_between(acted, ends),
    )


def _unpublished(_one: Payment) -> Compared:
    return Compared(wanted=_("a notice before or after the decision"), found=_("none"))


def _approver(one: Payment) -> Compared:
    application = one.application
    return Compared(
        wanted=_("handled by %(name)s") % {"name": application.handler or application.opened_by},
        found=_("approved by %(name)s") % {"name": one.approved_by},
    )


def _without_receipt(one: Payment) -> Compared:
    return Compared(
        wanted=_("arrived on %(day)s") % {"day": _iso(one.answered_on)},
        found=_("no receipt"),
        days=_between(one.answered_on, timezone.localdate()),
    )


def _late(one: Payment) -> Compared:
    due = one.instalment.due_on
    return Compared(
        wanted=_("payable on %(day)s") % {"day": _iso(due)},
        found=_("paid on %(day)s") % {"day": _iso(one.paid_at)},
        days=_between(due, one.paid_at),
    )


def _not_ratified(one: Payment) -> Compared:
    granted = one.instalment.award.granted_at
    return Compared(
        wanted=_("granted on %(day)s") % {"day": _iso(granted)},
        found=str(one.application.get_ratification_display()),
        days=_between(granted, timezone.localdate()),
    )


def _other_payee(one: Payment) -> Compared:
    return Compared(
        wanted=_("household of %(name)s") % {"name": one.helped_name},
        found=_("paid to %(name)s") % {"name": one.payee_name},
    )


def _dead(one: Payment) -> Compared:
    died = one.payee.died_on if one.payee else None
    return Compared(
        wanted=_("died on %(day)s") % {"day": _iso(died)},
        found=_("paid on %(day)s") % {"day": _iso(one.paid_at)},
        days=_between(died, one.paid_at),
    )


def _excluded(one: Payment) -> Compared:
    home = one.application.household
    checked = home.exclusions_checked_at if home else None
    return Compared(
        wanted=_("excluded on %(day)s") % {"day": _iso(checked)},
        found=_("paid on %(day)s") % {"day": _iso(one.paid_at)},
        days=_between(checked, one.paid_at),
    )


def _twice(one: Payment) -> Compared:
    alike = Payment.objects.filter(
        application__person=one.application.person_id,
        programme_name=one.programme_name,
        amount=one.amount,
        status="paid",
        answered_on__month=one.answered_on.month if one.answered_on else 0,
        answered_on__year=one.answered_on.year if one.answered_on else 0,
    ).exclude(pk=one.pk)
    other = alike.order_by("pk").first()
    return Compared(
        wanted=f"{other} {_iso(other.answered_on)}" if other else "—",
        found=f"{one} {_iso(one.answered_on)}",
        days=_between(other.answered_on, one.answered_on) if other else None,
    )


def _shared_card(one: Payment) -> Compared:
    home = one.application.household_id
    others = Payment.objects.filter(card_number=one.card_number).exclude(application__household=home).order_by("pk")
    other = others.first()
    return Compared(wanted=f"{one.card_number} {one.payee_name}", found=f"{other.payee_name} {other}" if other else "—")


FACTS: dict[str, Callable[[Payment], Compared]] = {
    "paid_twice": _twice,
    "over_cap": _over_cap,
    "after_exit": _after_exit,
    "before_notice_ended": _before_notice,
    "unpublished": _unpublished,
    "other_payee": _other_payee,
    "dead_receiver": _dead,
    "excluded_household": _excluded,
    "shared_card": _shared_card,
    "approver_handled": _approver,
    "without_receipt": _without_receipt,
    "late": _late,
    "differs_from_notice": _differs,
    "not_ratified": _not_ratified,
}
