"""Accounts and roles: who is let in, as what, where, and until when."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require
from center.kernel.roles import REFUSED_PAIRS, Permission, Role
from center.models import Assignment, Meeting, Office, ResetRequest, Staff, StaffSession
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from django.db.models import QuerySet


def why_not_open_accounts(staff: Staff) -> str:
    """A new account holds no role yet, and can do nothing before it is given one."""
    return "" if staff.may_somewhere(Permission.MANAGE_STAFF) else _("Accounts are the administrator's work.")


def why_not_manage(staff: Staff, person: Staff) -> str:
    """An administrator looks after the accounts whose roles, of today or to come, all lie at their own offices or below."""
    if refusal := why_not_open_accounts(staff):
        return refusal
    above = _lasting(person).exclude(office__in=staff.sight(Permission.MANAGE_STAFF)).select_related("office").first()
    if above:
        return _("%(name)s works at %(office)s, which is not below your office; an administrator there is asked.") % {
            "name": person,
            "office": above.office,
        }
    return ""


def _lasting(person: Staff) -> QuerySet[Assignment]:
    """Roles of today and to come."""
    return person.assignments.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))


def why_not_reset_password(staff: Staff, person: Staff) -> str:
    if staff.pk == person.pk:
        return _(
            "You change your own password on your own page; another administrator makes one-time passwords for you."
        )
    return why_not_manage(staff, person)


def why_not_give_role(staff: Staff, person: Staff, office: Office | None = None) -> str:
    """Roles are given at one's own offices and below (`office`, when it is chosen), and never to oneself."""
    if refusal := why_not_open_accounts(staff):
        return refusal
    if staff.pk == person.pk:
        return _("Nobody gives a role to themselves; another administrator does.")
    if office and not staff.may(Permission.MANAGE_STAFF, office):
        said = _("%(office)s is not below your office; an administrator there or above gives roles there.")
        return not_yours(staff, said % {"office": office}, Permission.MANAGE_STAFF, office=office)
    return ""


def one_time_password() -> str:
    """Sixteen characters of four kinds; changed at the first login."""
    return f"{secrets.token_urlsafe(9)}-{secrets.randbelow(90) + 10}aA"


@action
def open_account(*, username: str, full_name: str, by: Staff) -> tuple[Staff, str]:
    """A new account and its one-time password, shown once and never stored in clear."""
    require(why_not_open_accounts(by))
    if Staff.objects.filter(username__iexact=username).exists():
        raise NotAllowed(_("There is an account named %(name)s already.") % {"name": username})
    password = one_time_password()
    staff = Staff.objects.create_user(username, password, full_name=full_name, must_change_password=True)
    trail.record("center.account.opened", staff, by=by, username=username)
    return staff, password


@action
def close_account(staff: Staff, *, reason: str, by: Staff) -> Staff:
    """Somebody has left: no login, no open session, every assignment ends today. Nothing of theirs is deleted."""
    require(why_not_manage(by, staff))
    if staff.pk == by.pk:
        raise NotAllowed(_("You cannot close your own account; another administrator does."))
    if not reason.strip():
        raise Incomplete(_("Say why the account is closed."))
    staff = Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)
    today = timezone.localdate()
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    staff.assignments.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today).update(ends_on=today)
    staff.assignments.filter(starts_on__gt=today).delete()
    end_sessions(staff)
    trail.record("center.account.closed", staff, by=by, reason=reason)
    return staff


def _keep_one_administrator(ending: Assignment) -> None:
    """Whoever ends somebody else's role is an administrator there; only by ending one's own an office can lose its last."""
    others = Assignment.objects.filter(role=Role.ADMIN, staff__is_active=True).exclude(staff=ending.staff_id)
    staying = others.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))
    if not any(
        ending.office_id in Office.objects.ids_below({office}) for office in staying.values_list("office", flat=True)
    ):
        raise NotAllowed(_("This is the last administrator; appoint another one first."))


def end_sessions(staff: Staff) -> None:
    keys = StaffSession.objects.filter(staff=staff)
    Session.objects.filter(session_key__in=keys.values("session_key")).delete()
    keys.delete()


