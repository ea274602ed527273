"""What the auditor looks for first (screens.md A3): each rule is one question whose rows can be opened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce, ExtractMonth, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models import FileSpell, Membership
from center.kernel.periods import moments
from center.privacy.fields import Whole
from relief.models import Application, Balance, FundSource, Payment, Posting
from relief.queries.terms import spans

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_PAID_STATES = ("listed", "dropped", "failed")


def left(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """Payments that left in a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = Payment.objects.filter(office_id__in=offices, paid_at__range=moments(first, last))
    return rows.exclude(status__in=NOT_PAID_STATES)


# -- questions about a payment alone: one pass over the year counts them all ---------------------------------------------


def over_cap(_offices: frozenset[int]) -> Q:
    return Q(instalment__award__amount__gt=F("application__computed_amount"))


def after_exit(_offices: frozenset[int]) -> Q:
    """Paid after the file ended and before it was opened again, if it was; or to somebody who had died."""
    day = F("paid_at__date")
    spells = FileSpell.objects.filter(file=OuterRef("application__file"))
    over = Exists(spells.filter(until__lt=OuterRef("paid_at__date")))
    back = Exists(
        spells.filter(Q(until=None) | Q(until__gte=OuterRef("paid_at__date")), since__lte=OuterRef("paid_at__date"))
    )
    applicant = Q(application__person__died_on__lt=day, instalment__award__payee=None)
    return (Q(over) & ~Q(back)) | applicant | Q(payee__died_on__lt=day)


def before_notice_ended(_offices: frozenset[int]) -> Q:
    """Decided before the notice before it was over, or paid before the notice after it was."""
    early = Q(application__notice_ends_on__gte=F("instalment__award__granted_at__date"))
    paid_early = Q(instalment__award__notice_ends_on__gte=F("paid_at__date"))
    return (early | paid_early) & Q(application__is_emergency=False)


def unpublished(_offices: frozenset[int]) -> Q:
    """Neither announced before nor after the decision."""
    return Q(application__notice_number="", instalment__award__notice_number="")


def approver_handled(_offices: frozenset[int]) -> Q:
    """Whoever decided had opened, handled or submitted the application."""
    own = Q(approved_by=F("application__handler")) | Q(approved_by=F("application__opened_by"))
    return own | Q(approved_by=F("application__submitted_by"))


def without_receipt(_offices: frozenset[int]) -> Q:
    return Q(status="paid", receipt_confirmed_by=None)


def late(offices: frozenset[int]) -> Q:
    """Handed over later after the day it was due than the office's terms of that day allow."""
    wanted = Q(pk__in=())
    for places, days, terms in spans(offices):
        after = F("instalment__due_on") + timedelta(days=terms.late_days)
        wanted |= Q(office_id__in=places, instalment__due_on__range=days, paid_at__date__gt=after)
    return wanted


def differs_from_notice(_offices: frozenset[int]) -> Q:
    noticed = Q(application__noticed_amount__isnull=False)
    return noticed & ~Q(application__noticed_amount=F("instalment__award__amount"))


def not_ratified(offices: frozenset[int]) -> Q:
    """Emergencies that no meeting ratified in time (the terms of the day of the grant), or that a meeting refused."""
    states, granted = Application.Ratification, "instalment__award__granted_at"
    wanted = Q(application__ratification=states.NOT_RATIFIED)
    for places, days, terms in spans(offices):
        before = timezone.now() - timedelta(days=terms.ratify_days)
        pending = Q(application__ratification=states.PENDING, office_id__in=places)
        wanted |= pending & Q(**{f"{granted}__date__range": days, f"{granted}__lt": before})
    return wanted


def dead_receiver(_offices: frozenset[int]) -> Q:
    """Paid to somebody who had died."""
    return Q(payee__died_on__lt=F("paid_at__date"))


def excluded_household(_offices: frozenset[int]) -> Q:
    """Living relief paid to a household whose exclusion had been found by then."""
    found = Q(application__household__exclusions_checked_at__lt=F("paid_at"))
    return found & ~Q(application__household__exclusions=[]) & Q(programme_kind="living")


def other_payee(_offices: frozenset[int]) -> Q:
    """On that day the payee belonged not to the household; what is a patient's or student's may go to themselves."""
    member = Membership.objects.lived_on(OuterRef("paid_at__date"))
    member = member.filter(household=OuterRef("application__household"), person=OuterRef("payee"))
    own = Q(payee=F("application__person")) | Q(payee=F("application__beneficiary"))
    alone = own & (~Q(programme_kind="living") | Q(application__household=None))
    return Q(payee=None) | (~alone & ~Q(Exists(member)))


# -- questions about a payment among others ----------------------------------------------------------------------------


