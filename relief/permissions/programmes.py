"""Who may change programmes, and who may grant how much."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from relief.enums import Decider
from relief.models import ApprovalBand, EmergencyPower
from relief.models.programme import offices_up
from relief.permissions.parts import needs

if TYPE_CHECKING:
    from datetime import date

    from center.models import Office, Staff
    from relief.models import ProgrammeVersion

ZERO = Decimal("0.00")


def why_not_edit_programmes(staff: Staff, office: Office) -> str:
    return needs(staff, Permission.EDIT_PROGRAMMES, office, _("Only the leader of this office can change programmes."))


def why_not_correct_version(staff: Staff, version: ProgrammeVersion) -> str:
    """Only the last version, and only until its first day: afterwards people have asked for relief under it."""
    if sentence := why_not_edit_programmes(staff, version.programme.office):
        return sentence
    if version.during.lower <= timezone.localdate() or version.during.upper is not None:
        return _("It has been in force since %(day)s. Enter a new value from a day on.") % {
            "day": version.during.lower.isoformat()
        }
    return ""


def band_of(office: Office, amount: Decimal, *, on: date | None = None) -> Decider:
    """Who may grant an amount: the nearest office that has bands decides; without any, the committee."""
    day = on or timezone.localdate()
    for office_id in offices_up(office, on=day):
        bands = list(ApprovalBand.objects.filter(office_id=office_id, during__contains=day))
        if bands:
            fits = [band for band in bands if band.up_to is None or amount <= band.up_to]
            return Decider(fits[0].decider) if fits else Decider.UPPER
    return Decider.MEETING


def limit_without_meeting(office: Office, *, on: date | None = None) -> Decimal | None:
    """Up to which amount the leader decides, alone or with a second person; None where no band sets a limit."""
    day = on or timezone.localdate()
    for office_id in offices_up(office, on=day):
        bands = list(ApprovalBand.objects.filter(office_id=office_id, during__contains=day))
        if bands:
            alone = [band.up_to for band in bands if band.decider in {Decider.LEADER, Decider.TWO}]
            return None if None in alone else max((limit for limit in alone if limit is not None), default=ZERO)
    return ZERO


def committee_limit(office: Office, *, on: date | None = None) -> Decimal | None:
    """Above which amount the upper union decides; None where no band says so."""
    day = on or timezone.localdate()
    for office_id in offices_up(office, on=day):
        bands = list(ApprovalBand.objects.filter(office_id=office_id, during__contains=day))
        if bands:
            return max((band.up_to for band in bands if band.up_to is not None), default=None)
    return None


def emergency_ceiling(staff: Staff, office: Office, *, on: date | None = None) -> Decimal | None:
    """Up to how much this person may grant as an emergency at an office; None when not named."""
    day = on or timezone.localdate()
    power = EmergencyPower.objects.filter(staff=staff, office_id__in=offices_up(office, on=day), during__contains=day)
    return power.order_by("-ceiling").values_list("ceiling", flat=True).first()


def emergency_people(office: Office, *, on: date | None = None) -> list[Staff]:
    """Who is named to grant emergencies at an office on a day."""
    day = on or timezone.localdate()
    powers = EmergencyPower.objects.filter(office_id__in=offices_up(office, on=day), during__contains=day)
    return [power.staff for power in powers.select_related("staff").order_by("pk")]


def highest_ceiling(office: Office, *, on: date | None = None) -> Decimal:
    """Up to how much somebody may grant an emergency at an office; nothing where nobody is named."""
    day = on or timezone.localdate()
    power = EmergencyPower.objects.filter(office_id__in=offices_up(office, on=day), during__contains=day)
    return max(power.values_list("ceiling", flat=True), default=ZERO)
