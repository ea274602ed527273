"""Visits: who came or called, what for, how it ended. The first receiver owns what they heard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.enums import Answer, Channel, VisitResult
from casework.models.employer import Employer
from casework.models.fields import paired, tracked, when, who
from casework.models.person import Person
from center.kernel.roles import Permission
from center.models.base import numbered, random_code
from center.models.bounds import DAY, PAST, SMALL, Bounds, bounded
from center.models.office import Office

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff

MOST_REPRESENTATIVES = 5


@bounded(digit=SMALL)
class VisitPurpose(models.Model):
    """What people come for: a reference list with the digit that picks it."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    digit = models.PositiveSmallIntegerField(_("digit"), unique=True)
    label_zh = models.CharField(_("name in Chinese"), max_length=20)
    label_en = models.CharField(_("name in English"), max_length=40)
    desk = models.CharField(_("desk that takes it"), max_length=12, blank=True)
    service = models.CharField(_("service it opens"), max_length=40, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("digit",)
        verbose_name = _("visit purpose")
        verbose_name_plural = _("visit purposes")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_zh if (get_language() or "zh").startswith("zh") else self.label_en


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, staff: Staff) -> VisitQuerySet:
        return self.filter(office__in=staff.sight(Permission.READ_VISITS))

    def standing(self) -> VisitQuerySet:
        """Without those taken back within seconds."""
        return self.filter(undone_at=None)

    def to_be_seen(self) -> VisitQuerySet:
        """Groups of more than five of which no leader has taken notice yet."""
        return self.standing().filter(people__gt=MOST_REPRESENTATIVES, seen_at=None)

    def on(self, day: date) -> VisitQuerySet:
        return self.filter(received_on=day)


CALLERS = Bounds(least=1, most=9_999)


@bounded(people=CALLERS, received_on=PAST)
@tracked()
class Visit(models.Model):
    """One reception. `received_at` is the true time; `entered_at` may be later, with a reason."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    token = models.CharField(max_length=32, unique=True, null=True, editable=False)  # absorbs the second click
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="visits", verbose_name=_("office"))
    number = models.CharField(_("visit number"), max_length=40, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("visitor")
    )
    anonymous = models.BooleanField(_("gives no name"), default=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WINDOW)
    ticket = models.CharField(_("ticket of the hotline"), max_length=40, blank=True)
    purpose = models.ForeignKey(VisitPurpose, on_delete=models.PROTECT, related_name="+", verbose_name=_("purpose"))
    note = models.TextField(_("note"), blank=True)
    papers = models.CharField(_("papers received"), max_length=200, blank=True)
    result = models.CharField(_("result"), max_length=12, choices=VisitResult, default=VisitResult.ANSWERED)
    opened = models.CharField(_("what it opened"), max_length=80, blank=True)  # relief.application:42
    # a group
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    representatives = models.ManyToManyField(
        Person, blank=True, related_name="represented", verbose_name=_("representatives")
    )
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mood = models.CharField(_("mood and risk"), max_length=120, blank=True)
    # who and when
    window = models.CharField(_("window"), max_length=20, blank=True)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    received_on = models.DateField(_("received on"), default=timezone.localdate)
    first_handler = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="visits", verbose_name=_("first receiver")
    )
    entered_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    late_reason = models.CharField(_("why entered later"), max_length=120, blank=True)
    undone_by = who(_("taken back by"))
    undone_at = when(_("taken back at"))
    seen_by = who(_("group seen by"))  # the leader, told at once of a group of more than five
    seen_at = when(_("group seen at"))

    CALLED_WITH = ("person",)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = (
            models.Index(fields=["office", "-received_at"], name="visit_by_office_and_time"),
            models.Index(fields=["received_on"], name="visit_by_day"),
            models.Index(fields=["ticket"], name="visit_by_ticket", condition=~models.Q(ticket="")),
        )
        constraints = (
            paired("visit", "undone"),
            paired("visit", "seen"),
            models.CheckConstraint(
                name="visit_has_a_person_or_gives_no_name",
                condition=Q(person__isnull=False, anonymous=False) | Q(person=None, anonymous=True) | Q(people__gt=1),
                violation_error_message=_("Give a name, or choose “gives no name”."),
            ),
            models.CheckConstraint(
                name="visit_counts_at_least_one_person",
                condition=Q(people__gte=1),
                violation_error_message=_("A visit is of at least one person."),
            ),
            models.CheckConstraint(
                name="visit_entered_later_says_why",
                condition=Q(entered_at__lte=F("received_at") + timedelta(hours=12)) | ~Q(late_reason=""),
                violation_error_message=_("Say why the visit is entered later."),
            ),
            models.CheckConstraint(
                name="visit_was_received_before_it_was_entered",
                condition=Q(received_at__lte=F("entered_at") + timedelta(minutes=5)),
                violation_error_message=_("A visit cannot lie in the future."),
            ),
        )

    def __str__(self) -> str:
        return numbered(self, self.received_on)

    def get_absolute_url(self) -> str:
        return reverse("casework:visit", args=[self.code])

    @property
    def called(self) -> str:
        return f"{self} · {self.person}" if self.person else str(self)

    @property
    def is_group(self) -> bool:
        return self.people > 1

    @property
    def is_large_group(self) -> bool:
        return self.people > MOST_REPRESENTATIVES


class VisitNote(models.Model):
    """What was added after the day: a visit is never rewritten."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"))
    written_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        ordering = ("written_at", "pk")
        verbose_name = _("note on a visit")
        verbose_name_plural = _("notes on visits")

    def __str__(self) -> str:
        return f"{self.visit} · {self.written_at:%Y-%m-%d}"


