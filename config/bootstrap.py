"""From a fresh machine to a running command: only Python's standard library is needed to begin.

`python3 config/bootstrap.py COMMAND`; `make` calls it. It builds `.venv` from the locks, sees to the system libraries,
then hands over to a program inside the environment. Twice in a row it does nothing twice. Why there are two locks, and
why the interpreter's own pip alone installs them: docs/decisions/010.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("VENV") or BASE / ".venv").absolute()
RUNNING = "requirements.lock"  # what the program needs
CHECKING = "requirements-dev.lock"  # what tests and checks need besides
STAMP = VENV / "locks.json"  # which locks stand in the environment, by their digests
OLDEST = (3, 11)
# What WeasyPrint loads, by the name the loader knows, and the Debian package that brings it.
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
# What the driver of the journeys' browser is linked with.
TEST_LIBRARIES = {"atomic": "libatomic1"}
# The first is a third of the whole browser, and faster; the others do.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
TEST_PROGRAMS = {"pdftotext": "poppler-utils", "git": "git"}
DEBIAN_SERVERS = Path("/usr/lib/postgresql")  # of which a test makes a PostgreSQL of one's own; it uses no running one
NO_PACKAGES = """The packages could not be installed; pip says why above. What it has fetched is kept, so try again first.
A slow registry: PIP_DEFAULT_TIMEOUT=180, or PIP_INDEX_URL with the address of a nearer mirror. A proxy: HTTPS_PROXY."""


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    sys.exit(f"\n{text}\n")


def main(command: str, arguments: list[str]) -> None:
    if sys.version_info < OLDEST:
        stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    os.chdir(BASE)
    for name in ("DATA_DIR", "PORT", "VENV"):
        if os.environ.get(name) == "":
            del os.environ[name]  # make exports what the caller did not set as empty
    if command not in {"lock", "fresh"}:
        ensure_environment(*([RUNNING] if command in {"run", "setup"} else [RUNNING, CHECKING]))
        ensure_libraries(tests=command in {"test", "bench", "faults", "coverage"})
    COMMANDS[command](arguments)


# -- the environment -------------------------------------------------------------------------------------------------


def ensure_environment(*locks: str) -> None:
    """See that the environment holds these locks as they read now. Two at once wait for each other.

    One that was built from locks that have changed since is built anew: nothing left over may hide what is missing.
    """
    if _stands(*locks):
        return
    with one_at_a_time():
        if _stands(*locks):
            return
        installed = _installed()
        if not installed or any(digest != _digest(lock) for lock, digest in installed.items()):
            _make_venv()
            installed = {}
        for lock in locks:
            if lock not in installed:
                _install(lock)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    try:
        VENV.parent.mkdir(parents=True, exist_ok=True)
        handle = VENV.with_name(f"{VENV.name}.lock").open("w")
    except OSError as error:
        stop(f"The environment cannot be made in {VENV.parent}: {error.strerror}. Set VENV to a folder of your own.")
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _stands(*locks: str) -> bool:
    installed = _installed()
    return all(installed.get(lock) == _digest(lock) for lock in locks)


def _installed() -> dict[str, str]:
    """The digests of the locks that were installed whole; none while the first is being installed."""
    return dict(json.loads(STAMP.read_text())) if STAMP.exists() else {}


def _digest(lock: str) -> str:
    return hashlib.sha256((BASE / lock).read_bytes()).hexdigest()


def pinned(lock: str) -> list[str]:
    """The names of a lock's packages."""
    return re.findall(r"^([a-z0-9-]+)(?=\[|==)", (BASE / lock).read_text(), re.MULTILINE)


def _make_venv() -> None:
    say(f"Making the environment {VENV} …")
    shutil.rmtree(VENV, ignore_errors=True)
    if _runs(sys.executable, "-m", "venv", str(VENV)):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    shutil.rmtree(VENV, ignore_errors=True)
    install([package], why="Python's venv module")
    _must(sys.executable, "-m", "venv", str(VENV))


def _install(lock: str) -> None:
    """The lock is complete, so nothing is resolved and nothing is asked for that it does not name."""
    began, installed = time.monotonic(), _installed()
    say(f"Installing {len(pinned(lock))} packages from {lock} …")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _must(*pip, "--no-deps", "--require-hashes", "-r", lock, otherwise=NO_PACKAGES)
    STAMP.write_text(json.dumps(installed | {lock: _digest(lock)}))
    say(f"  … in {time.monotonic() - began:.0f} s")


def _runs(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def _must(*command: str, otherwise: str = "") -> None:
    done = subprocess.run(command, check=False, cwd=BASE)  # noqa: S603
    if done.returncode:
        stop(otherwise or f"This failed, see above: {' '.join(command)}")


# -- what the system must have -----------------------------------------------------------------------------------------


def ensure_libraries(*, tests: bool) -> None:
    if not missing(tests=tests):
        return
    with one_at_a_time():
        if packages := missing(tests=tests):
            install(packages, why="printing" if not tests else "printing and the tests")


def missing(*, tests: bool) -> list[str]:
    libraries = LIBRARIES | TEST_LIBRARIES if tests else LIBRARIES
    found = [package for library, package in libraries.items() if ctypes.util.find_library(library) is None]
    if tests:
        found += [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
        found += [] if browser() else [BROWSERS[0]]
        if not any(DEBIAN_SERVERS.glob("*/bin/postgres")):  # no program of a server's is on the PATH
            found.append("postgresql")
    return found


def browser() -> str:
    """The program that the journeys drive; empty when there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def install(packages: list[str], *, why: str) -> None:
    """As root on Debian or Ubuntu, install; otherwise print the one line to run, and stop."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        stop(
            f"Missing for {why}: {', '.join(packages)}. Run this once as root, then again what you ran:\n\n"
            f"    apt-get update && {line}"
        )
    say(f"Installing {', '.join(packages)} …")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*line.split(), "-qq"]):
        if subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL).returncode:  # noqa: S603
            stop(f"Could not install {', '.join(packages)}. Run by hand: {line}")


