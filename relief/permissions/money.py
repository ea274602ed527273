"""Who may enter, move and correct money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.kernel.sentences import yuan
from center.permissions.turns import not_yours
from relief.models import Correction
from relief.permissions.parts import needs

if TYPE_CHECKING:
    from decimal import Decimal

    from center.models import Office, Staff
    from relief.models import FundSource, LedgerTransaction


def why_not_receive(staff: Staff, office: Office) -> str:
    return needs(
        staff, Permission.RECEIVE_FUNDS, office, _("Only the accountant of this office can enter money received.")
    )


def why_not_ask_correction(staff: Staff, source: FundSource) -> str:
    return needs(
        staff,
        Permission.RECEIVE_FUNDS,
        source.office_id,
        _("Only the accountant of this office can ask for a correction."),
    )


def why_not_ask_reversal(staff: Staff, entry: LedgerTransaction) -> str:
    """Money received and money paid are reversed; what lies between has its own way back."""
    if not staff.may(Permission.RECEIVE_FUNDS, entry.office_id):
        return not_yours(
            staff,
            _("Only the accountant of this office can ask for a correction."),
            Permission.RECEIVE_FUNDS,
            office=entry.office_id,
        )
    if entry.kind not in {"receive", "pay"}:
        return _("Only money received and payments are reversed.")
    if hasattr(entry, "reversed_by"):
        return _("This entry is already reversed by %(voucher)s.") % {"voucher": entry.reversed_by}
    if Correction.objects.filter(wrong=entry, status="asked").exists():
        return _("A reversal of this entry is already waiting for its second person.")
    return ""


def why_not_settle(staff: Staff, correction: Correction) -> str:
    if not staff.may(Permission.CHECK_MONEY, correction.office_id):
        return not_yours(
            staff,
            _("Your roles do not settle corrections of this office."),
            Permission.CHECK_MONEY,
            office=correction.office_id,
        )
    if staff.pk == correction.asked_by_id:
        return _("You asked for this correction; somebody else must settle it.")
    if not correction.may_become(correction.Status.DONE):
        return _("This correction is already settled.")
    return ""


def why_not_earmark(source: FundSource, kind: str) -> str:
    if source.serves(kind):
        return ""
    return _("%(source)s is earmarked for other relief.") % {"source": source}


def why_not_leave_earmark(source: FundSource, taker: FundSource) -> str:
    """Earmarked money goes where the earmark still holds: to a source for the same kinds, or for fewer of them."""
    if not source.earmarks or (taker.earmarks and set(taker.earmarks) <= set(source.earmarks)):
        return ""
    said = _(
        "%(source)s is earmarked (%(kinds)s); the other source may be used for more."
        " Name and scan the document that lifts the earmark."
    )
    return said % {"source": source, "kinds": source.earmarked_for}


def why_not_spend(source: FundSource, amount: Decimal, left: Decimal) -> str:
    """The sentence of a source that has not enough; read after the lock."""
    if amount <= left:
        return ""
    return _("%(source)s has %(left)s yuan left; %(amount)s are needed.") % {
        "source": source,
        "left": yuan(left),
        "amount": yuan(amount),
    }
