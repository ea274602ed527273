"""Words of the casework room: states, kinds and outcomes that code decides about. Code lists of forms are data (center.models.codes)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileStatus(models.TextChoices):
    """Where a hardship file stands (domain.md 2.4.3)."""

    DRAFT = "draft", _("Being filled in")
    RETURNED = "returned", _("Returned for supplements")
    SUBMITTED = "submitted", _("Under review")
    SURVEY = "survey", _("Home visit and notice due")
    NOTICED = "noticed", _("On public notice")
    PENDING = "pending", _("Waiting for the decision")
    ACTIVE = "active", _("In force")
    MONITORING = "monitoring", _("In monitoring")
    EXITED = "exited", _("Lifted out")
    CANCELLED = "cancelled", _("De-registered")
    REFUSED = "refused", _("Not filed")
    ARCHIVED = "archived", _("Archived")


LIVING = (
    FileStatus.DRAFT,
    FileStatus.RETURNED,
    FileStatus.SUBMITTED,
    FileStatus.SURVEY,
    FileStatus.NOTICED,
    FileStatus.PENDING,
    FileStatus.ACTIVE,
    FileStatus.MONITORING,
)
IN_FORCE = (FileStatus.ACTIVE, FileStatus.MONITORING)
BEFORE_DECISION = (
    FileStatus.DRAFT,
    FileStatus.RETURNED,
    FileStatus.SUBMITTED,
    FileStatus.SURVEY,
    FileStatus.NOTICED,
    FileStatus.PENDING,
)


class Source(models.TextChoices):
    """Who said which category is in force."""

    DECLARED = "declared", _("as declared")
    DECIDED = "decided", _("as decided")


class Began(models.TextChoices):
    """How a time in force began."""

    OPENED = "opened", _("Opened")
    REOPENED = "reopened", _("File opened again")


class Ended(models.TextChoices):
    """How a time in force ended."""

    EXITED = "exited", _("Lifted out")
    CANCELLED = "cancelled", _("De-registered")


class Block(models.TextChoices):
    """The five clears (五清)."""

    FAMILY = "family", pgettext_lazy("five clears", "Family situation")
    CAUSE = "cause", pgettext_lazy("five clears", "Cause of hardship")
    SKILL = "skill", pgettext_lazy("five clears", "Skills")
    JOB = "job", pgettext_lazy("five clears", "Employment needs")
    MIND = "mind", pgettext_lazy("five clears", "State of mind")


class Know(models.TextChoices):
    """The nine things to know (九知)."""

    ADDRESS = "address", _("Where the family lives")
    LIVING = "living", _("How the family lives")
    CAUSE = "cause", _("Why it is poor")
    MEDICINE = "medicine", _("Illnesses and medicine")
    DIBAO = "dibao", _("Minimum living allowance")
    SCHOOLING = "schooling", _("The children's schooling")
    CHILD_JOBS = "child_jobs", _("The children's need of work")
    HOUSING = "housing", _("Housing")
    MEASURES = "measures", _("Relief measures")


class IncomeKind(models.TextChoices):
    """Income that counts, and what is left out (domain.md §3.2)."""

    WAGE = "wage_income", _("Wages")
    BUSINESS = "business_income", _("Net business income")
    PROPERTY = "property_income", _("Net property income")
    TRANSFER = "transfer_income", _("Net transfer income")
    GOVERNMENT_AID = "government_aid_income", _("Government relief")
    UNION_AID = "union_aid_income", _("Union relief")
    LEFT_OUT = "left_out", _("Left out by the rule")


EARNED = (IncomeKind.WAGE, IncomeKind.BUSINESS)


class SpendingKind(models.TextChoices):
    """Rigid spending that is deducted, and two kinds that are not (domain.md §3.2)."""

    ILLNESS = "rigid_illness", _("Illness, self-paid part")
    DISABILITY = "rigid_disability", _("Disability and long-term care")
    SCHOOLING = "rigid_schooling", _("Schooling after compulsory education")
    HOUSING = "rigid_housing", _("Rent or housing loan")
    WORK = "necessary_work_cost", _("Necessary cost of working")
    OTHER = "rigid_other", _("Other rigid spending")
    COMPULSORY_SCHOOLING = "compulsory_schooling", _("Compulsory education (not deducted)")
    EVENT = "event_cost", _("Cost of the event after compensation (not deducted)")


RIGID = (
    SpendingKind.ILLNESS,
    SpendingKind.DISABILITY,
    SpendingKind.SCHOOLING,
    SpendingKind.HOUSING,
    SpendingKind.WORK,
    SpendingKind.OTHER,
)


class Exclusion(models.TextChoices):
    """A household with one of these is not filed (domain.md §3.2)."""

    PRIVATE_SCHOOL = "excl_private_school", _("A child at an expensive private school or abroad at own cost")
    TWO_HOMES = "excl_two_homes", _("Two or more homes")
    VEHICLE = "excl_vehicle", _("A motor vehicle in regular use")
    SHOP = "excl_shop", _("A shop, or employs others")
    OWNER = "excl_controlling_owner", _("Controlling shareholder of a company")
    NO_COOPERATION = "excl_no_cooperation", _("Refuses to cooperate with the check")
    FALSE_DATA = "excl_false_data", _("Concealed income or people, false papers")
    REFUSES_WORK = "excl_refuses_work", _("Able to work and refuses it without reason")


class Verdict(models.TextChoices):
    """What a computation proposes; a person decides."""

    DEEP = "deep", _("Deep hardship")
    RELATIVE = "relative", _("Relative hardship")
    ACCIDENTAL = "accidental", _("Accidental hardship")
    ABOVE = "above", _("Above the lines")
    EXCLUDED = "excluded", _("Excluded")
    UNKNOWN = "unknown", _("Cannot be computed yet")


class Purpose(models.TextChoices):
    """What a consent allows."""

    PUBLISH = "publish", _("Publish name, employer, cause and category")
    ECONOMIC_CHECK = "economic_check", _("Check the economic situation")


class Channel(models.TextChoices):
    """How somebody reached the center."""

    WINDOW = "window", _("Window")
    PHONE = "phone", _("Telephone")
    LETTER = "letter", _("Letter")
    HOTLINE_12351 = "12351", _("12351 hotline")
    HOTLINE_12345 = "12345", _("12345 transfer")
    WARMTH = "warmth", _("Winter warmth hotline")
    ONLINE = "online", _("Online")
    OUTREACH = "outreach", _("Out on site")


CALLS = (Channel.PHONE, Channel.HOTLINE_12351, Channel.HOTLINE_12345, Channel.WARMTH)
LETTERS = (Channel.LETTER, Channel.ONLINE)
COMINGS = (Channel.WINDOW, Channel.OUTREACH)


class VisitResult(models.TextChoices):
    """How a visit ended for now."""

    ANSWERED = "answered", _("Answered at once")
    ACCEPTED = "accepted", _("Application accepted")
    TRANSFERRED = "transferred", _("Transferred")
    CALL_BACK = "call_back", _("Call back")


class MatterKind(models.TextChoices):
    """A matter exists for these two only."""

    PETITION = "petition", _("Petition")
    TRANSFER = "transfer", _("Transfer")


class PetitionClass(models.TextChoices):
    """The three classes of the petition rules (domain.md §3.11)."""

    SUGGESTION = "suggestion", _("Suggestion")
    ACCUSATION = "accusation", _("Report or accusation")
    APPEAL = "appeal", _("Appeal or request")


class HandlingMode(models.TextChoices):
    """Four ways of handling (domain.md C21)."""

    OWN = "own", _("Handled here")
    JOINT = "joint", _("Handled jointly")
    SUPERVISED = "supervised", _("Handled elsewhere, supervised here")
    ON_SITE = "on_site", _("Received on site")


class MatterStatus(models.TextChoices):
    """Where a matter stands."""

    REGISTERED = "registered", _("To accept")
    RETURNED = "returned", _("Returned, to be assigned")
    ACCEPTED = "accepted", _("In hand")
    CLOSED = "closed", _("Closed")


class MatterResult(models.TextChoices):
    """How a matter ended (domain.md §3.11)."""

    SETTLED = "settled", _("Settled")
    SUPPORTED = "supported", _("Request supported")
    EXPLAINED = "explained", _("Explained")
    NOT_SUPPORTED = "not_supported", _("Request not supported")
    HANDED_OVER = "handed_over", _("Handed over to the competent body")
    NOT_TAKEN = "not_taken", _("Not taken on")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DUPLICATE = "duplicate", _("Duplicate")
    UNREACHABLE = "unreachable", _("Person cannot be reached")


class MatterReason(models.TextChoices):
    """Why a matter was returned, extended, supervised or reopened."""

    NOT_OURS = "not_ours", _("Outside this post's duties")
    WRONG_PERSON = "wrong_person", _("Belongs to another handler")
    UNCLEAR = "unclear", _("The facts are unclear")
    COMPLEX = "complex", _("The matter is complex")
    WAITING = "waiting", _("Waiting for another body")
    OVERDUE = "overdue", _("Overdue")
    IMPORTANT = "important", _("Important or sensitive")
    NOT_SATISFIED = "not_satisfied", _("The person is not satisfied")
    OTHER = "other", _("Other")


class Told(models.TextChoices):
    """How the person was told the answer."""

    IN_PERSON = "in_person", _("In person")
    BY_PHONE = "by_phone", _("By telephone")
    IN_WRITING = "in_writing", _("In writing")
    BY_MESSAGE = "by_message", _("By message")


class Have(models.TextChoices):
    """The four haves (四有) without which nothing is closed."""

    INTAKE = "intake", _("Reception register")
    DELIVERY = "delivery", _("Delivery for handling")
    REPORT = "report", _("Closing report")
    FILE = "file", _("Assistance archive")


class Answer(models.TextChoices):
    """What a call back heard."""

    SATISFIED = "satisfied", _("Satisfied")
    BASICALLY = "basically", _("Basically satisfied")
    NOT_SATISFIED = "not_satisfied", _("Not satisfied")
    NO_ANSWER = "no_answer", _("No answer three times")


class HomeVisitReason(models.TextChoices):
    """Why a household is visited (domain.md C11, C32)."""

    SURVEY = "survey", _("Survey before filing")
    RECHECK = "recheck", _("Yearly recheck")
    CARE = "care", _("Care visit")
    ILLNESS = "illness", _("Illness in hospital")
    FAMILY_EVENT = "family_event", _("Wedding or funeral")
    DISPUTE = "dispute", _("Family dispute")


class ChangeKind(models.TextChoices):
    """Changes that a second person confirms."""

    ACCOUNT = "account", _("Bank account")
    MEMBERS = "members", _("Family members")
    INCOME = "income", _("Income and spending")
    CATEGORY = "category", _("Hardship category")
    HEAD = "head", _("Head of the household")
    NAME = "name", _("Name")
    NUMBER = "number", _("ID number")
    EXCLUSION = "exclusion", _("Exclusion")


class HeadChange(models.TextChoices):
    """Why another member becomes the head (户主变更)."""

    DEATH = "death", _("The head has died")
    DIVORCE = "divorce", _("Divorce")
    DEPARTURE = "departure", _("The head has left the household")
    AGREEMENT = "agreement", _("By agreement of the family")


GONE = (HeadChange.DEATH, HeadChange.DIVORCE, HeadChange.DEPARTURE)  # the former head does not stay in the household


class Leaving(models.TextChoices):
    """Why somebody leaves a household; a death is recorded as a death."""

    HEAD_DIED = "head_died", _("The head has died")
    DIVORCE = "divorce", _("Divorce")
    GROWN_UP = "grown_up", _("Grown up, lives alone")
    MARRIED = "married", _("Married")
    MOVED = "moved", _("Lives elsewhere")
    MISTAKE = "mistake", _("Entered by mistake, never belonged here")


class ChangeStatus(models.TextChoices):
    """Where a proposed change stands."""

    PROPOSED = "proposed", _("To confirm")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class ReturnReason(models.TextChoices):
    """Why a file goes back."""

    PAPERS_MISSING = "papers_missing", _("Papers are missing")
    FACTS_UNCLEAR = "facts_unclear", _("Facts are unclear")
    FACTS_DIFFER = "facts_differ", _("Facts differ from the home visit")
    OBJECTION = "objection", _("An objection was upheld")  # when the notice ends; in words its number
    OTHER = "other", _("Other")
