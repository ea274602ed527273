"""What the casework desk answers to the shell."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import actions
from casework import permissions as may
from casework.actions import people as joining
from casework.desk.log_words import LOG_PURPOSES, LOG_WORDS
from casework.desk.turns import turn_of
from casework.enums import LIVING, ChangeKind, ChangeStatus, FileStatus, MatterStatus
from casework.models import (
    Callback,
    ChangeRequest,
    Consent,
    Death,
    HardshipFile,
    Household,
    Joining,
    Matter,
    Person,
    Visit,
)
from casework.queries import effects, figures, glance, search, timeline
from casework.queries.files import living_file_of, names_of
from center import desk
from center.kernel.roles import Permission
from center.models import Standard, codes
from center.models.base import called, subject_of
from center.reference import standards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from center.models import Document, Office, Staff

P = Permission
S = FileStatus
HEAD = "01"  # GB/T 4761
USUAL_NOTICE = Decimal(5)  # working days; an office decides its own among the standards (domain.md §3.3)


def _person(person: Model) -> Person:
    if not isinstance(person, Person):
        raise TypeError
    return person


class Desk(desk.Desk):
    """The registry, the visit desk, matters."""

    code = "casework"
    name = gettext_lazy("Files and reception")

    # -- about a person ------------------------------------------------------------------------------------------------

    def services(self, person: Model, *, by: Staff) -> Sequence[desk.Service]:
        person = _person(person)
        file = living_file_of(person)
        office = by.home_office
        why_not = may.why_not_start_file(by, office) if office else _("You have no office.")
        if file and file.status in LIVING:
            why_not = _("This household has file %(file)s already.") % {"file": file}
        return [
            desk.Service(
                code="casework.file",
                label=_("Open a hardship file"),
                url=f"{reverse('casework:file_start')}?person={person.code}",
                why_not=why_not,
            )
        ]

    def state(self, person: Model, *, by: Staff) -> str:
        return timeline.sentence_of_person(_person(person))

    def state_of(self, subject: str) -> str:
        label, _colon, key = subject.partition(":")
        if label == "casework.hardshipfile":
            file = HardshipFile.objects.filter(pk=key).select_related("owner").first()
            return f"{file} · {timeline.sentence_of_file(file)}" if file else ""
        if label == "casework.matter":
            matter = Matter.objects.filter(pk=key).select_related("assignee").first()
            return f"{matter} · {timeline.sentence_of_matter(matter)}" if matter else ""
        return ""

    def timeline(self, person: Model, *, by: Staff) -> Sequence[desk.Entry]:
        return timeline.entries(_person(person), by=by)

    def why_not_open(self, subject: str, *, kind: str, by: Staff) -> str:
        """Scans of illness and bank cards, and the whole form in print, for those who may read what stands on them."""
        if subject.startswith("casework.death:"):
            return may.why_not_read_death_paper(by, Death.objects.get(pk=subject.partition(":")[2]))
        if not subject.startswith("casework.hardshipfile:"):
            return ""
        return may.why_not_open_paper(by, _file(subject), kind)

    def why_not_remove(self, paper: Document, *, by: Staff) -> str | None:
        label, _colon, key = paper.subject.partition(":")
        if label == "casework.hardshipfile":
            return may.why_not_remove_paper(by, _file(paper.subject), paper)
        if label == "casework.death":
            return _("A death rests on this paper. Take the record of the death back instead.")
        if label == "casework.consent":
            return may.why_not_remove_sheet(by, Consent.objects.select_related("person").get(pk=key))
        return None

    def paper_removed(self, paper: Document, *, by: Staff) -> None:
        if paper.subject.startswith("casework.hardshipfile:"):
            actions.note_paper_removed(_file(paper.subject), paper=paper, by=by)

    def open_work(self, person: Model) -> Sequence[desk.OpenWork]:
        """Matters not closed, changes not confirmed, calls not made."""
        person = _person(person)
        mine = Q(visit__person=person) | Q(visit__representatives=person)
        work = [
            desk.OpenWork(
                sentence=_("Matter %(number)s is not closed.") % {"number": matter},
                url=reverse("casework:matter", args=[matter.code]),
            )
            for matter in Matter.objects.open().filter(mine).distinct()
        ]
        homes = person.memberships.current().values("household")
        changes = ChangeRequest.objects.open().filter(Q(file__household__in=homes) | Q(new__person=person.pk))
        return work + [
            desk.OpenWork(
                sentence=_("A change (%(kind)s) waits to be confirmed.") % {"kind": change.get_kind_display()},
                url=reverse("casework:change", args=[change.code]),
            )
            for change in changes
        ]

    def join(self, *, keep: Model, drop: Model, by: Staff) -> None:
        joining.join_people(keep=_person(keep), drop=_person(drop), by=by)

    def named(self, number: str, *, by: Staff) -> Model | None:
        """By the number or code of a file, or the code of the person."""
        wanted = Q(number=number) | Q(code=number)
        found = HardshipFile.objects.visible_to(by).filter(wanted).select_related("household__head").first()
        if found:
            return found.household.head
        named = Person.objects.ever_visible_to(by).filter(code=number).select_related("joined_into").first()
        return named and (named.joined_into or named)

    def subjects_of(self, number: str, *, by: Staff) -> Sequence[str]:
        """Of a person: everything under the name; of a file: that of everybody who ever belonged to its household; a visit
        or matter alone."""
        person = self.named(number, by=by)
        file = HardshipFile.objects.visible_to(by).filter(Q(number=number) | Q(code=number)).first()
        members = Person.objects.filter(memberships__household=file.household_id).distinct() if file else ()
        rows = [
            *Visit.objects.visible_to(by).filter(number=number),
            *Matter.objects.visible_to(by).filter(number=number),
        ]
        people = [*([person] if person else ()), *(one for one in members if one != person)]
        named = [trace for one in people for trace in self.traces(one)]
        return [*dict.fromkeys([*named, *map(subject_of, rows)])]

    def why_not_forget(self, person: Model) -> str:
        """A file that is not ended is still needed, whoever of the household it is about."""
        ended = {S.EXITED, S.CANCELLED, S.REFUSED, S.ARCHIVED}
        homes = _person(person).memberships.filter(until=None).values("household")
        file = HardshipFile.objects.filter(household__in=homes).exclude(status__in=ended).first()
        return _("File %(number)s is not ended.") % {"number": file} if file else ""

    def traces(self, person: Model) -> Sequence[str]:
        """The person, what hangs on the person, and the household and files that stand under their name."""
        human = _person(person)
        homes = Household.objects.filter(
            Q(head=human) | Q(memberships__person=human, memberships__relation=HEAD)
        ).distinct()
        files = HardshipFile.objects.filter(household__in=homes)
        rows = [
            human,
            *human.joined.all(),
            *human.accounts.all(),
            *human.consents.all(),
            *human.visits.all(),
            *human.deaths.all(),
            *homes,
            *files,
        ]
        return [subject_of(row) for row in rows]

    def forget(self, person: Model, *, by: Staff) -> None:
        joining.forget_person(_person(person), by=by)

    def log_words(self) -> Mapping[str, _StrPromise]:
        return LOG_WORDS

    def log_purposes(self) -> Mapping[str, _StrPromise]:
        return LOG_PURPOSES

    # -- about staff ---------------------------------------------------------------------------------------------------

    def menu(self, staff: Staff) -> Sequence[desk.MenuItem]:
        items = (
            (P.LOG_VISITS, desk.MenuItem(position=20, label=_("Reception"), route="casework:desk")),
            (P.HANDLE_MATTERS, desk.MenuItem(position=25, label=_("Matters"), route="casework:matters")),
            (P.READ_FILES, desk.MenuItem(position=30, label=_("Files"), route="casework:files")),
        )
        return [item for permission, item in items if staff.may_somewhere(permission)]

    def shortcuts(self, staff: Staff) -> Sequence[desk.Shortcut]:
        if not staff.may_somewhere(P.LOG_VISITS):
            return ()
        return [desk.Shortcut(code="visit", label=_("New visit"), key="F4", route="casework:desk")]

    def home(self, staff: Staff) -> Sequence[desk.HomeBlock]:
        """Today's visits for the front desk; what needs a look for officers and the leader."""
        blocks = []
        today = timezone.localdate()
        if staff.may_somewhere(P.LOG_VISITS):
            visits = Visit.objects.visible_to(staff).standing().on(today)
            visits = visits.select_related("person", "purpose", "first_handler", "employer", "matter__assignee")
            context = {"visits": list(visits[:8])}
            blocks.append(desk.HomeBlock(position=20, template="casework/_home_visits.html", context=context, width=6))
        if staff.may_somewhere(P.SUPERVISE_MATTERS):
            seen = {"visits": glance.visits_by_month(staff), "overdue": glance.overdue_by_person(staff)}
            blocks.append(desk.HomeBlock(position=34, template="casework/_home_glance.html", context=seen, width=6))
        if staff.may_somewhere(P.REVIEW_FILES) or staff.may_somewhere(P.DECIDE_FILES):
            rows = figures.to_look_at(HardshipFile.objects.visible_to(staff), by=staff)
            blocks.append(
                desk.HomeBlock(position=40, template="casework/_home_quality.html", context={"rows": rows}, width=6)
            )
        return blocks

    def turn(self, record: Model) -> desk.Turn | None:
        return turn_of(record) if isinstance(record, HardshipFile) else None

    def duties(self) -> Sequence[desk.Duty]:
        """From the door to a file in force. A home visit is two people's; who filed it does not judge it."""
        p = Permission
        rows: list[tuple[int, str, str, set[Permission], set[str]]] = [
            (10, "log_visit", _("log the visit"), {p.LOG_VISITS}, set()),
            (20, "file", _("fill in the file and hand it in"), {p.EDIT_FILES}, set()),
            (21, "review", _("review the file"), {p.REVIEW_FILES}, {"casework.file"}),
            (30, "visit_home", _("make the home visit"), {p.READ_FILES}, set()),
            (31, "visit_along", _("come along on the home visit"), {p.READ_FILES}, {"casework.visit_home"}),
            (40, "give_account", _("enter the bank account"), {p.EDIT_FILES}, set()),
            (
                41,
                "check_account",
                _("check the bank account"),
                {p.REVIEW_FILES, p.DECIDE_FILES},
                {"casework.give_account"},
            ),
            (60, "decide", _("decide about the file"), {p.DECIDE_FILES}, {"casework.file", "casework.review"}),
        ]
        return [
            desk.Duty(
                position=at, code=f"casework.{code}", label=label, needs=frozenset(needs), others=frozenset(others)
            )
            for at, code, label, needs, others in rows
        ]

    def tasks(self, staff: Staff) -> Sequence[desk.Task]:
        return [
            *_file_tasks(staff),
            *_change_tasks(staff),
            *_joining_tasks(staff),
            *_death_tasks(staff),
            *_matter_tasks(staff),
            *_call_tasks(staff),
        ]

    def to_hand_over(self, giver: Staff) -> Iterable[tuple[Permission, int]]:
        return actions.own_work(giver)

    def would_move(self, *, giver: Staff, taker: Staff, by: Staff) -> Sequence[tuple[str, int]]:
        return actions.would_move(giver, taker=taker, by=by)

    def hand_over(self, *, giver: Staff, taker: Staff, by: Staff) -> int:
        return actions.hand_over(giver, taker=taker, by=by)

    # -- about a period ------------------------------------------------------------------------------------------------

    def figures(self, *, since: date, until: date, offices: frozenset[int]) -> Sequence[desk.Figure]:
        period = {"since": since, "until": until}
        return [
            *figures.visit_figures(**period, offices=offices),
            *figures.matter_figures(**period, offices=offices),
            *figures.file_figures(**period, offices=offices),
        ]

    def findings(self, *, year: int, offices: frozenset[int]) -> Sequence[desk.Finding]:
        return figures.findings(year=year, offices=offices)

    def signals(self, *, since: date, until: date, offices: frozenset[int]) -> Sequence[desk.Signal]:
        """Groups of more than five people: told to the leader at once."""
        groups = Visit.objects.standing().filter(office__in=offices, received_on__range=(since, until), people__gt=5)
        return [
            desk.Signal(
                at=visit.received_on,
                label=_("Group of %(people)s, %(purpose)s") % {"people": visit.people, "purpose": visit.purpose},
                url=reverse("casework:visit", args=[visit.code]),
            )
            for visit in groups.select_related("purpose")
        ]

    def new_day(self, today: date) -> Sequence[str]:
        """What was being written for a record while it was joined away follows it."""
        since = today - timedelta(days=2)
        for pair in Joining.objects.filter(status=ChangeStatus.CONFIRMED, decided_at__date__gte=since):
            if pair.decided_by:
                actions.bring_after(pair, by=pair.decided_by)
        return ()

    # -- about words ---------------------------------------------------------------------------------------------------

    def hits(self, query: str, *, by: Staff) -> Sequence[desk.Hit]:
        if not (by.may_somewhere(P.READ_FILES) or by.may_somewhere(P.READ_VISITS)):
            return ()
        return [
            *search.person_hits(query, by=by),
            *search.employer_hits(query, by=by),
            *search.matter_hits(query, by=by),
            *search.visit_hits(query, by=by),
        ]

    def kept(self, number: str) -> Sequence[desk.Kept]:
        return list(search.kept(number))

    def touched(
        self, key: str, *, office: Office, offices: frozenset[int], before: Decimal | None, value: Decimal, on: date
    ) -> Sequence[desk.Effect]:
        return effects.of_standard(key, office=office, offices=offices, value=value, on=on)

    # -- notices -------------------------------------------------------------------------------------------------------

    def to_notice(self, office: Office) -> Sequence[desk.NoticeLine]:
        """Files after their survey; those that lack the home visit say so."""
        files = HardshipFile.objects.filter(office=office, status=S.SURVEY, is_temporary=False)
        heads = files.values("household__head")
        today = timezone.localdate()
        signed = Consent.objects.valid_on(today).filter(purpose="publish", person__in=heads)
        consented = set(signed.values_list("person_id", flat=True))
        days = standards.value_or(USUAL_NOTICE, Standard.Key.FILE_NOTICE, office=office, on=today)
        families = names_of(files.values_list("household_id", flat=True))
        return [
            desk.NoticeLine(
                subject=subject_of(file),
                number=file.number,
                unnumbered=str(file),
                name=file.household.head.full_name,
                family=families.get(file.household_id, ()),
                consented=file.household.head_id in consented,
                employer=str(file.household.head.employer or ""),
                programme=_on_paper(file.category),
                least_days=int(days),
                ready=not (why_not := may.why_not_ready_for_notice(file)),
                why_not=why_not,
            )
            for file in files.select_related("household__head__employer").prefetch_related("changes").order_by("pk")
        ]

    def named_on_notices(self, person: Model) -> Sequence[str]:
        return [subject_of(file) for file in HardshipFile.objects.filter(household__head=_person(person))]

    def english_names(self, office: Office) -> Mapping[str, str]:
        return codes.english("hardship_category")

    def notice_published(self, subject: str, *, notice: str, ends_on: date, by: Staff) -> None:
        actions.put_on_notice(_file(subject), notice=notice, ends_on=ends_on, by=by)

    def notice_ended(self, subject: str, *, notice: str, upheld: bool, by: Staff) -> None:
        actions.end_notice(_file(subject), upheld=upheld, by=by)

    def notice_withdrawn(self, subject: str, *, notice: str, reason: str, by: Staff) -> None:
        actions.take_off_notice(_file(subject), notice=notice, reason=reason, by=by)


