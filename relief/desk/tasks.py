"""Whose turn it is: what each person can act on now, in one query a group."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, Sum, TextField, Value
from django.db.models.functions import Cast, Concat, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.desk import TASKS_MOST, Task
from center.kernel.roles import Permission
from center.kernel.sentences import yuan
from center.models import Event, Meeting, NoticeEntry
from center.models.base import called
from relief.desk.agenda import alone_among
from relief.enums import DecidedHow, Result
from relief.models import (
    Application,
    Award,
    Batch,
    Closing,
    Correction,
    Decision,
    Instalment,
    Payment,
    Redirection,
    SignedSheet,
)
from relief.permissions import DECIDED, TOLD, emergency_ceiling
from relief.queries.limits import together_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from django.db.models import QuerySet

    from center.models import Staff

S = Application.Status
SUBJECT = "relief.application:"
DECISION = "relief.decision:"
STANDING = ~Q(payments__status__in=(Payment.Status.DROPPED, Payment.Status.FAILED))
SUMS = {"lines": Count("payments", filter=STANDING), "total": Sum("payments__amount", filter=STANDING)}
TELL_WITHIN = 60  # days; who was not told by then is found by the auditor, not by a list of tasks


def tasks_of(staff: Staff) -> Sequence[Task]:
    """Every group of this person, in the order of the work."""
    groups = (
        *(_of_applications, _of_deciders, _of_the_committee, _of_decided),
        *(_of_deaths, _of_batches, _of_told_returns),
        *(_of_corrections, _of_closings, _of_the_window, _of_receipts),
    )
    return [task for group in groups for task in group(staff)]


def _applications(
    rows: QuerySet[Application],
    code: str,
    verb: str,
    route: str = "relief:application",
    *,
    away: Mapping[int, str] | None = None,
) -> Iterator[Task]:
    rows = rows.select_related("programme", "person").order_by("pk")
    yield from _told(rows[:TASKS_MOST], code, verb, route, away=away)


def _told(
    rows: Iterable[Application], code: str, verb: str, route: str, *, away: Mapping[int, str] | None = None
) -> Iterator[Task]:
    for row in rows:
        yield Task(
            code=f"relief.{code}",
            verb=verb,
            title=_titled(row, row.proposed_amount),
            url=reverse(route, args=[row.code]),
            since=row.submitted_at or row.opened_at,
            whose=(away or {}).get(row.handler_id or 0, ""),
        )


def _titled(application: Application, amount: Decimal | None) -> str:
    """Whose, what for, how much: nobody knows an application by its number alone."""
    told = called(application)
    return f"{told} · {yuan(amount)}" if amount else told


def _of_applications(staff: Staff) -> Iterator[Task]:
    taking, hands, away = staff.sight(Permission.TAKE_APPLICATIONS), staff.hands, staff.stands_in_for
    theirs = Q(handler__in=away, office_id__in=taking)
    mine = Q(handler=staff) | Q(handler=None, opened_by=staff)
    drafts = Application.objects.filter(mine | theirs, status=S.DRAFT)
    yield from _applications(drafts, "fill_in", _("To fill in"), away=away)
    returned = Application.objects.filter(status=S.RETURNED, office_id__in=taking)
    returned = returned.filter(Q(opened_by__in=hands) | Q(handler__in=hands))
    yield from _applications(returned, "supplement", _("To supplement"), away=away)
    to_assess = Application.objects.filter(
        status=S.SUBMITTED, office_id__in=staff.sight(Permission.ASSESS_APPLICATIONS)
    )
    yield from _applications(to_assess, "assess", _("To assess"), "relief:application_assess")


def _of_deciders(staff: Staff) -> Iterator[Task]:
    seen = staff.sight(Permission.DECIDE_APPLICATIONS)
    ready = Application.objects.filter(office_id__in=seen, status=S.READY).exclude(assessed_by=staff)
    others = ready.exclude(person__related_staff=staff)
    rows = list(others.select_related("programme", "version", "office", "person").order_by("pk"))
    yield from _told(_for(staff, rows)[:TASKS_MOST], "decide", _("To decide"), "relief:application_decide")
    upper = Application.objects.filter(office_id__in=seen, status=S.UPPER)
    yield from _applications(upper, "upper", _("Waits for the upper union"))
    chairs = seen | staff.sight(Permission.CHAIR_MEETINGS)
    second = Application.objects.filter(office_id__in=chairs, status=S.SECOND).exclude(person__related_staff=staff)
    yield from _applications(
        second.exclude(granting_by=staff).exclude(assessed_by=staff),
        "second",
        _("To approve second"),
        "relief:application_second",
    )


def _for(staff: Staff, rows: Sequence[Application]) -> list[Application]:
    """What this leader may grant of what is ready, as the decision itself will ask it: within the band together with
    what the household was granted lately, an emergency within the leader's own ceiling."""
    whole = together_each(rows)
    alone = alone_among(rows, whole)
    named = staff.sight(Permission.DECIDE_EMERGENCIES)
    urgent = {row.office for row in rows if row.is_emergency and row.office_id in named}
    most = {office.pk: emergency_ceiling(staff, office) or 0 for office in urgent}
    return [
        row for row in rows if row.pk in alone and (not row.is_emergency or whole[row.pk] <= most.get(row.office_id, 0))
    ]


