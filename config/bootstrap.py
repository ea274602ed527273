"""From a fresh machine to a running command: only Python's standard library is needed to begin.

`python3 config/bootstrap.py run|test|lint|bench|faults|load|mutation|coverage|setup`; `make` calls it. It builds `.venv` from
requirements.lock, sees to the system libraries, then hands over to a program inside the environment. Twice in a row it
does nothing twice.
"""

from __future__ import annotations

import ctypes.util
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VENV = BASE / ".venv"
LOCK = BASE / "requirements.lock"
STAMP = VENV / "requirements.sha256"
OLDEST = (3, 11)
# What WeasyPrint loads, by the name the loader knows, and the Debian package that brings it.
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
TEST_PROGRAMS = {"chromium": "chromium", "pdftotext": "poppler-utils"}


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    sys.exit(f"\n{text}\n")


def main(command: str, arguments: list[str]) -> None:
    if sys.version_info < OLDEST:
        stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    os.chdir(BASE)
    for name in ("DATA_DIR", "PORT"):
        if os.environ.get(name) == "":
            del os.environ[name]  # make exports what the caller did not set as empty
    ensure_environment()
    ensure_libraries(tests=command in {"test", "bench", "faults", "coverage"})
    COMMANDS[command](arguments)


# -- the environment -------------------------------------------------------------------------------------------------


def ensure_environment() -> None:
    """Build `.venv` from the lock unless it is that already. Two at once wait for each other."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if _stamp() == wanted:
        return
    with (BASE / ".venv.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _stamp() == wanted:
            return
        say("Building the environment from requirements.lock …")
        if not (VENV / "bin" / "python").exists():
            _make_venv()
        if shutil.which("uv") and _runs("uv", "--version"):
            _must(
                "uv", "pip", "sync", "--quiet", "--python", str(VENV / "bin" / "python"), "--require-hashes", str(LOCK)
            )
        else:
            _must(str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK))
        STAMP.write_text(wanted)


def _stamp() -> str:
    return STAMP.read_text() if STAMP.exists() else ""


def _make_venv() -> None:
    if _runs(sys.executable, "-m", "venv", str(VENV)):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    shutil.rmtree(VENV, ignore_errors=True)
    install([package], why="Python's venv module")
    _must(sys.executable, "-m", "venv", str(VENV))


def _runs(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def _must(*command: str) -> None:
    done = subprocess.run(command, check=False)  # noqa: S603
    if done.returncode:
        stop(f"This failed, see above: {' '.join(command)}")


# -- what the system must have -----------------------------------------------------------------------------------------


def ensure_libraries(*, tests: bool) -> None:
    missing = [package for library, package in LIBRARIES.items() if ctypes.util.find_library(library) is None]
    if tests:
        missing += [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        install(missing, why="printing" if not tests else "printing and the browser journeys")


def install(packages: list[str], *, why: str) -> None:
    """As root on Debian or Ubuntu, install; otherwise print the one line to run, and stop."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        stop(f"Missing for {why}: {', '.join(packages)}. Run this once, then again what you ran:\n\n    sudo {line}")
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
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:  # noqa: PLR2004 - the program's own name and a command
        stop(f"Usage: bootstrap.py {'|'.join(COMMANDS)}")
    main(sys.argv[1], sys.argv[2:])
