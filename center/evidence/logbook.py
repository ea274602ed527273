"""The trail and the access log as people read them: codes stay in the rows, words are told in the reader's language."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from center.desk import desks
from center.evidence.log_values import Values
from center.kernel.records import by_model
from center.models import Event, Staff, codes
from center.models.base import called, subject_of
from center.models.privacy import AccessKind
from center.privacy.fields import SecretField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from center.models import AccessEntry

PAPER = re.compile(r"document (\S+)")
COPY = re.compile(r"copy (\d+) of (\S+)")


def in_words(code: str) -> str:
    """A step, a look or the name of a fact; the code itself when no desk has a word for it."""
    for desk in desks():
        if word := desk.log_words().get(code):
            return str(word)
    return code


def record(subject: str) -> str:
    """One record in words; a kind of record (`center.code`) is called as its list."""
    return records([subject])[subject]


def records(subjects: Iterable[str]) -> dict[str, str]:
    """Each subject in words: what it is, its number, masked whose it is; one query for each kind of record."""
    subjects = set(subjects)
    told = {subject: _kind(subject) for subject in subjects}
    for model, pks in by_model(subjects).items():
        what = str(model._meta.verbose_name)
        gone = _("%(what)s that is no longer kept") % {"what": what}
        told |= {f"{model._meta.label_lower}:{pk}": gone for pk in pks}
        related = getattr(model, "CALLED_WITH", ())
        rows = model._default_manager.filter(pk__in=pks).select_related(*related) if related else None
        for row in rows if rows is not None else model._default_manager.filter(pk__in=pks):
            name = called(row)
            told[subject_of(row)] = name if name.startswith(what) else f"{what} {name}"
    return {subject: told[subject] for subject in subjects}


def _kind(subject: str) -> str:
    label, _colon, key = subject.partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return subject
    return f"{model._meta.verbose_name} {key}" if key else str(model._meta.verbose_name_plural)


def steps(moments: Iterable[datetime]) -> dict[datetime, str]:
    """What was being done when a field changed: history and trail of one transaction bear the same moment."""
    found = Event.objects.filter(at__in=set(moments)).order_by("-pk").values_list("at", "verb")
    return {at: in_words(verb) for at, verb in found}


def names(actors: Iterable[str]) -> dict[str, str]:
    """User name → the person's name; a job, a command and somebody gone have none."""
    return dict(Staff.objects.filter(username__in=set(actors)).values_list("username", "full_name"))


def facts(event: Event, told: Mapping[str, str] | None = None, values: Values | None = None) -> list[tuple[str, str]]:
    """(name, value) of an event; what was sealed stays, its words are told: yes, no, other records, choices, people.

    `told` and `values` know those of a whole page.
    """
    truth, model = {"True": _("yes"), "False": _("no"), "None": "—"}, event.subject.partition(":")[0]
    known = records(event.facts.values()) if told is None else told
    words = Values([event.facts]) if values is None else values
    return [
        (_fact(name, model), truth.get(value) or _other(known, value) or in_words(words.told(name, value, of=model)))
        for name, value in event.facts.items()
        if value
    ]


def _other(known: Mapping[str, str], value: str) -> str:
    """Another record, where the value names one."""
    said = known.get(value, value)
    return said if said != value else ""


def _fact(name: str, model: str) -> str:
    """A fact is a field of the record, or has a word of its own."""
    return _field(f"{model}.{name}") or in_words(name)


def seen(what: str) -> str:
    """What a line of the access log says was seen: a page, a number of a record, a paper, a copy of a print."""
    if found := PAPER.fullmatch(what):
        return codes.label("attachment_type", found[1])
    if found := COPY.fullmatch(what):
        return _("copy %(copy)s of print %(code)s") % {"copy": found[1], "code": found[2]}
    kind, _space, rest = what.partition(" ")
    word = in_words(kind)
    if word == kind:
        word = _field(kind) or kind
    return f"{word} {in_words(rest)}".rstrip()


def why(entry: AccessEntry) -> str:
    """Why somebody looked: the reason that was given, else what the page is for."""
    given = f"{entry.get_reason_display()} {in_words(entry.reason_text)}".strip()
    by_kind = {
        AccessKind.EXPORT: _("To take the list out"),
        AccessKind.PRINT: _("To hand the paper out"),
        AccessKind.DOWNLOAD: _("To look at the paper"),
    }
    return given or by_kind.get(AccessKind(entry.kind)) or purpose(entry.what)


def purpose(what: str) -> str:
    """What a page, a paper or a list is opened for: by the longest beginning that a desk knows."""
    known = {start: words for desk in desks() for start, words in desk.log_purposes().items() if what.startswith(start)}
    return str(known[max(known, key=len)]) if known else ""


def _field(label: str) -> str:
    """`casework.person.id_number` is the name of that field."""
    model, _dot, name = label.rpartition(".")
    try:
        return str(getattr(apps.get_model(model)._meta.get_field(name), "verbose_name", ""))
    except (LookupError, ValueError, FieldDoesNotExist):
        return str(_sealed().get(label, ""))


@cache
def _sealed() -> dict[str, str | _StrPromise]:
    """The label that binds a number's ciphertext → the name of its field."""
    fields = [field for model in apps.get_models() for field in model._meta.fields]
    return {field.label: field.verbose_name for field in fields if isinstance(field, SecretField)}
