"""Numbers of a period, each with its unit, its definition and the list that holds exactly its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from center.desk import Figure
from employment.enums import IN_WORK
from employment.models import Placement, Referral, RetentionCheck, Seeker, Vacancy

if TYPE_CHECKING:
    from datetime import date


def _url(route: str, since: date, until: date, **more: str) -> str:
    period = {"since": since.isoformat(), "until": until.isoformat()}
    return f"{reverse(f'employment:{route}')}?{urlencode(more | period)}"


def figures(*, since: date, until: date, offices: frozenset[int]) -> list[Figure]:
    """Registered, offered, sent, placed, stayed."""
    days = (since, until)
    seekers = Seeker.objects.filter(office__in=offices, registered_on__range=days).count()
    vacancies = Vacancy.objects.filter(office__in=offices, entered_at__date__range=days).aggregate(
        many=Count("pk"), places=Sum("posts")
    )
    referrals = Referral.objects.filter(office__in=offices, sent_on__range=days).count()
    placed = Placement.objects.filter(referral__office__in=offices, started_on__range=days).count()
    asked = RetentionCheck.objects.filter(placement__referral__office__in=offices, done_at__date__range=days).aggregate(
        all=Count("pk"), stayed=Count("pk", filter=Q(outcome__in=IN_WORK))
    )
    people, cases = _("persons"), _("cases")
    rows = (
        ("seekers", _("Job seekers registered"), people, seekers, _("Registrations by their day; one person may register again after closing."), _url("seekers", since, until, state="all")),
        ("vacancies", _("Vacancies entered"), cases, vacancies["many"], _("Vacancies by the day on which they were entered."), _url("vacancies", since, until, state="all")),
        ("places", _("Places offered"), _("places"), vacancies["places"] or 0, _("The numbers of places of those vacancies added up."), _url("vacancies", since, until, state="all")),
        ("referrals", _("Referrals"), cases, referrals, _("Letters of referral by their day."), _url("referrals", since, until)),
        ("placed", _("Placed in work"), people, placed, _("People hired after a referral, by their first day of work."), _url("referrals", since, until, event="placed")),
        ("followed", _("Follow-ups made"), cases, asked["all"], _("Follow-ups after the months that the office decided, by the day of asking."), _url("follow_ups", since, until, state="done")),
        ("stayed", _("Found in work at the follow-up"), cases, asked["stayed"], _("Of those follow-ups: the person still works there, or elsewhere."), _url("follow_ups", since, until, state="in_work")),
    )  # fmt: skip
    return [
        Figure(code=f"employment.{code}", label=label, unit=unit, value=value, definition=definition, url=url)
        for code, label, unit, value, definition, url in rows
    ]
