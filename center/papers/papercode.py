"""What a QR code on our paper says: type, opaque code, version, two check characters. No personal data, no address.

A page of a list says besides which lines stand on it, so that a scan speaks for those and for no others. Such a page has
two smaller codes in its corners, by which its scan is laid over the print (center.papers.ink).
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

from center.models.base import DRAFT_ALPHABET

PAYLOAD = re.compile(
    rf"([A-Z])(\d)-([{DRAFT_ALPHABET}]{{10}})-([{DRAFT_ALPHABET}]{{2}})(?:-(\d{{4}})-(\d{{4}})-([{DRAFT_ALPHABET}]{{2}}))?"
)
MARK = re.compile(rf"([TU])1-([{DRAFT_ALPHABET}]{{10}})-(\d{{4}})([{DRAFT_ALPHABET}]{{2}})")
ISSUED = "D"
UPPER, LOWER = "TU"  # right corners


class Payload(NamedTuple):
    kind: str
    version: int
    code: str
    lines: tuple[int, int] | None = None  # the first and the last that stand on this page


class Mark(NamedTuple):
    corner: str
    code: str
    first: int  # line on this page


def write(kind: str, code: str, *, version: int = 1, lines: tuple[int, int] | None = None) -> str:
    body = f"{kind}{version}-{code}"
    whole = f"{body}-{check(body)}"
    if lines is None:
        return whole
    whole = f"{whole}-{lines[0]:04d}-{lines[1]:04d}"
    return f"{whole}-{check(whole)}"


def read(text: str) -> Payload | None:
    """None when it is not ours or was misread."""
    found = PAYLOAD.search(text.upper())
    if not found or check(f"{found[1]}{found[2]}-{found[3]}") != found[4]:
        return None
    payload = Payload(found[1], int(found[2]), found[3])
    if found[5] is None:
        return payload
    if check(found[0].rsplit("-", 1)[0]) != found[7]:
        return None
    return payload._replace(lines=(int(found[5]), int(found[6])))


def write_mark(corner: str, code: str, *, first: int) -> str:
    """Twenty characters: what the smallest QR code holds."""
    body = f"{corner}1-{code}-{first:04d}"
    return body + check(body)


def read_mark(text: str) -> Mark | None:
    found = MARK.fullmatch(text.upper())
    if not found or check(found[0][:-2]) != found[4]:
        return None
    return Mark(found[1], found[2], int(found[3]))


def check(body: str) -> str:
    value = int.from_bytes(sha256(body.encode()).digest()[:4], "big")
    size = len(DRAFT_ALPHABET)
    return DRAFT_ALPHABET[value % size] + DRAFT_ALPHABET[value // size % size]