def _of_the_committee(staff: Staff) -> Iterator[Task]:
    """Before the meeting: what waits for a notice or for an agenda."""
    composed = NoticeEntry.objects.filter(notice__status="draft").annotate(key=Substr("subject", len(SUBJECT) + 1))
    keys = composed.filter(subject__startswith=SUBJECT).values_list(Cast("key", BigIntegerField()), flat=True)
    told = Application.objects.filter(office_id__in=staff.sight(Permission.COMPOSE_NOTICES)).exclude(pk__in=keys)
    count = told.filter(Q(status=S.ASSESSED) | Q(status=S.GRANTED, award__status=Award.Status.WAITING)).count()
    if count:
        title = ngettext("%(count)s waits for a public notice", "%(count)s wait for a public notice", count)
        url = reverse("center:notice_compose")
        yield Task(code="relief.notice", verb=_("To notice"), title=title % {"count": count}, url=url)
    unlisted = Q(status=S.READY) | Q(ratification=Application.Ratification.PENDING, meeting_number="")
    wanted = Application.objects.filter(unlisted, office_id__in=staff.sight(Permission.PREPARE_MEETINGS))
    rows = list(wanted.select_related("version", "office"))
    alone = alone_among(rows)
    waiting = Counter(row.office_id for row in rows if row.pk not in alone)
    for office, many in sorted(waiting.items()):
        yield _for_a_meeting(office, many)


def _for_a_meeting(office: int, many: int) -> Task:
    """To the agenda that is open already, or to a new one."""
    meeting = Meeting.objects.open().filter(office=office).order_by("held_on", "pk").first()
    if meeting:
        title = ngettext("%(count)s may join %(meeting)s", "%(count)s may join %(meeting)s", many)
    else:
        title = ngettext("%(count)s waits for a meeting", "%(count)s wait for a meeting", many)
    return Task(
        code="relief.meeting",
        verb=_("To put before the committee"),
        title=title % {"count": many, "meeting": meeting or ""},
        url=meeting.get_absolute_url() if meeting else reverse("center:meeting_prepare"),
    )


def _of_decided(staff: Staff) -> Iterator[Task]:
    """Whom the handler has still to tell what was decided, whoever decided it; a printed letter tells nobody yet."""
    for decision in to_tell(staff)[:TASKS_MOST]:
        yield Task(
            code="relief.tell",
            verb=_("To tell the applicant"),
            title=f"{_titled(decision.application, decision.amount)} · {decision.outcome}",
            url=reverse("relief:application", args=[decision.application.code]) + "#decisions",
            since=decision.decided_at,
            whose=staff.stands_in_for.get(decision.application.handler_id or 0, ""),
            together=reverse("relief:applications_told"),
        )


