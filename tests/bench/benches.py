"""The benchmarks, in the order in which they run: imports meet an empty registry, the rest a full one."""

from __future__ import annotations

import json
import re

from django.urls import reverse
from django.utils import timezone

from center.views.shell import grouped_hits
from relief.exchange import export_register
from tests.bench.bench import Bench, taken_back
from tests.bench.floors import imports, pages, register, search
from tests.bench.world import World, bring


def import_the_registry(world: World) -> int:
    return _import(world, world.small)


def import_a_large_registry(world: World) -> int:
    return _import(world, world.big)


def _import(world: World, path) -> int:
    with taken_back():
        said = json.loads(bring(path, by=world.house.officer))
    if said["refused"]:
        raise RuntimeError(f"{said['refused']} households of the workbook were refused.")
    return said["new"]


def export_the_register(world: World) -> int:
    year, auditor = timezone.localdate().year, world.house.auditor
    _export, _data, sums = export_register(
        year=year, fmt="xlsx", office=world.office, in_full=True, reason="benchmark", by=auditor
    )
    return sums.rows


def search_for_people(world: World) -> int:
    return sum(len(hits) for word in world.words for _label, hits in grouped_hits(word, world.reader))


def files_page(world: World) -> str:
    return _page(world, "casework:files")


def visits_page(world: World) -> str:
    return _page(world, "casework:visits")


def _page(world: World, route: str) -> str:
    answer = world.client.get(reverse(route))
    if answer.status_code != 200:
        raise RuntimeError(f"{route} answered {answer.status_code}.")
    return answer.content.decode()


def body(page: str) -> str:
    """The rows of the page's table."""
    found = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return found[1] if found else ""


def lines(page: str) -> int:
    return body(page).count("<tr>")


BENCHES = (
    Bench("import the registry", import_the_registry, imports.small, on_an_empty_registry=True),
    Bench("import a large registry", import_a_large_registry, imports.large, on_an_empty_registry=True, long=True),
    Bench("export the register, in full", export_the_register, register.copy_decrypt_write),
    Bench("search", search_for_people, search.best_sql),
    Bench("page of files", lambda world: lines(files_page(world)), lambda world: lines(pages.files(world))),
    Bench("page of visits", lambda world: lines(visits_page(world)), lambda world: lines(pages.visits(world))),
)
