"""Files at rest: every byte below MEDIA_ROOT is encrypted, named by an opaque code, and readable by one account."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.utils.text import get_valid_filename

from center.privacy import keys


def place(code: str) -> Path:
    """Where a file of this code lies; codes are ours, and still no code leads out of the folder."""
    name = get_valid_filename(code)
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def put(code: str, data: bytes) -> None:
    """Keep a new file; an existing one is never overwritten."""
    path = place(code)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(keys.ring().encrypt(data, label=_label(code)))
        file.flush()
        os.fsync(file.fileno())


def get(code: str) -> bytes:
    return keys.ring().decrypt(place(code).read_bytes(), label=_label(code))


def remove(code: str) -> None:
    place(code).unlink(missing_ok=True)


def _label(code: str) -> bytes:
    return b"center.file:" + code.encode()