def _on_paper(category: str) -> str:
    """A notice says it in Chinese, whatever language whoever composes it reads."""
    with translation.override(settings.LANGUAGE_CODE):
        return codes.label("hardship_category", category)


def _file(subject: str) -> HardshipFile:
    return HardshipFile.objects.get(pk=subject.partition(":")[2])


def _file_task(file: HardshipFile, code: str, verb: str, step: str, *, whose: str = "") -> desk.Task:
    """A file in a list of tasks: its number or draft code and the masked name, never the name."""
    deadline = timeline.next_deadline(file)
    due = deadline[1] if deadline else None
    return desk.Task(
        code=f"casework.{code}",
        verb=verb,
        title=called(file),
        url=reverse("casework:file_step", args=[file.code, step])
        if step
        else reverse("casework:file_edit", args=[file.code, "person"]),
        due=due,
        since=file.changed_on,
        whose=whose,
    )


def _file_tasks(staff: Staff) -> Iterator[desk.Task]:
    files = HardshipFile.objects.visible_to(staff).select_related("household__head").order_by("pk")
    if staff.may_somewhere(P.REVIEW_FILES):
        own = Q(filed_by=staff) | Q(submitted_by=staff)
        for file in files.filter(status=S.SUBMITTED).exclude(own)[: desk.TASKS_MOST]:
            yield _file_task(file, "review", _("To review"), "review")
        for file in files.filter(status=S.SURVEY, home_visits=None)[: desk.TASKS_MOST]:
            yield _file_task(file, "home_visit", _("To visit at home"), "home_visit")
    if staff.may_somewhere(P.DECIDE_FILES):
        mine = Q(filed_by=staff) | Q(reviewed_by=staff)
        for file in files.filter(status=S.PENDING).exclude(mine)[: desk.TASKS_MOST]:
            yield _file_task(file, "decide", _("To decide"), "decide")
    if staff.may_somewhere(P.EDIT_FILES):
        hands, away = staff.hands, staff.stands_in_for
        returned = files.filter(status=S.RETURNED).filter(Q(filed_by__in=hands) | Q(owner__in=hands))
        for file in returned[: desk.TASKS_MOST]:
            is_own = staff.pk in {file.filed_by_id, file.owner_id}
            whose = "" if is_own else away.get(file.owner_id or 0) or away.get(file.filed_by_id, "")
            yield _file_task(file, "supplement", _("To supplement"), "", whose=whose)
        drafts = files.filter(status=S.DRAFT).filter(Q(filed_by__in=hands, owner=None) | Q(owner__in=hands))
        for file in drafts[: desk.TASKS_MOST]:
            whose = away.get(file.owner_id or file.filed_by_id, "")
            yield _file_task(file, "draft", _("Drafts to finish"), "", whose=whose)


