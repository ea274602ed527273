"""Numbers of a period, each with its unit, its definition and the list that holds exactly its rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from center.desk import Figure
from legal.enums import CaseStatus, CaseType, HelpForm
from legal.models import Case, Recovery

if TYPE_CHECKING:
    from datetime import date

NOTHING = Decimal("0.00")


def _url(since: date, until: date, **more: str) -> str:
    period = {"since": since.isoformat(), "until": until.isoformat()}
    return f"{reverse('legal:cases')}?{urlencode({'state': 'all'} | more | period)}"


def figures(*, since: date, until: date, offices: frozenset[int]) -> list[Figure]:
    """Cases, people aided, by kind and by form; claimed, awarded, received."""
    taken = Case.objects.filter(office__in=offices, applied_on__range=(since, until)).order_by()
    sums = taken.aggregate(many=Count("pk"), people=Sum("people"), claimed=Sum("claimed_amount", default=NOTHING))
    closed = Case.objects.filter(office__in=offices, status=CaseStatus.CLOSED, closed_on__range=(since, until))
    ends = closed.aggregate(many=Count("pk"), awarded=Sum("awarded_amount", default=NOTHING))
    arrived = Recovery.objects.filter(case__office__in=offices, received_on__range=(since, until))
    received = arrived.aggregate(sum=Sum("amount", default=NOTHING))["sum"]
    cases, people, yuan = _("cases"), _("persons"), _("yuan")
    rows = [
        ("cases", _("Legal cases taken in"), cases, sums["many"], _("Cases by the day of the application, advice included."), _url(since, until)),
        ("people", _("People aided"), people, sums["people"] or 0, _("The people concerned by those cases added up; a group counts with its number."), _url(since, until)),
        ("closed", _("Legal cases closed"), cases, ends["many"], _("Cases by the day on which they were closed."), _url(since, until, event="closed")),
        ("claimed", _("Claimed"), yuan, sums["claimed"], _("What the cases taken in claim. Not money of the union."), _url(since, until)),
        ("awarded", _("Awarded"), yuan, ends["awarded"], _("What the closed cases were awarded or agreed. Not money of the union."), _url(since, until, event="closed")),
        ("received", _("Received by workers"), yuan, received, _("What reached workers from the other side, by the day it arrived. Never counted as relief."), _url(since, until, event="received")),
    ]  # fmt: skip
    by_type = dict(taken.values_list("type").annotate(many=Count("pk")))
    by_form = dict(taken.values_list("help_form").annotate(many=Count("pk")))
    definition = _("Cases taken in, by the day of the application; contained in the total.")
    rows += [
        (f"cases.{value}", str(label), cases, by_type[value], definition, _url(since, until, type=value))
        for value, label in CaseType.choices
        if value in by_type
    ]
    rows += [
        (f"form.{value}", str(label), cases, by_form[value], definition, _url(since, until, form=value))
        for value, label in HelpForm.choices
        if value in by_form
    ]
    return [
        Figure(code=f"legal.{code}", label=label, unit=unit, value=value, definition=said, url=url)
        for code, label, unit, value, said, url in rows
    ]
