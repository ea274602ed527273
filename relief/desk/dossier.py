"""The facts on which an application is judged, the same for leader, officer and committee (screens.md P12)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework.permissions import why_not_settled
from center.desk import Dossier
from center.kernel.periods import months_later
from center.models import Document, codes
from center.models.base import subject_of
from center.privacy.masks import mask_name
from center.reference import standards
from relief.models import Application, Decision, Instalment
from relief.queries.applications import bills_of
from relief.queries.assessment import category_of, people_on
from relief.queries.limits import of_family, total
from relief.queries.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

SEEN_AT_HOME = ("home_survey",)  # what comes back from the home: the survey form and its pictures
LOOKED_THROUGH, NEAREST = 200, 3


@dataclass(frozen=True, kw_only=True)
class Like:
    """An earlier decision about a household in much the same place, measured by the same line as this one."""

    decision: Decision
    ratio: Decimal | None
    cause: str


def dossier_of(
    application: Application,
    *,
    masked: bool = False,
    health: bool = False,
    facts: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> Dossier:
    """With `masked` names are as the committee sees them; `facts` are those of this moment before there are kept ones.
    `on` is the day on which it is judged: the line in force then measures everything that is shown. What two people found at home tells of illness: with `health` only (domain.md §7.3)."""
    facts = application.snapshot.get("facts", {}) if facts is None else facts
    today = timezone.localdate()
    on = on or today
    since = months_later(today, -terms_of(application.office, on=today).look_back_months)
    helped = Instalment.objects.live().filter(of_family(application), award__granted_at__date__gte=since)
    helped = helped.exclude(award__application=application).select_related("award__application__programme")
    pending = Application.objects.filter(of_family(application, path="", at="opened_at")).exclude(pk=application.pk)
    file, line = application.file, standards.line_on(application.office, on)
    papers = list(application.papers.select_related("document"))
    seen = list(_seen_at_home(application))
    name = application.person.full_name
    return Dossier(
        template="relief/dossier.html",
        papers=[*(paper.document for paper in papers if paper.document and not paper.document.removed_at), *seen],
        context={
            "application": application,
            "name": mask_name(name) if masked else name,
            "student": "" if application.helped_id == application.person_id else _called(application, masked=masked),
            "basis": facts,
            "line": line,
            "line_on": on,
            "ratio": standards.of_line(facts.get("per_capita"), line),
            "computed_on": computed_on(application, facts),
            "people": people_on(application, on),
            "cause": codes.label("hardship_cause", file.primary_cause) if file else "",
            "category": codes.label("hardship_category", application.category or category_of(application)),
            "papers": papers,
            "invoices": bills_of(application),
            "visits": file.home_visits.select_related("first_visitor", "second_visitor")[:2] if file else (),
            "seen": seen,
            "health": health,
            "since": since,
            "helped": helped.order_by("-award__granted_at", "number")[:30],
            "helped_total": total(helped),
            "pending": pending.open().select_related("programme").order_by("pk")[:20],
            "unsettled": why_not_settled(file) if file else "",
            "alike": alike(application, line, facts),
        },
    )


def _called(application: Application, *, masked: bool) -> str:
    name = application.helped.full_name
    return mask_name(name) if masked else name


def _seen_at_home(application: Application) -> Sequence[Document]:
    if application.file is None:
        return ()
    rows = Document.objects.filter(subject=subject_of(application.file), kind__in=SEEN_AT_HOME, removed_at=None)
    return list(rows.order_by("-pk")[:6])


def computed_on(application: Application, facts: Mapping[str, Any]) -> str:
    """The day on which the household's income was computed, which is not that on which the help was assessed."""
    if day := facts.get("computed_on"):
        return str(day)
    if not facts.get("per_capita") or application.household is None:
        return ""
    rows = application.household.assessments.filter(per_capita=Decimal(facts["per_capita"]))
    until = facts.get("on")
    found = (rows.filter(on__lte=until) if until else rows).order_by("-pk").first()
    return found.on.isoformat() if found else ""


def alike(application: Application, line: Decimal | None, facts: Mapping[str, Any]) -> list[Like]:
    """The three nearest earlier decisions of the programme: first the same cause, then the nearest income."""
    rows = Decision.objects.filter(
        application__programme=application.programme_id, result__in=("granted", "less", "refused")
    )
    rows = rows.exclude(application=application.pk).exclude(how="ratification").select_related("application")
    own, cause = standards.of_line(facts.get("per_capita"), line), facts.get("cause", "")
    found = [
        Like(
            decision=row,
            ratio=standards.of_line(row.facts.get("per_capita"), line),
            cause=row.facts.get("cause", ""),
        )
        for row in rows.order_by("-pk")[:LOOKED_THROUGH]
    ]
    far = Decimal(99)

    def distance(like: Like) -> tuple[bool, Decimal]:
        apart = far if like.ratio is None or own is None else abs(like.ratio - own)
        return (like.cause != cause, apart)

    return sorted(found, key=distance)[:NEAREST]
