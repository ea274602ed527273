"""The words of the relief room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Bucket(models.TextChoices):
    """Where a fund source's money stands. `outside` is the world; its balance is never above zero, the others' never below."""

    OUTSIDE = "outside", _("outside the center")
    AVAILABLE = "available", _("available")
    COMMITTED = "committed", _("granted, not paid yet")
    IN_TRANSIT = "in_transit", _("at the bank")
    PAID = "paid", _("paid")
    GOODS = "goods", _("goods in stock")
    LENT = "lent", _("lent")


class LedgerKind(models.TextChoices):
    """What a ledger transaction is; which buckets each may touch stands in relief/migrations/0002."""

    RECEIVE = "receive", _("Money received")
    COMMIT = "commit", _("Grant")
    RELEASE = "release", _("Grant released")
    HAND_OVER = "hand_over", _("Handed to the bank")
    PAY = "pay", _("Payment")
    BANK_FAILED = "bank_failed", _("Returned by the bank")
    REVERSE = "reverse", _("Reversal")
    TRANSFER = "transfer", _("Transfer between sources")
    CARRY_OVER = "carry_over", _("Carry-over to the next year")


class ProgrammeKind(models.TextChoices):
    """Which relief a programme gives (domain.md R1–R3, R6)."""

    LIVING = "living", _("Living relief")
    MEDICAL = "medical", _("Medical relief")
    EDUCATION = "education", _("Education relief")


class Formula(models.TextChoices):
    """How a cap is computed; the numbers are the version's data."""

    LINE_MULTIPLE = "line_multiple", _("Factor × local line")
    SHARE_OF_SELF_PAID = "share_of_self_paid", _("Share of the self-paid cost")
    BY_STAGE = "by_stage", _("Fixed by school stage")


class Instalments(models.TextChoices):
    """In how many parts a grant is paid."""

    ONE_OFF = "one_off", _("In one sum")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")


class NoticeRule(models.TextChoices):
    """When the public is told."""

    BEFORE = "before", _("before the decision")
    AFTER = "after", _("after the decision")
    BOTH = "both", _("before and after the decision")


class SchoolStage(models.TextChoices):
    """Stages that education relief tells apart."""

    COMPULSORY = "compulsory", _("compulsory education")
    SENIOR = "senior", _("senior secondary school")
    HIGHER = "higher", _("college or university")


class Decider(models.TextChoices):
    """Who may grant an amount (domain.md §3.6)."""

    LEADER = "leader", _("the center leader alone")
    TWO = "two", _("the center leader and a second approver")
    MEETING = "meeting", _("the committee")
    UPPER = "upper", _("the upper union")


class DecidedHow(models.TextChoices):
    """By whom a decision was made."""

    LEADER = "leader", _("by the leader")
    TWO = "two", _("by the leader and a second approver")
    MEETING = "meeting", _("by the committee")
    UPPER = "upper", _("by the upper union")
    EMERGENCY = "emergency", _("as an emergency")
    RATIFICATION = "ratification", _("ratified by the committee")


class Result(models.TextChoices):
    """What was decided."""

    GRANTED = "granted", _("granted")
    LESS = "less", _("granted in part")
    DEFERRED = "deferred", _("deferred")
    REFUSED = "refused", _("declined")


class CorrectionKind(models.TextChoices):
    """Movements that need a second person before they are posted."""

    REVERSE = "reverse", _("Reversal")
    TRANSFER = "transfer", _("Transfer between sources")
    CARRY_OVER = "carry_over", _("Carry-over to the next year")


class Reopening(models.TextChoices):
    """Why a closed period is opened again."""

    MISSING_VOUCHER = "missing_voucher", _("A voucher of the period came late")
    WRONG_ENTRY = "wrong_entry", _("An entry of the period is wrong")
    AUDIT_FINDING = "audit_finding", _("The audit asks for it")
    CLOSED_TOO_EARLY = "closed_too_early", _("Closed too early")
    OTHER = "other", _("Other")
