"""A number as a loaded record carries it: its mask, its fingerprint, and one logged way to the number itself."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from django.urls import reverse

from center.privacy import keys, numbers
from center.privacy.masks import mask

if TYPE_CHECKING:
    from django.db.models import Model

    from center.models import Staff
    from center.privacy.masks import Kind

WHOLE = slice(1, 17)
TAIL4 = slice(17, 25)
TAIL6 = slice(25, 33)
NONCE = slice(33, 45)
BODY = slice(45, None)
WHOLE_BYTES = 16
TAIL_BYTES = 8


def whole_print(kind: str, number: str) -> bytes:
    return keys.ring().mac(kind, "whole", number)[:WHOLE_BYTES]


def tail_print(kind: str, tail: str) -> bytes:
    """Of the last four or six; which of both is part of what is hashed."""
    return keys.ring().mac(kind, f"last{len(tail)}", tail)[:TAIL_BYTES]


def seal(kind: str, label: str, text: str) -> bytes:
    """Key id ‖ whole ‖ last four ‖ last six ‖ nonce ‖ ciphertext and tag, bound to the field's label."""
    number = numbers.normalise(kind, text)
    prints = whole_print(kind, number) + tail_print(kind, number[-4:]) + tail_print(kind, number[-6:])
    sealed = keys.ring().encrypt(number.encode(), label=label.encode() + prints[:WHOLE_BYTES])
    return sealed[:1] + prints + sealed[1:]


def unseal(label: str, token: bytes) -> str:
    return keys.ring().cipher(token[0]).decrypt(token[NONCE], token[BODY], label.encode() + token[WHOLE]).decode()


def facts_of_id(secret: Secret) -> numbers.IdNumber | None:
    """Sex and birth date of an ID number on record, which lie in plain beside it anyway; None where it is no such number.

    The number itself goes no further, so that no access is logged.
    """
    try:
        return numbers.parse_id(unseal(secret._label, bytes(secret)))
    except numbers.NumberRefused:
        return None


def doubt_of(secret: Secret) -> str:
    """What somebody should compare once more about a number on record; the number itself goes no further."""
    try:
        return numbers.doubt(secret.kind, unseal(secret._label, bytes(secret)))
    except numbers.NumberRefused as refused:
        return str(refused)


class Secret:
    """`str()` is the mask. Equality is that of the fingerprints, so `person.id_number == other.id_number` works."""

    __slots__ = ("_label", "_record", "_token", "field", "kind")

    def __init__(self, token: bytes, *, kind: Kind, label: str, field: str = "", record: Model | None = None) -> None:
        self._token = bytes(token)
        self._label = label
        self._record = record
        self.kind: Kind = kind
        self.field = field

    def __str__(self) -> str:
        return mask(self.kind, unseal(self._label, self._token))

    def __repr__(self) -> str:
        return f"<Secret {self._label}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.same_as(other)
        return isinstance(other, Secret) and self.kind == other.kind and self._token[WHOLE] == other._token[WHOLE]

    def __hash__(self) -> int:
        return hash((self.kind, self._token[WHOLE]))

    def __bytes__(self) -> bytes:
        """What the column holds."""
        return self._token

    @property
    def fingerprint(self) -> str:
        """For trail facts: tells whether two numbers are one, without telling the number."""
        return self._token[WHOLE].hex()[:16]

    @property
    def record(self) -> Model | None:
        """Whose number it is."""
        return self._record

    @property
    def reveal_url(self) -> str:
        if self._record is None:
            return ""
        meta = self._record._meta
        return reverse("center:reveal", args=[meta.label_lower, self._record.pk, self.field])

    def same_as(self, text: str) -> bool:
        number = numbers.normalise(self.kind, text)
        return hmac.compare_digest(whole_print(self.kind, number), self._token[WHOLE])

    def ends_with(self, tail: str) -> bool:
        """Whether the last four or six are these: what a window clerk is told to compare."""
        part = {4: TAIL4, 6: TAIL6}.get(len(tail))
        return part is not None and hmac.compare_digest(tail_print(self.kind, tail.upper()), self._token[part])

    def open(self, *, by: Staff, reason: str, text: str = "", subject: Model | str | None = None) -> str:
        """The number. Writes the access row first; without it there is no number."""
        from center.privacy import access  # noqa: PLC0415 - access needs models, models need this

        about = subject if subject is not None else self._record
        if about is None:
            raise ValueError("Whose number is this? A secret read by values() needs `subject`.")
        access.reveal(about, by=by, what=self._label, reason=reason, text=text)
        return unseal(self._label, self._token)
