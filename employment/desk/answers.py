"""What the employment desk answers to the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casework.models import Person
from center import desk
from center.kernel.roles import Permission
from center.models.base import subject_of
from center.privacy.masks import mask_name
from employment import actions
from employment.desk.log_words import LOG_PURPOSES, LOG_WORDS
from employment.models import Referral, RetentionCheck, Seeker, Vacancy
from employment.permissions import why_not_register, why_not_seek
from employment.queries import figures
from employment.queries.terms import ends_soon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from center.models import Staff

P = Permission


def _person(person: Model) -> Person:
    if not isinstance(person, Person):
        raise TypeError
    return person


def sentence_of(seeker: Seeker) -> str:
    """“Looking for work until 2026-09-01 · J0101-2026-0004 waiting for the employer”."""
    said = str(seeker.get_status_display())
    if seeker.status == "open":
        said = _("%(state)s, valid until %(day)s") % {"state": said, "day": seeker.valid_until}
    last = seeker.referrals.order_by("-pk").first()
    return f"{said} · {last}: {last.get_status_display()}" if last else said


class Desk(desk.Desk):
    """Job seekers, vacancies, referrals, placements."""

    code = "employment"
    name = gettext_lazy("Jobs")

    # -- about a person ------------------------------------------------------------------------------------------------

    def services(self, person: Model, *, by: Staff) -> Sequence[desk.Service]:
        person = _person(person)
        why_not = why_not_register(by, by.home_office) or why_not_seek(person)
        if not why_not and Seeker.objects.open().filter(person=person).exists():
            why_not = _("This person is registered as a job seeker already.")
        return [
            desk.Service(
                code="employment.seeker",
                label=_("Register as job seeker"),
                url=f"{reverse('employment:seeker_new')}?person={person.code}",
                why_not=why_not,
            )
        ]

    def state(self, person: Model, *, by: Staff) -> str:
        if not by.may_somewhere(P.READ_JOBS):
            return ""
        seeker = Seeker.objects.visible_to(by).filter(person=_person(person)).order_by("-pk").first()
        return sentence_of(seeker) if seeker else ""

    def state_of(self, subject: str) -> str:
        label, _colon, key = subject.partition(":")
        if label == "employment.seeker":
            seeker = Seeker.objects.filter(pk=key).first()
            return " · ".join((_("Job seeker"), sentence_of(seeker))) if seeker else ""
        if label == "employment.referral":
            referral = Referral.objects.filter(pk=key).first()
            return f"{referral} · {referral.get_status_display()}" if referral else ""
        return ""

    def timeline(self, person: Model, *, by: Staff) -> Sequence[desk.Entry]:
        if not by.may_somewhere(P.READ_JOBS):
            return ()
        seekers = Seeker.objects.visible_to(by).filter(person=_person(person)).select_related("registered_by")
        entries = [
            desk.Entry(
                at=seeker.registered_on,
                kind="job",
                title=_("Registered as job seeker"),
                by=str(seeker.registered_by),
                url=seeker.get_absolute_url(),
                detail=seeker.wanted_occupation,
            )
            for seeker in seekers
        ]
        referrals = Referral.objects.visible_to(by).filter(seeker__in=seekers).with_all()
        for referral in referrals.select_related("placement"):
            detail = f"{referral.vacancy.employer} · {referral.get_status_display()}"
            title = _("Referred to %(post)s") % {"post": referral.vacancy.post}
            url = referral.get_absolute_url()
            entries.append(
                desk.Entry(
                    at=referral.sent_at, kind="job", title=title, by=str(referral.sent_by), url=url, detail=detail
                )
            )
            placement = getattr(referral, "placement", None)
            if placement:
                title = _("Begins work as %(post)s") % {"post": referral.vacancy.post}
                employer = str(referral.vacancy.employer)
                entries.append(desk.Entry(at=placement.started_on, kind="job", title=title, url=url, detail=employer))
        return entries

    def open_work(self, person: Model) -> Sequence[desk.OpenWork]:
        waiting = Referral.objects.waiting().filter(seeker__person=_person(person))
        return [
            desk.OpenWork(
                sentence=_("Referral %(number)s waits for the employer.") % {"number": referral},
                url=referral.get_absolute_url(),
            )
            for referral in waiting
        ]

    def join(self, *, keep: Model, drop: Model, by: Staff) -> None:
        actions.join_seekers(keep=_person(keep), drop=_person(drop), by=by)

    def person_died(self, person: Model, *, by: Staff) -> None:
        actions.end_by_death(_person(person), by=by)

    def traces(self, person: Model) -> Sequence[str]:
        seekers = Seeker.objects.filter(person=_person(person)).prefetch_related("referrals")
        return [subject_of(row) for seeker in seekers for row in (seeker, *seeker.referrals.all())]

    def forget(self, person: Model, *, by: Staff) -> None:
        actions.forget_seekers(_person(person), by=by)

    def log_words(self) -> Mapping[str, _StrPromise]:
        return LOG_WORDS

    def log_purposes(self) -> Mapping[str, _StrPromise]:
        return LOG_PURPOSES

    # -- about staff ---------------------------------------------------------------------------------------------------

    def menu(self, staff: Staff) -> Sequence[desk.MenuItem]:
        if not staff.may_somewhere(P.READ_JOBS):
            return ()
        return [desk.MenuItem(position=80, label=_("Jobs"), route="employment:seekers")]

    def settings(self, staff: Staff) -> Sequence[desk.SettingPage]:
        if not (staff.may_somewhere(P.DECIDE_STANDARDS) or staff.may_somewhere(P.MANAGE_REFERENCE)):
            return ()
        text = _("How long a registration, a vacancy and an answer take; when people are asked again.")
        return [desk.SettingPage(label=_("Terms of placement"), text=text, route="employment:terms")]

    def tasks(self, staff: Staff) -> Sequence[desk.Task]:
        return list(_tasks(staff)) if staff.may_somewhere(P.PLACE) else ()

    # -- about a period ------------------------------------------------------------------------------------------------

    def figures(self, *, since: date, until: date, offices: frozenset[int]) -> Sequence[desk.Figure]:
        return figures.figures(since=since, until=until, offices=offices)

    # -- about words ---------------------------------------------------------------------------------------------------

    def hits(self, query: str, *, by: Staff) -> Sequence[desk.Hit]:
        """A letter by its number."""
        text = query.strip().upper()
        if not (text.startswith("J") and by.may_somewhere(P.READ_JOBS)):
            return ()
        found = Referral.objects.visible_to(by).filter(number__startswith=text).with_all()[:8]
        return [
            desk.Hit(
                group="matter",
                title=referral.number,
                detail=f"{mask_name(referral.seeker.person.full_name)} · {referral.vacancy.post}",
                url=referral.get_absolute_url(),
                state=str(referral.get_status_display()),
                rank=0 if referral.number == text else 3,
                exact=referral.number == text,
            )
            for referral in found
        ]

    def kept(self, number: str) -> Sequence[desk.Kept]:
        return list(desk.kept_by(Referral.objects.filter(number=number.strip().upper()), P.READ_JOBS))


def _tasks(staff: Staff) -> Iterator[desk.Task]:
    today, offices = timezone.localdate(), staff.sight(P.PLACE)
    waiting = Referral.objects.waiting().filter(office__in=offices, answer_by__lte=today).with_all()
    for referral in waiting.order_by("answer_by", "pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="employment.answer",
            verb=_("To ask the employer"),
            title=f"{referral} · {referral.vacancy.employer} · {mask_name(referral.seeker.person.full_name)}",
            url=referral.get_absolute_url(),
            due=referral.answer_by,
            since=referral.sent_at,
        )
    checks = RetentionCheck.objects.due(today).filter(placement__referral__office__in=offices).with_all()
    for check in checks[: desk.TASKS_MOST]:
        referral = check.placement.referral
        yield desk.Task(
            code="employment.follow_up",
            verb=_("To follow up"),
            title=ngettext(
                "after %(months)s month · %(name)s · %(employer)s",
                "after %(months)s months · %(name)s · %(employer)s",
                check.months,
            )
            % {
                "months": check.months,
                "name": mask_name(referral.seeker.person.full_name),
                "employer": referral.vacancy.employer,
            },
            url=reverse("employment:follow_up", args=[check.code]),
            due=check.due_on,
        )
    unchecked = Vacancy.objects.open().filter(office__in=offices, papers_checked_at=None, valid_until__gte=today)
    for vacancy in unchecked.select_related("employer").order_by("pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="employment.papers",
            verb=_("Papers of employers to check"),
            title=f"{vacancy} · {vacancy.employer}",
            url=vacancy.get_absolute_url(),
            since=vacancy.entered_at,
        )
    ending = Vacancy.objects.open().filter(ends_soon(offices, days="vacancy_warn_days", on=today))
    for vacancy in ending.select_related("employer").order_by("valid_until", "pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="employment.vacancy",
            verb=_("Vacancies that end"),
            title=f"{vacancy} · {vacancy.employer}",
            url=vacancy.get_absolute_url(),
            due=vacancy.valid_until,
        )
    expiring = Seeker.objects.open().filter(ends_soon(offices, days="seeker_warn_days", on=today))
    for seeker in expiring.select_related("person").order_by("valid_until", "pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="employment.renew",
            verb=_("Job seekers to renew or close"),
            title=f"{mask_name(seeker.person.full_name)} · {seeker.wanted_occupation}",
            url=seeker.get_absolute_url(),
            due=seeker.valid_until,
        )
