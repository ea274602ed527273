"""What several pages of a file show: its record, words for codes, members, clears, papers."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.enums import Block, FileStatus, Know, ReturnReason, Verdict
from casework.models import (
    HardshipFile,
    Membership,
)
from casework.permissions import pending_leaving, why_not_open_paper, why_not_withdraw_consent
from casework.queries import economy
from casework.queries.search import detail_of
from center.kernel.sentences import listed, yuan
from center.models import codes
from center.models.base import subject_of
from center.papers.documents import Document
from center.privacy.fields import doubts

if TYPE_CHECKING:
    from django.forms import BaseForm

    from casework.permissions import Sight
    from center.models import Staff
    from center.site.guard import StaffRequest


def say_saved(request: StaffRequest, form: BaseForm) -> None:
    """Saved; and what of the numbers that were typed should be compared once more."""
    messages.success(request, _("Saved."))
    if getattr(form, "waits", False):
        messages.warning(request, _("What needs a second person counts when that person has confirmed it."))
    for doubt in doubts(form):
        messages.warning(request, doubt)


# Where the answers of each clear are filled in.
SECTION_OF = {
    Block.FAMILY: "household",
    Block.CAUSE: "cause",
    Block.SKILL: "person",
    Block.JOB: "person",
    Block.MIND: "cause",
}


def section_titles() -> dict[str, str]:
    return {
        "person": _("The worker"),
        "household": _("Home and household"),
        "members": _("Members"),
        "economy": _("Income and spending"),
        "cause": _("Cause, needs and measures"),
        "papers": _("Account, consents, five clears"),
    }


def visible(request: StaffRequest, code: str) -> HardshipFile:
    related = ("household__head__employer", "office", "owner", "filed_by")
    return get_object_or_404(HardshipFile.objects.visible_to(request.staff).select_related(*related), code=code)


def label_codes(file: Any) -> None:
    """Words for codes, beside the codes, so that templates stay dumb."""
    file.category_label = codes.label("hardship_category", file.category)
    file.cause_label = codes.label("hardship_cause", file.primary_cause) if file.primary_cause else ""
    computed = getattr(file, "computed", None)
    file.computed_label = Verdict(computed).label if computed else ""


def clear_cards(file: HardshipFile, sees: Sight) -> list[dict[str, Any]]:
    """The five clears: how much of each is filled, what it says, when it was verified, where to fill it."""
    household, head = file.household, file.household.head
    verified = {clear.block: clear for clear in file.clears.select_related("verified_by")}
    stale = timezone.localdate() - timedelta(days=365)
    size = household.members_on(timezone.localdate()).count()
    assessment = economy.latest(household.pk)
    per_head = yuan(assessment.per_capita) if assessment and assessment.per_capita is not None else ""
    label = codes.label
    content: dict[Block, tuple[list[Any], str]] = {
        Block.FAMILY: (
            [
                household.address,
                household.housing_type,
                size > 1 or household.single_person,
                per_head,
                household.on_dibao is not None,
            ],
            ngettext("%(people)s person · per head %(yuan)s", "%(people)s people · per head %(yuan)s", size)
            % {"people": size, "yuan": per_head or "—"},
        ),
        Block.CAUSE: (
            [file.primary_cause, file.cause_text, head.health_status],
            label("hardship_cause", file.primary_cause) if file.primary_cause else "",
        ),
        Block.SKILL: ([head.education_level, head.skills], listed(head.skills)),
        Block.JOB: ([head.work_status, head.job_wish], head.job_wish),
        Block.MIND: ([file.mind_note], file.mind_note),
    }
    cards = []
    for block, (filled, says) in content.items():
        clear = verified.get(block)
        hidden = block == Block.MIND and not sees.mind
        cards.append(
            {
                "block": block,
                "label": Block(block).label,
                "filled": sum(1 for value in filled if value),
                "of": len(filled),
                "says": "" if hidden else says,
                "hidden": hidden,
                "section": SECTION_OF[block],
                "clear": clear,
                "stale": clear is None or clear.verified_on < stale,
            }
        )
    return cards


def papers_of(file: HardshipFile, staff: Staff, *, removed: bool = False) -> list[Any]:
    """The papers kept beside a file, newest first, with their kind in words; or those that were taken off it."""
    rows = Document.objects.filter(subject=subject_of(file), removed_at__isnull=not removed).order_by("-pk")
    papers: list[Any] = list(rows.select_related("removed_by") if removed else rows)
    for paper in papers:
        paper.kind_label = codes.label("attachment_type", paper.kind)
        paper.why_not = why_not_open_paper(staff, file, paper.kind)
    return papers


def consents_of(file: HardshipFile, staff: Staff) -> list[Any]:
    """What the head has signed, each with its sheet, and whether it may be taken back here."""
    found: list[Any] = list(file.household.head.consents.select_related("person", "entered_by", "withdrawn_by"))
    subjects = {subject_of(consent): consent for consent in found}
    sheets = Document.objects.filter(subject__in=subjects, removed_at=None)
    for consent in found:
        consent.sheet = None
        consent.why_not_withdraw = why_not_withdraw_consent(staff, consent)
    for sheet in sheets:
        subjects[sheet.subject].sheet = sheet
    return found


def known_of_nine(file: HardshipFile) -> list[tuple[str, bool]]:
    known = {code for clear in file.clears.all() for code in clear.knows}
    return [(str(know.label), know.value in known) for know in Know]


def ending_of(file: HardshipFile) -> dict[str, Any] | None:
    """Who brought the file to where it stands, when, for which reason: of the states that need one."""
    lists_of = {
        FileStatus.RETURNED: ("returned", ""),
        FileStatus.REFUSED: ("refused", "refusal_reason"),
        FileStatus.EXITED: ("exited", "exit_reason"),
        FileStatus.CANCELLED: ("cancelled", "cancel_reason"),
    }
    status = FileStatus(file.status)
    if status == FileStatus.ARCHIVED:
        step, where = "archived", str(_("Paper: %(place)s")) % {"place": file.archive_place}
        return {"by": file.archived_by, "at": file.archived_at, "reason": "", "text": where, "step": step}
    if status not in lists_of:
        return None
    step, code_list = lists_of[status]
    reason = getattr(file, f"{step}_reason")
    label = codes.label(code_list, reason) if code_list else ReturnReason(reason).label
    return {
        "by": getattr(file, f"{step}_by"),
        "at": getattr(file, f"{step}_at"),
        "on": getattr(file, f"{step}_on", None),
        "reason": label,
        "text": getattr(file, f"{step}_text"),
        "step": step,
    }


def members_of(file: HardshipFile, sees: Sight) -> list[Membership]:
    members = file.household.memberships.current().select_related("person__employer").order_by("relation", "pk")
    found, pending = list(members), pending_leaving(file)
    for member in found:
        member.leaving = pending.get(member.pk)  # type: ignore[attr-defined]
        member.relation_label = codes.label("relation", member.relation)  # type: ignore[attr-defined]
        member.detail = detail_of(member.person)  # type: ignore[attr-defined]
        health = codes.label("health_status", member.person.health_status) if sees.health else ""
        member.health_label = health  # type: ignore[attr-defined]
    return found


def moment_of(entry: Any) -> Any:
    """A bare date sorts as the end of its day; it is still shown as a date."""
    if isinstance(entry.at, datetime):
        return entry.at
    return timezone.make_aware(datetime.combine(entry.at, time.max))


def difference_labels() -> dict[str, str]:
    return {
        "category": _("Category"),
        "people": _("People"),
        "income": _("Yearly income"),
        "per_capita": _("Monthly income per head"),
    }
