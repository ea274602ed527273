"""What a year counted stays as it was, whatever becomes of a file or a matter afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from casework import actions
from casework.models import CategorySpell, FileSpell, FileStep, HardshipFile, Matter, MatterStep
from casework.queries import figures
from center.kernel.errors import Incomplete
from demo.clock import on
from tests.casework.make import make_file, make_visit
from tests.casework.test_desk import desk

pytestmark = pytest.mark.django_db
YEARS = range(2021, 2027)


def at_noon(day: date):
    return on(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def counted(office):
    """Every figure of files, year by year, without what is nothing."""
    return {
        year: {
            figure.code.removeprefix("casework."): figure.value
            for figure in figures.file_figures(
                since=date(year, 1, 1), until=date(year, 12, 31), offices=frozenset({office.pk})
            )
            if figure.value
        }
        for year in YEARS
    }


def agree(file, category, *, clerk, leader):
    change = actions.propose_category(file, category=category, reason="computed", by=clerk)
    actions.confirm_change(change, by=leader)


# A life with two returns: day, and what happens on it.
LIFE = [
    (date(2022, 5, 3), lambda file, by: actions.exit_file(file, reason="exit_employment", text="works", by=by)),
    (date(2023, 2, 1), lambda file, by: actions.reopen_file(file, reason="laid_off", text="again", by=by)),
    (date(2024, 7, 9), lambda file, by: actions.cancel_file(file, reason="cancel_moved_away", text="away", by=by)),
    (date(2025, 3, 4), lambda file, by: actions.reopen_file(file, reason="major_illness", text="back", by=by)),
    (date(2026, 8, 5), lambda file, by: actions.exit_file(file, reason="exit_employment", text="works", by=by)),
]
STOOD = {"files": 1, "files.deep": 1}
EXPECTED = {
    2021: {"files": 1, "files_opened": 1, "files.deep": 1},
    2022: {"files_exited": 1},
    2023: {"files": 1, "files_reopened": 1, "files.deep": 1},
    2024: {"files_cancelled": 1},
    2025: {"files": 1, "files_reopened": 1, "files.relative": 1},
    2026: {"files_exited": 1},
}


def test_a_life_with_two_returns_leaves_every_year_as_it_was(office, clerk, officer, leader):
    file = make_file(office=office, by=officer, opened_on=date(2021, 3, 5), category_on=date(2021, 3, 5))
    first = counted(office)
    assert first == {2021: EXPECTED[2021]} | {year: STOOD for year in YEARS if year > 2021}

    for day, step in LIFE:
        with at_noon(day):
            before = counted(office)
            step(file, leader)
            after = counted(office)
            assert {year: after[year] for year in YEARS if year < day.year} == {
                year: before[year] for year in YEARS if year < day.year
            }
        if day.year == 2025:
            with at_noon(date(2025, 9, 1)):
                agree(file, "relative", clerk=clerk, leader=leader)

    assert counted(office) == EXPECTED
    assert list(file.spells.values_list("since", "until", "began", "ended")) == [
        (date(2021, 3, 5), date(2022, 5, 3), "opened", "exited"),
        (date(2023, 2, 1), date(2024, 7, 9), "reopened", "cancelled"),
        (date(2025, 3, 4), date(2026, 8, 5), "reopened", "exited"),
    ]


def test_each_figure_of_each_year_opens_its_rows(at, office, clerk, officer, leader):
    file = make_file(office=office, by=officer, opened_on=date(2021, 3, 5), category_on=date(2021, 3, 5))
    for day, step in LIFE:
        with at_noon(day):
            step(file, leader)
    page = at(leader)

    for year in YEARS:
        period = {"since": date(year, 1, 1), "until": date(year, 12, 31)}
        for figure in figures.file_figures(**period, offices=frozenset({office.pk})):
            assert page.get(figure.url).context["page"].paginator.count == figure.value, (year, figure.code)


def test_a_category_of_today_leaves_last_year_as_it_was(office, clerk, officer, leader):
    year = timezone.localdate().year
    opened = date(year - 1, 2, 1)
    file = make_file(office=office, by=officer, opened_on=opened, category_on=opened)

    agree(file, "relative", clerk=clerk, leader=leader)

    before, now = (
        {one.code: one.value for one in figures.file_figures(
            since=date(each, 1, 1), until=date(each, 12, 31), offices=frozenset({office.pk})
        )}
        for each in (year - 1, year)
    )  # fmt: skip
    assert (before["casework.files.deep"], before.get("casework.files.relative", 0)) == (1, 0)
    assert (now.get("casework.files.deep", 0), now["casework.files.relative"]) == (0, 1)


def test_a_file_ends_on_a_day_of_this_year_and_of_its_time_in_force(office, officer, leader):
    today = timezone.localdate()
    file = make_file(office=office, by=officer, opened_on=today - timedelta(days=1))

    def ends(day):
        actions.exit_file(file, reason="exit_employment", text="works", on=day, by=leader)

    refused = []
    for day in (today + timedelta(days=1), today - timedelta(days=2)):
        with pytest.raises(Incomplete) as said:
            ends(day)
        refused.append(str(said.value))
    HardshipFile.objects.update(opened_on=date(2020, 1, 1))
    with pytest.raises(Incomplete) as settled:
        ends(date(today.year - 1, 12, 31))

    since = (today - timedelta(days=1)).isoformat()
    assert refused == [
        "A file does not end on a day that lies ahead.",
        f"This file is in force since {since} and cannot end before.",
    ]
    assert str(settled.value) == f"The figures of {today.year - 1} are settled: choose a day of this year."


def test_a_matter_closed_last_year_and_opened_again_was_closed_last_year(office, clerk, officer, leader):
    visit = make_visit(office=office, by=clerk)
    closing = {"status": "closed", "closed_by": officer, "closed_at": datetime(2025, 6, 1, tzinfo=UTC)}
    closing |= {"delivered_by": officer, "delivered_at": datetime(2025, 6, 1, tzinfo=UTC)}
    closing |= {"report": "done", "archive_number": "X1", "result": "settled", "reply": "told"}
    closing |= {"told_by": officer, "told_at": datetime(2025, 6, 1, tzinfo=UTC), "told_how": "by_phone"}
    matter = Matter.objects.create(
        office=office, visit=visit, number="M1", kind="transfer", assignee=officer, due_on=date(2025, 6, 1),
        registered_at=datetime(2025, 5, 1, tzinfo=UTC), **closing,
    )  # fmt: skip

    def closed(year):
        found = figures.matter_figures(since=date(year, 1, 1), until=date(year, 12, 31), offices=frozenset({office.pk}))
        return {one.code: one.value for one in found}["casework.matters_closed"]

    before = closed(2025)
    actions.reopen_matter(matter, reason="not_satisfied", text="again", by=leader)

    assert (before, closed(2025)) == (1, 1)
    assert list(MatterStep.objects.values_list("step", flat=True)) == ["closed", "reopened"]


def test_the_timeline_tells_every_return_conversion_and_recheck(office, clerk, officer, leader):
    file = make_file(office=office, by=clerk, is_temporary=True, category="temporary")
    actions.convert_file(file, category="deep", by=leader)
    actions.recheck_file(file, by=officer)
    for _turn in range(2):
        actions.exit_file(file, reason="exit_employment", text="works", by=leader)
        actions.reopen_file(file, reason="laid_off", text="again", by=leader)
    actions.recheck_file(file, by=officer)

    told = [
        (entry.title, entry.detail)
        for entry in sorted(desk.timeline(file.household.head, by=officer), key=lambda one: str(one.at))
        if entry.title != "File opened (imported)"
    ]

    out, back = ("Lifted out", "Work or own business"), ("File opened again", "Laid off")
    assert told == [("Made a full file", ""), ("Rechecked", ""), out, back, out, back, ("Rechecked", "")]


def test_no_way_of_writing_a_file_forgets_its_spells(office, officer, leader):
    """A bulk update and a row from nowhere are noticed as an action is."""
    file = make_file(office=office, by=officer)
    HardshipFile.objects.filter(pk=file.pk).update(
        status="exited", exited_by=leader, exited_at=timezone.now(), exited_on=timezone.localdate(),
        exited_reason="exit_employment", exited_text="works", category="relative",
    )  # fmt: skip

    assert list(FileSpell.objects.values_list("ended", "ended_reason")) == [("exited", "exit_employment")]
    assert list(CategorySpell.objects.values_list("category", flat=True)) == ["deep", "relative"]
    assert list(FileStep.objects.values_list("step", flat=True)) == ["exited"]


def filled_again():
    """What the migration makes of the tables as they stand."""
    loader = MigrationLoader(connections["default"])
    operation = loader.get_migration("casework", "0004_the_life_of_files_is_written_by_triggers").operations[0]
    fill = operation.sql[operation.sql.index("SELECT casework_begin_life(ARRAY") :]
    tables = ("filespell", "categoryspell", "filestep", "matterstep", "death")
    before = {table: rows_of(table) for table in tables}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM casework_{table}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(fill)
    return before, {table: rows_of(table) for table in tables}


COLUMNS = {
    "filespell": "file_id, since, until, began, began_by_id, began_at, began_reason, ended, ended_by_id, ended_at, ended_reason",
    "categoryspell": "file_id, category, source, since, until",
    "filestep": "file_id, step, made_by_id, made_at, reason",
    "matterstep": "matter_id, step, made_by_id, made_at",
    "death": "person_id, died_on",
}


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS[table]} FROM casework_{table} ORDER BY {COLUMNS[table]}")
        return cursor.fetchall()


def test_the_migration_finds_in_the_field_history_what_the_triggers_would_have_written(office, clerk, officer, leader):
    opened = date(2021, 3, 5)
    file = make_file(office=office, by=officer, opened_on=opened, category_on=opened)
    make_file(office=office, by=officer, status="cancelled")
    make_file(office=office, by=officer, status="draft")
    for day, step in LIFE:
        with at_noon(day):
            step(file, leader)

    before, after = filled_again()

    assert len(before["filespell"]) == 4
    assert after == before
