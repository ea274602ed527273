"""Destruction of personal facts: asked by one, approved by another, sealed, then carried out (PIPL 47, architecture.md §5)."""

from __future__ import annotations

import json
from collections import defaultdict
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

from center import desk
from center.evidence import seals, trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require
from center.kernel.records import by_model, offices_of, record_of
from center.kernel.roles import Permission
from center.kernel.sentences import clauses, listed
from center.models import Document, IssuedDocument, Office, Staff
from center.models.base import subject_of
from center.models.privacy import Salted
from center.models.seal import Destruction, DestructionRequest
from center.permissions.turns import not_yours
from center.privacy import drafts, vault

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


def why_not_destroy(staff: Staff, offices: Iterable[int]) -> str:
    """Destroying is decided where the record is kept: by somebody who may at each of these offices."""
    if not staff.may_somewhere(Permission.DESTROY_RECORDS):
        return not_yours(
            staff,
            _("Your roles do not include destroying records."),
            Permission.DESTROY_RECORDS,
            office=min(offices, default=None),
        )
    return _why_not_there(offices, staff.sight(Permission.DESTROY_RECORDS))


def why_not_ask_destruction(staff: Staff, offices: Iterable[int] = ()) -> str:
    sight = staff.sight(Permission.DESTROY_RECORDS) | staff.sight(Permission.REVIEW_FILES)
    if not sight:
        return _("Destruction is asked for by case officers and the leader.")
    return _why_not_there(offices, sight)


def _kept_at(request: DestructionRequest) -> list[int]:
    return list(request.offices.values_list("pk", flat=True))


def _why_not_there(offices: Iterable[int], sight: frozenset[int]) -> str:
    elsewhere = Office.objects.filter(pk__in=set(offices) - sight).order_by("pk")
    if not elsewhere:
        return ""
    return _("It is kept at %(offices)s too; that is decided there, or at an office above both.") % {
        "offices": listed(office.name for office in elsewhere)
    }


def why_not_approve_destruction(staff: Staff, request: DestructionRequest) -> str:
    if refusal := why_not_destroy(staff, _kept_at(request)):
        return refusal
    if staff == request.asked_by:
        return _("Another person must approve what you asked to destroy.")
    if Destruction.objects.filter(request=request).exists():
        return _("This destruction has been approved already.")
    return ""


def why_not_carry_out(staff: Staff, destruction: Destruction) -> str:
    if refusal := why_not_destroy(staff, _kept_at(destruction.request)):
        return refusal
    if destruction.rows.exists():
        return _("This destruction has been carried out.")
    record = record_of(destruction.subject)
    if record is None:
        return _("This record is no longer there.")
    if destruction.scope is None or not subjects_about(record) <= _subjects_in(destruction.scope):
        return _("More is kept of this record than was approved; ask for the destruction again.")
    kept_for = [why_not for each in desk.desks() if (why_not := each.why_not_forget(record))]
    if kept_for:
        return kept_for[0]
    open_work = [work.sentence for each in desk.desks() for work in each.open_work(record)]
    return _("Not while work is open: %(work)s") % {"work": clauses(open_work)} if open_work else ""


@action
def ask_destruction(subject: str, *, ground: str, reason: str, by: Staff) -> DestructionRequest:
    """Ask that everything personal about a record be destroyed. `ground` is a code, `reason` its text."""
    require(why_not_ask_destruction(by))
    if not reason.strip():
        raise Incomplete(_("Say why these records are destroyed."))
    record = record_of(subject)
    if record is None:
        raise NotAllowed(_("This record is no longer there."))
    offices = offices_of(subjects_about(record))
    require(why_not_ask_destruction(by, offices))
    asked = DestructionRequest.objects.create(
        subject=subject, ground=ground, reason=reason, asked_by=by, asked_at=timezone.now()
    )
    asked.offices.set(offices)
    trail.record("center.destruction.asked", asked, by=by, subject_of=subject, ground=ground)
    return asked


