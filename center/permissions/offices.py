"""Offices: opening, merging, closing, going live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.kernel.roles import Permission
from center.models import (
    Import,
    ImportStatus,
    Office,
    Succession,
)

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff


def why_not_manage_office(staff: Staff, office: Office | None) -> str:
    """An administrator's offices are those of the roles held, and all below them; a new top (None) is for who has all."""
    if not staff.may_somewhere(Permission.MANAGE_REFERENCE):
        return _("Offices, calendar and code lists are the administrator's work.")
    there = staff.may(Permission.MANAGE_REFERENCE, office) if office else staff.everywhere(Permission.MANAGE_REFERENCE)
    if not there:
        return _("%(office)s is not below your office; an administrator there or above changes it.") % {
            "office": office or _("A new office at the top")
        }
    return ""


def why_not_close_office(office: Office, *, on: date) -> str:
    if office.closed_on:
        return _("It closed on %(day)s.") % {"day": office.closed_on.isoformat()}
    children = office.links_down.filter(during__contains=on).exclude(child__closed_on__lte=on).count()
    if children:
        said = ngettext(
            "%(count)s office stands below it; move it first, or merge.",
            "%(count)s offices stand below it; move them first, or merge.",
            children,
        )
        return said % {"count": children}
    staffed = office.assignments.filter(Q(ends_on=None) | Q(ends_on__gt=on)).count()
    if staffed:
        said = ngettext(
            "%(count)s role is still held here; end it first, or merge.",
            "%(count)s roles are still held here; end them first, or merge.",
            staffed,
        )
        return said % {"count": staffed}
    return ""


def why_not_go_live(staff: Staff, office: Office) -> str:
    """Who ends the time in which the paper registry is brought in as it is: a second pair of eyes on all of it."""
    if not staff.may(Permission.DECIDE_FILES, office):
        return _("The first day of work is named by the leader of the office.")
    if office.went_live_on and office.went_live_on <= timezone.localdate():
        return _("It has been at work since %(day)s.") % {"day": office.went_live_on.isoformat()}
    if Import.objects.filter(office=office, status=ImportStatus.APPLIED, applied_by=staff).exists():
        return _("You brought the registry in yourself; another leader or a deputy names the first day.")
    return ""


def why_not_merge(old: Office, into: Office) -> str:
    """An office continues one that is not itself, not above it, and not continued by another already."""
    merged = Succession.objects.filter(old=old).exists()
    if old.pk == into.pk or merged or into.closed_on or into.pk in Office.objects.ids_below([old.pk]):
        return _("%(old)s cannot be merged into %(new)s.") % {"old": old, "new": into}
    return ""
