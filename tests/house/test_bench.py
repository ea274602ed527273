"""`make bench` stands: every benchmark has a floor that does the same rows, on three households."""

import pytest

from center.exchange import reading
from tests.bench import benches, registry, world
from tests.bench.bench import measure
from tests.bench.floors import pages
from tests.bench.run import chosen, table


@pytest.fixture
def small_world(db, settings, tmp_path):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path / "documents"
    pages._frames.clear()
    path = tmp_path / "registry.xlsx"
    path.write_bytes(registry.workbook(3))
    return world.build(tmp_path, small=path, large=3)


def test_every_benchmark_has_a_floor_with_as_many_rows(small_world):
    measured = []

    for bench in benches.BENCHES:
        if not bench.on_an_empty_registry:
            small_world.fill()
        measured.append(measure(bench, small_world, repetitions=1))

    assert [one.rows for one in measured] == [one.floor_rows for one in measured]
    assert [one.rows for one in measured[:3]] == [3, 3, 3]
    assert [line.split(" | ")[0].strip() for line in table(measured)[2:]] == [bench.what for bench in benches.BENCHES]


def test_the_floor_of_a_page_shows_what_the_page_shows(small_world):
    small_world.fill()

    shown = [benches.body(page(small_world)) for page in (benches.files_page, benches.visits_page)]

    assert shown == [benches.body(page(small_world)) for page in (pages.files, pages.visits)]


def test_the_long_benchmark_runs_when_it_is_asked_for():
    assert [bench.what for bench in chosen(all_of_them=True) if bench.long] == ["import a large registry"]
    assert [bench.what for bench in chosen(all_of_them=False) if bench.long] == []


def test_the_generated_workbook_is_the_same_every_time():
    first, second = ([list(page) for page in reading.read(registry.workbook(3))] for _time in range(2))

    assert first == second
    assert len(first[0]) == 1 + 3
