"""The hardship file (困难职工档案): one living file per household."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.enums import IN_FORCE, LIVING, Block, FileStatus, Know, ReturnReason, Source
from casework.models.fields import paired, reasoned, tracked, when, who
from casework.models.household import Household
from center.kernel.roles import Permission
from center.models.base import Stateful, numbered, random_code
from center.models.bounds import DAY, PAST, bounded
from center.models.office import Office

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models import Staff

S = FileStatus
TONES = {
    S.DRAFT: "plain",
    S.RETURNED: "warning",
    S.SUBMITTED: "info",
    S.SURVEY: "info",
    S.NOTICED: "info",
    S.PENDING: "info",
    S.ACTIVE: "ok",
    S.MONITORING: "warning",
    S.EXITED: "plain",
    S.CANCELLED: "plain",
    S.REFUSED: "danger",
    S.ARCHIVED: "plain",
}


class HardshipFileQuerySet(models.QuerySet["HardshipFile"]):
    def visible_to(self, staff: Staff) -> HardshipFileQuerySet:
        """Files of the offices in sight."""
        return self.filter(office__in=staff.sight(Permission.READ_FILES))

    def living(self) -> HardshipFileQuerySet:
        return self.filter(status__in=LIVING)

    def in_force(self) -> HardshipFileQuerySet:
        """The only files on which earmarked money may be given (依档帮扶)."""
        return self.filter(status__in=IN_FORCE)

    def of(self, person_id: int) -> HardshipFileQuerySet:
        """Files of the household that a person belongs to now."""
        return self.filter(household__memberships__person=person_id, household__memberships__until=None)


@bounded(
    opened_on=PAST,
    category_on=DAY,
    target_set_on=PAST,
    notice_ends_on=DAY,
    monitored_until=DAY,
    exited_on=DAY,
    cancelled_on=DAY,
    changed_on=DAY,
    paper_updated_on=PAST,
    national_synced_on=PAST,
)
@tracked()
class HardshipFile(Stateful):
    """One household's file; every step has its who and when, every refusal its reason."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        S.DRAFT: {S.SUBMITTED, S.CANCELLED},
        S.RETURNED: {S.SUBMITTED, S.CANCELLED},
        S.SUBMITTED: {S.SURVEY, S.RETURNED, S.REFUSED, S.CANCELLED},
        S.SURVEY: {S.NOTICED, S.PENDING, S.RETURNED, S.REFUSED, S.CANCELLED},
        S.NOTICED: {S.PENDING, S.RETURNED, S.SURVEY},
        S.PENDING: {S.ACTIVE, S.RETURNED, S.REFUSED},
        S.ACTIVE: {S.MONITORING, S.EXITED, S.CANCELLED},
        S.MONITORING: {S.ACTIVE, S.EXITED, S.CANCELLED},
        S.EXITED: {S.ACTIVE, S.ARCHIVED},
        S.CANCELLED: {S.ACTIVE, S.ARCHIVED},
        S.REFUSED: {S.DRAFT, S.ARCHIVED},
        S.ARCHIVED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="files", verbose_name=_("office"))
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="files")
    number = models.CharField(_("file number"), max_length=40, blank=True)
    status = models.CharField(_("state"), max_length=12, choices=FileStatus, default=S.DRAFT)
    layer = models.CharField(_("layer"), max_length=40, default="county")
    origin = models.CharField(_("came from"), max_length=60, blank=True)
    is_temporary = models.BooleanField(_("temporary file"), default=False)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    # the category in force, and where it came from
    category = models.CharField(_("category"), max_length=40)
    category_source = models.CharField(
        _("category stands"), max_length=10, choices=Source, default=Source.DECLARED, editable=False
    )
    category_on = models.DateField(_("category since"), default=timezone.localdate)
    # why, what is needed, what is done
    primary_cause = models.CharField(_("primary cause"), max_length=40, blank=True)
    secondary_causes = ArrayField(
        models.CharField(max_length=40), verbose_name=_("secondary causes"), default=list, blank=True
    )
    cause_text = models.TextField(_("the cause in words"), blank=True)
    needs = ArrayField(models.CharField(max_length=40), verbose_name=_("needs of help"), default=list, blank=True)
    key_group = models.CharField(_("key group"), max_length=40, blank=True)
    four_batches = ArrayField(models.CharField(max_length=40), verbose_name=_("four batches"), default=list, blank=True)
    measures = models.TextField(_("relief measures"), blank=True)
    mind_note = models.TextField(_("state of mind"), blank=True)
    poverty_exit_target = models.BooleanField(_("to be lifted out"), null=True, blank=True)
    target_set_on = models.DateField(_("target set on"), null=True, blank=True)
    remark = models.TextField(_("remarks"), blank=True)
    filed_by_name = models.CharField(_("filed by, on paper"), max_length=50, blank=True)
    # who and when, step by step
    owner = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    filed_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_at = models.DateTimeField(_("filed at"), default=timezone.now)
    imported_by = who(_("imported by"))
    imported_at = when(_("imported at"))
    submitted_by = who(_("submitted by"))
    submitted_at = when(_("submitted at"))
    reviewed_by = who(_("reviewed by"))
    reviewed_at = when(_("reviewed at"))
    noticed_by = who(_("noticed by"))
    noticed_at = when(_("noticed at"))
    notice_number = models.CharField(_("notice"), max_length=40, blank=True)
    notice_ends_on = models.DateField(_("notice ends on"), null=True, blank=True)
    notice_ended_at = when(_("notice ended at"))
    decided_by = who(_("decided by"))
    decided_at = when(_("decided at"))
    returned_by = who(_("returned by"))
    returned_at = when(_("returned at"))
    returned_reason = models.CharField(_("reason of the return"), max_length=40, choices=ReturnReason, blank=True)
    returned_text = models.CharField(_("what to supplement"), max_length=200, blank=True)
    refused_by = who(_("refused by"))
    refused_at = when(_("refused at"))
    refused_reason = models.CharField(_("reason of the refusal"), max_length=40, blank=True)
    refused_text = models.CharField(_("why, and where to turn"), max_length=200, blank=True)
    monitored_by = who(_("monitoring set by"))
    monitored_at = when(_("monitoring set at"))
    monitored_until = models.DateField(_("monitored until"), null=True, blank=True)
    exited_by = who(_("lifted out by"))
    exited_at = when(_("lifted out at"))
    exited_on = models.DateField(_("lifted out on"), null=True, blank=True)
    exited_reason = models.CharField(_("reason of the exit"), max_length=40, blank=True)
    exited_text = models.CharField(_("the exit in words"), max_length=200, blank=True)
    cancelled_by = who(_("de-registered by"))
    cancelled_at = when(_("de-registered at"))
    cancelled_on = models.DateField(_("de-registered on"), null=True, blank=True)
    cancelled_reason = models.CharField(_("reason of the de-registration"), max_length=40, blank=True)
    cancelled_text = models.CharField(_("the de-registration in words"), max_length=200, blank=True)
    reopened_by = who(_("reopened by"))
    reopened_at = when(_("reopened at"))
    reopened_reason = models.CharField(_("reason of the reopening"), max_length=40, blank=True)
    reopened_text = models.CharField(_("the reopening in words"), max_length=200, blank=True)
    archived_by = who(_("archived by"))
    archived_at = when(_("archived at"))
    archive_place = models.CharField(_("where the paper lies"), max_length=60, blank=True)
    converted_by = who(_("made a full file by"))
    converted_at = when(_("made a full file at"))
    rechecked_by = who(_("rechecked by"))
    rechecked_at = when(_("rechecked at"))
    changed_on = models.DateField(_("last changed on"), default=timezone.localdate)
    paper_updated_on = models.DateField(_("paper updated on"), null=True, blank=True)
    national_synced_on = models.DateField(_("national system updated on"), null=True, blank=True)

    CALLED_WITH = ("household__head",)

    objects = HardshipFileQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("hardship file")
        verbose_name_plural = _("hardship files")
        indexes = (
            models.Index(fields=["office", "status", "-id"], name="file_by_office_and_status"),
            models.Index(fields=["number"], name="file_number"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(status__in=LIVING),
                name="household_has_one_living_file",
                violation_error_message=_("This household has a file already."),
            ),
            models.UniqueConstraint(
                fields=["office", "number"],
                condition=~Q(number=""),
                name="file_number_is_unique_in_its_office",
                violation_error_message=_("Another file has this number."),
            ),
            models.CheckConstraint(
                name="file_has_at_most_three_secondary_causes",
                condition=Q(secondary_causes__len__lte=3),
                violation_error_message=_("At most three secondary causes."),
            ),
            models.CheckConstraint(
                name="file_names_no_cause_twice",
                condition=Q(primary_cause="") | ~Q(secondary_causes__contains=[F("primary_cause")]),
                violation_error_message=_("The primary cause is not a secondary one as well."),
            ),
            models.CheckConstraint(
                name="file_past_the_draft_has_a_primary_cause",
                condition=Q(status__in=(S.DRAFT, S.RETURNED, S.CANCELLED, S.ARCHIVED, S.EXITED)) | ~Q(primary_cause=""),
                violation_error_message=_("A file needs exactly one primary cause."),
            ),
            models.CheckConstraint(
                name="file_in_force_was_decided_or_imported",
                condition=~Q(status__in=IN_FORCE) | Q(decided_at__isnull=False) | Q(imported_at__isnull=False),
                violation_error_message=_("A file in force was decided by a leader or imported."),
            ),
            models.CheckConstraint(
                name="file_in_force_has_a_number",
                condition=~Q(status__in=IN_FORCE) | (~Q(number="") & Q(opened_on__isnull=False)),
                violation_error_message=_("A file in force has a number and the day it was opened."),
            ),
            models.CheckConstraint(
                name="file_decided_by_someone_else",
                condition=Q(decided_by=None)
                | (~Q(decided_by=F("filed_by")) & Q(reviewed_by=None))
                | (~Q(decided_by=F("filed_by")) & ~Q(decided_by=F("reviewed_by"))),
                violation_error_message=_("Who filed or reviewed a file may not decide it."),
            ),
            models.CheckConstraint(
                name="file_reviewed_by_someone_else",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("filed_by")),
                violation_error_message=_("Who filed a file may not review it."),
            ),
            models.CheckConstraint(
                name="file_exited_has_a_day",
                condition=~Q(status=S.EXITED) | Q(exited_at__isnull=False, exited_on__isnull=False),
            ),
            models.CheckConstraint(
                name="file_cancelled_has_a_day",
                condition=~Q(status=S.CANCELLED) | Q(cancelled_at__isnull=False, cancelled_on__isnull=False),
            ),
            models.CheckConstraint(
                name="file_refused_has_who", condition=~Q(status=S.REFUSED) | Q(refused_at__isnull=False)
            ),
            models.CheckConstraint(name="file_archived_has_who", condition=Q(archived_at=None) | Q(status=S.ARCHIVED)),
            models.CheckConstraint(
                name="file_on_notice_has_its_notice",
                condition=~Q(status=S.NOTICED)
                | (Q(noticed_at__isnull=False, notice_ends_on__isnull=False) & ~Q(notice_number="")),
            ),
            *(
                paired("file", step)
                for step in (
                    "imported",
                    "submitted",
                    "reviewed",
                    "noticed",
                    "decided",
                    "returned",
                    "refused",
                    "monitored",
                    "exited",
                    "cancelled",
                    "reopened",
                    "archived",
                    "converted",
                    "rechecked",
                )
            ),
            *(reasoned("file", step) for step in ("returned", "refused", "exited", "cancelled", "reopened")),
        )

    def __str__(self) -> str:
        return numbered(self, self.filed_at)

    @property
    def called(self) -> str:
        return f"{self} · {self.household.head}"

    def get_absolute_url(self) -> str:
        return reverse("casework:file", args=[self.code])

    @property
    def tone(self) -> str:
        return TONES[S(self.status)]

    @property
    def is_open_for_edits(self) -> bool:
        return self.status in {S.DRAFT, S.RETURNED}

    @property
    def is_in_force(self) -> bool:
        return self.status in IN_FORCE


@bounded(verified_on=PAST)
class FiveClear(models.Model):
    """One of the five clears of a file: when it was last verified, by whom, and which of the nine knows it covers."""

    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, related_name="clears")
    block = models.CharField(_("block"), max_length=8, choices=Block)
    verified_on = models.DateField(_("verified on"))
    verified_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(_("verified at"), default=timezone.now)
    knows = ArrayField(
        models.CharField(max_length=12, choices=Know), verbose_name=_("known of the nine"), default=list, blank=True
    )
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=200, blank=True)

    class Meta:
        ordering = ("file", "pk")
        verbose_name = _("one of the five clears")
        verbose_name_plural = _("five clears")
        constraints = (models.UniqueConstraint(fields=["file", "block"], name="each_of_the_five_clears_once_per_file"),)

    def __str__(self) -> str:
        return f"{self.file} · {self.get_block_display()}"
