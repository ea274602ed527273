"""Proving the seals from a page: bounded, its result kept and recorded; larger places prove by the command."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from center.evidence import seal_verification, seals, trail
from center.kernel.action import action
from center.kernel.errors import require
from center.kernel.roles import Permission
from center.models import Seal, Setting
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from center.evidence.seal_verification import Finding, SealVerdict
    from center.models import Staff

LAST = "last_verification"
MOST_ROWS = 300_000  # what a page proves while somebody waits
KEPT_FAULTS = 50


def why_not_prove(staff: Staff) -> str:
    if staff.may_somewhere(Permission.READ_TRAIL):
        return ""
    return not_yours(staff, _("Your roles do not prove the seals."), Permission.READ_TRAIL)


def why_not_here() -> str:
    """A place with very many rows proves its seals by the nightly command, not while a page waits."""
    rows = Seal.objects.aggregate(rows=Sum("rows"))["rows"] or 0
    if rows > MOST_ROWS:
        return _("%(rows)s sealed rows are too many for a page: run `manage.py verify_trail`.") % {"rows": rows}
    return ""


def waiting() -> int:
    """Rows that no seal covers yet: those above the newest seal of their table. A minute's worth is usual."""
    total = 0
    with connection.cursor() as cursor:
        for sealable in seals.sealables():
            query = sealable.query(
                "SELECT count(*) FROM {table} WHERE {key} >="
                ' (SELECT coalesce(max(upper(ids)), 0) FROM center_seal WHERE "table" = %s)'
            )
            cursor.execute(query.as_string(cursor.connection), [sealable.table])
            total += cursor.fetchone()[0]
    return total


def prove(*, by: Staff) -> list[Finding]:
    """Compare every sealed row with its seal; the faults. Kept with who asked and when."""
    require(why_not_prove(by))
    verdict = seal_verification.verify()
    _keep(verdict, by=by)
    return verdict.faults


def last_proof() -> dict[str, Any] | None:
    """What the last proof from a page found, its findings told in the reader's language."""
    kept = Setting.objects.filter(name=LAST).values_list("value", flat=True).first()
    if kept is None:
        return None
    told = {name: [seal_verification.Finding(**one) for one in kept[name]] for name in ("faults", "warnings")}
    return {**kept, **told}


@action
def _keep(verdict: SealVerdict, *, by: Staff) -> None:
    told = {
        "at": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        "by": str(by),
        "seals": verdict.seals,
        "rows": verdict.rows,
        "blank": verdict.blank,
        "unsealed": verdict.unsealed,
        "faults": [asdict(one) for one in verdict.faults[:KEPT_FAULTS]],
        "warnings": [asdict(one) for one in verdict.warnings[:KEPT_FAULTS]],
    }
    Setting.objects.update_or_create(name=LAST, defaults={"value": told})
    trail.record("center.trail.verified", f"center.seal:{verdict.seals}", by=by, faults=len(verdict.faults))
