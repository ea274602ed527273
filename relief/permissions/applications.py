"""Who may take, assess, return and withdraw an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.roles import Permission
from center.sentences import clauses, listed
from relief.enums import ProgrammeKind
from relief.models import Application

if TYPE_CHECKING:
    from center.models import Office, Staff

A = Application.Status


def why_not_open(staff: Staff, office: Office | None) -> str:
    if office is None or not staff.may(Permission.TAKE_APPLICATIONS, office):
        return _("Only the front desk, officers and grass-roots contacts can take applications.")
    return ""


def why_not_edit(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.TAKE_APPLICATIONS, application.office_id):
        return _("Only the front desk, officers and grass-roots contacts can take applications.")
    if application.status not in {A.DRAFT, A.RETURNED}:
        return _("This application is submitted; its answers are locked.")
    return ""


def missing(application: Application) -> list[str]:
    """What an application still lacks before it can be submitted, in sentences."""
    lacks = []
    if not application.request.strip():
        lacks.append(_("what the relief is for"))
    if application.programme.kind == ProgrammeKind.MEDICAL and not application.invoices.filter(counts=True).exists():
        lacks.append(_("at least one invoice with its number"))
    if application.programme.kind == ProgrammeKind.EDUCATION and not (
        application.school_stage and application.school_year
    ):
        lacks.append(_("school stage and school year"))
    if not application.is_emergency:
        waiting = [paper.label for paper in application.papers.all() if not paper.is_there]
        if waiting:
            lacks.append(_("papers: %(papers)s") % {"papers": listed(waiting)})
    return lacks


def why_not_submit(staff: Staff, application: Application) -> str:
    if sentence := why_not_edit(staff, application):
        return sentence
    lacks = missing(application)
    return _("Still missing: %(what)s.") % {"what": clauses(lacks)} if lacks else ""


def why_not_assess(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return _("Only an officer of this office can assess applications.")
    if application.status not in {A.SUBMITTED, A.ASSESSED, A.READY}:
        return _("Only an application that was submitted and not yet noticed or listed can be assessed.")
    if application.person.related_staff.filter(pk=staff.pk).exists():
        return _("You are related to the applicant; another officer must assess this application.")
    return ""


def why_not_return(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return _("Only an officer of this office can return applications.")
    if application.returned_times:
        return _("Papers are asked for once. This application was already returned; decide it with what is there.")
    if application.status not in {A.SUBMITTED, A.ASSESSED}:
        return _("Only an application under assessment can be returned.")
    return ""


def why_not_withdraw(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.TAKE_APPLICATIONS, application.office_id):
        return _("Only the front desk, officers and grass-roots contacts can take applications.")
    if not application.may_become(A.WITHDRAWN):
        return _("This application can no longer be withdrawn.")
    return ""


def why_not_resume(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return _("Only an officer of this office can assess applications.")
    if application.status != A.DEFERRED:
        return _("Only a deferred application is taken up again.")
    return ""
