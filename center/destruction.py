"""Destruction of personal facts: asked by one, approved by another, sealed, then carried out (PIPL 47, house.md §5)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center import desk, drafts, seals, trail
from center.act import action
from center.errors import Incomplete, NotAllowed, require
from center.models import Document, IssuedDocument, Staff
from center.models.seal import Destruction, DestructionRequest
from center.privacy import vault
from center.roles import Permission
from center.sentences import clauses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

PLAIN = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", "pgh_context_id", "salt")
FACTS = {"center_event": ("facts",), "center_accessentry": ("reason_text",)}


GROUNDS = {
    "term_over": gettext_lazy("The term of keeping is over"),
    "purpose_ended": gettext_lazy("The purpose has ended"),
    "consent_withdrawn": gettext_lazy("The person withdrew consent"),
    "unlawful": gettext_lazy("It should never have been kept"),
}


def why_not_destroy(staff: Staff) -> str:
    return "" if staff.may(Permission.DESTROY_RECORDS) else _("Your roles do not include destroying records.")


def why_not_ask_destruction(staff: Staff) -> str:
    if staff.may(Permission.DESTROY_RECORDS) or staff.may(Permission.REVIEW_FILES):
        return ""
    return _("Destruction is asked for by case officers and the leader.")


def why_not_approve_destruction(staff: Staff, request: DestructionRequest) -> str:
    if refusal := why_not_destroy(staff):
        return refusal
    if staff == request.asked_by:
        return _("Another person must approve what you asked to destroy.")
    if Destruction.objects.filter(request=request).exists():
        return _("This destruction has been approved already.")
    return ""


def why_not_carry_out(staff: Staff, destruction: Destruction) -> str:
    if refusal := why_not_destroy(staff):
        return refusal
    if destruction.rows.exists():
        return _("This destruction has been carried out.")
    record = record_of(destruction.subject)
    if record is None:
        return _("This record is no longer there.")
    kept_for = [why_not for each in desk.desks() if (why_not := each.why_not_forget(record))]
    if kept_for:
        return kept_for[0]
    open_work = [work.sentence for each in desk.desks() for work in each.open_work(record)]
    return _("Not while work is open: %(work)s") % {"work": clauses(open_work)} if open_work else ""


def record_of(subject: str) -> Model | None:
    label, _colon, pk = subject.partition(":")
    found: Model | None = apps.get_model(label)._default_manager.filter(pk=pk).first()
    return found


@action
def ask_destruction(subject: str, *, ground: str, reason: str, by: Staff) -> DestructionRequest:
    """Ask that everything personal about a record be destroyed. `ground` is a code, `reason` its text."""
    require(why_not_ask_destruction(by))
    if not reason.strip():
        raise Incomplete(_("Say why these records are destroyed."))
    asked = DestructionRequest.objects.create(
        subject=subject, ground=ground, reason=reason, asked_by=by, asked_at=timezone.now()
    )
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
        approved_at=timezone.now(),
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
        decision = {
            "subject": destruction.subject,
            "ground": destruction.request.ground,
            "reason": destruction.reason,
            "asked_by": destruction.asked_by.username,
            "asked_at": destruction.asked_at.isoformat(),
            "approved_by": destruction.approved_by.username,
            "approved_at": destruction.approved_at.isoformat(),
        }
        line = json.dumps({"destruction": destruction.pk, **decision, "table": table, "rows": wanted})
        seals.append_line(log(), line + "\n")
    return done


def log() -> Path:
    """Every destruction carried out, kept outside the database: what a restore has to do again."""
    return Path(settings.SEAL_HEADS_FILE).with_name("destroyed.jsonl")


def facts_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Of a history row: every tracked column but its references to other rows."""
    return tuple(name for name in columns if name not in PLAIN and not name.endswith("_id") and name != "id")


def forget_subject(destruction: Destruction, subject: str) -> int:
    """Blank what trail and access log say of one record."""
    from center.models import AccessEntry, Event  # noqa: PLC0415 - registry order

    done = blank(destruction, "center_event", Event.objects.filter(subject=subject).values_list("pk", flat=True))
    looks = AccessEntry.objects.filter(subject=subject).values_list("pk", flat=True)
    return done + blank(destruction, "center_accessentry", looks)


# -- carrying out, now and again after a restore -------------------------------------------------------------------------


def carry_out(destruction: Destruction, *, by: Staff) -> int:
    """Seal the decision, let every desk forget, seal what that wrote, then blank what logs and history still tell.

    In this order, because only a sealed row may be blank. How many rows were blanked.
    """
    require(why_not_carry_out(by, destruction))
    return _carry_out(destruction, by=by)


def _carry_out(destruction: Destruction, *, by: Staff) -> int:
    record = record_of(destruction.subject)
    subjects = {destruction.subject}
    if record is not None:
        subjects |= {subject for each in desk.desks() for subject in each.traces(record)}
        _forget(destruction, record=record, subjects=subjects, by=by)
    seals.seal()
    with transaction.atomic():
        done = sum(forget_subject(destruction, subject) + _blank_history(destruction, subject) for subject in subjects)
    seals.seal()
    return done


@action
def _forget(destruction: Destruction, *, record: Model, subjects: set[str], by: Staff) -> None:
    for each in desk.desks():
        each.forget(record, by=by)
    for subject in subjects:
        drafts.forget(subject)
    for paper in Document.objects.select_for_update(of=("self",)).filter(subject__in=subjects, removed_at=None):
        paper.removed_by, paper.removed_at, paper.removed_reason = by, timezone.now(), destruction.reason[:200]
        paper.save(update_fields=["removed_by", "removed_at", "removed_reason"])
        transaction.on_commit(partial(vault.remove, paper.code))
    for issued in IssuedDocument.objects.filter(subject__in=subjects):
        transaction.on_commit(partial(vault.remove, issued.code))
    trail.record("center.destruction.carried_out", destruction, by=by, records=len(subjects))


def _blank_history(destruction: Destruction, subject: str) -> int:
    label, _colon, pk = subject.partition(":")
    tracked = apps.get_model(label)
    histories = [model for model in apps.get_models() if getattr(model, "pgh_tracked_model", None) is tracked]
    return sum(
        blank(destruction, model._meta.db_table, rows)
        for model in histories
        if (rows := list(model._default_manager.filter(pgh_obj_id=pk).values_list("pk", flat=True)))
    )


def replay() -> list[str]:
    """After a restore: carry out again what had been destroyed since the backup; one sentence each."""
    if not log().exists():
        return []
    decisions: dict[tuple[str, str], dict[str, Any]] = {}
    for line in log().read_text().splitlines():
        told = json.loads(line)
        decisions[told["subject"], told["approved_at"]] = told
    return [sentence for told in decisions.values() if (sentence := _replayed(told))]


def _replayed(told: dict[str, Any]) -> str:
    at = datetime.fromisoformat(told["approved_at"])
    known = Destruction.objects.filter(subject=told["subject"], approved_at=at).first()
    if known and known.rows.exists():
        return ""
    people = {name: Staff.objects.get(username=told[name]) for name in ("asked_by", "approved_by")}
    if known is None:
        facts = {"subject": told["subject"], "reason": told["reason"], "asked_at": told["asked_at"]}
        request = DestructionRequest.objects.create(**facts, ground=told["ground"], asked_by=people["asked_by"])
        known = Destruction.objects.create(request=request, **facts, **people, approved_at=at)
        known.refresh_from_db()
    done = _carry_out(known, by=people["approved_by"])
    return f"{told['subject']}: destroyed again, {done} rows"
