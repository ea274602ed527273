"""Programmes and settings of money: new versions, approval bands, emergency powers."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.models import Office
from center.reference.standards import is_leap
from relief.models import ApprovalBand, EmergencyPower, Programme, ProgrammeVersion, Terms
from relief.permissions import why_not_correct_version, why_not_edit_programmes
from relief.rules import caps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from center.models import Staff

# What a new center starts with (domain.md §3.5, §3.6): every figure is a row that the leader replaces by a later version.
USUAL_EXCESS = 10  # percent above the notice that a decision may go without a new one
STANDARD = Path(__file__).parents[1] / "data" / "programmes.json"


def standard_formula(kind: str) -> str:
    """The formula that the papers know for a kind of relief."""
    formulas: dict[str, str] = {
        plan["kind"]: plan["formula"] for plan in json.loads(STANDARD.read_text())["programmes"]
    }
    return formulas[kind]


@action
def adopt_standard_programmes(office: Office, *, since: date, by: Staff) -> list[Programme]:
    """Give a new center the three programmes and the approval bands of the papers; once, and never over existing ones."""
    require(why_not_edit_programmes(by, office))
    office = _held(office)
    if Programme.objects.filter(office=office).exists():
        raise Refusal(_("This office already has programmes."))
    standard = json.loads(STANDARD.read_text())
    made = []
    for position, plan in enumerate(standard["programmes"]):
        programme = Programme.objects.create(
            office=office, kind=plan["kind"], name=plan["name"], name_en=plan["name_en"], position=position
        )
        figures = {key: value for key, value in plan.items() if key not in {"kind", "name", "name_en"}}
        ProgrammeVersion.objects.create(
            programme=programme,
            number=1,
            during=Range(since, None),
            categories=["deep", "relative", "accidental"],
            decided_by=by,
            **figures,
        )
        made.append(programme)
    for decider, up_to in standard["bands"]:
        ApprovalBand.objects.create(office=office, decider=decider, up_to=up_to, during=Range(since, None))
    trail.record("relief.programmes.adopted", office, by=by, since=since)
    return made


@action
def open_programme(office: Office, *, kind: str, name: str, name_en: str = "", by: Staff) -> Programme:
    """A new name under which relief is given; it gives nothing before its first version."""
    require(why_not_edit_programmes(by, office))
    if Programme.objects.filter(office=_held(office), name=name).exists():
        raise Refusal(_("A programme of this name exists."))
    programme = Programme.objects.create(office=office, kind=kind, name=name, name_en=name_en, position=99)
    trail.record("relief.programme.opened", programme, by=by, kind=kind)
    return programme


@action
def name_programme_in_english(programme: Programme, *, name_en: str, by: Staff) -> Programme:
    """What English pages call it. Papers and books keep the Chinese name, which never changes."""
    require(why_not_edit_programmes(by, programme.office))
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    programme.name_en = name_en.strip()
    programme.save(update_fields=["name_en"])
    trail.record("relief.programme.named_in_english", programme, by=by, name_en=programme.name_en)
    return programme


@action
def begin_version(
    programme: Programme, *, since: date, fields: Mapping[str, Any], sure: bool = False, by: Staff
) -> ProgrammeVersion:
    """The rules of a programme from a day on; the version before it ends the day before. Used versions stay as they were.
    A figure of another order than the last is entered when somebody says that it is meant so (`sure`)."""
    programme = (
        Programme.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=programme.pk)
    )
    require(why_not_edit_programmes(by, programme.office))
    wrong = caps.faults(fields["formula"], fields["rule"])
    if wrong:
        raise Refusal(" ".join(wrong))
    latest = programme.versions.order_by("-during").first()
    _ask_about_leaps(latest, fields["rule"], sure=sure)
    if latest and since <= latest.during.lower:
        raise Refusal(_("The new version must begin after %(day)s.") % {"day": latest.during.lower.isoformat()})
    if latest and (latest.during.upper is None or latest.during.upper > since):
        latest.during = Range(latest.during.lower, since)
        latest.save(update_fields=["during"])
    number = (programme.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = ProgrammeVersion.objects.create(
        programme=programme, number=number, during=Range(since, None), decided_by=by, **fields
    )
    trail.record("relief.programme_version.begun", version, by=by, since=since)
    return version


def leaps(version: ProgrammeVersion | None, rule: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(last, new) of each figure that differs from the last version's by ten times or more."""
    if version is None:
        return []
    pairs = [
        (str(version.rule.get(name, {}).get(key, "")), str(figure))
        for name, figures in rule.items()
        for key, figure in figures.items()
    ]
    return [(last, new) for last, new in pairs if last and is_leap(Decimal(last), Decimal(new))]


def _ask_about_leaps(latest: ProgrammeVersion | None, rule: Mapping[str, Any], *, sure: bool) -> None:
    for last, new in leaps(latest, rule):
        if not sure:
            raise Incomplete(
                _("The last figure is %(before)s, this one is %(value)s. If it is meant so, say so below.")
                % {"before": last, "value": new}
            )


