"""The keys of the house: from the environment or from KEYS_FILE, never from SECRET_KEY, never in the database."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("FIELD_KEYS", "FINGERPRINT_KEY", "SEAL_KEY")
KEY_BYTES = 32
NONCE_BYTES = 12
HIGHEST_KEY_ID = 255


@dataclass(frozen=True)
class Ring:
    """All keys of one place. `fields` maps the id byte to the cipher of that id; `newest` encrypts."""

    fields: Mapping[int, AESGCM]
    newest: int
    fingerprint: bytes
    seal: bytes

    def encrypt(self, plain: bytes, *, label: bytes) -> bytes:
        """Key id ‖ nonce ‖ ciphertext and tag, bound to `label`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return bytes([self.newest]) + nonce + self.fields[self.newest].encrypt(nonce, plain, label)

    def decrypt(self, sealed: bytes, *, label: bytes) -> bytes:
        return self.cipher(sealed[0]).decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], label)

    def cipher(self, key_id: int) -> AESGCM:
        if key_id not in self.fields:
            raise ImproperlyConfigured(f"Key {key_id} is missing from FIELD_KEYS: put it back from the kept copy.")
        return self.fields[key_id]

    def mac(self, *parts: str) -> bytes:
        """A fingerprint under the fingerprint key; parts cannot run into one another."""
        return hmac.digest(self.fingerprint, "\0".join(parts).encode(), sha256)


@cache
def ring() -> Ring:
    """The keys of this place, read once per process."""
    found = _read(settings.KEYS_FILE) | {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    missing = [name for name in NAMES if not found.get(name)]
    if missing and (settings.DEMO or settings.TESTING):
        make(settings.KEYS_FILE)
        found = _read(settings.KEYS_FILE) | found
        missing = [name for name in NAMES if not found.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"{', '.join(missing)} not set. Personal numbers cannot be kept or read without these keys: set them in the "
            f"environment, or restore {settings.KEYS_FILE} from the copy kept elsewhere. `manage.py start_center` makes "
            "the keys of a new center; never make new ones for a center that already has files."
        )
    return _ring(found)


def make(path: Path) -> None:
    """Write a new set of keys, readable by this account alone. Never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    fresh = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in NAMES}
    fresh["FIELD_KEYS"] = "1:" + fresh["FIELD_KEYS"]
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in fresh.items())


def add_field_key(path: Path) -> int:
    """Append a new field key to KEYS_FILE; new values are encrypted under it. Its id."""
    found = _read(path)
    newest = max(int(part.split(":", 1)[0]) for part in found["FIELD_KEYS"].split(",")) + 1
    if newest > HIGHEST_KEY_ID:
        raise ImproperlyConfigured("Key ids end at 255; rotate_keys frees old ones.")
    found["FIELD_KEYS"] += f",{newest}:" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in found.items())
    fresh.replace(path)
    ring.cache_clear()
    return newest


def _read(path: Path) -> dict[str, str]:
    if not Path(path).exists():
        return {}
    lines = (line.strip() for line in Path(path).read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _ring(found: Mapping[str, str]) -> Ring:
    try:
        pairs = [part.split(":", 1) for part in found["FIELD_KEYS"].split(",")]
        fields = {int(number): AESGCM(_key(text)) for number, text in pairs}
        newest = int(pairs[-1][0])
        return Ring(fields, newest, _key(found["FINGERPRINT_KEY"]), _key(found["SEAL_KEY"]))
    except (ValueError, IndexError) as error:
        raise ImproperlyConfigured(
            'FIELD_KEYS is written "1:base64,2:base64", FINGERPRINT_KEY and SEAL_KEY as base64; each key has 32 bytes.'
        ) from error


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(text[:0])
    return key
