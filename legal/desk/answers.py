"""What the legal desk answers to the shell. Outside of a case, nobody hears more than its number and its stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.models import Person
from center import desk
from center.kernel.roles import Permission
from center.models.base import subject_of
from legal import actions
from legal.desk.log_words import LOG_PURPOSES, LOG_WORDS
from legal.enums import CaseStatus, EventKind, Sense
from legal.models import Case, Clock
from legal.permissions import why_not_be_helped, why_not_take_in
from legal.queries import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from center.models import Staff

P = Permission


def _person(person: Model) -> Person:
    if not isinstance(person, Person):
        raise TypeError
    return person


def _outside(case: Case) -> str:
    """All that anybody may hear of a case."""
    return f"{case.number} · {case.get_stage_display()}"


class Desk(desk.Desk):
    """Legal aid, behind a wall."""

    code = "legal"
    name = gettext_lazy("Legal aid")

    # -- about a person ------------------------------------------------------------------------------------------------

    def services(self, person: Model, *, by: Staff) -> Sequence[desk.Service]:
        return [
            desk.Service(
                code="legal.case",
                label=_("Take in a legal case"),
                url=f"{reverse('legal:intake')}?person={_person(person).code}",
                why_not=why_not_take_in(by, by.home_office) or why_not_be_helped(_person(person)),
            )
        ]

    def state(self, person: Model, *, by: Staff) -> str:
        cases = Case.objects.listed_for(by).open().filter(person=_person(person)).order_by("pk")
        return " · ".join(_("Legal case %(case)s") % {"case": _outside(case)} for case in cases)

    def state_of(self, subject: str) -> str:
        label, _colon, key = subject.partition(":")
        case = Case.objects.filter(pk=key).first() if label == "legal.case" else None
        return _("Legal case %(case)s") % {"case": _outside(case)} if case else ""

    def timeline(self, person: Model, *, by: Staff) -> Sequence[desk.Entry]:
        """The number and the stage; the way in only for those who are on the case."""
        cases = Case.objects.listed_for(by).filter(person=_person(person))
        inside = set(Case.objects.visible_to(by).filter(person=_person(person)).values_list("pk", flat=True))
        return [
            desk.Entry(
                at=case.taken_at,
                kind="case",
                title=_("Legal case %(case)s") % {"case": _outside(case)},
                url=case.get_absolute_url() if case.pk in inside else "",
            )
            for case in cases
        ]

    def open_work(self, person: Model) -> Sequence[desk.OpenWork]:
        return [
            desk.OpenWork(
                sentence=_("Legal case %(case)s is not closed.") % {"case": case.number},
                url=f"{reverse('legal:cases')}?number={case.number}",
            )
            for case in Case.objects.open().filter(person=_person(person))
        ]

    def join(self, *, keep: Model, drop: Model, by: Staff) -> None:
        actions.join_cases(keep=_person(keep), drop=_person(drop), by=by)

    def person_died(self, person: Model, *, by: Staff) -> None:
        actions.tell_death(_person(person), by=by)

    def person_lives(self, person: Model, *, by: Staff) -> None:
        actions.tell_life(_person(person), by=by)

    def traces(self, person: Model) -> Sequence[str]:
        cases = Case.objects.filter(person=_person(person)).prefetch_related("events", "parties")
        return [subject_of(row) for case in cases for row in (case, *case.events.all(), *case.parties.all())]

    def forget(self, person: Model, *, by: Staff) -> None:
        actions.forget_cases(_person(person), by=by)

    def log_words(self) -> Mapping[str, _StrPromise]:
        return LOG_WORDS

    def log_purposes(self) -> Mapping[str, _StrPromise]:
        return LOG_PURPOSES

    # -- about staff ---------------------------------------------------------------------------------------------------

    def menu(self, staff: Staff) -> Sequence[desk.MenuItem]:
        if not staff.may_somewhere(P.READ_CASES):
            return ()
        return [desk.MenuItem(position=85, label=_("Legal aid"), route="legal:cases")]

    def tasks(self, staff: Staff) -> Sequence[desk.Task]:
        return [*_to_decide(staff), *_limits(staff), *_without_worker(staff)]

    def to_hand_over(self, giver: Staff) -> Iterable[tuple[Permission, int]]:
        return actions.own_work(giver)

    def would_move(self, *, giver: Staff, taker: Staff, by: Staff) -> Sequence[tuple[str, int]]:
        return actions.would_move(giver, taker=taker, by=by)

    def hand_over(self, *, giver: Staff, taker: Staff, by: Staff) -> int:
        return actions.hand_over_cases(giver, taker=taker, by=by)

    # -- about a period ------------------------------------------------------------------------------------------------

    def figures(self, *, since: date, until: date, offices: frozenset[int]) -> Sequence[desk.Figure]:
        return figures.figures(since=since, until=until, offices=offices)

    # -- about words ---------------------------------------------------------------------------------------------------

    def hits(self, query: str, *, by: Staff) -> Sequence[desk.Hit]:
        """By number alone: no name, no employer, no word of a claim leads to a case."""
        text = query.strip().upper()
        if not text.startswith("L"):
            return ()
        return [
            desk.Hit(
                group="case",
                title=case.number,
                detail="",
                url=f"{reverse('legal:cases')}?number={case.number}",
                rank=0 if case.number == text else 3,
                exact=case.number == text,
            )
            for case in Case.objects.listed_for(by).filter(number__startswith=text).order_by("number")[:8]
        ]

    def kept(self, number: str) -> Sequence[desk.Kept]:
        return list(desk.kept_by(Case.objects.filter(number=number.strip().upper()), P.READ_CASES, P.SUPERVISE_CASES))


def _to_decide(staff: Staff) -> Iterator[desk.Task]:
    if not staff.may_somewhere(P.SUPERVISE_CASES):
        return
    cases = Case.objects.filter(office__in=staff.sight(P.SUPERVISE_CASES), status=CaseStatus.APPLIED)
    due = {
        clock.case_id: clock.due_on
        for clock in Clock.objects.running().filter(case__in=cases, rule__code="aid_decision")
    }
    for case in cases.exclude(taken_by=staff).order_by("pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="legal.decide",
            verb=_("Legal aid to decide"),
            title=f"{case} · {case.get_type_display()}",
            url=case.get_absolute_url(),
            due=due.get(case.pk),
            since=case.taken_at,
        )


def _limits(staff: Staff) -> Iterator[desk.Task]:
    """Limits of my own cases that come near; only those on the case see them."""
    if not staff.may_somewhere(P.HANDLE_CASES):
        return
    clocks = Clock.objects.visible_to(staff).warning(timezone.localdate()).exclude(rule__code="aid_decision")
    for clock in clocks.select_related("case", "rule")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="legal.limit",
            verb=_("Limits of cases"),
            title=_title(clock),
            url=f"{clock.case.get_absolute_url()}#clocks",
            due=None if clock.sense == Sense.FROM else clock.due_on,
            since=clock.warn_on,
            whose=staff.stands_in_for.get(clock.case.handler_id, ""),
        )


def _without_worker(staff: Staff) -> Iterator[desk.Task]:
    """Cases of mine whose worker has died, until somebody has written down what the heirs say."""
    if not staff.may_somewhere(P.HANDLE_CASES):
        return
    theirs = Q(handler__in=staff.stands_in_for, office__in=staff.sight(P.HANDLE_CASES))
    cases = Case.objects.open().filter(Q(handler=staff) | theirs, person__died_on__isnull=False)
    for case in cases.select_related("person").order_by("pk")[: desk.TASKS_MOST]:
        death = case.person.deaths.standing().first()
        if death and case.events.exclude(kind=EventKind.STEP).filter(written_at__gt=death.recorded_at).exists():
            continue
        yield desk.Task(
            code="legal.worker_died",
            verb=_("Cases whose worker has died"),
            title=f"{case} · {case.get_type_display()}",
            url=case.get_absolute_url(),
            since=case.person.died_on,
            whose=staff.stands_in_for.get(case.handler_id, ""),
        )


def _title(clock: Clock) -> str:
    title = f"{clock.case} · {clock.rule}"
    return _("%(limit)s, from %(day)s") % {"limit": title, "day": clock.due_on} if clock.sense == Sense.FROM else title
