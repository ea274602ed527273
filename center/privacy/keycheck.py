"""Whether the keys here are those under which this center's numbers are kept: a well-formed key can be the wrong one.

A wrong field key would show at the first number that is opened; a wrong fingerprint or seal key would not show at all, but
write rows that nobody finds, and seals that nobody can prove. So each key leaves a mark in the database when it is first used.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from django.conf import settings

from center.models import Setting
from center.privacy import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "key_marks"
LABEL = b"center.key_mark"
NONCE_BYTES = 12
WRONG = "{name} is not the key under which this center's data are kept. Put back {place} from the copy kept elsewhere."


def faults(kept: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each key that is not the one whose mark is kept, here or where `kept` was read.

    Keys without a mark are new. Raises when keys lack.
    """
    ring = keys.ring()
    kept = _kept() if kept is None else kept
    whole: list[str] = ["FINGERPRINT_KEY", "SEAL_KEY"]
    found = [name for name in whole if name in kept and kept[name] != _mark(_key(ring, name))]
    sealed = {name: mark for name, mark in kept.items() if name not in {"FINGERPRINT_KEY", "SEAL_KEY"}}
    found += [name for name, mark in sealed.items() if not _opens(ring, int(name.rpartition(" ")[2]), mark)]
    return [WRONG.format(name=name, place=settings.KEYS_FILE.name) for name in found]


def keep() -> None:
    """Leave the marks of keys that have none yet. To be called only where `faults` has nothing to say."""
    ring, kept = keys.ring(), _kept()
    fresh = {name: _mark(_key(ring, name)) for name in ("FINGERPRINT_KEY", "SEAL_KEY") if name not in kept}
    fresh |= {name: _seal(ring, number) for number in ring.fields if (name := f"FIELD_KEYS {number}") not in kept}
    if fresh:
        Setting.objects.update_or_create(name=NAME, defaults={"value": kept | fresh})


def _kept() -> dict[str, str]:
    return dict(Setting.objects.filter(name=NAME).values_list("value", flat=True).first() or {})


def _key(ring: keys.Ring, name: str) -> bytes:
    return ring.seal if name == "SEAL_KEY" else ring.fingerprint


def _mark(key: bytes) -> str:
    return hmac.digest(key, LABEL, sha256).hex()[:32]


def _seal(ring: keys.Ring, number: int) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + ring.fields[number].encrypt(nonce, LABEL, LABEL)).decode()


def _opens(ring: keys.Ring, number: int, mark: str) -> bool:
    """A key that rotation has taken away since, and that nothing needs any more, is no wrong one."""
    if number not in ring.fields:
        return True
    sealed = base64.b64decode(mark)
    try:
        return ring.fields[number].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], LABEL) == LABEL
    except InvalidTag:
        return False
