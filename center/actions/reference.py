"""What the office decides and the state publishes: standards, the working calendar, code lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require
from center.kernel.sentences import yuan
from center.models import CalendarDay, CalendarYear, Code, CodeAlias, Office, Standard, codes
from center.permissions.reference import why_not_correct_standard, why_not_decide_standards, why_not_manage_reference
from center.reference import standards, working_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from center.models import Staff


@action
def set_standard(
    office: Office, *, key: str, value: Decimal, since: date, document: str, sure: bool = False, by: Staff
) -> Standard:
    """A new value from a day on; the one before it ends the day before, a later one entered already stays. One of another
    order than the last is entered when somebody says that it is meant so (`sure`)."""
    require(why_not_decide_standards(by, office))
    _ask_about_a_leap(standards.before(key, office=office, on=since), value, sure=sure)
    Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)
    known = Standard.objects.filter(key=key, office=office)
    if known.filter(during__startswith=since).exists():
        raise NotAllowed(_("A value from %(day)s is entered already.") % {"day": since.isoformat()})
    before = known.filter(during__contains=since).first()
    later = known.filter(during__startswith__gt=since).order_by("during").first()
    if before:
        before.during = Range(before.during.lower, since)
        before.save(update_fields=["during"])
    until = later.during.lower if later else None
    made = Standard.objects.create(key=key, office=office, value=value, during=Range(since, until), document=document)
    trail.record("center.standard.set", made, by=by, key=key, office=office.code, value=value, since=since)
    return made


def _ask_about_a_leap(before: Decimal | None, value: Decimal, *, sure: bool) -> None:
    if standards.is_leap(before, value) and not sure:
        raise Incomplete(
            _("The last figure is %(before)s, this one is %(value)s. If it is meant so, say so below.")
            % {"before": yuan(before), "value": yuan(value)}
        )


@action
def correct_standard(
    standard: Standard, *, value: Decimal, since: date, document: str, sure: bool = False, by: Staff
) -> Standard:
    """What has not begun yet is entered anew: nothing was computed by it. From its first day on it stays as it is."""
    require(why_not_decide_standards(by, standard.office))
    Office.objects.select_for_update(of=("self",), no_key=True).get(pk=standard.office_id)
    standard = Standard.objects.select_for_update(of=("self",), no_key=True).get(pk=standard.pk)
    require(why_not_correct_standard(by, standard))
    others = Standard.objects.filter(key=standard.key, office=standard.office_id).exclude(pk=standard.pk)
    earlier = others.filter(during__startswith__lt=standard.during.lower).order_by("-during").first()
    least = max(
        timezone.localdate() + timedelta(days=1), earlier.during.lower + timedelta(days=1) if earlier else date.min
    )
    if since < least or (standard.during.upper and since >= standard.during.upper):
        raise NotAllowed(
            _("It may begin from %(day)s on, before the value that follows it.") % {"day": least.isoformat()}
        )
    _ask_about_a_leap(earlier.value if earlier else None, value, sure=sure)
    was, begun = standard.value, standard.during.lower
    follows = earlier if earlier and earlier.during.upper == begun else None
    if follows and since < begun:  # the two never overlap, not even for a moment
        _until(follows, since)
    standard.value, standard.document = value, document
    standard.during = Range(since, standard.during.upper)
    standard.save(update_fields=["value", "document", "during"])
    if follows and since > begun:
        _until(follows, since)
    trail.record("center.standard.corrected", standard, by=by, key=standard.key, before=was, value=value, since=since)
    return standard


def _until(standard: Standard, day: date) -> None:
    standard.during = Range(standard.during.lower, day)
    standard.save(update_fields=["during"])


# -- the calendar ----------------------------------------------------------------------------------------------------------


@action
def enter_year(year: int, *, days: Sequence[CalendarDay], source: str, by: Staff) -> CalendarYear:
    """The State Council's notice of a year, whole: what was entered for that year before is replaced."""
    require(why_not_manage_reference(by))
    if any(day.day.year != year for day in days):
        raise Incomplete(_("Every day belongs to %(year)s.") % {"year": year})
    if not days:
        raise Incomplete(_("The notice names no day."))
    made, _new = CalendarYear.objects.select_for_update(no_key=True).update_or_create(
        year=year, defaults={"source": source}
    )
    CalendarDay.objects.filter(day__year=year).delete()
    CalendarDay.objects.bulk_create(days)
    working_days.forget()
    trail.record("center.calendar.entered", made, by=by, days=len(days), source=source)
    return made


