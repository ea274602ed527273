"""What a decision stands on: the facts of the file, the standard in force, the rule, and what the year already gave."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.permissions import why_not_give_living_relief
from center.kernel.errors import Incomplete
from center.models import codes
from center.reference import standards
from relief.enums import Formula, ProgrammeKind
from relief.queries import limits
from relief.rules import caps

if TYPE_CHECKING:
    from datetime import date

    from casework.models import Assessment, HomeVisit
    from relief.models import Application, ProgrammeVersion


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Everything that the assessment page shows and the decision keeps."""

    facts: dict[str, Any]
    computed: caps.Computed | None
    hindrances: tuple[str, ...]

    @property
    def amount(self) -> Decimal | None:
        return self.computed.amount if self.computed else None

    def stored(self) -> dict[str, Any]:
        lines = [line.stored() for line in self.computed.lines] if self.computed else []
        return {"facts": self.facts, "lines": lines}


def basis_of(application: Application, *, on: date | None = None) -> Basis:
    """The basis of an application on a day, computed anew from the file."""
    day = on or timezone.localdate()
    hindrances = _hindrances(application, day)
    facts = _facts(application, day)
    try:
        computed = caps.compute(
            application.version.formula, application.version.rule, _rule_facts(application, facts, day)
        )
    except (caps.CannotCompute, Incomplete) as missing:
        return Basis(facts=facts, computed=None, hindrances=(*hindrances, str(missing)))
    if computed.amount == 0:
        hindrances = [*hindrances, _("The rule leaves nothing to give this year.")]
    return Basis(facts=facts, computed=computed, hindrances=tuple(hindrances))


def preview(version: ProgrammeVersion, *, facts: caps.Facts) -> caps.Computed:
    """What this family would get, without saving anything."""
    return caps.compute(version.formula, version.rule, facts)


def why_not_living(application: Application) -> str:
    """An excluded household gets no living relief (domain.md §3.3)."""
    is_living = application.programme.kind == ProgrammeKind.LIVING
    return why_not_give_living_relief(application.household) if is_living else ""


def category_of(application: Application) -> str:
    """The category in force of the file; without a file, temporary relief only."""
    return application.file.category if application.file else "temporary"


def _rule_facts(application: Application, facts: dict[str, Any], day: date) -> caps.Facts:
    needs_line = application.version.formula == Formula.LINE_MULTIPLE
    line = standards.value("dibao_line", office=application.office, on=day) if needs_line else None
    return caps.Facts(
        category=category_of(application),
        given=Decimal(facts["given_this_year"]),
        line=line,
        self_paid=application.self_paid,
        other_aid=application.other_aid or Decimal(0),
        stage=application.school_stage,
    )


def _facts(application: Application, day: date) -> dict[str, Any]:
    """Texts only: the snapshot is JSON and is read back as it was. The income is that of the day on which it was last
    computed (`computed_on`), the line that of the day on which it is looked at."""
    computed = _latest_assessment(application)
    visited = _latest_home_visit(application)
    given = limits.given(application, year=day.year)
    file = application.file
    per_capita = computed.per_capita if computed else None
    line = standards.line_on(application.office, day)
    return {
        "on": day.isoformat(),
        "programme": application.programme.name,
        "version": application.version.number,
        "category": category_of(application),
        "file": file.number if file else "",
        "cause": file.primary_cause if file else "",
        "people": people_on(application, day),
        "per_capita": _text(per_capita),
        "computed_on": computed.on.isoformat() if computed else "",
        "line": _text(line),
        "ratio": _text(standards.of_line(per_capita, line)),
        "self_paid": _text(application.self_paid),
        "other_aid": _text(application.other_aid),
        "school_stage": application.school_stage,
        "school_year": application.school_year,
        "given_this_year": str(given),
        "times_this_year": limits.times(application, year=day.year),
        "home_visit": visited.visited_on.isoformat() if visited else "",
    }


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def people_on(application: Application, day: date) -> int | None:
    """Who lives in the household on a day: nobody who has left it or died."""
    household = application.household
    if household is None:
        return None
    return household.members_on(day).count() or household.declared_size


def _latest_assessment(application: Application) -> Assessment | None:
    """The last one that knew the income; its day is told with it."""
    if application.household is None:
        return None
    return application.household.assessments.filter(per_capita__isnull=False).order_by("-pk").first()


def _latest_home_visit(application: Application) -> HomeVisit | None:
    return application.file.home_visits.order_by("-visited_on").first() if application.file else None


def _hindrances(application: Application, day: date) -> list[str]:
    """Why this application cannot be granted under its programme, in sentences for the applicant."""
    version, category = application.version, category_of(application)
    found = []
    if category not in version.categories and not application.is_emergency:
        found.append(
            _("%(programme)s is not given for %(category)s.")
            % {"programme": application.programme, "category": codes.label("hardship_category", category)}
        )
    times = limits.times(application, year=day.year)
    if version.times_per_year is not None and times >= version.times_per_year:
        said = ngettext("Already given %(times)s time this year.", "Already given %(times)s times this year.", times)
        found.append(said % {"times": times})
    if category in version.one_kind_only and limits.other_kinds(application, year=day.year):
        found.append(_("In this category only one kind of relief is given in a year."))
    if application.programme.kind == ProgrammeKind.EDUCATION and application.other_aid:
        found.append(_("Another body already pays for this school year."))
    if application.person.died_on:
        found.append(_("The applicant has died."))
    if (
        application.programme.kind == ProgrammeKind.EDUCATION
        and application.beneficiary_id
        and application.helped.died_on
    ):
        found.append(_("The student has died."))
    if sentence := why_not_living(application):
        found.append(sentence)
    return found
