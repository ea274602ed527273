"""What a QR code on our paper says: type, opaque code, version, two check characters. No personal data, no address."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

from center.models.base import DRAFT_ALPHABET

PAYLOAD = re.compile(rf"([A-Z])(\d)-([{DRAFT_ALPHABET}]{{10}})-([{DRAFT_ALPHABET}]{{2}})")
ISSUED = "D"


class Payload(NamedTuple):
    kind: str
    version: int
    code: str


def write(kind: str, code: str, *, version: int = 1) -> str:
    body = f"{kind}{version}-{code}"
    return f"{body}-{check(body)}"


def read(text: str) -> Payload | None:
    """None when it is not ours or was misread."""
    found = PAYLOAD.search(text.upper())
    if not found or check(found[0].rsplit("-", 1)[0]) != found[4]:
        return None
    return Payload(found[1], int(found[2]), found[3])


def check(body: str) -> str:
    value = int.from_bytes(sha256(body.encode()).digest()[:4], "big")
    size = len(DRAFT_ALPHABET)
    return DRAFT_ALPHABET[value % size] + DRAFT_ALPHABET[value // size % size]
