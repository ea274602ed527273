"""The tests' own PostgreSQL: it holds nothing that must outlive a run, so it writes nothing through to the disk, and its
files lie in memory where there is enough of it.

A database of this house is some 1,500 files. To clone one takes 0.07 s in memory and 1.1 s on a disk, whatever the disk's
bandwidth, and every race, crash and journey works in a clone of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

import psutil

from config.postgres import Cluster

FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
}
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder is made 0700, and refused when it is another user's
ROOM = 3 * 2**30  # bytes; a whole run takes a third of it
ASKED = "TESTS_IN_MEMORY"  # yes or no; said once, so that all processes of a run look in the same place


class Forgetful(Cluster):
    """Begun with a run of the tests and ended with it; what lay in memory goes."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, data=_in_memory(home), **FORGETFUL)

    def belongs_to_this_run(self) -> bool:
        """Whether no other run works here: two would make and drop the same databases, and the first to end, the server."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._claim = (self.home / "run.lock").open("w")  # held until this process ends, however it ends
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def stop(self) -> bool:
        stopped = super().stop()
        if MEMORY in self.data.parents:
            shutil.rmtree(self.data, ignore_errors=True)
        return stopped


def short_folder() -> Path:
    """Where tests make folders for servers of their own: in memory like their server; the path of a socket is short."""
    return MEMORY if os.environ.get(ASKED) == "yes" else Path("/tmp")  # noqa: S108 - mkdtemp makes what lies in it


def _in_memory(home: Path) -> Path | None:
    """A folder in memory that belongs to this home; None where memory is short, or none can be had as a folder."""
    if os.environ.setdefault(ASKED, "yes" if _has_room() else "no") != "yes":
        return None
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    return MEMORY / f"center-tests-{os.geteuid()}-{digest}"


def _has_room() -> bool:
    if not os.access(MEMORY, os.W_OK):
        return False
    return bool(min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) > ROOM)
