"""Job seekers: what somebody wants and can do, kept fresh by an expiry day."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models import Person, Visit
from casework.models.fields import paired, when, who
from center.kernel.roles import Permission
from center.models import Office
from center.models.base import random_code
from center.models.bounds import DAY, LIFE, MONTHLY, PAST, SMALL, bounded
from employment.enums import (
    HardToPlace,
    SeekerStatus,
    Shift,
    SkillLevel,
    WorkForm,
    WorkLimit,
)
from employment.models.ending import Ending

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models import Staff

S = SeekerStatus


class SeekerQuerySet(models.QuerySet["Seeker"]):
    def visible_to(self, staff: Staff) -> SeekerQuerySet:
        return self.filter(office__in=staff.sight(Permission.READ_JOBS))

    def open(self) -> SeekerQuerySet:
        return self.filter(status=S.OPEN)

    def looking(self) -> SeekerQuerySet:
        """Open, not expired, and not asking to be left alone."""
        return self.open().filter(valid_until__gte=timezone.localdate(), wants_no_contact=False)


@bounded(registered_on=PAST, valid_until=DAY, wanted_wage=MONTHLY, skill_level=SMALL, jobless_since=LIFE)
class Seeker(Ending):
    """One registration of one person. It expires unless renewed, so that the register shows who really looks."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        S.OPEN: {S.PLACED, S.CLOSED},
        S.PLACED: {S.OPEN, S.CLOSED},
        S.CLOSED: {S.OPEN},
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seekers", verbose_name=_("person"))
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("visit")
    )
    status = models.CharField(_("state"), max_length=10, choices=SeekerStatus, default=S.OPEN)
    registered_on = models.DateField(_("registered on"), default=timezone.localdate)
    registered_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("registered by")
    )
    valid_until = models.DateField(_("valid until"))
    # the wish
    wanted_occupation = models.CharField(_("occupation wanted"), max_length=60, blank=True)
    wanted_wage = models.DecimalField(
        _("monthly wage wanted, yuan"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    wanted_place = models.CharField(_("place wanted"), max_length=60, blank=True)
    work_form = models.CharField(_("form of work"), max_length=10, choices=WorkForm, blank=True, default="")
    shift = models.CharField(_("shift"), max_length=10, choices=Shift, blank=True, default="")
    # what is there
    skills = models.CharField(_("skills and trades"), max_length=200, blank=True)
    skill_level = models.PositiveSmallIntegerField(_("skill level"), choices=SkillLevel, default=SkillLevel.NONE)
    certificate_no = models.CharField(_("certificate number"), max_length=60, blank=True)
    limits = ArrayField(
        models.CharField(max_length=10, choices=WorkLimit), verbose_name=_("cannot do"), default=list, blank=True
    )
    jobless_since = models.DateField(_("without work since"), null=True, blank=True)
    hard_to_place = models.CharField(_("hard to place"), max_length=12, choices=HardToPlace, blank=True, default="")
    zero_employment_family = models.BooleanField(_("nobody in the family works"), default=False)
    wants_no_contact = models.BooleanField(_("wants no contact for now"), default=False)
    # steps
    renewed_by = who(_("renewed by"))
    renewed_at = when(_("renewed at"))
    placed_by = who(_("placed by"))
    placed_at = when(_("placed at"))

    objects = SeekerQuerySet.as_manager()

    class Meta:
        ordering = ("-registered_on", "-pk")
        verbose_name = _("job seeker")
        verbose_name_plural = _("job seekers")
        indexes = (models.Index(fields=["office", "status", "valid_until"], name="seeker_by_state_and_expiry"),)
        constraints = (
            *Ending.Meta.constraints,
            *(paired("seeker", step) for step in ("renewed", "placed")),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status=S.OPEN),
                name="seeker_person_looks_once",
                violation_error_message=_("This person is registered as a job seeker already."),
            ),
            models.CheckConstraint(
                name="seeker_expires_after_registration",
                condition=Q(valid_until__gte=F("registered_on")),
                violation_error_message=_("A registration is valid from its day on."),
            ),
            models.CheckConstraint(
                name="seeker_placed_has_its_day", condition=~Q(status=S.PLACED) | Q(placed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="seeker_wants_no_negative_wage",
                condition=Q(wanted_wage=None) | Q(wanted_wage__gt=0),
                violation_error_message=_("A wage is more than nothing."),
            ),
        )

    def __str__(self) -> str:
        return str(self.person)  # masked: a title or a log line never holds a name

    def get_absolute_url(self) -> str:
        return reverse("employment:seeker", args=[self.code])

    @property
    def is_expired(self) -> bool:
        return self.status == S.OPEN and self.valid_until < timezone.localdate()

    @property
    def tone(self) -> str:
        if self.is_expired:
            return "warning"
        return {S.OPEN: "info", S.PLACED: "ok"}.get(S(self.status), "plain")

    @property
    def limit_labels(self) -> list[str]:
        return [str(WorkLimit(code).label) for code in self.limits]
