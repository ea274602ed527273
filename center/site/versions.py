"""Two people edit one record: the second sees both versions field by field and chooses; nothing typed is lost (§3.1, 409).

A form carries fingerprints of the values that it showed (`{% version form %}`). Before its action runs, and under the lock of
the record, the values of now are compared with them.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.db import transaction
from django.shortcuts import render
from django.utils.translation import gettext as _

from center.kernel.errors import Conflict
from center.kernel.sentences import listed
from center.models import Event, Staff
from center.models.base import subject_of
from center.privacy import keys, secret
from center.privacy.fields import SecretFormField
from center.privacy.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse, QueryDict

NAME = "version"
SALT = "center.version"
TAKE, THEIRS = "take.", "theirs."
MINE = "mine"


@dataclass(frozen=True)
class Difference:
    """One field that somebody changed since the form was opened, and that is not what was typed here."""

    name: str
    label: str
    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    theirs_shown: str
    mine_shown: str
    touched: bool  # typed over here as well; otherwise it only stood in the form as it was before


class Clash(Conflict):
    """Raised before anything is written; the page of both versions is its answer."""

    def __init__(self, form: forms.BaseForm, current: forms.BaseForm, record: Model, found: list[Difference]) -> None:
        super().__init__(_("Somebody changed this while you were writing: choose field by field."))
        self.form, self.current, self.record, self.found = form, current, record, found


def written(form: forms.BaseForm) -> dict[str, tuple[str, ...]]:
    """The values of an unsent form as a browser would send them, without hidden inputs and files."""
    return {
        form.add_prefix(name): _as_sent(form, name, field)
        for name, field in form.fields.items()
        if not field.widget.is_hidden and not field.widget.needs_multipart_form
    }


def _as_sent(form: forms.BaseForm, name: str, field: forms.Field) -> tuple[str, ...]:
    if isinstance(field, SecretFormField):  # never shown; its fingerprint says whether it is another number
        value = getattr(_record_of(form), name, None)
        return (bytes(value)[secret.WHOLE].hex(),) if isinstance(value, Secret) else ()
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(field.widget, forms.CheckboxInput):
        return ("on",) if field.widget.check_test(value) else ()
    shown = field.widget.format_value(value)  # type: ignore[attr-defined] # every widget with one value has it
    listed = shown if isinstance(shown, list | tuple) else [shown]
    return _plain([str(one) for one in listed if one is not None])


def _record_of(form: forms.BaseForm) -> Model | None:
    """The record that a form edits, where it keeps it: `record`, or a model form's instance."""
    found: Model | None = getattr(form, "record", None) or getattr(form, "instance", None)
    return found if found is not None and found.pk else None


def _plain(values: list[str]) -> tuple[str, ...]:
    trimmed = [value.replace("\r\n", "\n").strip() for value in values]
    return tuple(sorted(value for value in trimmed if value))


def _print(name: str, values: tuple[str, ...]) -> str:
    return keys.ring().mac("version", name, json.dumps(values)).hex()[:12]


def stamp(form: forms.BaseForm) -> str:
    prints = {name: _print(name, values) for name, values in written(form).items()}
    return signing.dumps(prints, salt=SALT, compress=True)


def keep(form: forms.BaseForm, kept: str) -> None:
    """A draft was put into the form: it was begun on the version that the draft knew, not on this one."""
    form.kept_version = kept  # type: ignore[attr-defined] # read by stamp_of


def stamp_of(form: forms.BaseForm) -> str:
    """What the hidden input holds: as sent, when the form comes back for correction; else as it stands now."""
    if form.is_bound:
        return str(form.data.get(NAME, ""))
    return str(getattr(form, "kept_version", "")) or stamp(form)


def chosen(data: QueryDict) -> QueryDict:
    """What was sent, the choices of the page of both versions carried out."""
    if not any(name.startswith(THEIRS) for name in data):
        return data
    result = data.copy()
    for name in [name.removeprefix(TAKE) for name in data if name.startswith(TAKE)]:
        if data[TAKE + name] != MINE:
            result.setlist(name, data.getlist(THEIRS + name))
    return result