def to_tell(staff: Staff) -> QuerySet[Decision]:
    """The decisions in force that this handler has still to tell, the oldest first."""
    told = Event.objects.filter(verb=TOLD, subject=Concat(Value(DECISION), Cast(OuterRef("pk"), TextField())))
    not_ratified = ~Q(how=DecidedHow.RATIFICATION, result=Result.GRANTED)
    later = Decision.objects.filter(not_ratified, application=OuterRef("application"), pk__gt=OuterRef("pk"))
    since = timezone.now() - timedelta(days=TELL_WITHIN)
    taking = staff.sight(Permission.TAKE_APPLICATIONS)
    theirs = Q(application__handler__in=staff.stands_in_for, application__office__in=taking)
    decided = Decision.objects.filter(
        Q(application__handler=staff) | theirs, not_ratified, application__status__in=DECIDED, decided_at__gte=since
    )
    untold = decided.exclude(Exists(told)).exclude(Exists(later))
    return untold.select_related("application__programme", "application__person").order_by("decided_at", "pk")


def _of_deaths(staff: Staff) -> Iterator[Task]:
    """Money that a death holds: stop it, or name who of the household receives it; the second person agrees."""
    assess, decide = staff.sight(Permission.ASSESS_APPLICATIONS), staff.sight(Permission.DECIDE_APPLICATIONS)
    held = Award.objects.filter(status=Award.Status.HELD, application__office_id__in=assess | decide)
    held = held.exclude(redirections__status=Redirection.Status.ASKED).select_related(
        "application__programme", "application__person"
    )
    asked = Redirection.objects.filter(status=Redirection.Status.ASKED, award__application__office_id__in=decide)
    asked = asked.exclude(asked_by=staff).select_related("award__application__programme", "award__application__person")
    rows = [("held", _("Held because of a death"), award, award.held_at) for award in held.order_by("pk")[:TASKS_MOST]]
    rows += [
        ("redirect", _("Other receivers to agree to"), one.award, one.asked_at)
        for one in asked.order_by("pk")[:TASKS_MOST]
    ]
    for code, verb, award, since in rows:
        yield Task(
            code=f"relief.{code}",
            verb=verb,
            title=_titled(award.application, award.amount),
            url=reverse("relief:application_redirect", args=[award.application.code]),
            since=since,
        )


def _summed(batch: Batch) -> str:
    lines, total = getattr(batch, "lines", 0), getattr(batch, "total", None)
    said = ngettext("%(count)s line, %(sum)s yuan", "%(count)s lines, %(sum)s yuan", lines)
    return f"{batch} · {said % {'count': lines, 'sum': yuan(total or 0)}}"


def _of_batches(staff: Staff) -> Iterator[Task]:
    due = Instalment.objects.due(timezone.localdate()).filter(
        award__application__office_id__in=staff.sight(Permission.MAKE_BATCHES)
    )
    if count := due.count():
        title = ngettext("%(count)s instalment is due", "%(count)s instalments are due", count) % {"count": count}
        yield Task(code="relief.batch", verb=_("To pay"), title=title, url=reverse("relief:payments"))
    own = Q(pk__in=Payment.objects.filter(status="listed", approved_by=staff).values("batch"))
    groups = (
        (
            Permission.CHECK_MONEY,
            Q(status="draft", sent_back_by=None) & ~Q(made_by=staff) & ~own,
            "check",
            _("Batches to check"),
        ),
        (
            Permission.MAKE_BATCHES,
            Q(status="draft", sent_back_by__isnull=False),
            "sent_back",
            _("Batches sent back"),
        ),
        (
            Permission.PAY,
            Q(status="checked") & ~Q(made_by=staff) & ~Q(checked_by=staff) & ~own,
            "hand_over",
            _("Batches to hand over"),
        ),
        (Permission.PAY, Q(status="handed_over"), "return", _("Bank returns to read")),
    )
    for permission, wanted, code, verb in groups:
        for batch in Batch.objects.filter(wanted, office_id__in=staff.sight(permission)).annotate(**SUMS)[:TASKS_MOST]:
            url = reverse("relief:batch", args=[batch.code])
            since = batch.paid_at or batch.checked_at or batch.made_at
            yield Task(code=f"relief.{code}", verb=verb, title=_summed(batch), url=url, since=since)