@action
def set_day(day: date, *, works: bool, name: str, by: Staff) -> CalendarDay:
    """One day that differs from its weekday, or no longer does."""
    require(why_not_manage_reference(by))
    made, _new = CalendarDay.objects.update_or_create(day=day, defaults={"works": works, "name": name})
    trail.record("center.calendar.day_set", made, by=by, works=works, name=name)
    return made


# -- code lists ------------------------------------------------------------------------------------------------------------


@action
def add_code(
    *, list_name: str, code: str, label_zh: str, label_en: str, national_code: str, starts_on: date | None, by: Staff
) -> Code:
    """A new value at the end of its list."""
    require(why_not_manage_reference(by))
    known = Code.objects.filter(list=list_name)
    if not known.exists():
        raise NotAllowed(_("There is no list of this name."))
    if known.filter(code=code).exists():
        raise NotAllowed(_("The list has the code %(code)s already.") % {"code": code})
    last = known.order_by("-position").values_list("position", flat=True)[0]
    made = Code.objects.create(
        list=list_name,
        code=code,
        label_zh=label_zh,
        label_en=label_en,
        national_code=national_code,
        starts_on=starts_on,
        position=last + 1,
    )
    trail.record("center.code.added", made, by=by, list=list_name, code=code)
    return made


@action
def change_code(code: Code, *, label_zh: str, label_en: str, national_code: str, position: int, by: Staff) -> Code:
    """Another word for the same thing: the word before stays known, so that older forms are still understood."""
    require(why_not_manage_reference(by))
    code = Code.objects.select_for_update(no_key=True).get(pk=code.pk)
    before = code.label_zh
    code.label_zh, code.label_en, code.national_code, code.position = label_zh, label_en, national_code, position
    code.save(update_fields=["label_zh", "label_en", "national_code", "position"])
    if before != label_zh:
        CodeAlias.objects.get_or_create(list=code.list, text=before, defaults={"code": code.code})
    codes.forget()
    trail.record("center.code.changed", code, by=by, list=code.list, code=code.code, before=before, after=label_zh)
    return code


@action
def retire_code(code: Code, *, on: date | None, by: Staff) -> Code:
    """From a day on it can no longer be chosen; old records keep their word. Without a day it can be chosen again."""
    require(why_not_manage_reference(by))
    code = Code.objects.select_for_update(no_key=True).get(pk=code.pk)
    if on and code.starts_on and on < code.starts_on:
        raise NotAllowed(_("It begins on %(day)s only.") % {"day": code.starts_on.isoformat()})
    code.retired_on = on
    code.save(update_fields=["retired_on"])
    trail.record("center.code.retired", code, by=by, list=code.list, code=code.code, on=on or "")
    return code


@action
def add_word(*, list_name: str, text: str, code: str, source: str, by: Staff) -> CodeAlias:
    """A word of an older form, and the code that it means today."""
    require(why_not_manage_reference(by))
    if not Code.objects.filter(list=list_name, code=code).exists():
        raise NotAllowed(_("The list has no code %(code)s.") % {"code": code})
    meant = codes.find(list_name, text)
    if meant:
        raise NotAllowed(_("“%(text)s” means %(code)s already.") % {"text": text, "code": meant})
    made = CodeAlias.objects.create(list=list_name, text=text, code=code, source=source)
    trail.record("center.code.word_added", made, by=by, list=list_name, text=text, code=code)
    return made
