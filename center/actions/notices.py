"""Composing, publishing and ending public notices; taking and answering objections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from center import desk
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import Notice, NoticeEntry, Objection
from center.permissions.boards import lines_today, number_of, shown_name, why_not_so_short, why_not_these_words
from center.permissions.notices import (
    why_not_answer_objection,
    why_not_compose,
    why_not_end_notice,
    why_not_object,
    why_not_publish,
    why_not_withdraw,
)
from center.reference import numbering, working_days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from center.models import Office, Staff


@action
def compose(
    office: Office, *, title: str, subjects: Iterable[str], working_days: int, basis: str = "", by: Staff
) -> Notice:
    """A draft with these subjects, each as it may be shown. Raises when one of them is not ready for a notice."""
    require(why_not_compose(by, office))
    offered = lines_today(office)
    lines = [offered.get(subject) for subject in subjects]
    ready = [line for line in lines if line is not None and line.ready]
    if not ready or len(ready) != len(lines):
        raise Incomplete(_("Choose at least one line, and only such as are ready for a notice."))
    require(why_not_so_short(working_days, ready))
    require(_why_not_twice(ready))
    notice = Notice.objects.create(office=office, title=title, basis=basis, working_days=working_days, composed_by=by)
    entries = [
        NoticeEntry(
            notice=notice,
            position=position,
            subject=line.subject,
            number=number_of(line, position),
            shown_name=shown_name(line, position),
            employer=line.employer,
            programme=line.programme,
            amount=line.amount,
        )
        for position, line in enumerate(ready, 1)
    ]
    require(why_not_these_words(notice, entries, {line.subject: line for line in ready}))
    NoticeEntry.objects.bulk_create(entries)
    trail.record("center.notice.composed", notice, by=by, lines=len(ready))
    return notice


def _why_not_twice(lines: Iterable[desk.NoticeLine]) -> str:
    """What is composed already waits to be published there."""
    subjects = [line.subject for line in lines]
    kept = NoticeEntry.objects.filter(notice__status=Notice.Status.DRAFT, subject__in=subjects).order_by("pk").first()
    if kept is None:
        return ""
    return _("%(number)s stands on a notice that is composed already and waits to be published.") % {
        "number": kept.number
    }


@action
def publish(notice: Notice, *, posted_at: str = "", by: Staff) -> Notice:
    """A second person puts it up; it hangs for its working days, the day of publication not counted."""
    notice = Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.pk)
    notice.posted_at = posted_at or notice.posted_at
    require(why_not_publish(by, notice))
    today = timezone.localdate()
    notice.become(Notice.Status.PUBLISHED)
    notice.published_by, notice.published_at = by, timezone.now()
    notice.starts_on, notice.ends_on = today, working_days.add(today, notice.working_days)
    notice.number = numbering.draw("notice", office=notice.office, on=today)
    notice.save(update_fields=["status", "published_by", "published_at", "starts_on", "ends_on", "posted_at", "number"])
    for entry in notice.entries.all():
        desk.desk_of(entry.subject).notice_published(entry.subject, notice=notice.number, ends_on=notice.ends_on, by=by)
    trail.record("center.notice.published", notice, by=by, number=notice.number, until=notice.ends_on)
    return notice


@action
def withdraw(notice: Notice, *, reason: str, by: Staff) -> Notice:
    """Take a notice down before its time; its subjects wait for another one."""
    notice = Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.pk)
    require(why_not_withdraw(by, notice))
    if not reason.strip():
        raise Incomplete(_("Say why the notice is taken down."))
    hung = notice.status == Notice.Status.PUBLISHED
    notice.become(Notice.Status.WITHDRAWN)
    notice.closed_by, notice.closed_at, notice.result = by, timezone.now(), reason
    notice.save(update_fields=["status", "closed_by", "closed_at", "result"])
    for entry in notice.entries.all() if hung else ():
        desk.desk_of(entry.subject).notice_withdrawn(entry.subject, notice=notice.number or "", reason=reason, by=by)
    trail.record("center.notice.withdrawn", notice, by=by, reason=reason)
    return notice


def unname(subjects: Iterable[str], *, by: Staff) -> list[Notice]:
    """Inside the withdrawal of a consent: the number takes the name's place on every sheet that hangs or is composed.

    The notices that hang, so that their printed sheets are changed, too.
    """
    entries = (
        NoticeEntry.objects.select_for_update(of=("self",), no_key=True)
        .filter(subject__in=list(subjects), notice__status__in=(Notice.Status.DRAFT, Notice.Status.PUBLISHED))
        .exclude(shown_name=F("number"))
        .select_related("notice")
    )
    hanging = []
    for entry in entries.order_by("pk"):
        entry.shown_name = entry.number
        entry.save(update_fields=["shown_name"])
        trail.record("center.notice.unnamed", entry.notice, by=by, line=entry.number)
        if entry.notice.status == Notice.Status.PUBLISHED:
            hanging.append(entry.notice)
    return hanging


@action
def object_to(entry: NoticeEntry, *, text: str, said_by: str = "", by: Staff) -> Objection:
    """Record what somebody says against a line; it blocks the meeting until answered. Names are optional."""
    notice = Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.notice_id)
    require(why_not_object(by, notice))
    objection = Objection.objects.create(entry=entry, text=text, said_by=said_by, received_by=by)
    trail.record("center.objection.received", objection, by=by, notice=notice, line=entry.number)
    return objection


@action
def answer_objection(objection: Objection, *, upheld: bool, answer: str, by: Staff) -> Objection:
    """Say what was found. An upheld objection marks the line; the desk hears of it when the notice ends."""
    objection = (
        Objection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("entry__notice")
        .get(pk=objection.pk)
    )
    require(why_not_answer_objection(by, objection))
    if not answer.strip():
        raise Incomplete(_("Write what was found and what was answered."))
    objection.become(Objection.Status.UPHELD if upheld else Objection.Status.DISMISSED)
    objection.answered_by, objection.answered_at, objection.answer = by, timezone.now(), answer
    objection.save(update_fields=["status", "answered_by", "answered_at", "answer"])
    if upheld:
        NoticeEntry.objects.filter(pk=objection.entry_id).update(upheld=True)
    trail.record("center.objection.answered", objection, by=by, upheld=upheld)
    return objection


@action
def end_notice(notice: Notice, *, by: Staff) -> Notice:
    """The period is over and every objection is answered: each desk learns what came of its subject."""
    notice = Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.pk)
    require(why_not_end_notice(by, notice))
    notice.become(Notice.Status.ENDED)
    notice.closed_by, notice.closed_at = by, timezone.now()
    count = Objection.objects.filter(entry__notice=notice).count()
    notice.save(update_fields=["status", "closed_by", "closed_at"])
    for entry in notice.entries.all():
        desk.desk_of(entry.subject).notice_ended(entry.subject, notice=notice.number or "", upheld=entry.upheld, by=by)
    trail.record("center.notice.ended", notice, by=by, objections=count)
    return notice