def _of_corrections(staff: Staff) -> Iterator[Task]:
    rows = Correction.objects.filter(status="asked", office_id__in=staff.sight(Permission.CHECK_MONEY))
    for asked in rows.exclude(asked_by=staff)[:TASKS_MOST]:
        yield Task(
            code="relief.settle",
            verb=_("Corrections to settle"),
            title=str(asked),
            url=reverse("relief:correction", args=[asked.code]),
            since=asked.asked_at,
        )


def _of_closings(staff: Staff) -> Iterator[Task]:
    """A period that has ended and is not put forward; one that waits for its second person, to close or to open it."""
    maker, checker = staff.sight(Permission.RECEIVE_FUNDS), staff.sight(Permission.CHECK_MONEY)
    to_ask = Closing.objects.filter(status="open", office_id__in=maker)
    to_close = Closing.objects.filter(status="asked", office_id__in=checker).exclude(asked_by=staff)
    to_open = Closing.objects.filter(status="closed", reopening_asked_by__isnull=False, office_id__in=checker)
    groups = (
        (to_ask, "close_ask", _("Periods to put forward")),
        (to_close, "close", _("Periods to close")),
        (to_open.exclude(reopening_asked_by=staff), "reopen", _("Periods to open again")),
    )
    for rows, code, verb in groups:
        for row in rows[:TASKS_MOST]:
            since = row.reopening_asked_at or row.asked_at or row.opened_at
            yield Task(code=f"relief.{code}", verb=verb, title=str(row), url=row.get_absolute_url(), since=since)


def _of_the_window(staff: Staff) -> Iterator[Task]:
    failed = Payment.objects.filter(
        status="failed", failure_settled_by=None, office_id__in=staff.sight(Permission.TAKE_APPLICATIONS)
    )
    for payment in failed.exclude(instalment__status="stopped")[:TASKS_MOST]:
        yield Task(
            code="relief.failed",
            verb=_("Returned by the bank"),
            title=f"{called(payment)} · {payment.failure}",
            url=reverse("relief:payment", args=[payment.code]),
            since=payment.answered_on,
        )


def _of_told_returns(staff: Staff) -> Iterator[Task]:
    """The bank said by telephone that a line came back; a second person has yet to see its paper."""
    seen = staff.sight(Permission.PAY) | staff.sight(Permission.MAKE_BATCHES) | staff.sight(Permission.CHECK_MONEY)
    rows = Payment.objects.filter(status="in_transit", told_by__isnull=False, office_id__in=seen).exclude(told_by=staff)
    for payment in rows.select_related("batch").order_by("pk")[:TASKS_MOST]:
        yield Task(
            code="relief.told_return",
            verb=_("Returns told by the bank to confirm"),
            title=f"{called(payment)} · {payment.told_failure}",
            url=reverse("relief:batch", args=[payment.batch.code]) + "#told",
            since=payment.told_at,
        )


def _of_receipts(staff: Staff) -> Iterator[Task]:
    """Sheets that were taken in and wait for somebody's eyes, and batches whose sheets have not come back."""
    taking = staff.sight(Permission.CONFIRM_RECEIPTS)
    sheets = SignedSheet.objects.filter(office_id__in=taking).exclude(batch__paid_by=staff).select_related("batch")
    groups = (
        (sheets.filter(status="taken"), "sheet", _("Signed sheets to look through")),
        (sheets.filter(status="asked").exclude(named_by=staff), "sheet_second", _("Signed sheets to confirm")),
    )
    for rows, code, verb in groups:
        for sheet in rows.order_by("pk")[:TASKS_MOST]:
            since = sheet.named_at or sheet.taken_at
            yield Task(code=f"relief.{code}", verb=verb, title=str(sheet), url=sheet.get_absolute_url(), since=since)
    waiting = Payment.objects.filter(status="paid", receipt_confirmed_by=None, office_id__in=taking)
    if count := waiting.exclude(paid_by=staff).count():
        title = ngettext("%(count)s payment is not signed for", "%(count)s payments are not signed for", count)
        yield Task(
            code="relief.receipts",
            verb=_("Receipts to take"),
            title=title % {"count": count},
            url=reverse("relief:receipts"),
        )
