"""What the center itself answers to the shell: the workbench, notices, meetings, figures, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from center import desk
from center.actions.scans import release_scan
from center.evidence import logbook
from center.evidence.log_words import LOG_PURPOSES, LOG_WORDS
from center.kernel.roles import Permission
from center.models import ComparedScan, DestructionRequest, Meeting, Notice, Objection, Poll
from center.permissions.papers import why_not_keep_scan
from center.permissions.voters import waits_for
from center.queries.notices import programme_told
from center.site import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from django.utils.functional import _StrPromise

    from center.models import Document, Staff


class Desk(desk.Desk):
    """The shell's own words in its own rail."""

    code = "center"

    def menu(self, staff: Staff) -> Sequence[desk.MenuItem]:
        items = [
            (Permission.USE_THE_SHELL, desk.MenuItem(position=10, label=_("Workbench"), route="center:home")),
            (Permission.READ_NOTICES, desk.MenuItem(position=50, label=_("Notices"), route="center:notices")),
            (Permission.READ_MEETINGS, desk.MenuItem(position=52, label=_("Committee"), route="center:meetings")),
            (Permission.READ_FIGURES, desk.MenuItem(position=90, label=_("Figures"), route="center:report")),
            (Permission.READ_TRAIL, desk.MenuItem(position=112, label=_("Logs and seals"), route="center:integrity")),
        ]
        shown = [item for permission, item in items if staff.may_somewhere(permission)]
        settings = (Permission.MANAGE_STAFF, Permission.MANAGE_REFERENCE, Permission.DECIDE_STANDARDS)
        if any(staff.may_somewhere(permission) for permission in settings):
            shown.append(desk.MenuItem(position=120, label=_("Settings"), route="center:settings"))
        return shown

    def home(self, staff: Staff) -> Sequence[desk.HomeBlock]:
        """The meeting that comes next, for those who lead and those who prepare it."""
        coming = Meeting.objects.visible_to(staff, Permission.READ_MEETINGS).filter(
            status__in=(Meeting.Status.PREPARING, Meeting.Status.SITTING)
        )
        meeting = coming.order_by("held_on", "pk").first()
        if meeting is None:
            return ()
        context = {"meeting": meeting}
        return [desk.HomeBlock(position=25, template="center/_home_meeting.html", context=context, width=6)]

    def duties(self) -> Sequence[desk.Duty]:
        """Notices and the smallest committee: a chair and a member who vote, and a third seat that may step back."""
        handled, p = frozenset({"relief.take", "relief.assess"}), Permission
        rows: list[tuple[int, str, str, Permission, frozenset[str]]] = [
            (50, "compose", _("compose the public notice"), p.COMPOSE_NOTICES, frozenset()),
            (51, "publish", _("publish the notice"), p.PUBLISH_NOTICES, frozenset({"center.compose"})),
            (52, "end_notice", _("record the result of the notice"), p.COMPOSE_NOTICES, frozenset()),
            (80, "minutes", _("prepare the meeting and write its minutes"), p.PREPARE_MEETINGS, frozenset()),
            (81, "chair", _("chair the committee and sign"), p.CHAIR_MEETINGS, handled | {"center.minutes"}),
            (82, "vote", _("vote as a member who is not recused"), p.VOTE, handled | {"center.chair"}),
            (83, "seat", _("sit as the third member"), p.VOTE, frozenset({"center.chair", "center.vote"})),
        ]
        return [
            desk.Duty(position=at, code=f"center.{code}", label=label, needs=frozenset({needs}), others=others)
            for at, code, label, needs, others in rows
        ]

    def log_words(self) -> Mapping[str, _StrPromise]:
        return LOG_WORDS

    def log_purposes(self) -> Mapping[str, _StrPromise]:
        return LOG_PURPOSES

    def hits(self, query: str, *, by: Staff) -> Sequence[desk.Hit]:
        return numbers.hits(query, by=by)

    def kept(self, number: str) -> Sequence[desk.Kept]:
        return numbers.kept(number)

    def tasks(self, staff: Staff) -> Sequence[desk.Task]:
        return [
            *self._notice_tasks(staff),
            *self._meeting_tasks(staff),
            *self._scan_tasks(staff),
            *self._destruction_tasks(staff),
        ]

    def paper_removed(self, paper: Document, *, by: Staff) -> None:
        release_scan(paper, by=by)

    def _scan_tasks(self, staff: Staff) -> Sequence[desk.Task]:
        """Scans that carry no code and wait for their second person."""
        waiting = ComparedScan.objects.waiting_for(staff).select_related("meeting__office", "notice__office")
        return [
            desk.Task(
                code="center.scan_second",
                verb=_("Scans to confirm"),
                title=f"{scan} · {scan.named_by}",
                url=scan.get_absolute_url(),
                since=scan.named_at,
            )
            for scan in waiting.select_related("named_by")[: desk.TASKS_MOST]
        ]

    def why_not_remove(self, paper: Document, *, by: Staff) -> str | None:
        """The scan of minutes and of a notice is taken off by those who bring such scans in."""
        label, _colon, key = paper.subject.partition(":")
        kinds: dict[str, type[Meeting | Notice]] = {"center.meeting": Meeting, "center.notice": Notice}
        if label not in kinds:
            return None
        return why_not_keep_scan(by, kinds[label]._default_manager.select_related("office").get(pk=key))

    def _destruction_tasks(self, staff: Staff) -> Sequence[desk.Task]:
        """For whoever decides: requests of others, and approved ones that are not carried out."""
        if not staff.may_somewhere(Permission.DESTROY_RECORDS):
            return []
        url, asked = (
            reverse("center:destructions"),
            DestructionRequest.objects.visible_to(staff).filter(destruction=None),
        )
        waiting = list(asked.exclude(asked_by=staff))
        told = logbook.records(each.subject for each in waiting)
        return [
            desk.Task(
                code="center.destroy",
                verb=_("Destruction to decide"),
                title=f"{told[each.subject]} · {each.reason}",
                url=url,
                since=each.asked_at,
            )
            for each in waiting
        ]

    def _notice_tasks(self, staff: Staff) -> Sequence[desk.Task]:
        """Drafts to publish for the leader, notices whose period is over and open objections for officers."""
        to_publish = Notice.objects.filter(
            status=Notice.Status.DRAFT, office__in=staff.sight(Permission.PUBLISH_NOTICES)
        )
        over = Notice.objects.filter(
            status=Notice.Status.PUBLISHED,
            ends_on__lt=timezone.localdate(),
            office__in=staff.sight(Permission.COMPOSE_NOTICES),
        )
        objections = Objection.objects.filter(
            status=Objection.Status.OPEN, entry__notice__office__in=staff.sight(Permission.HANDLE_OBJECTIONS)
        ).select_related("entry__notice")
        tasks = [
            task(
                "center.publish", _("To publish"), notice.title, "center:notice", notice.code, since=notice.composed_at
            )
            for notice in to_publish.exclude(composed_by=staff)
        ]
        tasks += [
            task("center.end_notice", _("Notice to end"), str(notice), "center:notice", notice.code, due=notice.ends_on)
            for notice in over
        ]
        return tasks + [
            task(
                "center.objection",
                _("Objection to answer"),
                str(each.entry),
                "center:notice",
                each.entry.notice.code,
                since=each.received_at,
            )
            for each in objections
        ]

    def _meeting_tasks(self, staff: Staff) -> Sequence[desk.Task]:
        """The sitting of today or later for its members and secretary; minutes to sign for the chair."""
        open_states = [Meeting.Status.PREPARING, Meeting.Status.SITTING]
        seen = Meeting.objects.visible_to(staff)  # a term that has ended leaves no task behind
        mine = seen.filter(Q(seats__staff=staff) | Q(office__in=staff.sight(Permission.PREPARE_MEETINGS)))
        tasks = [
            task("center.meeting", _("Meeting"), meeting.title, "center:meeting", meeting.code, due=meeting.held_on)
            for meeting in mine.filter(status__in=open_states).distinct()
        ]
        sitting = Poll.objects.filter(ended_at=None, item__meeting__in=seen, item__meeting__seats__staff=staff)
        tasks = [
            desk.Task(
                code="center.vote",
                verb=_("To vote"),
                title=f"{poll.item} · {programme_told(poll.item.programme, office=poll.item.meeting.office)}",
                url=reverse("center:agenda_item", args=[poll.item.meeting.code, poll.item.position]),
                since=poll.put_at,
            )
            for poll in sitting.select_related("item__meeting__office").order_by("put_at", "pk")
            if waits_for(staff, poll)
        ] + tasks
        to_sign = Meeting.objects.filter(status=Meeting.Status.CLOSED, seats__staff=staff, seats__is_chair=True)
        return tasks + [
            task("center.sign", _("Minutes to sign"), str(each), "center:meeting", each.code, since=each.closed_at)
            for each in to_sign
        ]


def task(
    code: str, verb: str, title: str, route: str, key: str, *, due: date | None = None, since: datetime | None = None
) -> desk.Task:
    return desk.Task(code=code, verb=verb, title=title, url=reverse(route, args=[key]), due=due, since=since)
