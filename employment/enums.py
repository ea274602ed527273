"""Words of the employment room that code decides about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

OPEN, CLOSED = "open", "closed"  # what registrations and vacancies have in common


class SeekerStatus(models.TextChoices):
    OPEN = "open", _("Looking for work")
    PLACED = "placed", _("Placed")
    CLOSED = "closed", _("Registration closed")


class VacancyStatus(models.TextChoices):
    OPEN = "open", _("Current")
    CLOSED = "closed", _("Closed")


class ReferralStatus(models.TextChoices):
    """What came back on the return slip."""

    SENT = "sent", _("Waiting for the employer")
    HIRED = "hired", _("Hired")
    NOT_HIRED = "not_hired", _("Not hired")
    NO_ANSWER = "no_answer", _("No answer")


LIVE = (ReferralStatus.SENT, ReferralStatus.HIRED)


class WorkForm(models.TextChoices):
    ANY = "", _("any")
    FULL = "full", _("Full time")
    PART = "part", _("Part time")
    SEASON = "season", _("Seasonal")
    HOME = "home", _("At home")


class Shift(models.TextChoices):
    ANY = "", _("any")
    DAY = "day", _("Day shift")
    TURNS = "turns", _("Changing shifts")
    NIGHT = "night", _("Night shift")


class SkillLevel(models.IntegerChoices):
    """Levels of vocational skill (职业技能等级): 1 is the highest."""

    SENIOR_TECHNICIAN = 1, _("1 · senior technician")
    TECHNICIAN = 2, _("2 · technician")
    ADVANCED = 3, _("3 · advanced")
    INTERMEDIATE = 4, _("4 · intermediate")
    ELEMENTARY = 5, _("5 · elementary")
    NONE = 6, _("no certificate")


class WorkLimit(models.TextChoices):
    """What a person cannot do, and what a post demands: the same words on both sides."""

    HEAVY = "heavy", _("heavy labour")
    STANDING = "standing", _("standing all day")
    NIGHT = "night", _("night work")
    HEIGHT = "height", _("work at height")
    DUST = "dust", _("dust, fumes or chemicals")
    EYES = "eyes", _("fine work for the eyes")
    READING = "reading", _("reading and writing")


class HardToPlace(models.TextChoices):
    """就业困难人员, as the street office recognised it."""

    NO = "", _("no")
    ZERO_FAMILY = "zero_family", _("from a family without a job")
    DIBAO = "dibao", _("minimum-living family")
    OLDER = "older", _("woman from 40, man from 50")
    DISABLED = "disabled", _("disabled")
    LONG = "long", _("jobless for a year or more")
    OTHER = "other", _("otherwise recognised")


class Origin(models.TextChoices):
    """Where a vacancy came from."""

    LIAISON = "liaison", _("Contact with employers")
    BROUGHT = "brought", _("Brought by the employer")
    FAIR = "fair", _("Job fair")
    BASE = "base", _("Re-employment base")


class EmployerPaper(models.TextChoices):
    """What an employer shows before anybody is sent there (L-HRM 26)."""

    LICENCE = "licence", _("business licence")
    BRIEF = "brief", _("recruitment brief")
    LETTER = "letter", _("letter or power of attorney of the employer")
    CLERK = "clerk", _("ID card of the employer's clerk")


class RefusalReason(models.TextChoices):
    """Why a referral did not end in a contract."""

    SKILL = "skill", _("skill does not fit")
    WAGE = "wage", _("wage too low for the seeker")
    PLACE = "place", _("too far away")
    HEALTH = "health", _("cannot do this work")
    SEEKER = "seeker", _("the seeker declined")
    ABSENT = "absent", _("did not come to the interview")
    TAKEN = "taken", _("the post was taken")
    UNTRUE = "untrue", _("the vacancy was not as described")
    OTHER = "other", _("other")


class CloseReason(models.TextChoices):
    """Why a registration ends without a placement by us, or a vacancy before it is filled."""

    FOUND = "found", _("found work without us")
    STOPPED = "stopped", _("no longer looking")
    EXPIRED = "expired", _("not renewed")
    AWAY = "away", _("moved away or cannot be reached")
    WITHDRAWN = "withdrawn", _("withdrawn by the employer")
    COMPLAINT = "complaint", _("complaint about the employer")
    FILLED = "filled", _("filled")
    JOINED = "joined", _("joined with another record of the same person")
    DIED = "died", _("the person has died")
    OTHER = "other", _("other")


SEEKER_REASONS = (CloseReason.FOUND, CloseReason.STOPPED, CloseReason.EXPIRED, CloseReason.AWAY, CloseReason.OTHER)
BY_ITSELF = (
    CloseReason.FILLED,
    CloseReason.JOINED,
    CloseReason.DIED,
)  # what another step ends: nothing more is to be said
VACANCY_REASONS = (
    CloseReason.FILLED,
    CloseReason.WITHDRAWN,
    CloseReason.EXPIRED,
    CloseReason.COMPLAINT,
    CloseReason.OTHER,
)


class ReopenReason(models.TextChoices):
    """Why a registration or a vacancy stands open again."""

    LEFT = "left", _("without work again")
    AGAIN = "again", _("looks again")
    FREE = "free", _("a place is free again")
    MISTAKE = "mistake", _("closed by mistake")
    OTHER = "other", _("other")


SEEKER_RETURNS = (ReopenReason.LEFT, ReopenReason.AGAIN, ReopenReason.MISTAKE, ReopenReason.OTHER)
VACANCY_RETURNS = (ReopenReason.FREE, ReopenReason.AGAIN, ReopenReason.MISTAKE, ReopenReason.OTHER)


class Stay(models.TextChoices):
    """What a follow-up found."""

    WORKING = "working", _("Still works there")
    ELSEWHERE = "elsewhere", _("Works elsewhere")
    LEFT = "left", _("Without work again")
    UNREACHED = "unreached", _("Not reached")


IN_WORK = (Stay.WORKING, Stay.ELSEWHERE)


class Evidence(models.TextChoices):
    CALL = "call", _("told by telephone")
    CONTRACT = "contract", _("contract seen")
    INSURANCE = "insurance", _("insurance record seen")
    WAGE = "wage", _("wage slip seen")