class CallbackQuerySet(models.QuerySet["Callback"]):
    def visible_to(self, staff: Staff) -> CallbackQuerySet:
        return self.filter(visit__office__in=staff.sight(Permission.READ_VISITS))

    def open(self) -> CallbackQuerySet:
        return self.filter(done_at=None)


@bounded(due_on=DAY, attempts=SMALL)
class Callback(models.Model):
    """A call to make: promised at a visit, or due the working day after a matter was closed."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="callbacks")
    matter = models.ForeignKey(
        "casework.Matter", on_delete=models.PROTECT, null=True, blank=True, related_name="callbacks"
    )
    due_on = models.DateField(_("call on"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    answer = models.CharField(_("answer"), max_length=14, choices=Answer, blank=True)
    note = models.CharField(_("what was said"), max_length=200, blank=True)
    done_by = who(_("called by"))
    done_at = when(_("called at"))

    objects = CallbackQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("call back")
        verbose_name_plural = _("calls back")
        constraints = (
            paired("callback", "done"),
            models.CheckConstraint(name="callback_done_has_an_answer", condition=Q(done_at=None) | ~Q(answer="")),
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(done_at=None),
                name="matter_has_one_open_callback",
                violation_error_message=_("A call about this matter is due already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.matter or self.visit)


class QuickTextQuerySet(models.QuerySet["QuickText"]):
    def of(self, staff: Staff) -> QuickTextQuerySet:
        """One's own first, then everybody's."""
        mine = self.filter(Q(owner=staff) | Q(owner=None)).select_related("purpose")
        return mine.order_by(F("owner").asc(nulls_last=True), "purpose__digit", "initials")


class QuickText(models.Model):
    """A phrase that is written often, found by initials; personal, or shared by all."""

    text = models.CharField(_("text"), max_length=200)
    initials = models.CharField(_("initials"), max_length=20)
    purpose = models.ForeignKey(
        VisitPurpose, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("purpose")
    )
    owner = models.ForeignKey(
        "center.Staff", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("whose")
    )

    objects = QuickTextQuerySet.as_manager()

    class Meta:
        ordering = ("initials", "pk")
        verbose_name = _("quick text")
        verbose_name_plural = _("quick texts")
        constraints = (
            models.UniqueConstraint(
                fields=["initials", "owner"],
                nulls_distinct=False,
                name="quick_text_initials_are_unique_per_owner",
                violation_error_message=_("Another quick text has these initials."),
            ),
        )

    def __str__(self) -> str:
        return self.text
