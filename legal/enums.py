"""Words of the legal room that code decides about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

EXTENDED = gettext_noop("“%(limit)s” was extended to %(day)s")  # a step of a case, with its reason


class CaseType(models.TextChoices):
    """What the worker claims (domain.md 4.1)."""

    WAGE_ARREARS = "wage_arrears", _("Unpaid wages")
    CONSTRUCTION_WAGE = "construction_wage", _("Wages of migrant workers on a building site")
    WORK_INJURY = "work_injury", _("Work injury")
    WORK_DEATH = "work_death", _("Death at work")
    OCCUPATIONAL_DISEASE = "disease", _("Occupational disease")
    CONFIRM_RELATION = "relation", _("Confirming the employment relation")
    NO_CONTRACT = "no_contract", _("No written contract")
    COMPENSATION = "compensation", _("Severance pay")
    UNLAWFUL_TERMINATION = "unlawful_end", _("Unlawful dismissal")
    LAYOFF = "layoff", _("Mass lay-off")
    INSURANCE = "insurance", _("Social insurance")
    OVERTIME = "overtime", _("Overtime, hours, leave")
    WOMEN = "women", _("Protection of women workers")
    MINOR = "minor", _("Underage worker")
    DEPOSIT = "deposit", _("Papers or deposit withheld")
    CIVIL = "civil", _("Other civil matter")
    UNION = "union", _("Rights of the union or its people")


INJURY = (CaseType.WORK_INJURY, CaseType.WORK_DEATH, CaseType.OCCUPATIONAL_DISEASE)


class HelpForm(models.TextChoices):
    """The four forms of help, with arbitration and court told apart."""

    ADVICE = "advice", _("Advice")
    DRAFTING = "drafting", _("Drafting papers")
    MEDIATION = "mediation", _("Mediation")
    ARBITRATION = "arbitration", _("Representation in arbitration")
    LITIGATION = "litigation", _("Representation in court")


class Stage(models.TextChoices):
    """Where the dispute stands (domain.md 4.2)."""

    CONSULTATION = "consultation", _("Consultation")
    DRAFTING = "drafting", _("Papers being drafted")
    NEGOTIATION = "negotiation", _("Negotiation")
    MEDIATION = "mediation", _("Mediation stage")
    INSPECTION = "inspection", _("Labour inspection")
    RECOGNITION = "recognition", _("Recognition of the injury")
    APPRAISAL = "appraisal", _("Appraisal of work capacity")
    ARBITRATION = "arbitration", _("Arbitration")
    FIRST = "first", _("Court, first instance")
    SECOND = "second", _("Court, second instance")
    RETRIAL = "retrial", _("Retrial")
    ENFORCEMENT = "enforcement", _("Enforcement")


class CaseStatus(models.TextChoices):
    APPLIED = "applied", _("Aid applied for")
    GRANTED = "granted", _("Aid granted")
    REFUSED = "refused", _("Aid refused")
    CLOSED = "closed", _("Case closed")


OPEN = (CaseStatus.APPLIED, CaseStatus.GRANTED)


class Outcome(models.TextChoices):
    """How a case ended (domain.md 4.5)."""

    ANSWERED = "answered", _("Advice given, papers handed over")
    SETTLED = "settled", _("Settled between the parties")
    MEDIATED = "mediated", _("Mediation succeeded")
    AWARD_ALL = "award_all", _("Award for the worker")
    AWARD_PART = "award_part", _("Award in part")
    AWARD_NONE = "award_none", _("Award against the worker")
    JUDGED_ALL = "judged_all", _("Judgment for the worker")
    JUDGED_PART = "judged_part", _("Judgment in part")
    JUDGED_NONE = "judged_none", _("Judgment against the worker")
    WITHDRAWN = "withdrawn", _("Withdrawn by the worker")
    ENDED = "ended", _("Aid ended")
    PASSED_ON = "passed_on", _("Passed on to government legal aid")
    LOST = "lost", _("Worker cannot be reached")


class RefusalReason(models.TextChoices):
    """Why aid is not given; the letter says it and how to object."""

    NOT_OURS = "not_ours", _("not within the scope of union legal aid")
    NO_GROUNDS = "no_grounds", _("no facts or evidence for the claim")
    TOO_LATE = "too_late", _("the time limit has passed")
    PAPERS = "papers", _("papers not supplied")
    ELSEWHERE = "elsewhere", _("aid is given elsewhere already")
    OTHER = "other", _("other")


class LateReason(models.TextChoices):
    """Why a case is taken in although its limit has passed by the days that the worker tells (仲裁法 27)."""

    INTERRUPTED = "interrupted", _("interrupted: payment demanded, help asked for, or the debt acknowledged")
    SUSPENDED = "suspended", _("suspended: beyond anybody's control")
    LATER = "later", _("the worker knew of it only later")
    ACCEPTED = "accepted", _("the other side does not plead the limit")
    ADVICE = "advice", _("advice and negotiation only")
    OTHER = "other", _("other")


class PartyRole(models.TextChoices):
    EMPLOYER = "employer", _("Employer")
    CONTRACTOR = "contractor", _("General contractor")
    SUBCONTRACTOR = "sub", _("Subcontractor")
    WORKER = "worker", _("Further worker")
    BODY = "body", _("Authority or body")


class Loss(models.TextChoices):
    """What kind of loss the recovered money made good."""

    WAGES = "wages", _("wages")
    INJURY = "injury", _("injury benefits")
    COMPENSATION = "compensation", _("severance or damages")
    INSURANCE = "insurance", _("social insurance")
    OTHER = "other", _("other")


class EventKind(models.TextChoices):
    NOTE = "note", _("Note")
    TALK = "talk", _("Talk with the worker")
    EVIDENCE = "evidence", _("Evidence, investigation")
    NEGOTIATION = "negotiation", _("Talk with the employer")
    MEDIATION = "mediation", _("Mediation session")
    FILING = "filing", _("Paper filed or served")
    HEARING = "hearing", _("Hearing")
    DECISION = "decision", _("Award, judgment or decision")
    STEP = "step", _("Step of the case")


class Unit(models.TextChoices):
    DAY = "day", _("days")
    WORKING_DAY = "working_day", _("working days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")


class Sense(models.TextChoices):
    """How a limit is counted from its day."""

    UNTIL = "until", _("the last day")
    BEFORE = "before", _("so long before the day")
    FROM = "from", _("the first day on which it may be asked for")


class Trigger(models.TextChoices):
    """What sets a clock going."""

    HARM = "harm", _("The worker knew of the harm")
    RELATION_END = "relation_end", _("The employment relation ended")
    AID_APPLIED = "aid_applied", _("Legal aid was applied for")
    AID_GRANTED = "aid_granted", _("Legal aid was granted")
    MEDIATION_APPLIED = "mediation_applied", _("Mediation was applied for")
    PAYMENT_ORDER = "payment_order", _("A payment order was applied for")
    PAYMENT_ORDER_SERVED = "order_served", _("The payment order was served on the debtor")
    ARBITRATION_FILED = "arb_filed", _("The arbitration request was received")
    ARBITRATION_ACCEPTED = "arb_accepted", _("Arbitration was accepted")
    ARBITRATION_SERVED = "arb_served", _("The respondent received the copy of the request")
    ARBITRATION_REPLIED = "arb_replied", _("The commission received the reply")
    HEARING = "hearing", _("A hearing of the arbitration is fixed for this day")
    AWARD = "award", _("The award was received")
    COURT_FILED = "court_filed", _("The complaint was filed in court")
    COURT_REGISTERED = "court_registered", _("The court registered the case: ordinary procedure")
    COURT_SIMPLE = "court_simple", _("The court registered the case: simple procedure")
    JUDGMENT = "judgment", _("The judgment was served")
    RULING = "ruling", _("A ruling was served")
    APPEAL = "appeal", _("The appeal was registered by the court")
    PERFORMANCE = "performance", _("The time to pay has ended")
    ENFORCEMENT = "enforcement", _("Enforcement was applied for")
    INJURY = "injury", _("Accident or diagnosis")
    RECOGNITION = "recognition", _("Recognition was accepted")
    RECOGNITION_CLEAR = "recognition_clear", _("Recognition was accepted, the facts are clear")
    APPRAISAL = "appraisal", _("Appraisal was applied for")
    CONCLUDED = "concluded", _("The appraisal was concluded")
    CONCLUSION = "conclusion", _("The appraisal was received")
    VIOLATION = "violation", _("The violation ended")
    INSPECTION = "inspection", _("The inspection opened a case")


AHEAD = (Trigger.HEARING,)  # days that may lie ahead when they are written down


class DropReason(models.TextChoices):
    """Why a limit need not be kept any more."""

    OTHER_WAY = "other_way", _("another way was chosen")
    SETTLED = "settled", _("the matter is settled")
    WORKER = "worker", _("the worker gives it up")
    MISTAKE = "mistake", _("started by mistake")
    CLOSED = "closed", _("the case was closed")
    OTHER = "other", _("other")


class ReopenReason(models.TextChoices):
    """Why a closed case goes on."""

    EVIDENCE = "evidence", _("new facts or evidence")
    UNPAID = "unpaid", _("the other side does not keep its word")
    NEXT = "next", _("a further instance or enforcement")
    MISTAKE = "mistake", _("closed by mistake")
    OTHER = "other", _("other")


class Ending(models.TextChoices):
    """How a clock stopped."""

    MET = "met", _("done in time")
    LATE = "late", _("done late")
    RESTARTED = "restarted", _("interrupted, runs anew")
    DROPPED = "dropped", _("no longer needed")
