"""Code lists by name: what may be chosen today, what a stored code is called, what an old word means."""

from __future__ import annotations

import time
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import gettext

from center.models.reference import Code, CodeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

FRESH_FOR = float("inf") if settings.TESTING else 60.0  # seconds; tests count queries


class _Lists:
    """All code lists in memory; read again after a change here, and after a minute because another process may have."""

    def __init__(self) -> None:
        self.read_at: float | None = None
        self.codes: dict[str, dict[str, Code]] = {}
        self.words: dict[str, dict[str, str]] = {}

    def load(self) -> None:
        self.codes, self.words = defaultdict(dict), defaultdict(dict)
        for code in Code.objects.all():
            self.codes[code.list][code.code] = code
            for word in (code.code, code.label_zh, code.label_en):
                self.words[code.list].setdefault(fold(word), code.code)
        for alias in CodeAlias.objects.all():
            self.words[alias.list].setdefault(fold(alias.text), alias.code)
        self.read_at = time.monotonic()

    def fresh(self) -> _Lists:
        if self.read_at is None or time.monotonic() - self.read_at > FRESH_FOR:
            self.load()
        return self

    def forget(self, **_: object) -> None:
        self.read_at = None


_lists = _Lists()
for _model in (Code, CodeAlias):
    post_save.connect(_lists.forget, sender=_model, weak=False)
    post_delete.connect(_lists.forget, sender=_model, weak=False)


def forget() -> None:
    """Read the lists again; called after they were written by statement (seed, restore, a test's rollback)."""
    _lists.forget()


def fold(text: str) -> str:
    """Full-width forms, case and blanks do not distinguish two words of a list."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def choices(name: str, *, on: date | None = None, held: Collection[str] = ()) -> list[tuple[str, str]]:
    """(code, label in the reader's language) of what may be chosen on a day; retired and import-only ones are not.

    What a record holds already (`held`) stays choosable on it, whatever has become of the code since.
    """
    day = on or timezone.localdate()
    found = [
        (code.code, code.label)
        for code in _lists.fresh().codes.get(name, {}).values()
        if not code.import_only
        and (code.starts_on is None or code.starts_on <= day)
        and (code.retired_on is None or code.retired_on > day)
    ]
    known = {code for code, _label in found}
    return found + [(code, label(name, code)) for code in held if code and code not in known]


def label(name: str, code: str) -> str:
    """The label of a stored code, retired ones too; the code itself when no list knows it."""
    found = _lists.fresh().codes.get(name, {}).get(code)
    return found.label if found else code


def label_among(names: Iterable[str], code: str) -> str:
    """The label of a code that one of several lists knows; the code itself when none does."""
    return next((label(name, code) for name in names if knows(name, code)), code)


def english(name: str) -> dict[str, str]:
    """The Chinese label and the English one of each code of a list, retired ones too."""
    return {code.label_zh: code.label_en for code in _lists.fresh().codes.get(name, {}).values() if code.label_en}


def find(name: str, text: str) -> str:
    """The code that a word of a form means (either language, or an older form's word); "" when none does."""
    return _lists.fresh().words.get(name, {}).get(fold(text), "")


def names() -> list[str]:
    """The lists that there are."""
    return list(_lists.fresh().codes)


def knows(name: str, code: str) -> bool:
    return code in _lists.fresh().codes.get(name, {})


# Why less was given, or nothing; why more than the public was told; why an emergency is not ratified.
DECISION_REASONS = ("refusal_reason", "excess_reason", "ratification_reason")


def reason(code: str) -> str:
    """Why something was decided so, in the reader's language; "" for no reason."""
    return label_among(DECISION_REASONS, code) if code else ""


def reasons(*, spent: bool = False) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """What a decision may give as its reason, each list under its own heading; of an emergency whose money is out,
    why it is not ratified or is put off."""
    if spent:
        return [
            ("", "—"),
            (gettext("Not ratified"), choices("ratification_reason")),
            (gettext("Deferred"), choices("refusal_reason")),
        ]
    return [
        ("", "—"),
        (gettext("Less, deferred or refused"), choices("refusal_reason")),
        (gettext("More than the public was told"), choices("excess_reason")),
    ]
