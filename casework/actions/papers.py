"""What lies beside the facts: the five clears, consents, copies, scans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework.actions.facts import locked, touch
from casework.enums import Block, Purpose
from casework.models import Consent, FiveClear
from casework.permissions import (
    why_not_edit_file,
    why_not_record_consent,
    why_not_remove_paper,
    why_not_withdraw_consent,
)
from center.actions.notices import unname
from center.desk import desks
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import require
from center.papers import documents

if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from casework.models import HardshipFile, Person
    from center.models import Notice, Staff
    from center.papers.documents import Document


# Which paper each purpose is signed on.
SHEETS = {Purpose.PUBLISH: "publish_consent", Purpose.ECONOMIC_CHECK: "check_authorisation"}


@action
def verify_clear(
    file: HardshipFile, *, block: str, knows: list[str] | None = None, note: str = "", on: date | None = None, by: Staff
) -> FiveClear:
    """One of the five was verified today: with the person, on paper, at home."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    values = {"verified_on": on or timezone.localdate(), "verified_by": by, "verified_at": timezone.now()}
    clear, _made = FiveClear.objects.update_or_create(
        file=file, block=Block(block), defaults={**values, "knows": knows or [], "note": note}
    )
    touch(file)
    trail.record("casework.file.clear_verified", file, by=by, block=block)
    return clear


@action
def record_consent(
    person: Person,
    *,
    purpose: str,
    signed_on: date,
    valid_until: date | None = None,
    version: str = "2026-1",
    upload: UploadedFile[Any] | None = None,
    by: Staff,
) -> Consent:
    """A signed sheet; its scan, when there is one, lies beside this very consent."""
    require(why_not_record_consent(by, person))
    consent = Consent.objects.create(
        person=person,
        purpose=purpose,
        signed_on=signed_on,
        valid_until=valid_until,
        version=version,
        entered_by=by,
        entered_at=timezone.now(),
    )
    if upload is not None:
        documents.attach(consent, kind=SHEETS[Purpose(purpose)], upload=upload, by=by)
    trail.record("casework.consent.recorded", person, by=by, purpose=purpose, version=version)
    return consent


@action
def withdraw_consent(consent: Consent, *, by: Staff) -> list[Notice]:
    """From now on a number stands for the name, also on notices that hang: these are the answer."""
    consent = Consent.objects.select_for_update(of=("self",), no_key=True).get(pk=consent.pk)
    require(why_not_withdraw_consent(by, consent))
    consent.withdrawn_by, consent.withdrawn_at = by, timezone.now()
    consent.save(update_fields=["withdrawn_by", "withdrawn_at"])
    trail.record("casework.consent.withdrawn", consent.person, by=by, purpose=consent.purpose)
    if consent.purpose != Purpose.PUBLISH:
        return []
    subjects = [subject for each in desks() for subject in each.named_on_notices(consent.person)]
    return unname(subjects, by=by)


@action
def mark_paper(file: HardshipFile, *, on: date, by: Staff) -> HardshipFile:
    """The paper file says the same again."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    file.paper_updated_on = on
    file.save(update_fields=["paper_updated_on"])
    trail.record("casework.file.paper_updated", file, by=by, on=on)
    return file


@action
def mark_national(file: HardshipFile, *, on: date, by: Staff) -> HardshipFile:
    """Keyed into the national system too."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    file.national_synced_on = on
    file.save(update_fields=["national_synced_on"])
    trail.record("casework.file.national_synced", file, by=by, on=on)
    return file


@action
def add_document(file: HardshipFile, *, kind: str, upload: UploadedFile[Any], by: Staff) -> Document:
    """A paper of the file, encrypted; its type and size are judged by center.papers.documents."""
    file = locked(file)
    require(why_not_edit_file(by, file))
    document = documents.attach(file, kind=kind, upload=upload, by=by)
    touch(file)
    return document


@action
def note_paper_removed(file: HardshipFile, *, paper: Document, by: Staff) -> HardshipFile:
    """A scan was taken off the file (center.papers.documents.remove): the paper file has to be looked at again."""
    file = locked(file)
    require(why_not_remove_paper(by, file, paper))
    touch(file)
    trail.record("casework.file.paper_removed", file, by=by, kind=paper.kind)
    return file
