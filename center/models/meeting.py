"""Meetings of the committee: who is due, who came and when, what was moved, how each voted (screens.md P12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center.kernel.remarks import told
from center.kernel.roles import Permission, Role
from center.models import codes
from center.models.access import Assignment, Staff
from center.models.base import Stateful, random_code
from center.models.bounds import DAY, PERCENT, SMALL, YUAN, bounded
from center.models.office import Office

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, staff: Staff, permission: Permission = Permission.READ_MEETINGS) -> MeetingQuerySet:
        return self.filter(office__in=staff.sight(permission))

    def open(self) -> MeetingQuerySet:
        return self.filter(status__in=(Meeting.Status.PREPARING, Meeting.Status.SITTING))


def members_on(office: Office | int, day: date) -> dict[int, bool]:
    """Who belongs to the committee of an office on a day: staff id → chairs it. A deputy sits in the place of whom they
    stand in for, so that nobody's place is counted twice."""
    held = Assignment.objects.filter(office=office, role__in=(Role.MEMBER, Role.CHAIR), starts_on__lte=day)
    held = held.exclude(ends_on__lt=day).order_by("pk").filter(staff__is_active=True)
    rows = list(held.values_list("staff_id", "role", "deputy_for_id"))
    away = {(role, instead_of) for _staff, role, instead_of in rows if instead_of}
    found: dict[int, bool] = {}
    for staff, role, _instead_of in rows:
        if (role, staff) not in away:
            found[staff] = found.get(staff, False) or role == Role.CHAIR
    return found


