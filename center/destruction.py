"""Destruction of personal facts: asked by one, approved by another, sealed, then carried out (PIPL 47, house.md §5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from center import seals, trail
from center.act import action
from center.errors import Incomplete, NotAllowed, require
from center.models.seal import Destruction, DestructionRequest
from center.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from center.models import Staff

PLAIN = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", "pgh_context_id", "salt")
FACTS = {"center_event": ("facts",), "center_accessentry": ("reason_text",)}


def why_not_destroy(staff: Staff) -> str:
    return "" if staff.may(Permission.DESTROY_RECORDS) else _("Your roles do not include destroying records.")


def why_not_approve_destruction(staff: Staff, request: DestructionRequest) -> str:
    if refusal := why_not_destroy(staff):
        return refusal
    if staff == request.asked_by:
        return _("Another person must approve what you asked to destroy.")
    if Destruction.objects.filter(request=request).exists():
        return _("This destruction has been approved already.")
    return ""


@action
def ask_destruction(subject: str, *, ground: str, reason: str, by: Staff) -> DestructionRequest:
    """Ask that everything personal about a record be destroyed. `ground` is a code, `reason` its text."""
    require(why_not_destroy(by))
    if not reason.strip():
        raise Incomplete(_("Say why these records are destroyed."))
    asked = DestructionRequest.objects.create(subject=subject, ground=ground, reason=reason, asked_by=by)
    trail.record("center.destruction.asked", asked, by=by, subject_of=subject, ground=ground)
    return asked


@action
def approve_destruction(request: DestructionRequest, *, by: Staff) -> Destruction:
    """The second person's decision. It must be sealed before anything is blanked: `seals.seal()`, then `carry_out`."""
    request = DestructionRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    require(why_not_approve_destruction(by, request))
    made = Destruction.objects.create(
        request=request,
        subject=request.subject,
        reason=request.reason,
        asked_by=request.asked_by,
        asked_at=request.asked_at,
        approved_by=by,
    )
    trail.record("center.destruction.approved", made, by=by, subject_of=request.subject)
    return made


def blank(destruction: Destruction, table: str, rows: Iterable[int]) -> int:
    """Blank the facts and the salt of these rows of one sealed table; how many were blanked."""
    sealable = next((one for one in seals.sealables() if one.table == table and "salt" in one.columns), None)
    if sealable is None:
        raise NotAllowed(_("Rows of this table cannot be destroyed."))
    columns = FACTS.get(table) or facts_of(sealable.columns)
    wanted = sorted(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT center_destroy(%s, %s, %s, %s, %s, %s)",
            [destruction.pk, table, sealable.key, wanted, list(sealable.columns), list(columns)],
        )
        done = int(cursor.fetchone()[0])
    if done:
        line = json.dumps(
            {"destruction": destruction.pk, "subject": destruction.subject, "table": table, "rows": wanted}
        )
        seals.append_line(settings.SEAL_HEADS_FILE.with_name("destroyed.jsonl"), line + "\n")
    return done


def facts_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Of a history row: every tracked column but its references to other rows."""
    return tuple(name for name in columns if name not in PLAIN and not name.endswith("_id") and name != "id")


def forget_subject(destruction: Destruction, subject: str) -> int:
    """Blank what trail and access log say of one record."""
    from center.models import AccessEntry, Event  # noqa: PLC0415 - registry order

    done = blank(destruction, "center_event", Event.objects.filter(subject=subject).values_list("pk", flat=True))
    looks = AccessEntry.objects.filter(subject=subject).values_list("pk", flat=True)
    return done + blank(destruction, "center_accessentry", looks)
