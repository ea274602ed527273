"""Whose turn it is with an application: the step that comes next, and who of its office may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from center.desk import Turn
from center.kernel.roles import Permission
from center.models import Meeting
from relief.desk.agenda import alone_among
from relief.models import Application, Award

if TYPE_CHECKING:
    from collections.abc import Callable

S, P = Application.Status, Permission


def turn_of(application: Application) -> Turn | None:
    step = STEPS.get(S(application.status))
    return step(application) if step else None


def _step(application: Application, verb: str, *needs: Permission, route: str = "relief:application") -> Turn:
    """Where the record itself is worked on."""
    url = reverse(route, args=[application.code])
    return Turn(verb=verb, url=url, office=application.office, needs=frozenset(needs), but=_apart(application))


def _apart(application: Application) -> frozenset[int]:
    """Who has no further word on it: relatives, and once it is assessed whoever assessed it or was the first of two."""
    related = set(application.person.related_staff.values_list("pk", flat=True))
    if application.status in {S.READY, S.SECOND, S.UPPER}:
        related |= {pk for pk in (application.assessed_by_id, application.granting_by_id) if pk}
    return frozenset(related)


def _listed(application: Application, verb: str, needs: Permission, route: str) -> Turn:
    """Where several are worked on together."""
    return Turn(verb=verb, url=reverse(route), office=application.office, needs=frozenset({needs}))


def _to_supplement(application: Application) -> Turn:
    return _step(application, _("To supplement"), P.TAKE_APPLICATIONS)


def _to_assess(application: Application) -> Turn:
    return _step(application, _("To assess"), P.ASSESS_APPLICATIONS, route="relief:application_assess")


def _to_notice(application: Application) -> Turn:
    return _listed(application, _("To notice"), P.COMPOSE_NOTICES, "center:notice_compose")


def _on_notice(application: Application) -> Turn:
    turn = _listed(application, _("Notice to end"), P.COMPOSE_NOTICES, "center:notices")
    return Turn(**vars(turn) | {"due": application.notice_ends_on})


def _to_decide(application: Application) -> Turn:
    if application.pk in alone_among([application]):
        return _step(application, _("To decide"), P.DECIDE_APPLICATIONS, route="relief:application_decide")
    return _listed(application, _("To put before the committee"), P.PREPARE_MEETINGS, "center:meeting_prepare")


def _before_the_committee(application: Application) -> Turn | None:
    meeting = Meeting.objects.filter(code=application.meeting_number).first()
    if meeting is None:
        return None
    return Turn(
        verb=_("Meeting"),
        url=meeting.get_absolute_url(),
        office=application.office,
        needs=frozenset({P.PREPARE_MEETINGS}),
        due=meeting.held_on,
    )


def _to_second(application: Application) -> Turn:
    verb, route = _("To approve second"), "relief:application_second"
    return _step(application, verb, P.DECIDE_APPLICATIONS, P.CHAIR_MEETINGS, route=route)


def _at_the_upper_union(application: Application) -> Turn:
    return _step(application, _("Waits for the upper union"), P.DECIDE_APPLICATIONS, route="relief:application_upper")


def _granted(application: Application) -> Turn | None:
    award = Award.objects.filter(application=application).first()
    if award and award.status == Award.Status.WAITING:
        return _to_notice(application)
    if award and award.status == Award.Status.PAYABLE:
        return _listed(application, _("To pay"), P.MAKE_BATCHES, "relief:payments")
    return None


def _to_tell(application: Application) -> Turn:
    return _step(application, _("To tell the applicant"), P.TAKE_APPLICATIONS, P.ASSESS_APPLICATIONS)


STEPS: dict[str, Callable[[Application], Turn | None]] = {
    S.RETURNED: _to_supplement,
    S.SUBMITTED: _to_assess,
    S.ASSESSED: _to_notice,
    S.NOTICED: _on_notice,
    S.READY: _to_decide,
    S.LISTED: _before_the_committee,
    S.SECOND: _to_second,
    S.UPPER: _at_the_upper_union,
    S.GRANTED: _granted,
    S.DEFERRED: _to_tell,
    S.REFUSED: _to_tell,
}
