"""The application itself, locked, and where its applicant stands: household, living file, papers that are kept already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.models import HardshipFile, Household
from relief.actions import earlier_papers
from relief.models import Application, ApplicationPaper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.models import Person
    from center.papers.documents import Document


def locked(application: Application) -> Application:
    """The row itself, locked, with what every action reads beside it; wide records that few read come when asked for."""
    rows = Application.objects.select_related("office", "programme", "version")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=application.pk)


def household_of(person: Person) -> Household | None:
    return Household.objects.filter(memberships__person=person, memberships__until=None).first()


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where an applicant stands: the household, its living file, and the papers that are kept already, by kind."""

    household: Household | None
    file: HardshipFile | None
    kept: Mapping[str, Document]


def home_of(person: Person) -> Home:
    """Nothing is asked twice. The papers are locked: ask before an application is."""
    household = household_of(person)
    file = household.files.living().first() if household else None
    return Home(
        household=household,
        file=file,
        kept=earlier_papers.kept([record for record in (file, person) if record is not None]),
    )


def new_home(application: Application) -> Home | None:
    """What is kept by now about an applicant who had no file when the application was opened."""
    waiting = Application.objects.filter(pk=application.pk, file=None).select_related("person").first()
    return home_of(waiting.person) if waiting else None


def join_file(application: Application, home: Home | None) -> None:
    """A file that was opened after the application counts from now on: its facts, its papers, its money."""
    if home is None or application.file_id:
        return
    application.household, application.file = home.household, home.file
    for paper in application.papers.filter(state=ApplicationPaper.State.MISSING, kind__in=home.kept):
        paper.state, paper.document = ApplicationPaper.State.KEPT, home.kept[paper.kind]
        paper.save(update_fields=["state", "document"])