def paid_twice(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """The same person, programme, amount and month, more than once."""
    rows = left(year, offices).filter(status="paid")
    alike: list[Any] = [F("application__person"), F("programme_name"), F("amount"), ExtractMonth("answered_on")]
    counted = rows.annotate(alike=Window(Count("pk"), partition_by=alike)).filter(alike__gt=1)
    return rows.filter(pk__in=counted.values("pk"))


def paid_twice_counted(year: int, offices: frozenset[int]) -> int:
    """How many `paid_twice` finds, by one reading of the year."""
    rows = left(year, offices).filter(status="paid").order_by().annotate(month=ExtractMonth("answered_on"))
    alike = rows.values("application__person", "programme_name", "amount", "month").annotate(times=Count("pk"))
    found: int = alike.filter(times__gt=1).aggregate(found=Coalesce(Sum("times"), 0))["found"]
    return found


def shared_card(year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """One bank card that received for several households, in whatever year; whoever has none is one alone."""
    paid = Payment.objects.filter(office_id__in=offices).exclude(status__in=NOT_PAID_STATES)
    homes = paid.order_by().annotate(
        card=Whole("card_number"),
        home=Coalesce("application__household_id", -F("application__person_id"), output_field=BigIntegerField()),
    )
    shared = homes.values("card").annotate(one=Min("home"), other=Max("home")).filter(one__lt=F("other"))
    return left(year, offices).annotate(card=Whole("card_number")).filter(card__in=shared.values("card"))


USED = ("commit", "hand_over", "pay")  # what makes use of money; that it came, was moved or carried over does not


def idle(year: int, offices: frozenset[int]) -> QuerySet[FundSource]:
    """Sources with money available of which nothing was granted for longer than their warning: `idle_since`, `left`."""
    today, wanted = timezone.localdate(), Q(pk__in=())
    mine = Posting.objects.filter(fund_source=OuterRef("pk")).order_by()
    last = mine.values("fund_source").annotate(at=Max("transaction__posted_at__date")).values("at")
    full = Balance.objects.filter(fund_source=OuterRef("pk"), bucket="available", amount__gt=0)
    sources = FundSource.objects.filter(office_id__in=offices, year__lte=year).annotate(
        left=Subquery(full.values("amount")[:1]),
        idle_since=Greatest(
            F("received_on"),
            Coalesce(Subquery(last.filter(transaction__kind__in=(*USED, "receive"))), F("received_on")),
        ),
    )
    for days in sources.order_by().values_list("idle_warning_days", flat=True).distinct():
        wanted |= Q(idle_since__lt=today - timedelta(days=days), idle_warning_days=days)
    return sources.filter(wanted, left__gt=0)


ALONE: dict[str, Callable[[frozenset[int]], Q]] = {
    "over_cap": over_cap,
    "after_exit": after_exit,
    "before_notice_ended": before_notice_ended,
    "unpublished": unpublished,
    "approver_handled": approver_handled,
    "without_receipt": without_receipt,
    "late": late,
    "differs_from_notice": differs_from_notice,
    "not_ratified": not_ratified,
    "other_payee": other_payee,
    "dead_receiver": dead_receiver,
    "excluded_household": excluded_household,
}
AMONG: dict[str, Callable[[int, frozenset[int]], QuerySet[Payment]]] = {
    "paid_twice": paid_twice,
    "shared_card": shared_card,
}
RULES = {
    "paid_twice": _("Paid twice"),
    "over_cap": _("Above the cap"),
    "after_exit": _("Paid after the file ended or after death"),
    "before_notice_ended": _("Before the public notice ended"),
    "unpublished": _("Never announced"),
    "other_payee": _("Payee outside the household"),
    "dead_receiver": _("Receiver had died"),
    "excluded_household": _("Living relief for an excluded household"),
    "shared_card": _("One bank card for several families"),
    "approver_handled": _("Approver handled the application"),
    "without_receipt": _("No confirmed receipt"),
    "late": _("Paid late"),
    "differs_from_notice": _("Amount differs from the notice"),
    "not_ratified": _("Emergency not ratified"),
}


def rows(code: str, *, year: int, offices: frozenset[int]) -> QuerySet[Payment]:
    """The payments of one rule, ready to be opened."""
    if code in AMONG:
        return AMONG[code](year, offices)
    return left(year, offices).filter(ALONE[code](offices))


def counts(*, year: int, offices: frozenset[int]) -> dict[str, int]:
    """How many each rule finds: those about a payment alone in one query, the others in one each."""
    alone = {code: Count("pk", filter=condition(offices)) for code, condition in ALONE.items()}
    among = {"paid_twice": paid_twice_counted(year, offices), "shared_card": shared_card(year, offices).count()}
    return left(year, offices).aggregate(**alone) | among


IDLE = _("Money idle")
