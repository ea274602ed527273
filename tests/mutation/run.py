"""`make mutation`: change the rules one small piece at a time, and show that a test notices each change.

`python -m tests.mutation.run [MODULE …]`, for example `casework/rules/eligibility.py`; without one, all of scope.py. mutmut makes
the changes inside functions, in a copy of the project under DATA_DIR/mutation, and runs the tests of scope.py against each.
Ends with 1 when a change went unnoticed that same.toml does not explain, or when same.toml explains one that is no more.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

from tests.mutation.scope import SCOPE

BASE = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PACKAGES = ("config", "center", "casework", "relief", "employment", "legal")
BESIDE = ("docs/policy", "pyproject.toml")  # what settings and tests read of the project
NOTICED = {"killed", "timeout"}  # mutmut's words; all others, a crash too, prove nothing
UNTRIED = None
EVERY = 10  # seconds between two lines of progress
NOWHERE = "postgres://nobody@127.0.0.1:1/none"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command's output


@dataclass(frozen=True)
class Change:
    """One small change that no test noticed."""

    file: str
    line: int
    function: str
    was: str
    now: str
    why: str
    diff: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.file, self.function, self.was, self.now)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="of scope.py; by default all")
    modules = parser.parse_args().modules or list(SCOPE)
    strangers = [module for module in modules if module not in SCOPE]
    if strangers:
        sys.exit(f"Not in tests/mutation/scope.py: {', '.join(strangers)}. There: {', '.join(SCOPE)}.")
    began = time.monotonic()
    folder = Path(os.environ.get("DATA_DIR") or BASE / ".data").resolve() / "mutation"
    lay_out(folder, modules)
    run(folder, modules, began)
    sys.exit(report(folder, modules, time.monotonic() - began))


def lay_out(folder: Path, modules: list[str]) -> None:
    """A copy of what the rules and their tests need, so that nothing of the project is touched."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (*PACKAGES, *BESIDE):
        if (BASE / name).is_dir():
            shutil.copytree(BASE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(BASE / name, folder / name)
    tests = sorted({test for module in modules for test in SCOPE[module]})
    for test in tests:
        (folder / test).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BASE / test, folder / test)
        (folder / test).with_name("__init__.py").touch()
    (folder / "tests/__init__.py").touch()
    shutil.copy(HERE / "conftest.py", folder / "tests/conftest.py")
    settings = {
        "source_paths": PACKAGES,
        "only_mutate": modules,
        "also_copy": BESIDE,
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": ["-odjango_find_project=false"],  # it would find the unchanged rules above DATA_DIR
        "timeout_multiplier": ["4"],
        "use_git_change_detection": ["false"],
    }
    lines = [f"{name} =\n" + "".join(f"    {value}\n" for value in values) for name, values in settings.items()]
    (folder / "setup.cfg").write_text("[mutmut]\n" + "".join(lines))


def run(folder: Path, modules: list[str], began: float) -> None:
    environment = os.environ | {
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": NOWHERE,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTHONPATH", None)  # only the changed copy may be imported
    said = folder / "mutmut.log"
    program = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", "1"]
    with said.open("w") as log:
        process = subprocess.Popen(program, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                try:
                    process.wait(EVERY)
                except subprocess.TimeoutExpired:
                    show_progress(folder, modules, began)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode:
        sys.exit(f"{said.read_text()}\nThe tests did not run against the unchanged rules; see above.")


def show_progress(folder: Path, modules: list[str], began: float) -> None:
    codes = [code for module in modules for code in answers(folder, module).values()]
    tried = [code for code in codes if code is not UNTRIED]
    if tried:
        unnoticed = sum(status_by_exit_code[code] not in NOTICED for code in tried)
        seconds = time.monotonic() - began
        say(f"{len(tried)} of {len(codes)} changes tried, {unnoticed} unnoticed, {seconds:.0f} s")


def answers(folder: Path, module: str) -> dict[str, int | None]:
    """The exit code of the tests by the name of each change; None while it waits."""
    meta = folder / "mutants" / f"{module}.meta"
    try:
        return json.loads(meta.read_text())["exit_code_by_key"]
    except (FileNotFoundError, json.JSONDecodeError):  # not yet, or just being written
        return {}


def report(folder: Path, modules: list[str], seconds: float) -> int:
    explained = Counter(
        (one["file"], one["function"], one["was"], one["now"])
        for one in tomllib.loads((HERE / "same.toml").read_text())["same"]
        if one["file"] in modules and one["reason"]
    )
    os.chdir(folder)
    open_ones, rows = [], []
    for module in modules:
        codes = answers(folder, module)
        if not codes or UNTRIED in codes.values():
            say((folder / "mutmut.log").read_text())
            sys.exit(f"Not every change of {module} was tried; see above.")
        unnoticed = [
            change_of(module, name, status_by_exit_code[code])
            for name, code in codes.items()
            if status_by_exit_code[code] not in NOTICED
        ]
        unknown = [change for change in unnoticed if not taken(explained, change.key)]
        open_ones += unknown
        same = len(unnoticed) - len(unknown)
        rows.append((module, len(codes), len(codes) - len(unnoticed), same, len(unknown)))
    for change in open_ones:
        say(f"\n{change.file}:{change.line} {change.function}: {change.why}\n{change.diff}")
    stale = sorted(explained.elements())
    for file, function, was, now in stale:
        say(f"\nsame.toml explains a change that is noticed or no more: {file} {function}\n  {was}\n  {now}")
    rows.append(("together", *(sum(row[column] for row in rows) for column in range(1, 5))))
    say(f"\n{'':28}{'changes':>9}{'noticed':>9}{'the same':>10}{'unnoticed':>11}")
    for name, *numbers in rows:
        say(f"{name:28}{numbers[0]:9}{numbers[1]:9}{numbers[2]:10}{numbers[3]:11}")
    say(f"{seconds:.0f} s")
    return 1 if open_ones or stale else 0


def taken(explained: Counter[tuple[str, ...]], key: tuple[str, ...]) -> bool:
    """One explanation is for one change."""
    found = explained[key] > 0
    explained[key] -= found
    return found


def change_of(module: str, name: str, why: str) -> Change:
    diff = get_diff_for_mutant(name, path=module)
    body = diff.splitlines()[2:]
    was = [line[1:].strip() for line in body if line.startswith("-")]
    now = [line[1:].strip() for line in body if line.startswith("+")]
    function = re.sub(r"^x_|__mutmut_\d+$", "", name.rsplit(".", 1)[1]).removeprefix("xǁ").replace("ǁ", ".")
    return Change(
        file=module,
        line=line_of(module, function, body),
        function=function,
        was=" ".join(was),
        now=" ".join(now),
        why=why,
        diff="\n".join(line for line in body if line[:1] in "+-"),
    )


def line_of(module: str, function: str, body: list[str]) -> int:
    """Where the change stands in the file: the difference counts from the function's own first line."""
    name = function.rpartition(".")[2]
    start = int(re.match(r"@@ -(\d+)", body[0])[1])
    offset = start - 1 + next(n for n, line in enumerate(body[1:]) if line[:1] in "+-")
    tree = ast.walk(ast.parse((BASE / module).read_text()))
    return next(node.lineno for node in tree if isinstance(node, ast.FunctionDef) and node.name == name) + offset


if __name__ == "__main__":
    main()
