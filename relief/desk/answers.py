"""What the relief desk answers to the shell, to notices and to meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casework.models import Person
from casework.permissions import why_not_belong
from center import desk
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import about, yuan
from center.models.base import subject_of
from center.reference import working_days
from relief import prints
from relief.actions import applications, deaths, decisions, handing, notices
from relief.actions.papers import release
from relief.desk import agenda, numbers, tasks
from relief.desk.dossier import dossier_of
from relief.desk.log_words import LOG_PURPOSES, LOG_WORDS
from relief.desk.turns import turn_of
from relief.models import Application, Award, Decision, FundSource, Instalment, Payment, Programme, Redirection
from relief.models.programme import offices_up
from relief.permissions import why_not_open, why_not_open_paper, why_not_remove
from relief.queries import effects, findings, treasury
from relief.queries import figures as counted
from relief.queries.given import aid_of, grants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from django.db.models import Model, OuterRef, QuerySet
    from django.utils.functional import _StrPromise

    from casework.models import Household
    from center.kernel.remarks import Remark
    from center.models import Document, IssuedDocument, Office, Staff
    from center.privacy.secret import Secret

S = Application.Status


def one(subject: str) -> Application:
    return Application.objects.select_related("office").get(pk=int(subject.rsplit(":", 1)[1]))


def of_person(person: Model) -> Q:
    """Whoever applied, and whose illness or schooling it is."""
    return Q(person_id=person.pk) | Q(beneficiary_id=person.pk)


class Desk(desk.Desk):
    """Applications, awards and payments; nothing of a person that their file does not show."""

    code = "relief"
    name = gettext_lazy("Relief and funds")

    # -- about a person ------------------------------------------------------------------------------------------------

    def services(self, person: Model, *, by: Staff) -> Sequence[desk.Service]:
        office = by.home_office
        if office is None:
            return ()
        why_not = why_not_open(by, office) or (why_not_belong(person) if isinstance(person, Person) else "")
        begin, code = reverse("relief:application_new"), getattr(person, "code", "")
        return [
            desk.Service(
                code=f"relief.{programme.kind}",
                label=programme.label,
                url=f"{begin}?person={code}&programme={programme.pk}",
                why_not=why_not,
            )
            for programme in Programme.objects.serving(office)
        ]

    def state(self, person: Model, *, by: Staff) -> str:
        rows = Application.objects.visible_to(by).filter(of_person(person)).select_related("programme", "handler")
        latest = rows.open().order_by("-pk").first() or rows.order_by("-pk").first()
        return self._sentence(latest) if latest else ""

    def state_of(self, subject: str) -> str:
        if not subject.startswith("relief.application:"):
            return ""
        rows = Application.objects.select_related("programme", "handler")
        found = rows.filter(pk=int(subject.rsplit(":", 1)[1])).first()
        return self._sentence(found) if found else ""

    @staticmethod
    def _sentence(application: Application) -> str:
        facts = {
            "programme": application.programme.label,
            "state": application.get_status_display(),
            "handler": application.handler,
        }
        if application.status == S.NOTICED and application.notice_ends_on:
            days = max(working_days.between(timezone.localdate(), application.notice_ends_on), 0)
            said = ngettext(
                "%(programme)s: %(state)s, %(days)s working day left; handler %(handler)s.",
                "%(programme)s: %(state)s, %(days)s working days left; handler %(handler)s.",
                days,
            )
            return said % (facts | {"days": days})
        return _("%(programme)s: %(state)s; handler %(handler)s.") % facts

    def timeline(self, person: Model, *, by: Staff) -> Sequence[desk.Entry]:
        rows = Application.objects.visible_to(by).filter(of_person(person)).select_related("programme", "submitted_by")
        entries = [
            desk.Entry(
                at=row.submitted_at,
                kind="money",
                title=_("%(programme)s applied for") % {"programme": row.programme.label},
                by=str(row.submitted_by or ""),
                url=reverse("relief:application", args=[row.code]),
                detail=row.get_status_display(),
            )
            for row in rows
            if row.submitted_at
        ]
        decided = Decision.objects.filter(application__in=rows).select_related("application__programme", "decided_by")
        entries += [
            desk.Entry(
                at=decision.decided_at,
                kind="money",
                title=about(decision.application.programme.label, decision.outcome),
                by=str(decision.decided_by),
                url=reverse("relief:application", args=[decision.application.code]),
                detail=yuan(decision.amount) if decision.amount else "",
            )
            for decision in decided
        ]
        paid = Payment.objects.filter(application__in=rows, status__in=("paid", "reversed")).select_related(
            "paid_by", "application__programme"
        )
        entries += [
            desk.Entry(
                at=payment.answered_on,
                kind="money",
                title=_("Paid: %(programme)s") % {"programme": payment.programme_label},
                by=str(payment.paid_by or ""),
                url=reverse("relief:payment", args=[payment.code]),
                detail=f"{yuan(payment.amount)} {payment.get_status_display()}",
            )
            for payment in paid
            if payment.answered_on
        ]
        return entries

    def aid(self, person: Model, *, since: date, until: date) -> Sequence[desk.Aid]:
        return [
            desk.Aid(
                on=payment.answered_on or since,
                kind=payment.programme_kind,
                label=payment.programme_label,
                amount=payment.amount,
                url=reverse("relief:payment", args=[payment.code]),
            )
            for payment in aid_of(cast("Person", person), since=since, until=until)
        ]

    def granted(self, household: Model, *, after: date) -> Sequence[desk.Grant]:
        return [
            desk.Grant(
                at=award.granted_at,
                number=str(award.application),
                amount=award.live,
                url=reverse("relief:application", args=[award.application.code]),
            )
            for award in cast("Iterable[Any]", grants_of(cast("Household", household), after=after))
        ]

    def helped(self, person: OuterRef) -> QuerySet[Payment]:
        return Payment.objects.filter(application__person=person, status="paid").order_by()

    def why_not_open(self, subject: str, *, kind: str, by: Staff) -> str:
        if not subject.startswith("relief.application:"):
            return ""
        return why_not_open_paper(by, one(subject), kind)

    def why_not_remove(self, paper: Document, *, by: Staff) -> str | None:
        return why_not_remove(by, paper)

    def paper_removed(self, paper: Document, *, by: Staff) -> None:
        release(paper, by=by)

    def open_work(self, person: Model) -> Sequence[desk.OpenWork]:
        rows = Application.objects.open().filter(of_person(person)).select_related("programme")
        found = [
            desk.OpenWork(
                sentence=_("%(programme)s %(number)s is %(state)s.")
                % {"programme": row.programme.label, "number": row, "state": row.get_status_display()},
                url=reverse("relief:application", args=[row.code]),
            )
            for row in rows
        ]
        concerned = Application.objects.filter(of_person(person)).values("pk")
        owed = Instalment.objects.filter(award__application__in=concerned, status__in=("owed", "paying"))
        awards = Award.objects.filter(instalments__in=owed).distinct().select_related("application__programme")
        found += [
            desk.OpenWork(
                sentence=_("%(programme)s %(number)s still has payments to make.")
                % {"programme": award.application.programme.label, "number": award},
                url=reverse("relief:application", args=[award.application.code]),
            )
            for award in awards
        ]
        return found

    def join(self, *, keep: Model, drop: Model, by: Staff) -> None:
        """Applications and payments follow; two for one school year are one claim made twice, and stop the joining."""
        claims = Application.objects.exclude(school_year=None).exclude(status__in=(S.DRAFT, S.REFUSED, S.WITHDRAWN))
        for twice in claims.filter(beneficiary_id=drop.pk):
            if other := claims.filter(beneficiary_id=keep.pk, school_year=twice.school_year).first():
                sentence = _("Applications %(one)s and %(other)s are both for school year %(year)s of one student.")
                raise Refusal(sentence % {"one": other, "other": twice, "year": twice.school_year})
        Application.objects.filter(person_id=drop.pk).update(person_id=keep.pk)
        Application.objects.filter(beneficiary_id=drop.pk).update(beneficiary_id=keep.pk)
        Payment.objects.filter(payee_id=drop.pk).update(payee_id=keep.pk)
        Award.objects.filter(payee_id=drop.pk).update(payee_id=keep.pk)
        Redirection.objects.filter(to_id=drop.pk).update(to_id=keep.pk)

    def person_died(self, person: Model, *, by: Staff) -> None:
        """What is still owed to them is held until it is stopped or another of the household receives it."""
        deaths.hold_awards(cast("Person", person), by=by)

    def person_lives(self, person: Model, *, by: Staff) -> None:
        deaths.free_awards(cast("Person", person), by=by)

    def traces(self, person: Model) -> Sequence[str]:
        """Applications; awards and payments are kept for thirty years under their own snapshot."""
        return [subject_of(row) for row in Application.objects.filter(of_person(person))]

    def forget(self, person: Model, *, by: Staff) -> None:
        """The words of applications go; payments keep their own snapshot for thirty years, without the link."""
        Application.objects.filter(of_person(person)).update(
            request="",
            returned_text="",
            withdrawn_reason="",
            school="",
            school_stage="",
            stage_reason="",
            snapshot={},
        )
        Payment.objects.filter(payee_id=person.pk).update(payee_id=None)

    def log_words(self) -> Mapping[str, _StrPromise]:
        return LOG_WORDS

    def log_purposes(self) -> Mapping[str, _StrPromise]:
        return LOG_PURPOSES

    def has_shown(self, card: Secret, *, to: Staff) -> bool:
        return numbers.has_shown(card, to=to)

    # -- about staff -------------------------------------------------------------------------------------------------------

    def menu(self, staff: Staff) -> Sequence[desk.MenuItem]:
        items = (
            (
                Permission.READ_APPLICATIONS,
                desk.MenuItem(position=40, label=_("Applications"), route="relief:applications"),
            ),
            (Permission.READ_FUNDS, desk.MenuItem(position=60, label=_("Funds"), route="relief:funds")),
            (Permission.READ_FUNDS, desk.MenuItem(position=70, label=_("Payments"), route="relief:payments")),
            (Permission.CONFIRM_RECEIPTS, desk.MenuItem(position=72, label=_("Receipts"), route="relief:receipts")),
            (Permission.USE_THE_SHELL, desk.MenuItem(position=75, label=_("Programmes"), route="relief:programmes")),
            (Permission.AUDIT, desk.MenuItem(position=110, label=_("Audit"), route="relief:audit")),
        )
        return [item for permission, item in items if staff.may_somewhere(permission)]

    def home(self, staff: Staff) -> Sequence[desk.HomeBlock]:
        """The money at a glance, for those who decide it or keep it."""
        deciding = staff.sight(Permission.DECIDE_APPLICATIONS) | staff.sight(Permission.RECEIVE_FUNDS)
        offices = staff.sight(Permission.READ_FUNDS) & deciding
        if not offices:
            return ()
        year = timezone.localdate().year
        lines = treasury.by_source(list(FundSource.objects.filter(office_id__in=offices)))
        context = {
            "total": treasury.total_of(lines),
            "sources": treasury.left_by_source(lines),
            "months": treasury.paid_by_month(offices),
            "kinds": treasury.by_kind(offices, year=year),
            "year": year,
            "ratify": treasury.to_ratify(offices),
            "waiting": treasury.waiting_by_age(offices),
        }
        parts = ("relief/_home_money.html", "relief/_home_sources.html")
        return [desk.HomeBlock(position=30 + at, template=part, context=context) for at, part in enumerate(parts)]

    def turn(self, record: Model) -> desk.Turn | None:
        return turn_of(record) if isinstance(record, Application) else None

    def duties(self) -> Sequence[desk.Duty]:
        """From the money that comes in to the register: maker, checker and payer are three, and the auditor is a fourth."""
        p = Permission
        rows: list[tuple[int, str, str, Permission, set[str]]] = [
            (5, "receive", _("enter the money received"), p.RECEIVE_FUNDS, set()),
            (15, "take", _("take the application"), p.TAKE_APPLICATIONS, set()),
            (70, "assess", _("assess the application"), p.ASSESS_APPLICATIONS, set()),
            (90, "make_batch", _("make the payment batch"), p.MAKE_BATCHES, set()),
            (91, "check_batch", _("check the batch"), p.CHECK_MONEY, {"relief.make_batch"}),
            (92, "pay", _("hand the batch to the bank"), p.PAY, {"relief.make_batch", "relief.check_batch"}),
            (93, "receipt", _("take the signed receipts"), p.CONFIRM_RECEIPTS, {"relief.pay"}),
            (99, "audit", _("audit the register"), p.AUDIT, set()),
        ]
        return [
            desk.Duty(
                position=at, code=f"relief.{code}", label=label, needs=frozenset({needs}), others=frozenset(others)
            )
            for at, code, label, needs, others in rows
        ]

    def tasks(self, staff: Staff) -> Sequence[desk.Task]:
        return tasks.tasks_of(staff)

    def to_hand_over(self, giver: Staff) -> Iterable[tuple[Permission, int]]:
        return handing.own_work(giver)

    def would_move(self, *, giver: Staff, taker: Staff, by: Staff) -> Sequence[tuple[str, int]]:
        return handing.would_move(giver, taker=taker, by=by)

    def hand_over(self, *, giver: Staff, taker: Staff, by: Staff) -> int:
        return handing.hand_over(giver, taker=taker, by=by)

    # -- about a period ------------------------------------------------------------------------------------------------------

    def figures(self, *, since: date, until: date, offices: frozenset[int]) -> Sequence[desk.Figure]:
        return counted.figures(since=since, until=until, offices=offices)

    def findings(self, *, year: int, offices: frozenset[int]) -> Sequence[desk.Finding]:
        labels = findings.RULES | {"idle": findings.IDLE}
        counted = findings.counts(year=year, offices=offices)
        counted["idle"] = findings.idle(year, offices).count()
        return [
            desk.Finding(
                code=f"relief.{code}",
                label=str(label),
                count=counted[code],
                url=f"{reverse('relief:finding', args=[code])}?year={year}",
            )
            for code, label in labels.items()
        ]

    # -- about words -----------------------------------------------------------------------------------------------------------

    def subjects_of(self, number: str, *, by: Staff) -> Sequence[str]:
        return numbers.subjects(number, by=by)

    def hits(self, query: str, *, by: Staff) -> Sequence[desk.Hit]:
        return numbers.hits(query, by=by)

    def kept(self, number: str) -> Sequence[desk.Kept]:
        return list(numbers.kept(number))

    def touched(
        self, key: str, *, office: Office, offices: frozenset[int], before: Decimal | None, value: Decimal, on: date
    ) -> Sequence[desk.Effect]:
        return effects.of_standard(key, offices=offices, before=before, value=value)

    # -- between desks -------------------------------------------------------------------------------------------------------------

    def ask_money(self, *, kind: str, person: Model, amount: Decimal, evidence: str, by: Staff) -> str:
        office = by.home_office
        programme = Programme.objects.serving(office).filter(kind=kind).first() if office else None
        if programme is None or office is None:
            return ""
        application = applications.open_application(programme, person=cast("Person", person), office=office, by=by)
        applications.fill_in(application, answers={"asked_amount": amount, "request": evidence}, by=by)
        return subject_of(application)

    # -- notices and meetings --------------------------------------------------------------------------------------------------------

    def to_notice(self, office: Office) -> Sequence[desk.NoticeLine]:
        return agenda.to_notice(office)

    def named_on_notices(self, person: Model) -> Sequence[str]:
        return [subject_of(row) for row in Application.objects.filter(person=person.pk)]

    def english_names(self, office: Office) -> Mapping[str, str]:
        named = Programme.objects.filter(office__in=offices_up(office)).exclude(name_en="")
        return dict(named.values_list("name", "name_en"))

    def notice_published(self, subject: str, *, notice: str, ends_on: date, by: Staff) -> None:
        notices.notice_up(one(subject), notice=notice, ends_on=ends_on, by=by)

    def notice_ended(self, subject: str, *, notice: str, upheld: bool, by: Staff) -> None:
        notices.notice_down(one(subject), notice=notice, upheld=upheld, by=by)

    def notice_withdrawn(self, subject: str, *, notice: str, reason: str, by: Staff) -> None:
        notices.notice_taken_down(one(subject), notice=notice, reason=reason, by=by)

    def docket(self, office: Office) -> Sequence[desk.AgendaLine]:
        return agenda.docket(office)

    def agenda_lines(self, subjects: Iterable[str]) -> Mapping[str, desk.AgendaLine]:
        return agenda.lines(agenda.of_subjects(subjects))

    def dossier(self, subject: str, *, on: date, by: Staff) -> desk.Dossier | None:
        rows = Application.objects.with_people().select_related("beneficiary", "household", "version")
        application = rows.get(pk=int(subject.rsplit(":", 1)[1]))
        health = by.may(Permission.READ_HEALTH, application.office_id)
        return dossier_of(application, masked=True, health=health, on=on)

    def stages(self, office: Office) -> Sequence[desk.Stage]:
        return agenda.stages(office)

    def letters(self, subjects: Iterable[str], *, by: Staff) -> Sequence[IssuedDocument]:
        return prints.issue_letters(agenda.of_subjects(subjects), by=by)

    def fund_lines(self, subjects: Iterable[str]) -> Sequence[desk.FundLine]:
        return agenda.fund_lines(agenda.of_subjects(subjects))

    def agenda_listed(self, subject: str, *, meeting: str, by: Staff) -> None:
        decisions.list_on_agenda(one(subject), meeting=meeting, by=by)

    def why_not_granted(self, subject: str, amount: Decimal) -> str:
        rows = Application.objects.select_related("office", "programme", "fund_source")
        return agenda.why_not_granted(rows.get(pk=int(subject.rsplit(":", 1)[1])), amount)

    def decided(self, subject: str, decision: desk.Decided, *, by: Staff) -> bool:
        return decisions.carry_out(one(subject), decided=decision, by=by).status == Application.Status.UPPER

    def sent_up(self, subject: str, *, reason: Remark, by: Staff) -> None:
        decisions.send_up(one(subject), reason=reason, by=by)
