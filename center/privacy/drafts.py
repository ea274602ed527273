"""Server drafts: a marked form is kept while it is being filled in, and comes back after a lost session (P09).

The mark is a signed hidden input, made by `{% draft %}`. It says whose form it is, about what, and where it is sent; so a
form that arrives after the session has ended can still be kept for the person who typed it.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from center.models.base import called, random_code, subject_of
from center.models.draft import KEPT, Draft
from center.privacy import keys
from center.privacy.fields import SecretFormField

if TYPE_CHECKING:
    from datetime import datetime

    from django import forms
    from django.db.models import Model
    from django.http import HttpRequest, QueryDict

    from center.models import Staff
    from center.models.draft import DraftQuerySet

NAME = "draft"
SALT = "center.draft"
HOURS = 12  # a mark is as old as the page that carries it; a session lives no longer
MOST_BYTES = 200_000
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", NAME})
# ID numbers, cards and telephones are typed again: inputs for them are write-only, and so are drafts of them.
WHOLE_NUMBER = re.compile(r"[\s-]*(?:\d[\s-]*){11,19}[Xx]?[\s-]*")


@dataclass(frozen=True)
class Mark:
    """Which draft a form on a page belongs to."""

    staff: int
    form: str
    subject: str
    title: str
    path: str  # where the form is filled in
    to: str  # where it is sent
    page: str  # this rendering of it

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)


def mark(request: HttpRequest, *, of: Model | None, title: str, part: str = "", to: str = "") -> Mark:
    """The form of this page (or this part of it), about this record; codes in addresses tell records apart."""
    query = request.GET.copy()
    query.pop(NAME, None)
    path = f"{request.path}?{query.urlencode()}" if query else request.path
    subject = subject_of(of) if of is not None else ""
    staff = request.user.pk or 0
    is_named = any(hasattr(of, name) for name in ("called", "number", "code"))  # an account is a name and nothing else
    title = " · ".join(filter(None, (title, called(of) if of is not None and is_named else "")))
    return Mark(staff, f"{request.path}#{part}", subject, title[:120], path[:300], to or request.path, random_code())


def marked(request: HttpRequest) -> Mark | None:
    """The mark of the form that was sent; None when there is none, or it is not ours."""
    if request.method != "POST" or NAME not in request.POST:
        return None
    try:
        return Mark(**signing.loads(request.POST[NAME], salt=SALT, max_age=HOURS * 3600))
    except (signing.BadSignature, TypeError):
        return None


def find(found: Mark) -> Draft | None:
    return Draft.objects.filter(staff=found.staff, form=found.form, subject=found.subject).alive().first()


def save(found: Mark, data: QueryDict) -> Draft | None:
    """Keep what was typed; None when there is nothing to keep or this page's form has been sent already."""
    kept = {name: values for name in data if (values := _kept(name, data.getlist(name)))}
    body = json.dumps(kept, ensure_ascii=False).encode()
    if len(body) > MOST_BYTES:
        return None
    with transaction.atomic():
        draft, _new = Draft.objects.select_for_update(no_key=True).get_or_create(
            staff_id=found.staff, form=found.form, subject=found.subject, defaults={"path": found.path, "body": b""}
        )
        if draft.page == found.page:
            return None
        draft.title, draft.path, draft.saved_at, draft.page = found.title, found.path, timezone.now(), ""
        draft.body = keys.ring().encrypt(body, label=_label(draft.code))
        draft.save()
    return draft


def _kept(name: str, values: list[str]) -> list[str]:
    if name in NEVER_KEPT or "password" in name:
        return []
    return [value for value in values if isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value)]


def typed(draft: Draft) -> MultiValueDict[str, str]:
    body = keys.ring().decrypt(bytes(draft.body), label=_label(draft.code))
    return MultiValueDict(json.loads(body))


def _label(code: str) -> bytes:
    return b"center.draft:" + code.encode()


def end(found: Mark) -> None:
    """The form was sent: nothing stays of it, and an autosave that comes late from that page is not kept either."""
    Draft.objects.update_or_create(
        staff_id=found.staff,
        form=found.form,
        subject=found.subject,
        defaults={"body": b"", "page": found.page, "path": found.path, "saved_at": timezone.now()},
    )


def discard(draft: Draft) -> None:
    draft.delete()


def rescue(request: HttpRequest) -> str:
    """Keep the form of somebody whose session has ended or locked under it; where it will be taken up, or ""."""
    found = marked(request)
    if found is None or (request.user.is_authenticated and request.user.pk != found.staff):
        return ""
    draft = save(found, request.POST)
    return draft.continue_url if draft else ""


def restore(form: forms.BaseForm, draft: Draft) -> MultiValueDict[str, str]:
    """Put what was typed into an unsent form. Hidden inputs, files and numbers that are write-only stay as they are."""
    data = typed(draft)
    for name, field in form.fields.items():
        html_name, widget = form.add_prefix(name), field.widget
        if widget.is_hidden or isinstance(field, SecretFormField) or widget.needs_multipart_form:
            continue
        if not widget.value_omitted_from_data(data, MultiValueDict(), html_name):
            form.initial[name] = widget.value_from_datadict(data, MultiValueDict(), html_name)
    return data


def of_staff(staff: Staff) -> DraftQuerySet:
    return Draft.objects.filter(staff=staff).alive()


def purge(now: datetime) -> int:
    """Drafts that nobody took up for thirty days, and the empty rows of sent forms after a day."""
    old = Draft.objects.filter(saved_at__lt=now - KEPT).delete()[0]
    return old + Draft.objects.filter(body=b"", saved_at__lt=now - KEPT / 30).delete()[0]


def forget(subject: str) -> None:
    """A destroyed record leaves no draft about it."""
    Draft.objects.filter(subject=subject).delete()
