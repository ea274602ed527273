"""Notices and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.kernel.roles import Permission
from center.models import (
    Notice,
    Objection,
    Office,
)
from center.permissions.boards import preflight
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from center.models import Staff


def why_not_compose(staff: Staff, office: Office) -> str:
    if not staff.may(Permission.COMPOSE_NOTICES, office):
        return _("Composing notices is the case officer's and the secretary's work.")
    return ""


def why_not_publish(staff: Staff, notice: Notice) -> str:
    if not notice.may_become(Notice.Status.PUBLISHED):
        return _("This notice is %(state)s.") % {"state": notice.get_status_display()}
    if not staff.may(Permission.PUBLISH_NOTICES, notice.office_id):
        return not_yours(
            staff,
            _("Publishing is the leader's or the leader's deputy's decision."),
            Permission.PUBLISH_NOTICES,
            office=notice.office_id,
        )
    if staff.pk == notice.composed_by_id:
        return not_yours(
            staff,
            _("You composed this notice; a second person publishes it."),
            Permission.PUBLISH_NOTICES,
            office=notice.office_id,
        )
    return preflight(notice)


def why_not_withdraw(staff: Staff, notice: Notice) -> str:
    if not notice.may_become(Notice.Status.WITHDRAWN):
        return _("This notice is %(state)s.") % {"state": notice.get_status_display()}
    allowed = Permission.COMPOSE_NOTICES if notice.status == Notice.Status.DRAFT else Permission.PUBLISH_NOTICES
    if not staff.may(allowed, notice.office_id):
        return not_yours(
            staff,
            _("Taking a notice down is the leader's decision; a draft is its composer's."),
            allowed,
            office=notice.office_id,
        )
    return ""


def why_not_object(staff: Staff, notice: Notice) -> str:
    if notice.status != Notice.Status.PUBLISHED:
        return _("Objections are taken while the notice is on display.")
    if not (
        staff.may(Permission.HANDLE_OBJECTIONS, notice.office_id) or staff.may(Permission.LOG_VISITS, notice.office_id)
    ):
        return not_yours(
            staff,
            _("Your roles do not record objections at this office."),
            Permission.HANDLE_OBJECTIONS,
            Permission.LOG_VISITS,
            office=notice.office_id,
        )
    return ""


def why_not_answer_objection(staff: Staff, objection: Objection) -> str:
    if objection.status != Objection.Status.OPEN:
        return _("This objection has been answered.")
    if not staff.may(Permission.HANDLE_OBJECTIONS, objection.entry.notice.office_id):
        return _("Objections are answered by case officers and the leader.")
    return ""


def why_not_end_notice(staff: Staff, notice: Notice) -> str:
    if notice.status != Notice.Status.PUBLISHED:
        return _("This notice is %(state)s.") % {"state": notice.get_status_display()}
    if not (
        staff.may(Permission.COMPOSE_NOTICES, notice.office_id)
        or staff.may(Permission.HANDLE_OBJECTIONS, notice.office_id)
    ):
        return not_yours(
            staff,
            _("Your roles do not record the result of a notice of this office."),
            Permission.COMPOSE_NOTICES,
            Permission.HANDLE_OBJECTIONS,
            office=notice.office_id,
        )
    if notice.ends_on and timezone.localdate() <= notice.ends_on:
        return _("It hangs until the end of %(day)s.") % {"day": notice.ends_on.isoformat()}
    waiting = Objection.objects.filter(entry__notice=notice, status=Objection.Status.OPEN).count()
    if waiting:
        said = ngettext(
            "%(count)s objection is not answered yet.", "%(count)s objections are not answered yet.", waiting
        )
        return said % {"count": waiting}
    return ""
