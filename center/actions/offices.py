"""Offices: opened, renamed, moved in the tree, merged, closed. Past days keep the tree that they had."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import NotAllowed, require
from center.models import Office, OfficeLink, Succession
from center.permissions.offices import why_not_close_office, why_not_go_live, why_not_manage_office, why_not_merge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from center.models import Staff


def locked(office: Office) -> Office:
    return Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)


@action
def open_office(
    *, code: str, name: str, level: str, parent: Office | None, on: date, division: str, by: Staff
) -> Office:
    """A new office in the tree from a day on. Its code stands in official numbers and never changes."""
    require(why_not_manage_office(by, parent))
    if Office.objects.filter(code__iexact=code).exists():
        raise NotAllowed(_("There is an office with the code %(code)s already.") % {"code": code})
    made = Office.objects.create(code=code, name=name, level=level, opened_on=on, division=division)
    if parent:
        OfficeLink.objects.create(child=made, parent=parent, during=Range(on, None))
    trail.record("center.office.opened", made, by=by, code=code, parent=parent.code if parent else "")
    return made


@action
def rename_office(office: Office, *, name: str, phone: str, address: str, division: str, by: Staff) -> Office:
    """Names and addresses are data; the trail keeps what stood before."""
    require(why_not_manage_office(by, office))
    office = locked(office)
    before = office.name
    office.name, office.phone, office.address, office.division = name, phone, address, division
    office.save(update_fields=["name", "phone", "address", "division"])
    trail.record("center.office.renamed", office, by=by, before=before, after=name)
    return office


@action
def go_live(office: Office, *, on: date, by: Staff) -> Office:
    """Name the first day of work. From then on what an import brings is proposed, never in force at once."""
    office = locked(office)
    require(why_not_go_live(by, office))
    if on < timezone.localdate():
        raise NotAllowed(_("The first day of work does not lie in the past."))
    office.went_live_on = on
    office.save(update_fields=["went_live_on"])
    trail.record("center.office.went_live", office, by=by, on=on)
    return office


@action
def move_office(office: Office, *, parent: Office, on: date, by: Staff) -> OfficeLink:
    """From a day on the office belongs to another one; figures of earlier days keep the old tree."""
    require(why_not_manage_office(by, office) or why_not_manage_office(by, parent))
    office = locked(office)
    if parent.pk in Office.objects.ids_below([office.pk], on=on):
        raise NotAllowed(_("%(new)s stands below %(old)s.") % {"new": parent, "old": office})
    links = OfficeLink.objects.select_for_update(of=("self",), no_key=True).filter(child=office)
    if links.filter(during__startswith__gte=on).exists():
        raise NotAllowed(_("A later place in the tree is entered already; choose a later day."))
    for link in links.filter(during__contains=on):
        link.during = Range(link.during.lower, on)
        link.save(update_fields=["during"])
    made = OfficeLink.objects.create(child=office, parent=parent, during=Range(on, None))
    trail.record("center.office.moved", office, by=by, parent=parent.code, on=on)
    return made


@action
def close_office(office: Office, *, on: date, by: Staff) -> Office:
    """The last day of an office that nobody continues. What it did stays readable from above."""
    require(why_not_manage_office(by, office))
    office = locked(office)
    require(why_not_close_office(office, on=on))
    office.closed_on = on
    office.save(update_fields=["closed_on"])
    trail.record("center.office.closed", office, by=by, on=on)
    return office


@action
def merge_offices(old: Office, *, into: Office, on: date, by: Staff) -> Succession:
    """From `on`, `into` continues the work of `old`: sight and children move, numbers already issued stay."""
    require(why_not_manage_office(by, old) or why_not_manage_office(by, into))
    old = locked(old)
    require(why_not_merge(old, into))
    _move_children(_links_on(old, on), into=into, on=on)
    made = Succession.objects.create(old=old, new=into, on_date=on)
    old.closed_on = on - timedelta(days=1)
    old.save(update_fields=["closed_on"])
    trail.record("center.office.merged", old, by=by, into=into.code, on=on)
    return made


def _links_on(office: Office, on: date) -> Iterable[OfficeLink]:
    """Children of that day and of later: a place that begins after the merge moves, too."""
    later = Q(during__contains=on) | Q(during__startswith__gt=on)
    return OfficeLink.objects.select_for_update(of=("self",), no_key=True).filter(later, parent=office)


def _move_children(links: Iterable[OfficeLink], *, into: Office, on: date) -> None:
    for link in links:
        start, until = max(link.during.lower, on), link.during.upper
        if link.during.lower < on:
            link.during = Range(link.during.lower, on)
            link.save(update_fields=["during"])
        else:
            link.delete()
        OfficeLink.objects.create(child=link.child, parent=into, during=Range(start, until))