def _change_tasks(staff: Staff) -> Iterator[desk.Task]:
    if not (staff.may_somewhere(P.REVIEW_FILES) or staff.may_somewhere(P.DECIDE_FILES)):
        return
    changes = ChangeRequest.objects.visible_to(staff).open().exclude(proposed_by=staff)
    if not staff.may_somewhere(P.DECIDE_FILES):
        changes = changes.exclude(kind__in=may.LEADERS)
    for change in changes.select_related("file__household__head").order_by("pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="casework.change",
            verb=_("Changes to confirm"),
            title=f"{called(change.file)} · {change.get_kind_display()}",
            url=reverse("casework:change", args=[change.code]),
            since=change.proposed_at,
        )


def _joining_tasks(staff: Staff) -> Iterator[desk.Task]:
    if not (staff.may_somewhere(P.REVIEW_FILES) or staff.may_somewhere(P.DECIDE_FILES)):
        return
    waiting = Joining.objects.visible_to(staff).open().exclude(proposed_by=staff).select_related("keep")
    for pair in waiting.order_by("pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="casework.joining",
            verb=_("Records to join"),
            title=str(pair.keep),
            url=pair.get_absolute_url(),
            since=pair.proposed_at,
        )


def _death_tasks(staff: Staff) -> Iterator[desk.Task]:
    """A living file whose head has died needs another head or its end; a death that was only told needs its paper."""
    if not (staff.may_somewhere(P.EDIT_FILES) or staff.may_somewhere(P.DECIDE_FILES)):
        return
    files = HardshipFile.objects.visible_to(staff).living().filter(household__head__died_on__isnull=False)
    files = files.exclude(changes__kind=ChangeKind.HEAD, changes__status=ChangeStatus.PROPOSED)
    for file in files.select_related("household__head").order_by("pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="casework.head_died",
            verb=_("Households whose head has died"),
            title=called(file),
            url=reverse("casework:file", args=[file.code]),
            since=file.household.head.died_on,
        )
    told = Death.objects.visible_to(staff).without_paper().select_related("person")
    for death in told.order_by("pk")[: desk.TASKS_MOST]:
        yield desk.Task(
            code="casework.death_paper",
            verb=_("Deaths without their paper"),
            title=str(death.person),
            url=reverse("casework:death", args=[death.person.code]),
            since=death.recorded_at,
        )