@action
def approve_destruction(request: DestructionRequest, *, by: Staff) -> Destruction:
    """The second person's decision. It must be sealed before anything is blanked: `seals.seal()`, then `carry_out`."""
    request = DestructionRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    require(why_not_approve_destruction(by, request))
    record = record_of(request.subject)
    if record is None:
        raise NotAllowed(_("This record is no longer there."))
    subjects = subjects_about(record)
    require(why_not_destroy(by, offices_of(subjects)))
    made = Destruction.objects.create(
        request=request,
        subject=request.subject,
        reason=request.reason,
        asked_by=request.asked_by,
        asked_at=request.asked_at,
        approved_by=by,
        approved_at=timezone.now(),
        scope=scope_of(subjects),
    )
    trail.record("center.destruction.approved", made, by=by, subject_of=request.subject, records=len(subjects))
    return made


def subjects_about(record: Model) -> set[str]:
    """The record itself and every record of a desk's whose logs and history tell of it."""
    return {subject_of(record)} | {subject for each in desk.desks() for subject in each.traces(record)}


def scope_of(subjects: Iterable[str]) -> list[dict[str, Any]]:
    """What a destruction of these subjects names, for `Destruction.scope`: logs by subject, histories by the record's number.

    Records that are written once themselves stand in it by their own number, with their `destroyed_columns`.
    """
    logs = [
        {"table": table, "by": "subject", "of": sorted(subjects), "columns": list(columns)}
        for table, columns in FACTS.items()
    ]
    histories = [
        {"table": history._meta.db_table, "by": "pgh_obj_id", "of": pks, "columns": list(facts_of(_columns(history)))}
        for model, pks in by_model(subjects).items()
        for history in apps.get_models()
        if getattr(history, "pgh_tracked_model", None) is model
    ]
    lines = [
        {"table": model._meta.db_table, "by": "id", "of": pks, "columns": list(model.destroyed_columns)}
        for model, pks in by_model(subjects).items()
        if issubclass(model, Salted)
    ]
    return logs + histories + lines


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _subjects_in(scope: Sequence[dict[str, Any]]) -> set[str]:
    return {subject for part in scope if part["by"] == "subject" for subject in part["of"]}


def blank(destruction: Destruction) -> int:
    """Blank the facts and the salts of all sealed rows that this destruction names; how many were blanked.

    The database function reads the names from the sealed decision: nothing else can be handed to it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT center_destroy(%s)", [destruction.pk])
        done = int(cursor.fetchone()[0])
    decision = {
        "subject": destruction.subject,
        "ground": destruction.request.ground,
        "reason": destruction.reason,
        "asked_by": destruction.asked_by.username,
        "asked_at": destruction.asked_at.isoformat(),
        "approved_by": destruction.approved_by.username,
        "approved_at": destruction.approved_at.isoformat(),
    }
    blanked = defaultdict(list)
    for table, row in destruction.rows.order_by("table", "row").values_list("table", "row"):
        blanked[table].append(row)
    for table, rows in blanked.items():
        line = json.dumps({"destruction": destruction.pk, **decision, "table": table, "rows": rows})
        seals.append_line(log(), line + "\n")
    return done


def log() -> Path:
    """Every destruction carried out, kept outside the database: what a restore has to do again."""
    return Path(settings.SEAL_HEADS_FILE).with_name("destroyed.jsonl")


def facts_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Of a history row: every tracked column but its references to other rows."""
    return tuple(name for name in columns if name not in PLAIN and not name.endswith("_id") and name != "id")


# -- carrying out, now and again after a restore -------------------------------------------------------------------------


def carry_out(destruction: Destruction, *, by: Staff) -> int:
    """Seal the decision, let every desk forget, seal what that wrote, then blank what logs and history still tell.

    In this order, because only a sealed row may be blank. How many rows were blanked.
    """
    require(why_not_carry_out(by, destruction))
    return _carry_out(destruction, by=by)


def _carry_out(destruction: Destruction, *, by: Staff) -> int:
    record = record_of(destruction.subject)
    if record is not None:
        _forget(destruction, record=record, subjects=_subjects_in(destruction.scope or ()), by=by)
    seals.seal()
    with transaction.atomic():
        done = blank(destruction)
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
        record = record_of(told["subject"])
        subjects = {told["subject"]} if record is None else subjects_about(record)
        request = DestructionRequest.objects.create(**facts, ground=told["ground"], asked_by=people["asked_by"])
        request.offices.set(offices_of(subjects))
        known = Destruction.objects.create(request=request, **facts, **people, approved_at=at, scope=scope_of(subjects))
        known.refresh_from_db()
    done = _carry_out(known, by=people["approved_by"])
    return f"{told['subject']}: destroyed again, {done} rows"
