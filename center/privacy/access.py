"""The access log: written before the first byte of what it tells of, and never holding the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils.translation import gettext as _

from center.kernel.errors import Incomplete
from center.models.base import subject_of
from center.models.privacy import AccessEntry, AccessKind, RevealReason, office_of
from center.privacy import secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from center.models import Staff
    from center.privacy.secret import Secret


class Unlogged(Exception):
    """The log cannot be written, so nothing is shown; the answer is 503. No page takes it for a refusal of its own."""


def read(subject: Model | str, *, by: Staff, what: str, rows: int = 1) -> AccessEntry:
    """Somebody opened a page that shows personal data of this record. Call it before rendering."""
    return _write(AccessKind.READ, subject, by=by, what=what, rows=rows)


def read_each(subjects: Iterable[Model | str], *, by: Staff, what: str) -> None:
    """The same for the rows of one list page."""
    entries = [_entry(AccessKind.READ, subject, by=by, what=what) for subject in subjects]
    try:
        AccessEntry.objects.bulk_create(entries)
    except DatabaseError as error:
        raise _unlogged() from error


def reveal(subject: Model | str, *, by: Staff, what: str, reason: str, text: str = "") -> AccessEntry:
    """A number is about to be shown. `reason` is a code of RevealReason, or words, which count as another reason."""
    if reason not in RevealReason.values:
        reason, text = RevealReason.OTHER, reason if not text else f"{reason}: {text}"
    text = text.strip()[:200]
    if reason == RevealReason.OTHER and not text:
        raise Incomplete(_("Say in words why this number is needed."))
    return _write(AccessKind.REVEAL, subject, by=by, what=what, reason=reason, text=text)


def was_shown(subjects: Iterable[str], *, to: Staff) -> bool:
    """Whether the log says that this person saw a number of one of these records in full."""
    looks = AccessEntry.objects.filter(kind=AccessKind.REVEAL, actor=to.get_username())
    return looks.filter(subject__in=list(subjects)).exists()


def export(subject: Model | str, *, by: Staff, what: str, rows: int, text: str = "") -> AccessEntry:
    return _write(AccessKind.EXPORT, subject, by=by, what=what, rows=rows, text=text)


def printed(subject: Model | str, *, by: Staff, what: str, text: str = "") -> AccessEntry:
    return _write(AccessKind.PRINT, subject, by=by, what=what, text=text)


def downloaded(subject: Model | str, *, by: Staff, what: str) -> AccessEntry:
    return _write(AccessKind.DOWNLOAD, subject, by=by, what=what)


class Opener:
    """Opens many secrets under one entry of the log: a bank file, a full register. Made by `opening`."""

    def __init__(self, entry: AccessEntry) -> None:
        self.entry = entry

    def __call__(self, value: Secret | None) -> str:
        return "" if value is None else secret.unseal(value._label, bytes(value))


def opening(subject: Model | str, *, by: Staff, what: str, rows: int, text: str) -> Opener:
    """One log row for `rows` numbers that leave together; `text` says why and is required."""
    if not text.strip():
        raise Incomplete(_("Say in words why these numbers are needed."))
    return Opener(export(subject, by=by, what=what, rows=rows, text=text))


def _entry(
    kind: AccessKind, subject: Model | str, *, by: Staff, what: str, rows: int = 1, reason: str = "", text: str = ""
) -> AccessEntry:
    label = subject if isinstance(subject, str) else subject_of(subject)
    return AccessEntry(
        kind=kind,
        subject=label,
        actor=by.get_username(),
        what=what,
        rows=rows,
        reason=reason,
        reason_text=text[:200],
        office=office_of(subject, by),
    )


def _write(
    kind: AccessKind, subject: Model | str, *, by: Staff, what: str, rows: int = 1, reason: str = "", text: str = ""
) -> AccessEntry:
    entry = _entry(kind, subject, by=by, what=what, rows=rows, reason=reason, text=text)
    try:
        entry.save(force_insert=True)
    except DatabaseError as error:
        raise _unlogged() from error
    return entry


def _unlogged() -> Unlogged:
    return Unlogged(_("The access log cannot be written, so nothing is shown. Try again in a minute."))
