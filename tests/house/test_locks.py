"""The two locks are closed: whatever is published later, an installer finds all that it asks for already pinned."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config import bootstrap

BASE = Path(__file__).resolve().parents[2]
PLACES = [
    {"python_version": minor, "python_full_version": f"{minor}.4", "platform_machine": machine}
    for minor in ("3.11", "3.12", "3.13", "3.14")
    for machine in ("x86_64", "aarch64")
]
LINE = re.compile(r"^([a-z0-9].*?==[^;\\]*?)\s*(;.*?)?\s*\\$", re.MULTILINE)


def locked(*names):
    """Requirement by canonical name, as the locks write them."""
    lines = [Requirement("".join(found)) for name in names for found in LINE.findall((BASE / name).read_text())]
    return {canonicalize_name(line.name): line for line in lines}


def asked_by(line, place):
    """What a pinned package asks for itself, its pinned extras included, on a machine of that kind."""
    environments = [default_environment() | place | {"extra": extra} for extra in ("", *line.extras)]
    for text in distribution(line.name).requires or ():
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate(each) for each in environments):
            yield wanted


def gaps(lines, place):
    """Each requirement that the lines do not answer: name, version or an extra is missing."""
    here = {
        name: line
        for name, line in lines.items()
        if line.marker is None or line.marker.evaluate(default_environment() | place)
    }
    found = []
    for line in here.values():
        for wanted in asked_by(line, place) if _installed(line) else ():
            pin = here.get(canonicalize_name(wanted.name))
            version = next(iter(pin.specifier)).version if pin else ""
            if pin is None or not wanted.specifier.contains(version, prereleases=True) or wanted.extras - pin.extras:
                found.append(f"{line.name} asks for {wanted}; pinned: {pin}")
    return found


def _installed(line):
    """What this machine's kind does not install cannot be asked; all that it does install must be there."""
    return line.marker is None or line.marker.evaluate()


@pytest.mark.parametrize("names", [[bootstrap.RUNNING], [bootstrap.RUNNING, bootstrap.CHECKING]], ids=["run", "check"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place['python_version']}-{place['platform_machine']}")
def test_every_requirement_of_every_pinned_package_is_pinned(names, place):
    assert gaps(locked(*names), place) == []


def test_a_lock_without_the_extra_that_a_package_asks_for_is_found_open():
    """How it broke: pytest-cov asks for coverage[toml], the lock said coverage, and a newer coverage came out."""
    lines = locked(bootstrap.RUNNING, bootstrap.CHECKING)
    lines["coverage"] = Requirement("coverage==7.17.3")
    lines["pytest"] = Requirement("pytest==5.0.0")
    del lines["asgiref"]

    found = gaps(lines, PLACES[0])

    assert any(line.startswith("pytest-cov asks for coverage[toml]") for line in found)
    assert any(line.startswith("pytest-cov asks for pytest>=") for line in found)
    assert any(line.startswith("django asks for asgiref") and line.endswith("pinned: None") for line in found)


def test_what_the_project_asks_for_is_pinned():
    project = tomllib.loads((BASE / "pyproject.toml").read_text())["project"]
    asked = {
        bootstrap.RUNNING: project["dependencies"],
        bootstrap.CHECKING: project["optional-dependencies"]["dev"],
    }
    for name, requirements in asked.items():
        lines = locked(name)
        for wanted in map(Requirement, requirements):
            pin = lines[canonicalize_name(wanted.name)]
            assert wanted.specifier.contains(next(iter(pin.specifier)).version), wanted
            assert wanted.extras <= pin.extras, wanted


def test_a_package_stands_in_one_lock_with_its_hashes_and_is_never_built_here():
    running, checking = locked(bootstrap.RUNNING), locked(bootstrap.CHECKING)

    assert set(running) & set(checking) == set()
    for name in (bootstrap.RUNNING, bootstrap.CHECKING):
        text = (BASE / name).read_text()
        assert text.startswith("--only-binary :all:\n")  # building asks for packages that no lock names
        assert (
            len(LINE.findall(text)) == len(bootstrap.pinned(name)) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))
        )
        blocks = re.split(r"\n(?=[a-z0-9])", text)[1:]
        assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_running_brings_no_tool_of_the_tests():
    tools = {"pytest", "mypy", "playwright", "ruff", "hypothesis", "coverage", "import-linter", "mutmut"}

    assert tools & set(locked(bootstrap.RUNNING)) == set()
    assert tools <= set(locked(bootstrap.CHECKING))
