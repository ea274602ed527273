"""A migration is a deed of its day: it holds its own text, and what it once did it does for ever."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted(ROOT.glob("*/migrations/0*.py"))
READERS = {"open", "read_text", "read_bytes", "load", "glob", "iterdir", "import_module", "Path", "files"}
READING = {"pathlib", "os", "io", "json", "csv", "importlib", "shutil", "zipfile", "tablib", "openpyxl"}


def readings(tree):
    """What would make a migration do tomorrow what it did not do today."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.split(".")[0] in READING)
        elif isinstance(node, ast.ImportFrom):
            yield from ([node.module] if (node.module or "").split(".")[0] in READING else [])
        elif isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield from ([called] if called in READERS else [])


def test_every_room_has_its_migrations():
    assert {path.parts[-3] for path in MIGRATIONS} == {"casework", "center", "employment", "legal", "relief"}


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}.{path.stem}")
def test_a_migration_reads_no_file(path):
    assert list(readings(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "bait",
    [
        'SQL = (Path(__file__).parents[1] / "sql" / "votes.sql").read_text()',
        'with open("rows.json") as file:\n    rows = file.read()',
        "import json",
        "from importlib import resources",
    ],
)
def test_a_migration_that_reads_one_is_found(bait):
    assert list(readings(ast.parse(bait))) != []
