"""Who may do what. Roles are sets of permissions in code, changed by a reviewed commit (architecture.md §3)."""

from __future__ import annotations

from enum import StrEnum, unique

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of a center; one person may hold several, at several offices, each between two dates."""

    FRONT_DESK = "front_desk", _("Front desk")
    OFFICER = "officer", _("Case officer")
    GRASSROOTS = "grassroots", _("Grass-roots union contact")
    SECRETARY = "secretary", _("Meeting secretary")
    MEMBER = "member", _("Committee member")
    CHAIR = "chair", _("Committee chair")
    ACCOUNTANT = "accountant", _("Accountant")
    CASHIER = "cashier", _("Cashier")
    LEADER = "leader", _("Center leader")
    AUDITOR = "auditor", _("Auditor")
    JOBS = "jobs", _("Job officer")
    LEGAL = "legal", _("Legal-aid officer")
    ADMIN = "admin", _("Administrator")


@unique
class Permission(StrEnum):
    """One thing that a person may do. The first word is the room."""

    # center
    USE_THE_SHELL = "center.use"
    READ_FIGURES = "center.read_figures"
    READ_NOTICES = "center.read_notices"
    COMPOSE_NOTICES = "center.compose_notices"
    PUBLISH_NOTICES = "center.publish_notices"
    HANDLE_OBJECTIONS = "center.handle_objections"
    READ_MEETINGS = "center.read_meetings"
    PREPARE_MEETINGS = "center.prepare_meetings"
    VOTE = "center.vote"
    CHAIR_MEETINGS = "center.chair_meetings"
    READ_TRAIL = "center.read_trail"
    MANAGE_STAFF = "center.manage_staff"
    MANAGE_REFERENCE = "center.manage_reference"
    DECIDE_STANDARDS = "center.decide_standards"
    DESTROY_RECORDS = "center.destroy_records"
    ASSIGN_WORK = "center.assign_work"
    EXPORT_LISTS = (
        "center.export_lists"  # masked, exactly as seen (domain.md §7.3: not the front desk, not the committee)
    )
    # casework
    LOG_VISITS = "casework.log_visits"
    READ_VISITS = "casework.read_visits"
    READ_FILES = "casework.read_files"
    READ_HEALTH = "casework.read_health"
    READ_ACCOUNTS = "casework.read_accounts"
    READ_MIND = "casework.read_mind"
    EDIT_FILES = "casework.edit_files"
    REVIEW_FILES = "casework.review_files"
    DECIDE_FILES = "casework.decide_files"
    IMPORT_FILES = "casework.import_files"
    HANDLE_MATTERS = "casework.handle_matters"
    SUPERVISE_MATTERS = "casework.supervise_matters"
    REVEAL = "casework.reveal"
    EXPORT_CLEAR = "casework.export_clear"
    # relief
    READ_APPLICATIONS = "relief.read_applications"
    TAKE_APPLICATIONS = "relief.take_applications"
    ASSESS_APPLICATIONS = "relief.assess_applications"
    DECIDE_APPLICATIONS = "relief.decide_applications"
    DECIDE_EMERGENCIES = "relief.decide_emergencies"
    EDIT_PROGRAMMES = "relief.edit_programmes"
    READ_FUNDS = "relief.read_funds"
    RECEIVE_FUNDS = "relief.receive_funds"
    MAKE_BATCHES = "relief.make_batches"
    CHECK_MONEY = "relief.check_money"
    PAY = "relief.pay"
    CONFIRM_RECEIPTS = "relief.confirm_receipts"
    AUDIT = "relief.audit"
    # employment
    READ_JOBS = "employment.read"
    PLACE = "employment.place"
    # legal
    READ_CASES = "legal.read"
    HANDLE_CASES = "legal.handle"
    SUPERVISE_CASES = "legal.supervise"  # reads every case of the office, decides on aid, assigns


P = Permission
READING_FILES = frozenset({P.READ_FILES, P.READ_VISITS})
READING_CLOSELY = READING_FILES | {P.READ_HEALTH, P.READ_ACCOUNTS}  # need-to-know (domain.md §7.3)
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.FRONT_DESK: READING_FILES
    | {P.LOG_VISITS, P.EDIT_FILES, P.REVEAL, P.READ_APPLICATIONS, P.TAKE_APPLICATIONS, P.CONFIRM_RECEIPTS}
    | {P.HANDLE_MATTERS, P.READ_JOBS, P.READ_NOTICES},
    Role.OFFICER: READING_CLOSELY
    | {P.READ_MIND, P.LOG_VISITS, P.EDIT_FILES, P.REVIEW_FILES, P.IMPORT_FILES, P.HANDLE_MATTERS, P.REVEAL}
    | {P.READ_APPLICATIONS, P.TAKE_APPLICATIONS, P.ASSESS_APPLICATIONS, P.READ_FIGURES, P.CONFIRM_RECEIPTS}
    | {P.READ_NOTICES, P.COMPOSE_NOTICES, P.HANDLE_OBJECTIONS, P.READ_JOBS, P.EXPORT_LISTS},
    Role.GRASSROOTS: READING_FILES
    | {P.LOG_VISITS, P.EDIT_FILES, P.READ_APPLICATIONS, P.TAKE_APPLICATIONS, P.READ_NOTICES, P.HANDLE_MATTERS},
    Role.SECRETARY: frozenset(
        {P.READ_MEETINGS, P.PREPARE_MEETINGS, P.READ_APPLICATIONS, P.READ_NOTICES, P.COMPOSE_NOTICES, P.READ_FILES}
    ),
    Role.MEMBER: frozenset({P.READ_MEETINGS, P.VOTE}),
    Role.CHAIR: frozenset({P.READ_MEETINGS, P.VOTE, P.CHAIR_MEETINGS, P.CHECK_MONEY, P.READ_FUNDS}),
    Role.ACCOUNTANT: frozenset(
        {P.READ_FUNDS, P.RECEIVE_FUNDS, P.MAKE_BATCHES, P.READ_APPLICATIONS, P.READ_FIGURES, P.REVEAL, P.READ_ACCOUNTS}
        | {P.EXPORT_LISTS}
    ),
    Role.CASHIER: frozenset(
        {P.READ_FUNDS, P.PAY, P.CONFIRM_RECEIPTS, P.READ_APPLICATIONS, P.READ_FIGURES, P.REVEAL, P.READ_ACCOUNTS}
        | {P.EXPORT_LISTS}
    ),
    Role.LEADER: READING_CLOSELY
    | {P.READ_MIND}
    | {P.DECIDE_FILES, P.SUPERVISE_MATTERS, P.HANDLE_MATTERS, P.IMPORT_FILES, P.ASSIGN_WORK, P.REVEAL, P.EXPORT_CLEAR}
    | {P.READ_APPLICATIONS, P.DECIDE_APPLICATIONS, P.DECIDE_EMERGENCIES, P.EDIT_PROGRAMMES, P.READ_FUNDS, P.CHECK_MONEY}
    | {P.READ_NOTICES, P.PUBLISH_NOTICES, P.HANDLE_OBJECTIONS, P.READ_MEETINGS, P.READ_FIGURES, P.DECIDE_STANDARDS}
    | {P.DESTROY_RECORDS, P.READ_JOBS, P.READ_CASES, P.SUPERVISE_CASES, P.READ_TRAIL, P.EXPORT_LISTS},
    Role.AUDITOR: READING_CLOSELY
    | {P.AUDIT, P.READ_APPLICATIONS, P.READ_FUNDS, P.READ_NOTICES, P.READ_MEETINGS, P.READ_FIGURES, P.READ_TRAIL}
    | {P.READ_JOBS, P.REVEAL, P.EXPORT_CLEAR, P.EXPORT_LISTS},
    Role.JOBS: frozenset({P.LOG_VISITS, P.READ_VISITS, P.READ_JOBS, P.PLACE, P.REVEAL, P.READ_FIGURES, P.EXPORT_LISTS}),
    Role.LEGAL: frozenset(
        {P.LOG_VISITS, P.READ_VISITS, P.READ_CASES, P.HANDLE_CASES, P.REVEAL, P.READ_FIGURES, P.EXPORT_LISTS}
    ),
    Role.ADMIN: frozenset({P.MANAGE_STAFF, P.MANAGE_REFERENCE, P.READ_TRAIL}),
}
GRANTS = {role: frozenset(held | {P.USE_THE_SHELL}) for role, held in GRANTS.items()}

MONEY_ROLES = frozenset({Role.ACCOUNTANT, Role.CASHIER})
COMMITTEE_ROLES = frozenset({Role.MEMBER, Role.CHAIR, Role.SECRETARY})
# What a stolen password alone must not be enough for: money, its decisions and checks, all numbers at once, other accounts.
BEHIND_TWO_FACTORS = frozenset(
    {P.RECEIVE_FUNDS, P.MAKE_BATCHES, P.CHECK_MONEY, P.PAY, P.DECIDE_APPLICATIONS, P.DECIDE_EMERGENCIES}
    | {P.CHAIR_MEETINGS, P.AUDIT, P.EXPORT_CLEAR, P.DESTROY_RECORDS, P.MANAGE_STAFF}
)
SECOND_FACTOR_ROLES = frozenset(role for role, held in GRANTS.items() if held & BEHIND_TWO_FACTORS)


def _pairs() -> frozenset[frozenset[Role]]:
    auditor_with_writers = {frozenset({Role.AUDITOR, role}) for role in Role if role is not Role.AUDITOR}
    admin = {frozenset({Role.ADMIN, role}) for role in MONEY_ROLES | COMMITTEE_ROLES | {Role.LEADER}}
    return frozenset(auditor_with_writers | admin | {frozenset({Role.ACCOUNTANT, Role.CASHIER})})


# Never both in one hand at one time: the auditor writes nothing that is audited, the administrator decides no money,
# and the books and the cash are two people's. The database keeps this by a trigger (center/migrations/0003).
REFUSED_PAIRS = _pairs()