@action
def correct_version(
    version: ProgrammeVersion, *, since: date, fields: Mapping[str, Any], sure: bool = False, by: Staff
) -> ProgrammeVersion:
    """Rules that have not begun yet are entered anew: nothing was asked for under them. From their first day they stay."""
    programmes = Programme.objects.select_for_update(of=("self",), no_key=True).select_related("office")
    programme = programmes.get(pk=version.programme_id)
    version = ProgrammeVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
    version.programme = programme
    require(why_not_correct_version(by, version))
    if wrong := caps.faults(fields["formula"], fields["rule"]):
        raise Refusal(" ".join(wrong))
    before = programme.versions.filter(during__startswith__lt=version.during.lower).order_by("-during").first()
    _ask_about_leaps(before, fields["rule"], sure=sure)
    least = max(day for day in (timezone.localdate(), before.during.lower if before else None) if day)
    if since <= least:
        raise Refusal(_("The new version must begin after %(day)s.") % {"day": least.isoformat()})
    begun = version.during.lower
    if before and since < begun:  # the two never overlap, not even for a moment
        _last(before, since)
    for name, value in fields.items():
        setattr(version, name, value)
    version.during, version.decided_by, version.decided_at = Range(since, None), by, timezone.now()
    version.save()
    if before and since > begun:
        _last(before, since)
    trail.record("relief.programme_version.corrected", version, by=by, since=since)
    return version


def _last(version: ProgrammeVersion, until: date) -> None:
    version.during = Range(version.during.lower, until)
    version.save(update_fields=["during"])


@action
def set_band(office: Office, *, decider: str, up_to: Decimal | None, since: date, by: Staff) -> ApprovalBand:
    """Up to which amount a decider may grant, from a day on; what was decided before stood under the limits of its day."""
    require(why_not_edit_programmes(by, office))
    office = _held(office)
    if since < timezone.localdate():
        raise Refusal(_("A limit begins today or later."))
    later = ApprovalBand.objects.filter(office=office, decider=decider, during__startswith__gt=since).first()
    if later:
        raise Refusal(_("Another limit begins on %(day)s already.") % {"day": later.during.lower.isoformat()})
    old = ApprovalBand.objects.filter(office=office, decider=decider, during__contains=since).first()
    if old:
        _end(old, since)
    band = ApprovalBand.objects.create(office=office, decider=decider, up_to=up_to, during=Range(since, None))
    trail.record("relief.approval_band.set", band, by=by, decider=decider, up_to=up_to)
    return band


@action
def name_for_emergencies(
    staff: Staff, *, office: Office, ceiling: Decimal, until: date | None, document: str, by: Staff
) -> EmergencyPower:
    """Name a leader who may grant emergency relief up to a ceiling."""
    require(why_not_edit_programmes(by, office))
    office = _held(office)
    today = timezone.localdate()
    if ceiling <= 0:
        raise Refusal(_("The ceiling is above zero."))
    if until and until < today:
        raise Refusal(_("The last day lies in the past."))
    old = EmergencyPower.objects.filter(office=office, staff=staff, during__contains=today).first()
    if old:
        _end(old, today)
    end = until + timedelta(days=1) if until else None
    power = EmergencyPower.objects.create(
        staff=staff, office=office, ceiling=ceiling, during=Range(today, end), document=document
    )
    trail.record("relief.emergency_power.named", power, by=by, staff=staff.get_username(), ceiling=ceiling)
    return power


@action
def decide_terms(
    office: Office,
    *,
    since: date,
    late_days: int,
    ratify_days: int,
    look_back_months: int,
    notice_excess_percent: int = USUAL_EXCESS,
    document: str,
    by: Staff,
) -> Terms:
    """From a day on; the terms before end the day before, later ones decided already stay."""
    require(why_not_edit_programmes(by, office))
    office = _held(office)
    if since < timezone.localdate():
        raise Refusal(_("Terms begin today or later: what was before keeps the terms of its day."))
    known = Terms.objects.filter(office=office)
    if known.filter(during__startswith=since).exists():
        raise Refusal(_("Terms from %(day)s are decided already.") % {"day": since.isoformat()})
    before = known.filter(during__contains=since).first()
    later = known.filter(during__startswith__gt=since).order_by("during").first()
    if before:
        _end(before, since)
    made = Terms.objects.create(
        office=office,
        during=Range(since, later.during.lower if later else None),
        late_days=late_days,
        ratify_days=ratify_days,
        look_back_months=look_back_months,
        notice_excess_percent=notice_excess_percent,
        document=document.strip(),
        decided_by=by,
    )
    days = {"late": late_days, "ratify": ratify_days, "look_back": look_back_months, "excess": notice_excess_percent}
    trail.record("relief.terms.decided", made, by=by, office=office.code, since=since, **days)
    return made


def _held(office: Office) -> Office:
    """One change at a time to what an office gives and who grants it."""
    return Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)


def _end(row: ApprovalBand | EmergencyPower | Terms, day: date) -> None:
    """The row ends before `day`; one that began that very day gives way."""
    if row.during.lower >= day:
        row.delete()
        return
    row.during = Range(row.during.lower, day)
    row.save(update_fields=["during"])
