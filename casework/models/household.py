"""Households and who belongs to them, between which days."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import Exclusion, Leaving
from casework.models.fields import paired, tracked, when, who
from casework.models.person import Person
from center.kernel.roles import Permission
from center.models.base import random_code
from center.models.bounds import LIFE_OR_LATER, MONTHLY, PEOPLE, SIGNED_YUAN, YUAN, Bounds, bounded
from center.models.office import Office

if TYPE_CHECKING:
    from datetime import date, datetime

    from center.models import Staff


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, staff: Staff) -> HouseholdQuerySet:
        return self.filter(office__in=staff.sight(Permission.READ_FILES))


AREA = Bounds(least=Decimal(0), most=Decimal("9999.99"))


@bounded(
    floor_area=AREA,
    declared_size=PEOPLE,
    declared_head_monthly=MONTHLY,
    declared_other_annual=YUAN,
    declared_annual=YUAN,
    declared_per_capita=SIGNED_YUAN,
)
@tracked()
class Household(models.Model):
    """A family that lives together. Yes/no questions that nobody answered stay empty: unknown is not no."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    head = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="heads", verbose_name=_("head"))
    address = models.CharField(_("home address"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=6, blank=True)
    division = models.CharField(_("administrative division"), max_length=6, blank=True)
    housing_type = models.CharField(_("housing"), max_length=40, blank=True)
    floor_area = models.DecimalField(_("floor area in m²"), max_digits=8, decimal_places=2, null=True, blank=True)
    single_parent = models.BooleanField(_("single parent"), null=True, blank=True)
    self_help_capable = models.BooleanField(_("able to help itself"), null=True, blank=True)
    zero_employment = models.BooleanField(_("nobody in work"), null=True, blank=True)
    single_person = models.BooleanField(_("lives alone"), null=True, blank=True)
    on_dibao = models.BooleanField(_("receives the minimum living allowance"), null=True, blank=True)
    property_note = models.CharField(_("property declared"), max_length=200, blank=True)
    other_aid = models.CharField(_("relief from elsewhere"), max_length=200, blank=True)
    exclusions = ArrayField(
        models.CharField(max_length=24, choices=Exclusion), verbose_name=_("exclusions found"), default=list, blank=True
    )
    exclusions_checked_by = who(_("exclusions checked by"))
    exclusions_checked_at = when(_("exclusions checked at"))
    # as declared on the form; the computation reads the items, never these
    declared_size = models.PositiveSmallIntegerField(_("people, as declared"), null=True, blank=True)
    declared_head_monthly = models.DecimalField(
        _("own monthly income, as declared"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    declared_other_annual = models.DecimalField(
        _("other yearly income, as declared"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    declared_annual = models.DecimalField(
        _("yearly income, as declared"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    declared_per_capita = models.DecimalField(
        _("monthly income per head, as declared"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = (
            paired("household", "exclusions_checked"),
            models.CheckConstraint(
                name="household_floor_area_is_not_negative", condition=Q(floor_area=None) | Q(floor_area__gte=0)
            ),
        )

    def __str__(self) -> str:
        return str(self.head)

    def members_on(self, day: date) -> models.QuerySet[Membership]:
        """Who belonged to the household at the end of a day and lived, the head first."""
        return self.memberships.on(day)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(until=None)

    def lived_on(self, day: date | F | OuterRef) -> MembershipQuerySet:
        """Whoever belonged at any hour of a day. The day of a move belongs to both households: what was given on it
        counts for whoever leaves. A computation counts heads once instead, by `Household.members_on`."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def stood_at(self, moment: datetime | F | OuterRef) -> MembershipQuerySet:
        """Whoever the register named at a moment, whatever days were written into it afterwards."""
        return self.filter(Q(until=None) | Q(until_entered_at__gte=moment), since_entered_at__lte=moment)

    def on(self, day: date) -> MembershipQuerySet:
        """Who belonged to a household at the end of a day and lived."""
        living = Q(person__died_on=None) | Q(person__died_on__gt=day)
        return self.filter(living, since__lte=day).filter(Q(until=None) | Q(until__gt=day))


@bounded(since=LIFE_OR_LATER, until=LIFE_OR_LATER)
@tracked()
class Membership(models.Model):
    """A person in a household, the head too (relation 01), from one day until another.

    The days are named by whoever enters them. When they were entered, the database writes itself, and nobody else can.
    """

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(_("relation to the head"), max_length=40)
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    left_why = models.CharField(_("why it ended"), max_length=12, choices=Leaving, blank=True)
    left_text = models.CharField(_("why it ended, in words"), max_length=200, blank=True)
    since_entered_at = models.DateTimeField(_("beginning entered at"), db_default=Now(), editable=False)
    until_entered_at = models.DateTimeField(_("end entered at"), null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("household", "relation", "pk")
        verbose_name = _("household member")
        verbose_name_plural = _("household members")
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until=None),
                name="person_is_in_one_household_at_a_time",
                violation_error_message=_("This person belongs to another household already."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="membership_ended_for_a_reason_has_ended", condition=Q(left_why="") | Q(until__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return str(self.person)
