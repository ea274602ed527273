"""Whoever follows a reference finds what it names: documents, their sections, paths, commands."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
TEXTS = {".py", ".md", ".html", ".toml", ".css", ".js", ".yaml", ".service"}
ELSEWHERE = re.compile(r"^(static/vendor|tests/vendor|locale)/")
DOCUMENT = re.compile(r"(?<![\w/])([\w/.-]+\.md)\b")
SECTION = re.compile(r"(architecture|domain|screens)\.md(?:'s)? (?:§)?([A-Z]?\d+(?:\.\d+)*(?!\w))")
HEADING = re.compile(r"^#{2,4} (?:\*\*)?([A-Z]?\d+(?:\.\d+)*)\.? ", re.MULTILINE)
NAMED = re.compile(r"^(?:\| \*{0,2}|\*\*)([A-Z]\d+|\d+\.\d+\.\d+)\b", re.MULTILINE)
PATH = re.compile(
    r"`((?:center|casework|relief|employment|legal|config|tests|docs|deploy|templates|static|locale|\.ci)/[^` *]*)`"
)
MODULE = re.compile(r"(?<![\w/.-])((?:center|casework|relief|employment|legal|demo|config|tests)/[\w/-]+\.py)\b")
MAKE = re.compile(r"`make ([a-z]+)")
COMMAND = re.compile(r"manage\.py ([a-z_]{4,})")


def texts():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    for name in listed:
        path = ROOT / name
        if path.suffix in TEXTS and not ELSEWHERE.match(name) and path.exists():
            yield name, path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def written():
    return dict(texts())


@pytest.fixture(scope="module")
def sections():
    """What each of the three documents has: numbers of headings, and what its tables and lists number."""
    known = {}
    for name in ("architecture", "domain", "screens"):
        text = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
        known[name] = set(HEADING.findall(text)) | set(NAMED.findall(text))
    return known


def _exists(name, seen_from):
    return any((folder / name).exists() for folder in (ROOT, ROOT / "docs", ROOT / "tests", (ROOT / seen_from).parent))


def test_every_document_that_is_named_is_here(written):
    lost = {
        (place, name) for place, text in written.items() for name in DOCUMENT.findall(text) if not _exists(name, place)
    }

    assert lost == set()


def test_every_section_that_is_named_is_there(written, sections):
    lost = {
        (place, f"{document}.md {number}")
        for place, text in written.items()
        for document, number in SECTION.findall(text)
        if number not in sections[document]
    }

    assert lost == set()


def test_every_path_that_a_document_names_exists(written):
    lost = {
        (place, path)
        for place, text in written.items()
        if place.endswith(".md")
        for path in PATH.findall(text)
        if "…" not in path and "<" not in path and not re.search(r"[A-Z]{3}", path) and not (ROOT / path).exists()
    }

    assert lost == set()


def test_every_module_that_a_text_names_exists(written):
    """In comments, docstrings and documents; what a migration says of its day stays."""
    lost = {
        (place, path)
        for place, text in written.items()
        if "/migrations/" not in place
        for path in MODULE.findall(text)
        if not _exists(path, place)
    }

    assert lost == set()


def test_every_command_that_is_named_can_be_given(written):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = set(get_commands())
    lost = {
        (place, name)
        for place, text in written.items()
        for known, pattern in ((targets, MAKE), (commands, COMMAND))
        for name in pattern.findall(text)
        if name not in known
    }

    assert lost == set()


@pytest.mark.parametrize(("text", "found"), [("see architecture%s §99", True), ("see domain%s §3.2", False)])
def test_bait_that_leads_nowhere_is_found(text, found, sections):
    assert any(number not in sections[document] for document, number in SECTION.findall(text % ".md")) is found
