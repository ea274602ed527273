"""A new application after one that came to nothing begins as its copy: nothing is asked twice (fault kind 27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from casework.models import Consent
from relief.models import Application, ApplicationPaper, Invoice
from relief.queries import schooling
from relief.queries.applications import bills_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from casework.models import Person
    from relief.models import Programme

NOTHING_CAME = (Application.Status.WITHDRAWN, Application.Status.REFUSED)
COPIED = ("request", "beneficiary", "asked_amount", "other_aid", "school", "school_stage", "stage_reason")
State = ApplicationPaper.State


def last_of(programme: Programme, person: Person) -> Application | None:
    """The last application for this programme that gave nothing; whoever was granted begins anew."""
    past = Application.objects.filter(programme=programme, person=person, ended_at__isnull=False)
    last = past.order_by("ended_at", "pk").last()
    return last if last and last.status in NOTHING_CAME else None


def answers_known(person: Person, last: Application | None) -> Mapping[str, Any]:
    """What was answered before, and the consent that is on record."""
    today = timezone.localdate()
    signed = Consent.objects.valid_on(today).filter(person=person, purpose="publish").exists()
    known: dict[str, Any] = {"may_publish": signed}
    if last is None:
        return known
    known |= {name: getattr(last, name) for name in COPIED}
    if known["beneficiary"] and known["beneficiary"].died_on:
        known["beneficiary"] = None
    if last.school_year in schooling.school_years(today):
        known["school_year"] = last.school_year
    return known


def copy_papers(application: Application, last: Application) -> None:
    """What was brought then is here; a scan that was taken off since is asked for again."""
    brought = {one.kind: one for one in last.papers.filter(state__in=(State.RECEIVED, State.KEPT))}
    for paper in application.papers.filter(state=State.MISSING, kind__in=brought):
        before = brought[paper.kind]
        if before.document is None or before.document.removed_at is None:
            paper.state = State.KEPT if before.document else State.RECEIVED
            paper.document, paper.note = before.document, before.note
            paper.ticked_by, paper.ticked_at = before.ticked_by, before.ticked_at
            paper.save(update_fields=["state", "document", "note", "ticked_by", "ticked_at"])


def copy_invoices(application: Application, last: Application) -> bool:
    """Its bills, which came free with its end, unless one of them counts elsewhere by now."""
    freed = bills_of(last)
    if Invoice.objects.filter(counts=True, number_key__in=[bill.number_key for bill in freed]).exists():
        return False
    for bill in freed:
        Invoice.objects.create(
            application=application, number=bill.number, issued_on=bill.issued_on, self_paid=bill.self_paid
        )
    return bool(freed)
