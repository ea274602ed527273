"""Figures of a period, each with its unit, its definition and the rows it counts (domain.md §3.10)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from center.desk import Figure
from center.kernel.periods import moments
from relief.enums import Bucket, ProgrammeKind
from relief.models import Application, Award, Posting
from relief.queries.ledger import receipts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

ZERO = Decimal("0.00")


def paid_postings(*, since: date, until: date, offices: frozenset[int]) -> Q:
    """Postings on the `paid` bucket of a period: payments, and reversals as negative rows."""
    return Q(
        bucket=Bucket.PAID,
        transaction__posted_at__range=moments(since, until),
        transaction__office_id__in=offices,
    )


def figures(*, since: date, until: date, offices: frozenset[int]) -> Sequence[Figure]:
    """The relief room's lines of the upward report."""
    postings = Posting.objects.filter(paid_postings(since=since, until=until, offices=offices))
    asked = Application.objects.filter(office_id__in=offices, submitted_at__range=moments(since, until))
    granted = Award.objects.filter(application__office_id__in=offices, granted_at__range=moments(since, until))
    received = receipts(offices=offices, since=since, until=until)
    yuan, times, people, households, cases = _("yuan"), _("person-times"), _("persons"), _("households"), _("cases")
    register = f"{reverse('relief:register')}?since={since}&until={until}"
    listed = f"{reverse('relief:applications')}?since={since}&until={until}"
    payment = "transaction__payment"
    counts = postings.filter(transaction__kind="pay", **{f"{payment}__status": "paid"}).aggregate(
        times=Count("transaction", distinct=True),
        people=Count(f"{payment}__application__person", distinct=True),
        households=Count(f"{payment}__application__household", distinct=True),
    )
    sums = dict(postings.order_by().values_list(f"{payment}__programme_kind").annotate(sum=Sum("amount")))
    found = [
        Figure(
            code="relief.applications",
            label=_("Applications submitted"),
            unit=cases,
            value=asked.count(),
            definition=_("applications by the day of submission, withdrawn ones included"),
            url=listed,
        ),
        Figure(
            code="relief.granted",
            label=_("Granted"),
            unit=yuan,
            value=granted.aggregate(sum=Sum("amount"))["sum"] or ZERO,
            definition=_("awards by the day of the decision, stopped parts included"),
            url=f"{reverse('relief:applications')}?granted_since={since}&granted_until={until}",
        ),
        Figure(
            code="relief.received",
            label=_("Money received"),
            unit=yuan,
            value=received.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO,
            definition=_("receipts of all fund sources by the day of posting"),
            url=f"{reverse('relief:funds')}?since={since}&until={until}#rows",
        ),
        Figure(
            code="relief.paid",
            label=_("Relief paid"),
            unit=yuan,
            value=sum(sums.values(), ZERO),
            definition=_("postings on “paid” by their day; reversals count as negative in their own period"),
            url=register,
        ),
        Figure(
            code="relief.paid_times",
            label=_("Payments"),
            unit=times,
            value=counts["times"],
            definition=_("payments by the day of posting, each once; those reversed since then left out"),
            url=register,
        ),
        Figure(
            code="relief.paid_people",
            label=_("Persons helped with money"),
            unit=people,
            value=counts["people"],
            definition=_("distinct persons among these payments"),
            url=register,
        ),
        Figure(
            code="relief.paid_households",
            label=_("Households helped with money"),
            unit=households,
            value=counts["households"],
            definition=_("distinct households among these payments"),
            url=register,
        ),
    ]
    found.extend(
        Figure(
            code=f"relief.paid_{kind.value}",
            label=_("Paid: %(kind)s") % {"kind": kind.label},
            unit=yuan,
            value=sums.get(kind.value) or ZERO,
            definition=_("the part of “relief paid” that is of this kind"),
            url=f"{register}&kind={kind.value}",
        )
        for kind in ProgrammeKind
    )
    return found
