"""Who lives, who is dead, and who must end with whom.

The number of a process proves little: a dead child that nobody has waited for counts as alive for kill(pid, 0), and after
a restart of the machine a stranger may carry the number that a file remembers.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

PARENT_DIES = 1  # Linux's PR_SET_PDEATHSIG
SHORT = 5  # seconds in which a process that was killed is gone, and one that was asked politely may be
OFTEN = 0.05  # seconds between two looks


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    """Wait until it happens, so long at most; whether it did."""
    until = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > until:
            return False
        time.sleep(OFTEN)
    return True


def lives(process: psutil.Process) -> bool:
    """It has not ended: neither gone nor a zombie, and its number is not another's by now."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


# -- who ends with whom ----------------------------------------------------------------------------------------------------


def end_with(parent: int) -> None:
    """From now on the kernel kills this process when its parent ends, however that ended.

    By SIGKILL: a web worker that was just forked still has its parent's handlers, which take a SIGTERM and stay.
    """
    with suppress(OSError, AttributeError):  # Linux alone knows this
        ctypes.CDLL(None).prctl(PARENT_DIES, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(1)


def end_with_leader() -> None:
    """The same for a process that was started by the leader of its group: the web server's workers, by the web server."""
    leader = os.getpgrp()
    if leader != os.getpid():
        end_with(leader)


def has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether it has. It is not waited for: until it is, its number and its group's belong to nobody else."""
    try:
        return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def end_group(child: subprocess.Popen[bytes], *, patience: float) -> None:
    """End a child that leads a group, and all that it has started: asked first, killed when patience is over.

    Of a child that was killed itself the rest is killed at once: it serves old code on the port of the next.
    """
    if not has_ended(child):
        _signal_group(child.pid, signal.SIGTERM)
        within(patience, lambda: has_ended(child))
    _signal_group(child.pid, signal.SIGKILL)
    child.wait()
    within(SHORT, lambda: not _signal_group(child.pid, 0))


def _signal_group(leader: int, number: int) -> bool:
    """False when nobody is left in it."""
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return False
    return True


def end_all_with(name: str, value: str) -> None:
    """Kill every process that carries this in its environment, and see it gone."""
    others = (process for process in psutil.process_iter() if process.pid != os.getpid())
    found = [process for process in others if _environment(process).get(name) == value]
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    within(SHORT, lambda: not any(lives(process) for process in found))


def _environment(process: psutil.Process) -> dict[str, str]:
    with suppress(psutil.Error, OSError):
        return dict(process.environ())
    return {}


# -- who works on a database -----------------------------------------------------------------------------------------------


def servers_of(data: Path) -> list[psutil.Process]:
    """Every living process of PostgreSQL that works on this data folder: all of them stand in it, from first to last."""
    psutil.process_iter.cache_clear()  # a number that it remembers may be another's by now
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] == "postgres" and _in(process, data)
    ]


def _in(process: psutil.Process, folder: Path) -> bool:
    with suppress(psutil.Error, OSError):  # gone, another user's, or its folder was removed
        return lives(process) and Path(process.cwd()).samefile(folder)
    return False


def end_servers_of(data: Path) -> bool:
    """End what a killed postmaster has left behind; False when something would not go.

    Most of it goes by itself. A statement that reckons notices nothing, holds the shared memory, and PostgreSQL starts
    beside nobody; its transaction can no longer be answered to whoever asked. What was committed stands in the log.
    """
    for number in (0, signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        for process in servers_of(data) if number else ():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        if within(SHORT if number else 1, lambda: not servers_of(data)):
            return True
    return False


def memory_is_held(key: int, number: int) -> bool:
    """Whether any process, seen from here or not, is attached to this segment of shared memory; True when nobody can tell."""
    try:
        names, *rows = (line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines())
    except OSError:
        return True
    segments = [dict(zip(names, map(int, row), strict=True)) for row in rows]
    return any(one["key"] == key and one["shmid"] == number and one["nattch"] for one in segments)