# -- commands ----------------------------------------------------------------------------------------------------------


def inside(*command: str) -> None:
    """Become a program of the environment."""
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    os.environ["PYTHONPATH"] = str(BASE)
    os.execv(VENV / "bin" / command[0], command)  # noqa: S606


def in_turn(*commands: tuple[str, ...]) -> None:
    """Run every command, show all that is wrong, and end with the first failure's code."""
    environment = os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(BASE)}
    codes = []
    for command in commands:
        say(f"· {' '.join(command)}")
        program = [str(VENV / "bin" / command[0]), *command[1:]]
        codes.append(subprocess.run(program, check=False, env=environment).returncode)  # noqa: S603
    sys.exit(next((code for code in codes if code), 0))


def demo_unless_said_otherwise() -> None:
    """`make run` shows invented people unless the environment or `.env` says DEMO itself."""
    env_file = BASE / ".env"
    said = "DEMO" in os.environ or (
        env_file.exists() and any(line.startswith("DEMO=") for line in env_file.read_text().splitlines())
    )
    if not said:
        os.environ["DEMO"] = "1"


def run(_arguments: list[str]) -> None:
    demo_unless_said_otherwise()
    inside("python", "-m", "config.run")


def test(arguments: list[str]) -> None:
    """On two cores, a file on one of them, in the order of tests/conftest.py: the longest first."""
    inside("python", "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *arguments)


def lint(_arguments: list[str]) -> None:
    in_turn(
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy", "config", "center", "casework", "relief", "employment", "legal"),
        ("lint-imports",),
        ("djangofmt", "--check", "--quiet", "templates"),
        ("python", "manage.py", "messages", "--check"),
    )


def bench(arguments: list[str]) -> None:
    inside("python", "-m", "tests.bench.run", *arguments)


def faults(arguments: list[str]) -> None:
    """The long crash proofs, which `make test` leaves out."""
    inside("python", "-m", "pytest", "-m", "faults", "tests/faults", "-v", *arguments)


def load(arguments: list[str]) -> None:
    """Many of the staff at once against the running program, on a grown practice district of its own."""
    inside("python", "-m", "tests.load.run", *arguments)


def mutation(arguments: list[str]) -> None:
    """Rules changed one small piece at a time: does a test notice?"""
    inside("python", "-m", "tests.mutation.run", *arguments)


def coverage(arguments: list[str]) -> None:
    """Is every branch of the rules taken by a test of the rooms? Lists the lines that are not, and fails."""
    os.environ.setdefault("COVERAGE_FILE", str(Path(os.environ.get("DATA_DIR") or BASE / ".data") / "coverage"))
    rooms = [f"tests/{room}" for room in ("center", "casework", "relief", "employment", "legal")]
    measured = ["--cov", "--cov-config=tests/branches.toml", "--cov-report=term-missing:skip-covered"]
    test([*rooms, *measured, *arguments])


def setup(_arguments: list[str]) -> None:
    say("The environment stands.")


def fresh(_arguments: list[str]) -> None:
    """Build the environment from nothing, as a new machine would, and prove each of its two steps whole."""
    if VENV.exists():
        stop(f"{VENV} exists: set VENV to a folder that does not, to begin from nothing.")
    for locks in ([RUNNING], [RUNNING, CHECKING]):
        ensure_environment(*locks)
        python = str(VENV / "bin" / "python")
        _must(python, "-m", "pip", "--version")
        _must(python, "-m", "pip", "check")
        _must(python, "manage.py", "check")


def lock(arguments: list[str]) -> None:
    """Write both locks anew from pyproject.toml, keeping what is pinned (`--upgrade`: the newest). Needs uv.

    For every Python and platform that we support; wheels only, since building asks for packages that no lock names.
    """
    if shutil.which("uv") is None:
        stop("Writing the locks needs uv (pip install uv). Nothing else does.")
    compile_ = [
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    compile_ += ["--no-strip-extras", "--no-annotate", "--no-header", "--only-binary", ":all:", "--emit-build-options"]
    _must(*compile_, *arguments, "-o", RUNNING)
    known = [part for name in pinned(RUNNING) for part in ("--no-emit-package", name)]
    _must(*compile_, *arguments, "--extra", "dev", "-c", RUNNING, *known, "-o", CHECKING)


COMMANDS = {
    "run": run,
    "test": test,
    "lint": lint,
    "bench": bench,
    "faults": faults,
    "load": load,
    "mutation": mutation,
    "coverage": coverage,
    "setup": setup,
    "fresh": fresh,
    "lock": lock,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:  # noqa: PLR2004 - the program's own name and a command
        stop(f"Usage: bootstrap.py {'|'.join(COMMANDS)}")
    try:
        main(sys.argv[1], sys.argv[2:])
    except KeyboardInterrupt:
        stop("Ended before it was done; the next time goes on from here.")
