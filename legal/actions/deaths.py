"""A worker dies while a case is open: the case tells it, and waits for what the handler finds out about the heirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from center.evidence import trail
from center.kernel.action import action
from center.kernel.remarks import Remark
from legal.actions.events import write_step
from legal.models import Case

if TYPE_CHECKING:
    from casework.models import Person
    from center.models import Staff

# The heirs go on with what was claimed; until they are known a limit may stand still (民法典 194(3), 民事诉讼法 153).
DIED = gettext_noop("The worker died on %(day)s. Ask the heirs whether they go on; limits may stand still until then.")
LIVES = gettext_noop("The record of the worker's death was taken back.")


@action
def tell_death(person: Person, *, by: Staff) -> list[Case]:
    """Into every open case of this person."""
    cases = list(Case.objects.open().filter(person=person).order_by("pk"))
    for case in cases:
        write_step(case, Remark(DIED, {"day": person.died_on.isoformat() if person.died_on else ""}), by=by)
        trail.record("legal.case.worker_died", case, by=by, on=person.died_on)
    return cases


@action
def tell_life(person: Person, *, by: Staff) -> list[Case]:
    """It was a mistake."""
    cases = list(Case.objects.open().filter(person=person).order_by("pk"))
    for case in cases:
        write_step(case, Remark(LIVES), by=by)
        trail.record("legal.case.worker_lives", case, by=by)
    return cases
