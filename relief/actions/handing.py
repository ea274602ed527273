"""Open applications of somebody who leaves go to a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.actions.handover import offices_of_work
from center.evidence import trail
from center.kernel.action import action
from center.kernel.roles import Permission
from relief.models import Application

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from center.models import Staff


def own_work(giver: Staff) -> set[tuple[Permission, int]]:
    """What going on with the open applications of somebody needs, and where."""
    offices = Application.objects.open().filter(handler=giver).values_list("office", flat=True)
    return {(Permission.TAKE_APPLICATIONS, office) for office in offices}


def would_move(giver: Staff, *, taker: Staff, by: Staff) -> list[tuple[str, int]]:
    """How many applications a hand-over would give to this taker."""
    count = _moving(giver, taker, by=by).count()
    return [(_("Applications"), count)] if count else []


def _moving(giver: Staff, taker: Staff, *, by: Staff) -> QuerySet[Application]:
    """Of the giver's own open applications, what the taker may go on with."""
    offices = offices_of_work(giver, by=by) & taker.sight(Permission.TAKE_APPLICATIONS)
    return Application.objects.open().filter(handler=giver, office__in=offices)


@action
def hand_over(giver: Staff, *, taker: Staff, by: Staff) -> int:
    """The open applications of somebody who leaves, drafts too, where the taker takes applications."""
    rows = _moving(giver, taker, by=by).order_by("pk")
    moved = list(rows.select_for_update(of=("self",), no_key=True))
    for application in moved:
        application.handler = taker
        application.save(update_fields=["handler"])
        trail.record("relief.application.assigned", application, by=by, handler=taker.get_username())
    return len(moved)
