"""Vacancies: six facts that the law wants, checked papers, and never more people than places."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models import Employer
from casework.models.fields import paired, when, who
from center.kernel.roles import Permission
from center.models import Office
from center.models.base import random_code
from center.models.bounds import DAY, FIRST, MONTHLY, SMALL, bounded
from center.models.named import PersonName
from employment.enums import (
    EmployerPaper,
    Origin,
    Shift,
    SkillLevel,
    VacancyStatus,
    WorkForm,
    WorkLimit,
)
from employment.models.ending import Ending

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models import Staff

S = VacancyStatus
SIX = ("post", "posts", "conditions", "content", "place", "wage_from")  # L-HRM 24


class VacancyQuerySet(models.QuerySet["Vacancy"]):
    def visible_to(self, staff: Staff) -> VacancyQuerySet:
        return self.filter(office__in=staff.sight(Permission.READ_JOBS))

    def open(self) -> VacancyQuerySet:
        return self.filter(status=S.OPEN)

    def offered(self) -> VacancyQuerySet:
        """Somebody can be sent there today: open, valid, papers checked, a place left."""
        today = timezone.localdate()
        return self.open().filter(valid_until__gte=today, papers_checked_at__isnull=False, taken__lt=F("posts"))


@bounded(posts=FIRST, wage_from=MONTHLY, wage_to=MONTHLY, skill_level=SMALL, valid_until=DAY, taken=SMALL)
class Vacancy(Ending):
    """One post of one employer, with as many places as it has."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {S.OPEN: {S.CLOSED}, S.CLOSED: {S.OPEN}}

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    token = models.CharField(max_length=32, unique=True, null=True, editable=False)  # absorbs the second click
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="vacancies", verbose_name=_("employer")
    )
    status = models.CharField(_("state"), max_length=10, choices=VacancyStatus, default=S.OPEN)
    # the six facts
    post = models.CharField(_("post"), max_length=60)
    posts = models.PositiveSmallIntegerField(_("number of places"))
    conditions = models.CharField(_("conditions"), max_length=200)
    content = models.CharField(_("content of the work"), max_length=300)
    place = models.CharField(_("place of work"), max_length=60)
    wage_from = models.DecimalField(_("basic monthly pay from, yuan"), max_digits=14, decimal_places=2)
    wage_to = models.DecimalField(_("up to, yuan"), max_digits=14, decimal_places=2, null=True, blank=True)
    # what else is known
    benefits = models.CharField(_("insurance, meals, lodging"), max_length=200, blank=True)
    work_form = models.CharField(_("form of work"), max_length=10, choices=WorkForm, blank=True, default="")
    shift = models.CharField(_("shift"), max_length=10, choices=Shift, blank=True, default="")
    skill_level = models.PositiveSmallIntegerField(
        _("skill level asked for"), choices=SkillLevel, default=SkillLevel.NONE
    )
    demands = ArrayField(
        models.CharField(max_length=10, choices=WorkLimit), verbose_name=_("the work demands"), default=list, blank=True
    )
    contact = PersonName(_("whom to ask for"), max_length=50, blank=True, titled=True)
    origin = models.CharField(_("where it comes from"), max_length=10, choices=Origin, default=Origin.LIAISON)
    in_hall = models.BooleanField(_("shown in the hall"), default=True)
    valid_until = models.DateField(_("valid until"))
    taken = models.PositiveSmallIntegerField(_("places taken"), default=0, editable=False)
    # who and when
    entered_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    papers = ArrayField(
        models.CharField(max_length=10, choices=EmployerPaper),
        verbose_name=_("papers of the employer"),
        default=list,
        blank=True,
    )
    papers_checked_by = who(_("papers checked by"))
    papers_checked_at = when(_("papers checked at"))

    objects = VacancyQuerySet.as_manager()

    class Meta:
        ordering = ("-entered_at", "-pk")
        verbose_name = _("vacancy")
        verbose_name_plural = _("vacancies")
        indexes = (models.Index(fields=["office", "status", "valid_until"], name="vacancy_by_state_and_expiry"),)
        constraints = (
            paired("vacancy", "papers_checked"),
            *Ending.Meta.constraints,
            models.CheckConstraint(
                name="vacancy_has_all_six_facts",
                condition=~Q(post="")
                & ~Q(conditions="")
                & ~Q(content="")
                & ~Q(place="")
                & Q(wage_from__gt=0, posts__gt=0),
                violation_error_message=_(
                    "A vacancy names its post, number, conditions, content, place and basic pay; all six, and true."
                ),
            ),
            models.CheckConstraint(
                name="vacancy_is_never_overfilled",
                condition=Q(taken__lte=F("posts")),
                violation_error_message=_("Every place of this vacancy is taken."),
            ),
            models.CheckConstraint(
                name="vacancy_pays_up_to_more",
                condition=Q(wage_to=None) | Q(wage_to__gte=F("wage_from")),
                violation_error_message=_("The upper end of the pay is not below its lower end."),
            ),
            models.CheckConstraint(
                name="vacancy_checked_papers_are_named",
                condition=Q(papers_checked_at=None) | ~Q(papers=[]),
                violation_error_message=_("Name the papers that were checked."),
            ),
        )

    def __str__(self) -> str:
        return self.post

    def get_absolute_url(self) -> str:
        return reverse("employment:vacancy", args=[self.code])

    @property
    def left(self) -> int:
        return self.posts - self.taken

    @property
    def is_expired(self) -> bool:
        return self.status == S.OPEN and self.valid_until < timezone.localdate()

    @property
    def tone(self) -> str:
        return "plain" if self.status == S.CLOSED else "warning" if self.is_expired else "info"

    @property
    def pay(self) -> str:
        """“3,000–4,000”, or the one figure."""
        low = f"{self.wage_from:,.0f}"
        return f"{low}–{self.wage_to:,.0f}" if self.wage_to and self.wage_to != self.wage_from else low

    @property
    def demand_labels(self) -> list[str]:
        return [str(WorkLimit(code).label) for code in self.demands]

    @property
    def paper_labels(self) -> list[str]:
        return [str(EmployerPaper(code).label) for code in self.papers]
