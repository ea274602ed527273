"""Applications: what a family asks for, from the first word to the decision."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.models import HardshipFile, Household, Person, Visit
from center.kernel.remarks import told
from center.kernel.roles import Permission
from center.models import Office, Staff, Stateful, codes
from center.models.base import numbered, random_code
from center.models.bounds import DAY, KEY, LAST_DAY, PAID, SMALL, YUAN, Bounds, bounded
from center.models.keyed import KeyOf
from center.papers.documents import Document
from relief.enums import DecidedHow, Result, SchoolStage
from relief.models.fields import money, now, paired, when, who
from relief.models.ledger import FundSource
from relief.models.programme import Programme, ProgrammeVersion
from relief.rules.caps import CapLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from decimal import Decimal

    from django.utils.functional import _StrPromise


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, staff: Staff) -> ApplicationQuerySet:
        """Applications of the offices in sight, drafts too, for those who take them over; a chair who is asked to be
        the second approver sees what waits for that word, and nothing else."""
        asked = Q(status=Application.Status.SECOND, office_id__in=staff.sight(Permission.CHAIR_MEETINGS))
        return self.filter(Q(office_id__in=staff.sight(Permission.READ_APPLICATIONS)) | asked)

    def open(self) -> ApplicationQuerySet:
        return self.exclude(status__in=Application.ENDED)

    def with_people(self) -> ApplicationQuerySet:
        """What every line of a list needs, in one query."""
        return self.select_related(
            "person__employer", "programme", "version", "office", "file", "handler", "fund_source"
        )


SCHOOL_YEAR = Bounds(least=2008, most=2100, back=3, ahead=1)


@bounded(
    asked_amount=YUAN,
    self_paid=YUAN,
    other_aid=YUAN,
    school_year=SCHOOL_YEAR,
    computed_amount=YUAN,
    proposed_amount=YUAN,
    returned_times=SMALL,
    notice_ends_on=DAY,
    noticed_amount=YUAN,
    granting_amount=YUAN,
)
class Application(Stateful):
    """One request under one version of one programme. Its status moves only in actions."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being filled in")
        SUBMITTED = "submitted", _("to assess")
        RETURNED = "returned", _("returned for supplement")
        ASSESSED = "assessed", _("waits for its public notice")
        NOTICED = "noticed", _("on public notice")
        READY = "ready", _("ready for decision")
        LISTED = "listed", _("on an agenda")
        SECOND = "second", _("waits for the second approver")
        UPPER = "upper", _("waits for the upper union")
        DEFERRED = "deferred", _("deferred")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn by the applicant")

    S = Status
    ENDED = (Status.GRANTED, Status.REFUSED, Status.WITHDRAWN)
    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        S.DRAFT: {S.SUBMITTED, S.WITHDRAWN},
        S.SUBMITTED: {S.ASSESSED, S.READY, S.RETURNED, S.REFUSED, S.WITHDRAWN},
        S.RETURNED: {S.SUBMITTED, S.WITHDRAWN},
        S.ASSESSED: {S.NOTICED, S.SUBMITTED, S.RETURNED, S.WITHDRAWN},
        S.NOTICED: {S.READY, S.SUBMITTED, S.ASSESSED},
        S.READY: {S.LISTED, S.SECOND, S.UPPER, S.GRANTED, S.REFUSED, S.DEFERRED, S.SUBMITTED, S.WITHDRAWN},
        S.LISTED: {S.READY, S.UPPER, S.GRANTED, S.REFUSED, S.DEFERRED},
        S.SECOND: {S.GRANTED, S.READY},
        S.UPPER: {S.GRANTED, S.REFUSED},
        S.DEFERRED: {S.SUBMITTED, S.REFUSED, S.WITHDRAWN},
        S.GRANTED: set(),
        S.REFUSED: set(),
        S.WITHDRAWN: set(),
    }
    TONES: ClassVar[Mapping[str, str]] = {
        S.DRAFT: "plain",
        S.RETURNED: "warning",
        S.DEFERRED: "warning",
        S.GRANTED: "ok",
        S.REFUSED: "danger",
        S.WITHDRAWN: "plain",
    }

    class Ratification(models.TextChoices):
        NONE = "", "—"
        PENDING = "pending", _("to be ratified")
        RATIFIED = "ratified", _("ratified")
        NOT_RATIFIED = "not_ratified", _("not ratified")

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="applications", verbose_name=_("office"))
    number = models.CharField(_("number"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, verbose_name=_("programme"))
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="applications", verbose_name=_("for whom")
    )
    beneficiary = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="benefits",
        verbose_name=_("patient or student"),
    )
    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("household"),
    )
    file = models.ForeignKey(
        HardshipFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("file"),
    )
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="applications")
    is_emergency = models.BooleanField(_("emergency"), default=False)
    asked_amount = money(_("amount asked for"), empty=True)
    request = models.TextField(_("what for"), blank=True)
    self_paid = money(_("self-paid cost"), empty=True)
    other_aid = money(_("already given by others"), empty=True)
    school = models.CharField(_("school"), max_length=120, blank=True)
    school_stage = models.CharField(_("school stage"), max_length=12, choices=SchoolStage, blank=True)
    stage_reason = models.CharField(_("why this stage at this age"), max_length=200, blank=True)
    school_year = models.PositiveSmallIntegerField(_("school year beginning in"), null=True, blank=True)
    may_publish = models.BooleanField(_("agrees to publication of the name"), default=False)
    handler = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="applications", verbose_name=_("handler"))
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by"))
    opened_at = models.DateTimeField(_("begun at"), default=now)
    submitted_by = who(_("submitted by"))
    submitted_at = when(_("submitted at"))
    # assessment
    category = models.CharField(_("category"), max_length=40, blank=True)
    computed_amount = money(_("computed amount"), empty=True)
    proposed_amount = money(_("proposed amount"), empty=True)
    proposed_reason = models.CharField(_("reason of another amount"), max_length=200, blank=True)
    fund_source = models.ForeignKey(
        FundSource, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund source")
    )
    snapshot = models.JSONField(_("facts and computation"), default=dict, blank=True)
    assessed_by = who(_("assessed by"))
    assessed_at = when(_("assessed at"))
    # returns, notice, meeting, second approver
    returned_by = who(_("returned by"))
    returned_at = when(_("returned at"))
    returned_times = models.PositiveSmallIntegerField(_("returns"), default=0)
    returned_reason = models.CharField(_("why returned"), max_length=40, blank=True)
    returned_text = models.CharField(_("what to supplement"), max_length=300, blank=True)
    notice_number = models.CharField(_("notice"), max_length=40, blank=True)
    notice_ends_on = models.DateField(_("notice ends on"), null=True, blank=True)
    noticed_amount = money(_("noticed amount"), empty=True)
    meeting_number = models.CharField(_("meeting"), max_length=40, blank=True)
    sent_up = models.JSONField(_("why sent up"), default=dict, blank=True)  # a remark
    granting_amount = money(_("amount waiting for the second approver"), empty=True)
    granting_reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    granting_reason = models.CharField(_("explanation"), max_length=300, blank=True)
    granting_by = who(_("first approver"))
    granting_at = when(_("first approval at"))
    ratification = models.CharField(_("ratification"), max_length=12, choices=Ratification, blank=True, default="")
    ended_by = who(_("ended by"))
    ended_at = when(_("ended at"))
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=200, blank=True)

    CALLED_WITH = ("person", "programme")
    URGENT: ClassVar[Mapping[str, tuple[_StrPromise, str]]] = {  # ratification → what pages say, and its tone
        "": (_("emergency"), "warning"),
        Ratification.PENDING: (_("emergency, not ratified yet"), "warning"),
        Ratification.RATIFIED: (_("emergency, ratified"), "ok"),
        Ratification.NOT_RATIFIED: (_("emergency, ratification refused"), "danger"),
    }

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = (
            models.Index(fields=("office", "status", "-id"), name="application_by_state"),
            models.Index(fields=("handler", "status"), name="application_of_handler"),
        )
        constraints = (
            *(paired("application", step) for step in ("submitted", "assessed", "returned", "granting", "ended")),
            models.UniqueConstraint(name="application_number_once", fields=("number",), condition=~Q(number="")),
            models.UniqueConstraint(
                name="application_is_begun_once",
                fields=("person", "programme"),
                condition=Q(status="draft"),
                violation_error_message=_(
                    "An application of this person for this programme is begun and not handed in yet: go on with that one."
                ),
            ),
            models.CheckConstraint(
                name="application_submitted_has_number",
                condition=Q(status__in=("draft", "withdrawn")) | (~Q(number="") & Q(submitted_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="application_past_assessment_has_amount",
                condition=Q(status__in=("draft", "submitted", "returned", "withdrawn", "deferred", "refused"))
                | Q(
                    proposed_amount__isnull=False,
                    proposed_amount__gt=0,
                    computed_amount__isnull=False,
                    assessed_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="application_proposed_within_the_cap",
                condition=Q(proposed_amount=None) | Q(proposed_amount__lte=F("computed_amount")),
                violation_error_message=_("The proposed amount is above what the rule allows."),
            ),
            models.CheckConstraint(
                name="application_other_amount_has_a_reason",
                condition=Q(proposed_amount=None) | Q(proposed_amount=F("computed_amount")) | ~Q(proposed_reason=""),
                violation_error_message=_("Another amount than the computed one needs a reason."),
            ),
            models.CheckConstraint(
                name="application_ended_has_who",
                condition=Q(status__in=("granted", "refused", "withdrawn"), ended_by__isnull=False)
                | (~Q(status__in=("granted", "refused", "withdrawn")) & Q(ended_by=None)),
            ),
            models.CheckConstraint(
                name="application_first_approver_did_not_assess",
                condition=Q(granting_by=None) | ~Q(granting_by=F("assessed_by")),
                violation_error_message=_("Whoever assessed an application cannot approve it."),
            ),
            models.UniqueConstraint(
                name="education_one_year_one_student",
                fields=("beneficiary", "school_year"),
                condition=Q(school_year__isnull=False) & ~Q(status__in=("draft", "refused", "withdrawn")),
                violation_error_message=_("This student already has an application for this school year."),
            ),
            models.CheckConstraint(
                name="education_names_its_student",
                condition=Q(school_year=None) | Q(status__in=("draft", "withdrawn")) | Q(beneficiary__isnull=False),
                violation_error_message=_("Education relief names its student."),
            ),
        )

    def __str__(self) -> str:
        return numbered(self, self.opened_at)

    @property
    def called(self) -> str:
        return f"{self} · {self.person} · {self.programme}"

    def get_absolute_url(self) -> str:
        return reverse("relief:application", args=[self.code])

    @property
    def urgency(self) -> tuple[_StrPromise, str] | None:
        """That it is an emergency, and whether the committee has ratified it, with its tone; None for ordinary relief."""
        return self.URGENT[self.ratification] if self.is_emergency else None

    @property
    def sent_up_reason(self) -> str:
        """Why the upper union decides, in the language of whoever reads it."""
        return told(self.sent_up)

    @property
    def tone(self) -> str:
        return self.TONES.get(self.status, "info")

    @property
    def is_ended(self) -> bool:
        return self.status in self.ENDED

    @property
    def lines(self) -> list[CapLine]:
        """The computation as it was, line by line."""
        return [CapLine.read(stored) for stored in self.snapshot.get("lines", ())]

    @property
    def granting_reason_label(self) -> str:
        """Why the first approver gave another amount than proposed or noticed, in the words of the list."""
        return codes.reason(self.granting_reason_code)

    @property
    def helped_id(self) -> int:
        """Whose illness or schooling it is; where nobody is named, the applicant's."""
        return self.beneficiary_id or self.person_id

    @property
    def helped(self) -> Person:
        return self.beneficiary or self.person

    @property
    def school_year_label(self) -> str:
        """The school year as people write it: 2026–2027."""
        return f"{self.school_year}–{self.school_year + 1}" if self.school_year else ""

    def is_above_notice(self, amount: Decimal) -> bool:
        """More than the public was told."""
        return self.noticed_amount is not None and amount > self.noticed_amount

    @property
    def granting_is_above_notice(self) -> bool:
        """What waits for the second approver is more than the public was told."""
        return self.granting_amount is not None and self.is_above_notice(self.granting_amount)

    @property
    def differs_from_notice(self) -> bool:
        return self.noticed_amount is not None and self.noticed_amount != self.proposed_amount


class ApplicationPaper(models.Model):
    """One paper of the checklist: kept already, received, missing, or struck for this case."""

    class State(models.TextChoices):
        MISSING = "missing", _("missing")
        KEPT = "kept", _("kept already")
        RECEIVED = "received", _("received")
        STRUCK = "struck", _("not needed here")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("paper"), max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.MISSING)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=120, blank=True)
    ticked_by = who(_("ticked by"))
    ticked_at = when(_("ticked at"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = (
            paired("paper", "ticked"),
            models.UniqueConstraint(name="paper_once_in_the_checklist", fields=("application", "kind")),
            models.CheckConstraint(name="paper_struck_has_a_note", condition=~Q(state="struck") | ~Q(note="")),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return codes.label("attachment_type", self.kind)

    @property
    def is_there(self) -> bool:
        return self.state != self.State.MISSING


BILL = Bounds(least=date(2008, 1, 1), most=LAST_DAY, past=True, back=3)


@bounded(issued_on=BILL, self_paid=PAID)
class Invoice(models.Model):
    """A medical bill. Its number counts once, in any application of any office."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="invoices")
    number = models.CharField(_("invoice number"), max_length=40)
    number_key = KeyOf(source="number", max_length=60)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    self_paid = money(_("self-paid part"))
    counts = models.BooleanField(_("counts"), default=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = (
            models.UniqueConstraint(
                name="invoice_counts_once",
                fields=("number_key",),
                condition=Q(counts=True),
                violation_error_message=_("This invoice was already used in another application."),
            ),
            models.CheckConstraint(name="invoice_self_paid_is_positive", condition=Q(self_paid__gt=0)),
        )

    def __str__(self) -> str:
        return self.number


@bounded(amount=YUAN, noticed_amount=YUAN, agenda_item_id=KEY)
class Decision(models.Model):
    """What was decided, by whom, on which facts. Append-only: a later decision is a later row."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    how = models.CharField(_("how"), max_length=12, choices=DecidedHow)
    result = models.CharField(_("result"), max_length=8, choices=Result)
    amount = money(_("amount"), empty=True)
    noticed_amount = money(_("noticed amount"), empty=True)
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    reason = models.CharField(_("explanation"), max_length=300, blank=True)
    meeting_number = models.CharField(_("meeting"), max_length=40, blank=True)
    agenda_item_id = models.PositiveBigIntegerField(_("agenda item"), null=True, blank=True)
    document = models.CharField(_("document of the upper union"), max_length=80, blank=True)
    snapshot = models.JSONField(_("facts and computation"), default=dict)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), default=now)
    seconded_by = who(_("second approver"))
    seconded_at = when(_("second approval at"))
    assessed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            paired("decision", "seconded"),
            paired("decision", "assessed"),
            models.CheckConstraint(
                name="decision_granted_has_amount",
                condition=Q(result__in=("granted", "less"), amount__isnull=False, amount__gt=0)
                | Q(result__in=("deferred", "refused")),
            ),
            models.CheckConstraint(
                name="decision_other_than_granted_has_a_reason",
                condition=Q(result="granted") | (~Q(reason_code="") & ~Q(reason="")),
                violation_error_message=_("Give the reason from the list and in words."),
            ),
            models.CheckConstraint(
                name="decision_above_the_notice_has_a_reason",
                condition=Q(noticed_amount=None)
                | Q(amount=None)
                | Q(how="ratification")
                | Q(amount__lte=F("noticed_amount"))
                | (~Q(reason_code="") & ~Q(reason="")),
                violation_error_message=_("An amount above the noticed one needs a reason from the list and words."),
            ),
            models.CheckConstraint(
                name="decision_second_approver_is_another",
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("decided_by")),
                violation_error_message=_("The second approver must be somebody else."),
            ),
            models.CheckConstraint(
                name="decision_not_by_the_assessor",
                condition=Q(how__in=("meeting", "upper", "ratification"))
                | Q(assessed_by=None)
                | (~Q(decided_by=F("assessed_by")) & (Q(seconded_by=None) | ~Q(seconded_by=F("assessed_by")))),
                violation_error_message=_("Whoever assessed an application cannot approve it."),
            ),
            models.CheckConstraint(
                name="decision_by_two_has_two",
                condition=~Q(how__in=("two", "emergency"), result__in=("granted", "less"))
                | Q(seconded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_of_the_upper_union_has_its_document",
                condition=~Q(how="upper") | ~Q(document=""),
                violation_error_message=_("Enter the document number of the upper union's answer."),
            ),
            models.CheckConstraint(
                name="decision_of_a_meeting_names_it", condition=~Q(how="meeting") | ~Q(meeting_number="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.outcome}"

    @property
    def is_disowned(self) -> bool:
        """The committee did not ratify an emergency: help was given already, and this is no refusal to help."""
        return self.how == DecidedHow.RATIFICATION and self.result == Result.REFUSED

    @property
    def outcome(self) -> str:
        """What it came to, in words."""
        states = Application.Ratification
        if self.how == DecidedHow.RATIFICATION:
            return str((states.NOT_RATIFIED if self.is_disowned else states.RATIFIED).label)
        return str(self.get_result_display())

    @property
    def tone(self) -> str:
        return {"granted": "ok", "less": "ok", "deferred": "warning", "refused": "danger"}[self.result]

    @property
    def is_above_notice(self) -> bool:
        """Granted more than the public had been told."""
        return self.amount is not None and self.noticed_amount is not None and self.amount > self.noticed_amount

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.snapshot.get("facts", {}))