@contextmanager
def unchanged(form: forms.BaseForm, *, lock: Model, now: Callable[[], forms.BaseForm]) -> Iterator[None]:
    """Hold `lock` and run the action only if nobody changed what this form showed. `now` builds it from the record of now.

    Raises `Clash`; a form that brings no version (a script's) is not compared.
    """
    with transaction.atomic():
        type(lock)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=lock.pk)
        current = now()
        found = differences(form, current)
        if found:
            raise Clash(form, current, lock, found)
        yield


def differences(form: forms.BaseForm, current: forms.BaseForm) -> list[Difference]:
    data: Any = form.data  # a QueryDict
    seen = _seen(data.get(NAME, ""))
    undecided = {name.removeprefix(THEIRS) for name in data if name.startswith(THEIRS)}
    undecided -= {name.removeprefix(TAKE) for name in data if name.startswith(TAKE)}
    found = []
    for (name, field), (html_name, theirs) in zip(_shown_fields(current), written(current).items(), strict=True):
        then = seen.get(html_name, "")
        mine = _plain(data.getlist(html_name))
        if isinstance(field, SecretFormField):
            if mine and then and _print(html_name, theirs) != then:
                found.append(_secret(form, name, html_name, mine))
            continue
        if isinstance(field.widget, forms.CheckboxInput):
            mine = ("on",) if mine else ()
        changed = bool(then) and _print(html_name, theirs) != then
        if (changed or html_name in undecided) and mine != theirs:
            words = _words(field, theirs), _words(field, mine)
            touched = html_name in undecided or _print(html_name, mine) != then
            found.append(Difference(html_name, str(form[name].label), theirs, mine, *words, touched))
    return found


def _shown_fields(form: forms.BaseForm) -> list[tuple[str, forms.Field]]:
    return [
        (name, field)
        for name, field in form.fields.items()
        if not field.widget.is_hidden and not field.widget.needs_multipart_form
    ]


def _secret(form: forms.BaseForm, name: str, html_name: str, mine: tuple[str, ...]) -> Difference:
    """A number that both typed: neither is shown, and to take theirs is to leave the input empty."""
    shown = _("the number on record now"), _("the number that you typed")
    return Difference(html_name, str(form[name].label), (), mine, *shown, touched=True)


def _words(field: forms.Field, values: tuple[str, ...]) -> str:
    if isinstance(field.widget, forms.CheckboxInput):
        return _("yes") if values else _("no")
    labels: dict[str, str] = {}
    for value, label in getattr(field, "choices", ()) or getattr(field.widget, "choices", ()):
        grouped = label if isinstance(label, list | tuple) else [(value, label)]
        labels |= {str(one): str(word) for one, word in grouped}
    return listed(labels.get(value, value) for value in values)


def _seen(sent: str) -> dict[str, str]:
    if not sent:
        return {}
    try:
        seen: dict[str, str] = signing.loads(sent, salt=SALT)
    except signing.BadSignature as error:
        raise Conflict(_("This page is too old to save from. Open it again.")) from error
    return seen


def answer(request: HttpRequest, clash: Clash) -> HttpResponse:
    """The page of both versions: every other field travels along hidden, as it was typed."""
    names = {one.name for one in clash.found}
    left_out = {NAME, "csrfmiddlewaretoken"}
    data: Any = clash.form.data
    others = [
        (name, value)
        for name in data
        if name not in left_out and not name.startswith((TAKE, THEIRS)) and name not in names
        for value in data.getlist(name)
    ]
    records = [clash.record, _record_of(clash.form)]
    last = Event.objects.filter(subject__in=[subject_of(one) for one in records if one is not None]).first()
    who = Staff.objects.filter(username=last.actor).first() if last else None
    context = {"clash": clash, "others": others, "version": stamp(clash.current), "last": last, "who": who}
    return render(request, "center/conflict.html", context, status=409)
