"""Who has a part in a case beside the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.actions import name_employer
from casework.rules.names import normal_name
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.kernel.normal import why_not_a_name
from legal.enums import PartyRole
from legal.models import Case, Party
from legal.permissions import why_not_work_on

if TYPE_CHECKING:
    from center.models import Staff

FIRMS = (PartyRole.EMPLOYER, PartyRole.CONTRACTOR, PartyRole.SUBCONTRACTOR)


@action
def add_party(case: Case, *, role: str, name: str, note: str = "", by: Staff) -> Party:
    """The employer that was not known at intake, a contractor, a further worker, a body. Firms are the registry's own."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    require(why_not_work_on(by, case))
    wanted = normal_name(name)
    if role not in PartyRole.values or not wanted:
        raise Incomplete(_("Choose the part and write the name."))
    if role == PartyRole.WORKER and (sentence := why_not_a_name(wanted)):
        raise Incomplete(sentence)
    employer = name_employer(wanted, by=by) if role in FIRMS else None
    party = Party.objects.create(case=case, role=role, name=wanted, employer=employer, note=note.strip())
    trail.record("legal.party.added", case, by=by, role=role)
    return party
