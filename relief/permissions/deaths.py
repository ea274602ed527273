"""Who sends the money that a death holds to somebody else of the household: one asks, another agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models.death import TOLD, Death
from casework.models.person import ADULT
from center.kernel.roles import Permission
from center.models.base import subject_of
from center.papers.documents import Document
from center.permissions.turns import not_yours
from relief.models import Award, Instalment, Payment, Redirection

if TYPE_CHECKING:
    from casework.models import Person
    from center.models import Staff


def why_not_redirect(staff: Staff, award: Award) -> str:
    office = award.application.office_id
    if not (staff.may(Permission.ASSESS_APPLICATIONS, office) or staff.may(Permission.DECIDE_APPLICATIONS, office)):
        return _("Only an officer or the leader of this office names another receiver.")
    if award.status != Award.Status.HELD:
        return _("Only an award that a death holds is paid to somebody else.")
    if sentence := _why_not_owed(award):
        return sentence
    if sentence := why_not_proved(award):
        return sentence
    if award.redirections.filter(status=Redirection.Status.ASKED).exists():
        return _("Another receiver of this award waits for the second person already.")
    return ""


def _why_not_owed(award: Award) -> str:
    """A line that sits in a batch is neither paid nor free: it is taken out first, or the bank answers first."""
    if award.instalments.filter(status=Instalment.Status.OWED).exists():
        return ""
    live = Payment.objects.filter(instalment__award=award, status__in=("listed", "in_transit")).select_related("batch")
    line = live.order_by("pk").first()
    if line is None:
        return _("Nothing of this award is left to pay.")
    facts = {"line": line.line, "batch": line.batch}
    if line.status == Payment.Status.IN_TRANSIT:
        return _("It is line %(line)s of batch %(batch)s, which is at the bank; its answer comes first.") % facts
    return _("It is line %(line)s of batch %(batch)s: the accountant takes it out first.") % facts


def why_not_proved(award: Award) -> str:
    """Money goes to another by the paper that proves the death, never by somebody's word (Civil Code art. 1121)."""
    death = Death.objects.standing().filter(person=award.receiver).order_by("-pk").first()
    proved = (
        death is not None
        and death.evidence != TOLD
        and Document.objects.filter(subject=subject_of(death), removed_at=None).exists()
    )
    if proved:
        return ""
    return _("No paper proves the death yet. Add it on the page of the death, then name who receives.")


def why_not_receive_instead(award: Award, person: Person) -> str:
    """Somebody alive and of age who belongs to the household that the money was granted to."""
    household = award.application.household
    if household is None or not household.memberships.current().filter(person=person).exists():
        return _("The receiver must be a member of the household.")
    if person.died_on:
        return _("This person died on %(day)s.") % {"day": person.died_on.isoformat()}
    age = person.age_on(timezone.localdate())
    if age is None or age < ADULT:
        return _("The receiver must be of age; the date of birth decides.")
    return ""


def why_not_turn_down_redirection(staff: Staff, asked: Redirection) -> str:
    """One may take back one's own."""
    if asked.status != Redirection.Status.ASKED:
        return _("This is settled already.")
    if staff.pk == asked.asked_by_id or staff.may(Permission.DECIDE_APPLICATIONS, asked.award.application.office_id):
        return ""
    return not_yours(
        staff,
        _("Only the leader of this office agrees to another receiver."),
        Permission.DECIDE_APPLICATIONS,
        office=asked.award.application.office_id,
    )


def why_not_settle_redirection(staff: Staff, asked: Redirection) -> str:
    if sentence := why_not_turn_down_redirection(staff, asked):
        return sentence
    if not staff.may(Permission.DECIDE_APPLICATIONS, asked.award.application.office_id):
        return not_yours(
            staff,
            _("Only the leader of this office agrees to another receiver."),
            Permission.DECIDE_APPLICATIONS,
            office=asked.award.application.office_id,
        )
    if staff.pk == asked.asked_by_id:
        return _("You put this forward; the second person must be somebody else.")
    if asked.award.status != Award.Status.HELD:
        return _("Only an award that a death holds is paid to somebody else.")
    return why_not_proved(asked.award) or why_not_receive_instead(asked.award, asked.to)
