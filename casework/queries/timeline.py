"""What happened around a person, dated, newest first, and the sentence that can be read aloud."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casework.enums import IN_FORCE, ChangeKind, FileStatus, MatterStatus
from casework.models import (
    ChangeRequest,
    Death,
    FileStep,
    HardshipFile,
    HomeVisit,
    Matter,
    Membership,
    Person,
    Visit,
)
from casework.queries.files import living_file_of
from center.desk import Entry, desks
from center.kernel.roles import Permission
from center.kernel.sentences import about, listed, phrases
from center.models import codes
from center.privacy.masks import shown_name
from center.reference import working_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from center.models import Staff

S = FileStatus
HEAD = "01"  # GB/T 4761
STEPS: dict[str, Any] = {  # of casework.models.FileStep, each as often as it was made
    "submitted": S.SUBMITTED.label,
    "reviewed": S.SURVEY.label,
    "noticed": S.NOTICED.label,
    "decided": S.ACTIVE.label,
    "returned": S.RETURNED.label,
    "refused": S.REFUSED.label,
    "monitored": S.MONITORING.label,
    "exited": S.EXITED.label,
    "cancelled": S.CANCELLED.label,
    "reopened": gettext_lazy("File opened again"),
    "archived": S.ARCHIVED.label,
    "converted": gettext_lazy("Made a full file"),
    "rechecked": gettext_lazy("Rechecked"),
}
REASONS = {  # the code list of a step's reason
    "refused": "refusal_reason",
    "exited": "exit_reason",
    "cancelled": "cancel_reason",
    "reopened": "hardship_cause",
}


def entries(person: Person, *, by: Staff) -> list[Entry]:
    """Visits, home visits, steps of the file, confirmed changes: this desk's part of the timeline."""
    return [*_visits(person, by), *_files(person, by), *_deaths(person, by), *_departures(person, by)]


def past_of(file: HardshipFile, *, by: Staff) -> list[Entry]:
    """The whole past of a file, from every desk: of each of its heads, of a former one until the day of leaving."""
    told: dict[Entry, None] = {}
    for head, until in _heads(file):
        found = (entry for each in desks() for entry in each.timeline(head, by=by))
        told |= dict.fromkeys(entry for entry in found if until is None or _day_of(entry) <= until)
    return list(told)


def _heads(file: HardshipFile) -> list[tuple[Person, date | None]]:
    """The head, and who was it before with the last day in this household; None while there."""
    places = Membership.objects.filter(household=file.household_id).select_related("person")
    heads = {place.person_id for place in places if place.relation == HEAD} | {file.household.head_id}
    last: dict[int, tuple[Person, date | None]] = {}
    for place in sorted(places, key=lambda one: (one.until or date.max, one.pk)):
        if place.person_id in heads:
            last[place.person_id] = (place.person, place.until)
    last[file.household.head_id] = (file.household.head, None)
    return list(last.values())


def _day_of(entry: Entry) -> date:
    return timezone.localdate(entry.at) if isinstance(entry.at, datetime) else entry.at


def _departures(person: Person, by: Staff) -> Iterator[Entry]:
    """Who left this person's household, or which one this person left, and why."""
    homes = person.memberships.values("household")
    seen = Q(household__office__in=by.sight(Permission.READ_FILES)) | Q(person=person)
    left = Membership.objects.filter(seen, household__in=homes).exclude(left_why="")
    for place in left.select_related("person"):
        yield Entry(
            at=place.until or place.since,
            kind="change",
            title=_("%(name)s left the household: %(why)s")
            % {"name": shown_name(place.person.full_name), "why": place.get_left_why_display()},
            by="",
            url=reverse("casework:person", args=[place.person.code]),
            detail=phrases(filter(None, [_place_of(place), place.left_text])),
        )


def _place_of(place: Membership) -> str:
    """What somebody was in the household: its head is nobody's “self” to a reader of the file."""
    return _("head of the household") if place.relation == HEAD else codes.label("relation", place.relation)


def _deaths(person: Person, by: Staff) -> Iterator[Entry]:
    """Deaths in this person's households, with the day of each, and what was recorded by mistake."""
    homes = person.memberships.values("household")
    seen = Q(membership__household__office__in=by.sight(Permission.READ_FILES), membership__household__in=homes)
    deaths = Death.objects.filter(Q(person=person) | seen).order_by("pk")
    for death in deaths.select_related("person", "recorded_by", "revoked_by"):
        yield Entry(
            at=death.died_on,
            kind="change",
            title=_("%(name)s died") % {"name": shown_name(death.person.full_name)},
            by=str(death.recorded_by),
            url=reverse("casework:person", args=[death.person.code]),
            detail=codes.label("death_evidence", death.evidence),
        )
        if death.revoked_at:
            yield Entry(
                at=death.revoked_at,
                kind="change",
                title=_("Record of the death of %(name)s taken back") % {"name": shown_name(death.person.full_name)},
                by=str(death.revoked_by),
                url=reverse("casework:person", args=[death.person.code]),
                detail=death.revoked_reason,
            )


def _visits(person: Person, by: Staff) -> Iterator[Entry]:
    mine = Q(person=person) | Q(representatives=person)
    visits = Visit.objects.visible_to(by).standing().filter(mine).distinct()
    for visit in visits.select_related("purpose", "first_handler")[:200]:
        yield Entry(
            at=visit.received_at,
            kind="visit",
            title=f"{visit.purpose.label} · {visit.get_result_display()}",
            by=str(visit.first_handler),
            url=reverse("casework:visit", args=[visit.code]),
            detail=visit.note,
        )


