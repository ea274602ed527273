"""Who may take, assess, return and withdraw an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import Membership, Person
from center.kernel.roles import Permission
from center.kernel.sentences import clauses, listed
from center.permissions.turns import not_yours
from relief.enums import ProgrammeKind
from relief.models import Application
from relief.queries import schooling
from relief.queries.assessment import why_not_living

if TYPE_CHECKING:
    from center.models import Office, Staff

A = Application.Status


def why_not_open(staff: Staff, office: Office | None) -> str:
    if office is None or not staff.may(Permission.TAKE_APPLICATIONS, office):
        return _("Only the front desk, officers and grass-roots contacts can take applications.")
    return ""


def why_not_edit(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.TAKE_APPLICATIONS, application.office_id):
        return not_yours(
            staff,
            _("Only the front desk, officers and grass-roots contacts can take applications."),
            Permission.TAKE_APPLICATIONS,
            office=application.office_id,
        )
    if application.status == A.WITHDRAWN:
        return _("This application was withdrawn; a new one begins as its copy.")
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
    if application.programme.kind == ProgrammeKind.EDUCATION:
        lacks += _missing_of_student(application)
    if not application.is_emergency:
        waiting = [paper.label for paper in application.papers.all() if not paper.is_there]
        if waiting:
            lacks.append(_("papers: %(papers)s") % {"papers": listed(waiting)})
    return lacks


def _missing_of_student(application: Application) -> list[str]:
    """Who goes to school, where, at which stage and in which year; never the head by default."""
    lacks = []
    if application.beneficiary is None:
        lacks.append(_("the student"))
    elif sentence := why_not_beneficiary(application, application.beneficiary):
        lacks.append(sentence)
    if not application.school.strip():
        lacks.append(_("the school"))
    if not (application.school_stage and application.school_year):
        lacks.append(_("school stage and school year"))
    elif application.school_year not in schooling.school_years(timezone.localdate()):
        lacks.append(_("a school year of the list"))
    if schooling.needs_a_reason(application) and not application.stage_reason.strip():
        lacks.append(_("why a student of this age is at this stage"))
    return lacks


def beneficiaries(application: Application) -> list[Person]:
    """Whose schooling or illness relief may be asked for: the applicant and who belongs to the household today."""
    theirs = Membership.objects.current().filter(household=application.household_id or 0)
    rows = Person.objects.filter(Q(pk=application.person_id) | Q(pk__in=theirs.values("person")), died_on=None)
    return list(rows.order_by("birth_date", "pk"))


def why_not_beneficiary(application: Application, person: Person) -> str:
    if person not in beneficiaries(application):
        return _("The patient or student is the applicant or a living member of the household.")
    return ""


def why_not_submit(staff: Staff, application: Application) -> str:
    if sentence := why_not_edit(staff, application):
        return sentence
    if application.person.died_on or (application.beneficiary and application.beneficiary.died_on):
        return _("Nothing is asked for somebody who has died; withdraw the application.")
    if sentence := why_not_living(application):
        return sentence
    lacks = missing(application)
    return _("Still missing: %(what)s.") % {"what": clauses(lacks)} if lacks else ""


def why_not_assess(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return not_yours(
            staff,
            _("Only an officer of this office can assess applications."),
            Permission.ASSESS_APPLICATIONS,
            office=application.office_id,
        )
    if application.status not in {A.SUBMITTED, A.ASSESSED, A.READY}:
        return _("Only an application that was submitted and not yet noticed or listed can be assessed.")
    if application.person.related_staff.filter(pk=staff.pk).exists():
        return _("You are related to the applicant; another officer must assess this application.")
    return ""


def why_not_return(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return not_yours(
            staff,
            _("Only an officer of this office can return applications."),
            Permission.ASSESS_APPLICATIONS,
            office=application.office_id,
        )
    if application.returned_times:
        return _("Papers are asked for once. This application was already returned; decide it with what is there.")
    if application.status not in {A.SUBMITTED, A.ASSESSED}:
        return _("Only an application under assessment can be returned.")
    return ""


def why_not_withdraw(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.TAKE_APPLICATIONS, application.office_id):
        return not_yours(
            staff,
            _("Only the front desk, officers and grass-roots contacts can take applications."),
            Permission.TAKE_APPLICATIONS,
            office=application.office_id,
        )
    if not application.may_become(A.WITHDRAWN):
        return _("This application can no longer be withdrawn.")
    return ""


def why_not_resume(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return not_yours(
            staff,
            _("Only an officer of this office can assess applications."),
            Permission.ASSESS_APPLICATIONS,
            office=application.office_id,
        )
    if application.status != A.DEFERRED:
        return _("Only a deferred application is taken up again.")
    return ""


def todo_first(application: Application) -> list[tuple[str, str]]:
    """What comes before a decision, in its order: (sentence, where it is done). Nothing once it is ready."""
    page = reverse("relief:application", args=[application.code])
    if application.status in {A.DRAFT, A.RETURNED}:
        lacks = [(_("Still missing: %(what)s.") % {"what": lack}, page) for lack in missing(application)]
        return [*lacks, (_("The application is still to be handed in."), page)]
    if application.status == A.DEFERRED:
        return [(_("It was deferred: it is taken up again before it is granted."), page)]
    if application.status != A.SUBMITTED:
        return []
    papers = [paper.label for paper in application.papers.all() if not paper.is_there]
    found = [(_("Papers missing: %(papers)s.") % {"papers": listed(papers)}, f"{page}#papers")] if papers else []
    assess = reverse("relief:application_assess", args=[application.code])
    return [*found, (_("It is not assessed yet: no amount is computed and none proposed."), assess)]
