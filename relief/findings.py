"""What the auditor looks for first (screens.md A3): each rule is one question whose rows can be opened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models import Membership
from relief.models import Application, Balance, FundSource, Payment
from relief.terms import spans

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_PAID_STATES = ("listed", "dropped", "failed")


def left(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Payments that left in a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = Payment.objects.filter(office_id__in=offices, paid_at__date__range=(first, last))
    return rows.exclude(status__in=NOT_PAID_STATES)


def paid_twice(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """The same person, programme, amount and month, more than once."""
    rows = left(year, offices).filter(status="paid")
    same = rows.filter(
        application__person=OuterRef("application__person"),
        programme_name=OuterRef("programme_name"),
        amount=OuterRef("amount"),
        answered_on__month=OuterRef("answered_on__month"),
    ).exclude(pk=OuterRef("pk"))
    return rows.filter(Exists(same))


def over_cap(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    return left(year, offices).filter(instalment__award__amount__gt=F("application__computed_amount"))


def after_exit(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Paid after the file ended or the person died."""
    ended = Q(application__file__exited_on__lt=F("paid_at__date")) | Q(
        application__file__cancelled_on__lt=F("paid_at__date")
    )
    return left(year, offices).filter(ended | Q(application__person__died_on__lt=F("paid_at__date")))


def before_notice_ended(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Decided before the notice before it was over, or paid before the notice after it was."""
    early = Q(application__notice_ends_on__gte=F("instalment__award__granted_at__date"))
    paid_early = Q(instalment__award__notice_ends_on__gte=F("paid_at__date"))
    return left(year, offices).filter(early | paid_early, application__is_emergency=False)


def unpublished(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Neither announced before nor after the decision."""
    never = Q(application__notice_number="", instalment__award__notice_number="")
    return left(year, offices).filter(never)


def other_payee(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """The payee belongs neither to the household nor is the person helped."""
    member = Membership.objects.filter(household=OuterRef("application__household"), person=OuterRef("payee"))
    return left(year, offices).exclude(payee=F("application__person")).exclude(Exists(member))


def shared_card(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """One bank card that received for several households."""
    rows = left(year, offices)
    same = Payment.objects.filter(card_number=OuterRef("card_number"), office_id__in=offices)
    others = same.exclude(application__household=OuterRef("application__household"))
    return rows.filter(Exists(others.exclude(status__in=NOT_PAID_STATES)))


def approver_handled(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Whoever decided had opened, handled or submitted the application."""
    own = Q(approved_by=F("application__handler")) | Q(approved_by=F("application__opened_by"))
    return left(year, offices).filter(own | Q(approved_by=F("application__submitted_by")))


def without_receipt(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    return left(year, offices).filter(status="paid", receipt_confirmed_by=None)


def late(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Handed over later after the day it was due than the office's terms of that day allow."""
    wanted = Q(pk__in=())
    for places, days, terms in spans(offices):
        after = F("instalment__due_on") + timedelta(days=terms.late_days)
        wanted |= Q(office_id__in=places, instalment__due_on__range=days, paid_at__date__gt=after)
    return left(year, offices).filter(wanted)


def differs_from_notice(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    rows = left(year, offices).filter(application__noticed_amount__isnull=False)
    return rows.exclude(application__noticed_amount=F("instalment__award__amount"))


def not_ratified(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Emergencies that no meeting ratified in time (the terms of the day of the grant), or that a meeting refused."""
    states, granted = Application.Ratification, "instalment__award__granted_at"
    wanted = Q(application__ratification=states.NOT_RATIFIED)
    for places, days, terms in spans(offices):
        before = timezone.now() - timedelta(days=terms.ratify_days)
        pending = Q(application__ratification=states.PENDING, office_id__in=places)
        wanted |= pending & Q(**{f"{granted}__date__range": days, f"{granted}__lt": before})
    return left(year, offices).filter(wanted)


def idle(year: int, offices: frozenset[int]) -> QuerySet[FundSource]:
    """Sources whose available money has not moved for longer than their warning."""
    today = timezone.localdate()
    rows = FundSource.objects.filter(office_id__in=offices, year__lte=year)
    available = dict(Balance.objects.filter(bucket="available", amount__gt=0).values_list("fund_source", "amount"))
    moved = rows.annotate(moved_at=Max("postings__transaction__posted_at")).values_list(
        "pk", "moved_at", "idle_warning_days"
    )
    ids = [pk for pk, at, days in moved if pk in available and (today - at.date()).days > days]
    return FundSource.objects.filter(pk__in=ids)


RULES: dict[str, tuple[object, Callable[[int, frozenset[int]], QuerySet[Payment]]]] = {
    "paid_twice": (_("Paid twice"), paid_twice),
    "over_cap": (_("Above the cap"), over_cap),
    "after_exit": (_("Paid after the file ended or after death"), after_exit),
    "before_notice_ended": (_("Before the public notice ended"), before_notice_ended),
    "unpublished": (_("Never announced"), unpublished),
    "other_payee": (_("Payee outside the household"), other_payee),
    "shared_card": (_("One bank card for several families"), shared_card),
    "approver_handled": (_("Approver handled the application"), approver_handled),
    "without_receipt": (_("No confirmed receipt"), without_receipt),
    "late": (_("Paid late"), late),
    "differs_from_notice": (_("Amount differs from the notice"), differs_from_notice),
    "not_ratified": (_("Emergency not ratified"), not_ratified),
}
IDLE = _("Money idle")