@bounded(held_on=DAY, quorum=SMALL)
class Meeting(Stateful):
    """One sitting. After it is closed nothing on it changes; a change is a new item of a later meeting."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("being prepared")
        SITTING = "sitting", _("in session")
        CLOSED = "closed", _("closed, to be signed")
        SIGNED = "signed", _("signed and filed")
        CANCELLED = "cancelled", _("cancelled")

    MAY_BECOME = {
        Status.PREPARING: frozenset({Status.SITTING, Status.CANCELLED}),
        Status.SITTING: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset({Status.SIGNED}),
        Status.SIGNED: frozenset(),
        Status.CANCELLED: frozenset(),
    }
    TONES = {Status.SITTING: "info", Status.CLOSED: "warning", Status.SIGNED: "ok"}

    code = models.CharField(max_length=16, unique=True, default=random_code, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True, null=True, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=80)
    held_on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    quorum = models.PositiveSmallIntegerField(_("quorum"))
    status = models.CharField(_("state"), max_length=12, choices=Status, default=Status.PREPARING)
    remarks = models.TextField(_("remarks for the minutes"), max_length=4000, blank=True)
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("prepared at"), auto_now_add=True)
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-pk")
        verbose_name = _("committee meeting")
        verbose_name_plural = _("committee meetings")
        constraints = (
            models.CheckConstraint(
                name="meeting_needs_a_quorum",
                condition=Q(quorum__gte=2),
                violation_error_message=_("One person is no committee: the quorum is two at least."),
            ),
            models.CheckConstraint(
                name="meeting_opened_has_who_when_and_number",
                condition=Q(status__in=["preparing", "cancelled"])
                | Q(opened_by__isnull=False, opened_at__isnull=False, number__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_closed_has_who_and_when",
                condition=Q(status__in=["preparing", "sitting"], closed_by=None, closed_at=None)
                | Q(status__in=["closed", "signed", "cancelled"], closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_signed_has_who_and_when",
                condition=~Q(status="signed") | Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="minutes_are_signed_by_another_than_their_writer",
                condition=Q(signed_by=None) | ~Q(signed_by=F("closed_by")),
                violation_error_message=_("You wrote these minutes; somebody else signs them."),
            ),
        )

    def __str__(self) -> str:
        return self.number or str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("center:meeting", args=[self.code])

    @property
    def tone(self) -> str:
        return self.TONES.get(self.Status(self.status), "plain")

    @property
    def is_open(self) -> bool:
        """Still before its end: who counts is asked anew at every act."""
        return self.status in {self.Status.PREPARING, self.Status.SITTING}

    @property
    def its_day(self) -> date:
        """Whose members count: the day of the sitting, and today once that has come."""
        return max(self.held_on, timezone.localdate())

    def seats_today(self) -> list[Seat]:
        """The seats that count: of an open meeting those of who is a member on its day, of a closed one those it had."""
        seats = list(self.seats.select_related("staff"))
        if not self.is_open:
            return seats
        members = members_on(self.office_id, self.its_day)
        return [seat for seat in seats if seat.staff_id in members]

    def quorum_for(self, items: Sequence[AgendaItem]) -> int:
        """The quorum that the header names: what is asked for the meeting, or more when no item of it asks for less."""
        return max(self.quorum, min((item.quorum for item in items), default=0))


class Seat(models.Model):
    """A member who is due at a meeting, and when they came and left. No times: absent."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    is_chair = models.BooleanField(_("chairs"), default=False)
    came_at = models.DateTimeField(_("came at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    class Meta:
        ordering = ("-is_chair", "pk")
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = (
            models.UniqueConstraint(name="one_seat_a_member", fields=("meeting", "staff")),
            models.CheckConstraint(
                name="member_leaves_after_coming", condition=Q(left_at=None) | Q(came_at__lte=F("left_at"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting} {self.staff}"

    @property
    def is_present(self) -> bool:
        return self.came_at is not None and self.left_at is None


@bounded(position=SMALL, proposed=YUAN, quorum=SMALL, majority_percent=PERCENT, amount=YUAN)
class AgendaItem(Stateful):
    """One case before the committee, with the facts as they stood when it was put on the agenda."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("to be decided")
        GRANTED = "granted", _("granted")
        LESS = "less", _("granted, less")
        DEFERRED = "deferred", _("deferred")
        REFUSED = "refused", _("refused")
        SENT_UP = "sent_up", _("sent to the upper union")

    DECIDED = frozenset({Status.GRANTED, Status.LESS, Status.DEFERRED, Status.REFUSED})
    MAY_BECOME = {Status.WAITING: DECIDED | {Status.SENT_UP}}
    TONES = {
        Status.GRANTED: "ok",
        Status.LESS: "ok",
        Status.DEFERRED: "warning",
        Status.REFUSED: "danger",
        Status.SENT_UP: "info",
    }

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=80, db_index=True)
    number = models.CharField(_("number"), max_length=40)
    programme = models.CharField(_("programme"), max_length=80)
    facts = models.JSONField(_("facts"))
    proposed = models.DecimalField(
        pgettext_lazy("money", "proposed"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    quorum = models.PositiveSmallIntegerField(_("quorum"))
    majority_percent = models.PositiveSmallIntegerField(_("more than this percent must agree"), default=50)
    singly = models.BooleanField(_("discussed singly"), default=False)
    status = models.CharField(_("decision"), max_length=10, choices=Status, default=Status.WAITING)
    amount = models.DecimalField(_("amount granted"), max_digits=14, decimal_places=2, null=True, blank=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        ordering = ("meeting", "position")
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = (
            models.UniqueConstraint(name="subject_stands_once_on_an_agenda", fields=("meeting", "subject")),
            models.UniqueConstraint(  # at the end of a step: items close up in one
                name="one_item_at_a_place_of_the_agenda",
                fields=("meeting", "position"),
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                name="subject_waits_in_one_meeting_at_a_time", fields=("subject",), condition=Q(status="waiting")
            ),
            models.CheckConstraint(
                name="item_decided_has_who_and_when",
                condition=Q(status="waiting", decided_by=None, decided_at=None)
                | (~Q(status="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="item_is_decided_by_more_than_half",
                condition=Q(quorum__gte=2, majority_percent__gte=50, majority_percent__lt=100),
            ),
            models.CheckConstraint(
                name="only_granted_items_carry_an_amount",
                condition=Q(amount=None) | Q(status__in=["granted", "less"], amount__gte=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.number}"

    @property
    def tone(self) -> str:
        return self.TONES.get(self.Status(self.status), "plain")

    @property
    def flags(self) -> list[str]:
        return [told(flag) for flag in self.facts["flags"]]

    @property
    def cause(self) -> str:
        return codes.label("hardship_cause", self.facts["cause"])


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def standing(self) -> RecusalQuerySet:
        return self.filter(taken_back_at=None)


class Recusal(models.Model):
    """A member takes no part in one item. Proposed by the facts or declared by the member, who may take back what was
    declared by mistake before anything is put to the vote; the row stays and says so."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="recusals")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(_("reason"), max_length=40)
    reason = models.CharField(_("in words"), max_length=200, blank=True)
    declared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(_("declared at"), auto_now_add=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)  # by the member, and nobody else

    objects = RecusalQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = (
            models.UniqueConstraint(
                name="one_recusal_a_member_and_item", fields=("item", "staff"), condition=Q(taken_back_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.staff}"


ENOUGH = GreaterThan(F("votes_for") * Value(100), F("voters") * F("majority_percent"))


@bounded(amount=YUAN, voters=SMALL, majority_percent=PERCENT, votes_for=SMALL, votes_against=SMALL, abstentions=SMALL)
class Motion(models.Model):
    """What was put to the vote on one item, the count, and whether it was carried. Append-only."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="motions")
    result = models.CharField(_("motion"), max_length=10, choices=AgendaItem.Status)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    reason = models.CharField(_("in words"), max_length=400, blank=True)
    by_consent = models.BooleanField(_("by consent"), default=False)
    voters = models.PositiveSmallIntegerField(_("entitled and present"))
    majority_percent = models.PositiveSmallIntegerField(_("more than this percent must agree"), default=50)
    votes_for = models.PositiveSmallIntegerField(_("for"))
    votes_against = models.PositiveSmallIntegerField(_("against"))
    abstentions = models.PositiveSmallIntegerField(_("abstained"))
    carried = models.BooleanField(_("carried"))
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("motion")
        verbose_name_plural = _("motions")
        constraints = (
            models.UniqueConstraint(name="one_carried_motion_an_item", fields=("item",), condition=Q(carried=True)),
            models.CheckConstraint(
                name="every_voter_is_counted_once",
                condition=Q(voters=F("votes_for") + F("votes_against") + F("abstentions")),
            ),
            models.CheckConstraint(
                name="carried_means_more_than_the_share_of_the_rule",
                condition=Q(majority_percent__gte=50) & (Q(ENOUGH, carried=True) | Q(~Q(ENOUGH), carried=False)),
                violation_error_message=_("A motion is carried by more than half of those present and not recused."),
            ),
            models.CheckConstraint(
                name="less_deferred_and_refused_need_a_reason",
                condition=Q(result="granted") | (~Q(reason_code="") & ~Q(reason="")),
                violation_error_message=_("Granting less, deferring and refusing need a reason and words."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.get_result_display()}"

    @property
    def reason_label(self) -> str:
        return codes.reason(self.reason_code)


class Vote(models.Model):
    """How one member voted on one motion. Append-only; a recused or absent member has none (center/migrations/0003)."""

    class Choice(models.TextChoices):
        FOR = "for", _("for")
        AGAINST = "against", _("against")
        ABSTAIN = "abstain", _("abstains")

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="votes")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(_("vote"), max_length=8, choices=Choice)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = (models.UniqueConstraint(name="one_vote_a_member_and_motion", fields=("motion", "staff")),)

    def __str__(self) -> str:
        return f"{self.motion} {self.staff}: {self.choice}"
