"""Who may begin, put forward and close a period of an office's money, and what a closed one still takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.permissions.turns import not_yours
from relief.models import Closing, FundSource, LedgerTransaction
from relief.models.closing import YEAR, last_day
from relief.permissions.parts import needs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from center.models import Office, Staff
    from relief.models import Payment

S = Closing.Status


def why_not_begin_closing(staff: Staff, office: Office) -> str:
    return needs(
        staff, Permission.RECEIVE_FUNDS, office, _("Only the accountant of this office can put a period forward.")
    )


def why_not_period(office: Office, *, year: int, month: int) -> str:
    """Why this period of the office is not there to be closed."""
    until = last_day(year, month)
    if until >= timezone.localdate():
        return _("A period is closed when it has ended.")
    moved = LedgerTransaction.objects.filter(Q(office=office) | Q(postings__fund_source__office=office))
    if not moved.filter(posted_at__date__lte=until).exists():
        return _("Nothing was posted in this period.")
    standing = Closing.objects.filter(office=office).standing()
    if standing.filter(year=year, month=month).exists():
        return _("The closing of this period is begun already.")
    if standing.closed().filter(Q(until__gt=until) | Q(until=until, month=YEAR)).exists():
        return _("This period lies in one that is closed.")
    return ""


def why_not_ask_closing(staff: Staff, closing: Closing) -> str:
    if sentence := why_not_begin_closing(staff, closing.office):
        return sentence
    if not closing.may_become(S.ASKED):
        return _("This period is put forward already.")
    return ""


def why_not_close(staff: Staff, closing: Closing) -> str:
    if not staff.may(Permission.CHECK_MONEY, closing.office_id):
        return not_yours(
            staff,
            _("Your roles do not close periods of this office."),
            Permission.CHECK_MONEY,
            office=closing.office_id,
        )
    if closing.status != S.ASKED:
        return _("This period does not wait for its second person.")
    if staff.pk == closing.asked_by_id:
        return _("You put this period forward; somebody else must close it.")
    return ""


def why_not_ask_reopening(staff: Staff, closing: Closing) -> str:
    if sentence := why_not_begin_closing(staff, closing.office):
        return sentence
    if closing.status != S.CLOSED:
        return _("Only a closed period is opened again.")
    if closing.reopening_asked_by_id:
        return _("Opening this period again is asked for already.")
    return _why_not_the_last(closing)


def _why_not_the_last(closing: Closing) -> str:
    """Periods are opened again from the end: the year before its December, December before November."""
    others = Closing.objects.filter(office=closing.office_id).closed().exclude(pk=closing.pk)
    later = others.filter(Q(until__gt=closing.until) | Q(until=closing.until, month=YEAR)).order_by("-until").first()
    return _("%(period)s is closed, too; open that one first.") % {"period": later} if later else ""


def why_not_reopen(staff: Staff, closing: Closing) -> str:
    if not staff.may(Permission.CHECK_MONEY, closing.office_id):
        return not_yours(
            staff,
            _("Your roles do not open periods of this office again."),
            Permission.CHECK_MONEY,
            office=closing.office_id,
        )
    if closing.status != S.CLOSED or closing.reopening_asked_by_id is None:
        return _("Nobody asked to open this period again.")
    if staff.pk == closing.reopening_asked_by_id:
        return _("You asked for this; somebody else must open the period again.")
    return _why_not_the_last(closing)


# -- what a closed period takes -----------------------------------------------------------------------------------------


def why_not_take_in(source: FundSource) -> str:
    """A source of a closed year pays what was granted from it and takes nothing new."""
    if Closing.objects.filter(office=source.office_id, month=YEAR, year__gte=source.year).closed().exists():
        return _("%(source)s belongs to a year that is closed; use the source of the next year.") % {"source": source}
    return ""


def why_not_change_receipt(payment: Payment) -> str:
    """A period is closed when every payment of it has its receipt (domain.md §3.10); so it stays."""
    until = _closed_until(Q(office=payment.office_id))
    if until is not None and payment.answered_on is not None and payment.answered_on <= until:
        return _("Everything up to %(day)s is closed; its receipts stay.") % {"day": until.isoformat()}
    return ""


def _closed_until(offices: Q) -> date | None:
    last: date | None = Closing.objects.filter(offices).closed().aggregate(until=Max("until"))["until"]
    return last


def why_not_post(*, office: Office, sources: Iterable[int], on: date) -> str:
    """A day in a closed period takes no posting, whatever its source."""
    offices = FundSource.objects.filter(pk__in=set(sources)).values("office")
    until = _closed_until(Q(office=office) | Q(office__in=offices))
    if until is not None and on <= until:
        return _("Everything up to %(day)s is closed; post it on a later day.") % {"day": until.isoformat()}
    return ""
