"""What a person or a household has been given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from relief.models import (
    Application,
    Award,
    Instalment,
    Payment,
)
from relief.queries.limits import of_family

if TYPE_CHECKING:
    from datetime import date

    from casework.models import Household, Person


def aid_of(person: Person, *, since: date, until: date) -> QuerySet[Payment]:
    """Payments that reached a person or their household between two days; asked of everybody at every assessment."""
    own = Application.objects.filter(person=person).order_by()
    shared = Application.objects.filter(household__in=person.memberships.values("household")).order_by()
    theirs = own.values("pk").union(shared.values("pk"))  # either by its index; together by neither
    paid = Payment.objects.filter(application__in=theirs, status="paid", answered_on__range=(since, until))
    told = ("code", "answered_on", "amount", "programme_kind", "programme_name", "application__programme__name_en")
    return paid.select_related("application__programme").only(*told).order_by("answered_on", "pk")


def grants_of(household: Household, *, after: date) -> QuerySet[Award]:
    """Awards to a household on later days, with `live`: what of them was not stopped."""
    live = ~Q(instalments__status=Instalment.Status.STOPPED)
    awards = Award.objects.filter(application__household=household, granted_at__date__gt=after)
    awards = awards.annotate(live=Sum("instalments__amount", filter=live)).filter(live__gt=0)
    return awards.select_related("application").order_by("granted_at")


def household_given(application: Application) -> list[Instalment]:
    """What this household (or person) was granted this year, of every kind: the line that no one has to look up."""
    year = timezone.localdate().year
    rows = Instalment.objects.live().filter(of_family(application), award__granted_at__year=year)
    rows = rows.exclude(award__application=application).select_related("award__application__programme")
    return list(rows.order_by("-award__granted_at")[:20])