def why_not_assign(
    staff: Staff, role: str, *, starts_on: date, ends_on: date | None, instead_of: Assignment | None = None
) -> str:
    """Whether a role may join the ones this person holds in that time (refused pairs, architecture.md §3)."""
    held = staff.assignments.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if instead_of:
        held = held.exclude(pk=instead_of.pk)
    if ends_on:
        held = held.filter(starts_on__lte=ends_on)
    for other in held:
        if frozenset({Role(role), Role(other.role)}) in REFUSED_PAIRS and role != other.role:
            return _("%(name)s is %(other)s; that and %(role)s are never one person's.") % {
                "name": staff,
                "other": other.get_role_display(),
                "role": Role(role).label,
            }
    return ""


def _require_sound(staff: Staff, *, starts_on: date, ends_on: date | None, deputy_for: Staff | None) -> None:
    if deputy_for and ends_on is None:
        raise Incomplete(_("A deputy's assignment needs its last day."))
    if deputy_for and deputy_for.pk == staff.pk:
        raise Incomplete(_("Nobody is their own deputy."))
    if ends_on and ends_on < starts_on:
        raise Incomplete(_("An assignment cannot end before it starts."))


@action
def assign(
    staff: Staff,
    *,
    role: str,
    office: Office,
    starts_on: date,
    ends_on: date | None = None,
    deputy_for: Staff | None = None,
    by: Staff,
) -> Assignment:
    """Give a role at an office from a day on; a deputy names whom they stand in for and has a last day."""
    require(why_not_give_role(by, staff, office))
    staff = Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)
    require(why_not_assign(staff, role, starts_on=starts_on, ends_on=ends_on))
    _require_sound(staff, starts_on=starts_on, ends_on=ends_on, deputy_for=deputy_for)
    made = Assignment.objects.create(
        staff=staff, role=role, office=office, starts_on=starts_on, ends_on=ends_on, deputy_for=deputy_for
    )
    trail.record("center.role.assigned", made, by=by, person=staff.username, role=role, office=office.code)
    return made


def why_not_edit_assignment(staff: Staff, assignment: Assignment) -> str:
    return why_not_give_role(staff, assignment.staff, assignment.office) or _why_not_over(assignment)


def why_not_end_assignment(staff: Staff, assignment: Assignment) -> str:
    """One's own role one may lay down."""
    if staff.pk == assignment.staff_id and staff.may(Permission.MANAGE_STAFF, assignment.office):
        return _why_not_over(assignment)
    return why_not_edit_assignment(staff, assignment)


def _why_not_over(assignment: Assignment) -> str:
    ended = assignment.ends_on and assignment.ends_on < timezone.localdate()
    return _("This assignment has ended already.") if ended else ""


def has_begun(assignment: Assignment) -> bool:
    """Something may have been done in it: role, office and first day stay."""
    return assignment.starts_on < timezone.localdate()


@action
def edit_assignment(
    assignment: Assignment,
    *,
    role: str,
    office: Office,
    starts_on: date,
    ends_on: date | None = None,
    deputy_for: Staff | None = None,
    by: Staff,
) -> Assignment:
    """Correct a role before it begins; afterwards only its last day and for whom it stands in."""
    staff = Staff.objects.select_for_update(no_key=True).get(pk=assignment.staff_id)
    assignment = Assignment.objects.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)
    require(why_not_edit_assignment(by, assignment) or why_not_give_role(by, staff, office))
    today = timezone.localdate()
    values = {"role": role, "office": office, "starts_on": starts_on, "ends_on": ends_on, "deputy_for": deputy_for}
    changed = [name for name, value in values.items() if getattr(assignment, name) != value]
    if has_begun(assignment) and {"role", "office", "starts_on"} & set(changed):
        raise NotAllowed(_("This role has begun, and what was done in it stays: end it and assign another one."))
    require(why_not_assign(staff, role, starts_on=starts_on, ends_on=ends_on, instead_of=assignment))
    _require_sound(staff, starts_on=starts_on, ends_on=ends_on, deputy_for=deputy_for)
    if ends_on and ends_on < today:
        raise Incomplete(_("The last day of a role does not lie in the past."))
    told = {name: getattr(assignment, name) for name in changed}
    for name in changed:
        setattr(assignment, name, values[name])
    if changed:
        assignment.save(update_fields=changed)
        facts = {f"{name}_before": value or "—" for name, value in told.items()}
        now = {name: values[name] or "—" for name in changed}
        trail.record("center.role.edited", assignment, by=by, person=staff.username, **facts, **now)
    return assignment