def _matter_tasks(staff: Staff) -> Iterator[desk.Task]:
    others = Q(assignee__in=staff.stands_in_for, office__in=staff.sight(P.HANDLE_MATTERS))
    mine = Matter.objects.open().filter(Q(assignee=staff) | others).select_related("visit__person")
    mine = mine.order_by("due_on", "pk")
    verbs = {
        MatterStatus.REGISTERED: ("accept", _("To accept")),
        MatterStatus.RETURNED: ("assign", _("Returned, to assign")),
        MatterStatus.ACCEPTED: ("close", _("Matters in hand")),
    }
    for matter in mine[: desk.TASKS_MOST]:
        step, verb = verbs[MatterStatus(matter.status)]
        tell = matter.tell_by if matter.tell_by and matter.told_at is None else None
        yield desk.Task(
            code=f"casework.matter_{step}",
            verb=verb,
            title=f"{called(matter)} · {matter.get_kind_display()}",
            url=reverse("casework:matter", args=[matter.code]),
            due=min(matter.due_on, tell) if tell else matter.due_on,
            since=matter.registered_at,
            whose=staff.stands_in_for.get(matter.assignee_id or 0, ""),
        )
    if staff.may_somewhere(P.SUPERVISE_MATTERS):
        for visit in Visit.objects.visible_to(staff).to_be_seen().order_by("pk")[: desk.TASKS_MOST]:
            yield desk.Task(
                code="casework.group",
                verb=_("Large groups to take notice of"),
                title=_("%(visit)s · group of %(people)s") % {"visit": visit, "people": visit.people},
                url=reverse("casework:visit", args=[visit.code]),
                due=visit.received_on,
                since=visit.received_at,
            )
        waiting = Matter.objects.visible_to(staff).filter(status=MatterStatus.RETURNED, assignee=None)
        for matter in waiting.select_related("visit__person").order_by("due_on", "pk")[: desk.TASKS_MOST]:
            yield desk.Task(
                code="casework.matter_assign",
                verb=_("Returned, to assign"),
                title=called(matter),
                url=reverse("casework:matter", args=[matter.code]),
                due=matter.due_on,
                since=matter.returned_at,
            )


def _call_tasks(staff: Staff) -> Iterator[desk.Task]:
    if not staff.may_somewhere(P.LOG_VISITS):
        return
    calls = (
        Callback.objects.visible_to(staff)
        .open()
        .filter(due_on__lte=timezone.localdate())
        .select_related("visit__person", "matter__visit__person")
    )
    for call in calls[: desk.TASKS_MOST]:
        yield desk.Task(
            code="casework.call",
            verb=_("To call back"),
            title=called(call.matter or call.visit),
            url=reverse("casework:callback", args=[call.code]),
            due=call.due_on,
        )
