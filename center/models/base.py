"""What models of every room have in common."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.errors import TransitionRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from datetime import date

DRAFT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


FAIR = 256 // len(DRAFT_ALPHABET) * len(DRAFT_ALPHABET)  # bytes from here on would favour the first letters
LETTERS = bytes(ord(DRAFT_ALPHABET[byte % len(DRAFT_ALPHABET)]) for byte in range(256))
UNFAIR = bytes(range(FAIR, 256))


def random_code(length: int = 10) -> str:
    """An opaque code for drafts, URLs and prints: no sequence, no letters that are misread on the phone."""
    return "".join(secrets.choice(DRAFT_ALPHABET) for _ in range(length))


def random_codes(many: int, length: int = 10) -> list[str]:
    """As many codes at once, ten times as fast."""
    letters = b""
    while len(letters) < many * length:
        letters += secrets.token_bytes(many * length - len(letters) + 64).translate(LETTERS, UNFAIR)
    text = letters.decode()
    return [text[start : start + length] for start in range(0, many * length, length)]


def subject_of(record: models.Model) -> str:
    """`relief.application:42`, the name of a record wherever no foreign key may stand (trail, notices, agendas)."""
    return f"{record._meta.label_lower}:{record.pk}"


def numbered(record: models.Model, on: date | datetime) -> str:
    """A record as people call it: by its official number; until it has one, by what it is and its day.

    The code that stands in addresses is nobody's word for it.
    """
    day = timezone.localdate(on) if isinstance(on, datetime) else on
    return getattr(record, "number", "") or _("%(what)s of %(day)s (no number yet)") % {
        "what": record._meta.verbose_name,
        "day": day.isoformat(),
    }


def called(record: models.Model) -> str:
    """A record where only its row stands, in a log or a list of tasks: its number and, masked, whose it is.

    A model that has more to say than its `str` says so in `called`; what that reads, it names in `CALLED_WITH`.
    """
    return str(getattr(record, "called", record))


class Stateful(models.Model):
    """A record whose `status` moves only along `MAY_BECOME`, and only inside actions."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]]

    class Meta:
        abstract = True

    def may_become(self, target: str) -> bool:
        return target in self.MAY_BECOME.get(getattr(self, "status"), frozenset())  # noqa: B009 - declared by subclasses

    def become(self, target: str) -> None:
        """Set the status, or raise `TransitionRefused` with a sentence. The caller holds the row's lock and saves."""
        field = self._meta.get_field("status")
        labels = dict(field.flatchoices)  # type: ignore[union-attr]
        if not self.may_become(target):
            now = labels.get(getattr(self, "status"), "")  # noqa: B009
            raise TransitionRefused(
                _("“%(record)s” is %(now)s and cannot become %(target)s.")
                % {"record": self, "now": now, "target": labels.get(target, target)}
            )
        self.status = target