def _files(person: Person, by: Staff) -> Iterator[Entry]:
    files = (
        HardshipFile.objects.visible_to(by)
        .filter(household__in=list(person.memberships.values_list("household", flat=True)))
        .select_related("filed_by")
        .order_by("pk")
    )
    for file in files:
        url = reverse("casework:file", args=[file.code])
        if not file.imported_at:
            yield Entry(at=file.filed_at, kind="file", title=str(S.DRAFT.label), by=str(file.filed_by), url=url)
        if file.imported_at and file.opened_on:
            yield Entry(
                at=file.opened_on, kind="file", title=_("File opened (imported)"), by=file.filed_by_name, url=url
            )
    for step in FileStep.objects.filter(file__in=files).select_related("file", "made_by"):
        yield Entry(
            at=step.made_at,
            kind="file",
            title=str(STEPS[step.step]),
            by=str(step.made_by),
            url=reverse("casework:file", args=[step.file.code]),
            detail=codes.label(REASONS[step.step], step.reason) if step.reason and step.step in REASONS else "",
        )
    for visit in HomeVisit.objects.filter(file__in=files).select_related("first_visitor", "second_visitor", "file"):
        yield Entry(
            at=visit.visited_on,
            kind="home_visit",
            title=_("Home visit · %(reason)s") % {"reason": visit.get_reason_display()},
            by=listed((visit.first_visitor, visit.second_visitor)),
            url=reverse("casework:file", args=[visit.file.code]) + "#home",
            detail=visit.findings if by.may(Permission.READ_HEALTH, visit.file.office_id) else "",
        )
    changes = ChangeRequest.objects.filter(file__in=files, decided_at__isnull=False)
    yield from _changes(list(changes.select_related("decided_by", "file")))


def _changes(changes: list[ChangeRequest]) -> Iterator[Entry]:
    """What was confirmed or refused: whose, from what, to what."""
    keys = {facts.get("person") for change in changes for facts in (change.old, change.new)}
    names = {person.pk: shown_name(person.full_name) for person in Person.objects.filter(pk__in=keys - {None})}
    for change in changes:
        yield Entry(
            at=change.decided_at or change.proposed_at,
            kind="change",
            title=f"{change.get_kind_display()} · {change.get_status_display()}",
            by=str(change.decided_by),
            url=reverse("casework:file", args=[change.file.code]) + "#changes",
            detail=phrases(filter(None, [_from_to(change, names), change.reason])),
        )


def _from_to(change: ChangeRequest, names: Mapping[int, str]) -> str:
    old, new = change.old, change.new
    if change.kind == ChangeKind.CATEGORY:
        return _arrow(*(codes.label("hardship_category", facts.get("category", "")) for facts in (old, new)))
    if change.kind == ChangeKind.HEAD:
        return _arrow(*(names.get(facts.get("person", 0), "") for facts in (old, new)))
    if change.kind == ChangeKind.NAME:
        return _arrow(*(shown_name(facts.get("full_name", "")) for facts in (old, new)))
    return names.get(new.get("person") or old.get("person") or 0, "")


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}" if before else after


def sentence_of_file(file: HardshipFile) -> str:
    """“In force since 2024-03-11, deep hardship, responsible Wang Li.” Read aloud at the window."""
    parts = [str(file.get_status_display())]
    if file.is_in_force:
        parts.append(codes.label("hardship_category", file.category))
        parts.append(_("since %(day)s") % {"day": file.opened_on})
    if file.status == S.NOTICED and file.notice_ends_on:
        left = max(working_days.between(timezone.localdate(), file.notice_ends_on), 0)
        parts.append(ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left})
    if file.status == S.RETURNED:
        parts.append(about(file.get_returned_reason_display(), file.returned_text))
    if file.owner:
        parts.append(_("handler %(name)s") % {"name": file.owner})
    return phrases(parts)


def sentence_of_person(person: Person) -> str:
    file = living_file_of(person)
    return "" if file is None else f"{file} · {sentence_of_file(file)}"


def sentence_of_matter(matter: Matter) -> str:
    parts = [str(matter.get_kind_display()), str(matter.get_status_display())]
    if matter.status != MatterStatus.CLOSED:
        parts.append(_("due on %(day)s") % {"day": matter.due_on.isoformat()})
        if matter.assignee:
            parts.append(_("handler %(name)s") % {"name": matter.assignee})
    else:
        parts.append(str(matter.get_result_display()))
    return phrases(parts)


def _first_not_on_paper(file: HardshipFile) -> date:
    """The day of the oldest change that the paper does not show: a later change gives no new 30 days."""
    history: Any = apps.get_model("casework", "HardshipFileEvent")
    changes = history.objects.filter(pgh_obj_id=file.pk, status__in=IN_FORCE)
    if file.paper_updated_on:
        changes = changes.filter(changed_on__gt=file.paper_updated_on)
    first: date | None = changes.aggregate(first=Min("changed_on"))["first"]
    return min(first, file.changed_on) if first else file.changed_on


def next_deadline(file: HardshipFile) -> tuple[str, date | None] | None:
    """What comes next on a file, and by when."""
    if file.status == S.NOTICED:
        return _("End of the public notice"), file.notice_ends_on
    if file.status == S.MONITORING:
        return _("End of the monitoring"), file.monitored_until
    if file.is_in_force:
        stale = file.changed_on.replace(year=file.changed_on.year + 1, day=min(file.changed_on.day, 28))
        if file.paper_updated_on is None or file.paper_updated_on < file.changed_on:
            return _("Paper file to be updated"), working_days.add(_first_not_on_paper(file), 30)
        return _("Yearly recheck"), stale
    if file.status == S.SUBMITTED and file.submitted_at:
        return _("Review"), working_days.add(timezone.localdate(file.submitted_at), 5)
    return None