def meetings_touched(assignment: Assignment, *, last_day: date | None) -> list[Meeting]:
    """Meetings not closed yet in which this person has a seat and will not be a member after that day."""
    if assignment.role not in {Role.MEMBER, Role.CHAIR} or last_day is None:
        return []
    open_ones = Meeting.objects.open().filter(office=assignment.office_id, seats__staff=assignment.staff_id)
    return [meeting for meeting in open_ones.order_by("held_on", "pk") if meeting.its_day >= last_day]


@action
def end_assignment(assignment: Assignment, *, on: date, by: Staff) -> Assignment:
    """The last day of a role. What was done in it stays done by this person."""
    assignment = Assignment.objects.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)
    require(why_not_end_assignment(by, assignment))
    if assignment.role == Role.ADMIN and on <= timezone.localdate():
        _keep_one_administrator(assignment)
    assignment.ends_on = max(on, assignment.starts_on)
    assignment.save(update_fields=["ends_on"])
    touched = {"meetings": [str(one) for one in meetings_touched(assignment, last_day=assignment.ends_on)]}
    facts = {name: value for name, value in touched.items() if value}
    trail.record(
        "center.role.ended", assignment, by=by, person=assignment.staff.username, on=assignment.ends_on, **facts
    )
    return assignment


@action
def new_password(staff: Staff, *, by: Staff) -> str:
    """A one-time password for somebody who forgot theirs; their sessions end."""
    require(why_not_reset_password(by, staff))
    password = one_time_password()
    staff.set_password(password)
    staff.must_change_password = True
    staff.save(update_fields=["password", "must_change_password"])
    end_sessions(staff)
    forget_failures(username=staff.username)
    trail.record("center.password.reset", staff, by=by)
    return password


def locked_until(staff: Staff) -> datetime | None:
    """When somebody who mistyped the password too often may try again by themselves; None when they may now."""
    lasting = timedelta(hours=settings.AXES_COOLOFF_TIME)
    tried = AccessAttempt.objects.filter(
        username=staff.username,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=timezone.now() - lasting,
    )
    latest = tried.aggregate(Max("attempt_time"))["attempt_time__max"]
    return latest + lasting if latest else None


@action
def open_lock(staff: Staff, *, by: Staff) -> Staff:
    """Somebody known to the administrator mistyped too often: the name is open again on every machine."""
    require(why_not_manage(by, staff))
    if not locked_until(staff):
        raise NotAllowed(_("This name is not locked."))
    forget_failures(username=staff.username)
    trail.record("center.login.opened", staff, by=by)
    return staff


# -- a lost phone: two people, because a second factor that one person can switch off is none ------------------------------


@action
def ask_factor_reset(staff: Staff, *, reason: str, by: Staff) -> ResetRequest:
    """The administrator asks to take the second factor off an account; somebody else confirms."""
    require(why_not_manage(by, staff))
    if not reason.strip():
        raise Incomplete(_("Say how you made sure that it is this person who asks."))
    made = ResetRequest.objects.create(staff=staff, reason=reason, asked_by=by)
    trail.record("center.factor.reset_asked", staff, by=by, reason=reason)
    return made


def why_not_confirm_reset(staff: Staff, request: ResetRequest) -> str:
    if request.confirmed_by_id:
        return _("This has been confirmed.")
    offices = set(_lasting(request.staff).values_list("office", flat=True))
    sights = (staff.sight(Permission.DECIDE_FILES), staff.sight(Permission.MANAGE_STAFF))
    if not any(sight and offices <= sight for sight in sights):
        return _("A second factor is reset by the administrator and the leader together.")
    if staff.pk in {request.asked_by_id, request.staff_id}:
        return _("Somebody else than the one who asked, and than the person concerned, confirms.")
    if request.asked_at < timezone.now() - timedelta(days=1):
        return _("This request is older than a day; ask again.")
    return ""


@action
def confirm_factor_reset(request: ResetRequest, *, by: Staff) -> ResetRequest:
    """The second person confirms: phone and backup codes are forgotten, the person enrols anew at the next login."""
    request = (
        ResetRequest.objects.select_for_update(of=("self",), no_key=True).select_related("staff").get(pk=request.pk)
    )
    require(why_not_confirm_reset(by, request))
    request.confirmed_by, request.confirmed_at = by, timezone.now()
    request.save(update_fields=["confirmed_by", "confirmed_at"])
    TOTPDevice.objects.filter(user=request.staff).delete()
    StaticDevice.objects.filter(user=request.staff).delete()
    end_sessions(request.staff)
    trail.record("center.factor.reset", request.staff, by=by, asked_by=request.asked_by.username)
    return request
