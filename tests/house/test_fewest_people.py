"""The main job by the fewest people that the rules allow; with one fewer, the staff page says who is missing."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from html import unescape
from itertools import combinations
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from casework import actions as casework
from casework.enums import IncomeKind
from center.actions import meetings, notices
from center.kernel.errors import Refusal
from center.kernel.roles import GRANTS, REFUSED_PAIRS, Role
from center.models import Assignment, Staff
from center.models.base import subject_of
from center.queries import staffing
from center.reference import working_days
from demo.clock import on
from relief.actions import applications, bank, funds, payments, receipts
from relief.exchange import export_register
from relief.models import Batch, Decision
from relief.prints import print_signsheet
from tests.casework.make import card_number, make_person, make_purpose
from tests.center.make import make_office, make_staff
from tests.relief.make import make_bands, make_line, make_version, return_file
from tests.relief.scans import signed_scan

pytestmark = pytest.mark.django_db

FACTS = {
    "ethnic_group": "01", "political_status": "13", "marital_status": "20", "health_status": "kidney_failure",
    "person_identity": "urban_worker", "work_status": "at_post", "medical_insurance": "urban_worker",
    "phone": "13800001111",
}  # fmt: skip
SUM = Decimal(8400)


def crew_of(office, numbers):
    """Accounts for the people of a cast (duty code → (number, roles)), each with every role of theirs."""
    people = {
        number: make_staff(*sorted(roles), office=office, username=f"hand{number}")
        for number, roles in set(numbers.values())
    }
    return {code: people[number] for code, (number, _roles) in numbers.items()}


class Job:
    """One household through the whole main job by the actions that the pages call; `hand[duty]` does each step."""

    def __init__(self, office, hand):
        self.office, self.hand, self.done = office, hand, []
        self.version = make_version(
            SimpleNamespace(office=office, leader=hand["casework.decide"]), notice_rule="before"
        )
        make_line(office)
        make_bands(office)
        self.worker = make_person(office=office, name="区桂英", **FACTS)

    def walk(self):
        """Every step in its order; stops where an action refuses."""
        steps = (
            self.receive, self.take, self.file, self.review, self.visit_home, self.account, self.notice, self.decide,
            self.assess, self.notice, self.sit, self.pay, self.sign,
        )  # fmt: skip
        day = date(2026, 3, 2)
        for step in steps:
            with on(timezone.make_aware(datetime.combine(day, time(9)))):
                step()
            self.done.append(step.__name__)
            day = working_days.add(day, 1)
            if step == self.notice:
                day = working_days.add(day, 6)
                with on(timezone.make_aware(datetime.combine(day, time(9)))):
                    notices.end_notice(self.board, by=self.hand["center.end_notice"])

    def receive(self):
        self.source = funds.open_source(
            office=self.office, name="中央财政专项", origin="central_finance", year=2026, document_number="财社〔2026〕1号",
            earmarks=[], amount=Decimal(100_000), received_on=date(2026, 3, 1), by=self.hand["relief.receive"],
        )  # fmt: skip

    def take(self):
        casework.log_visit(
            self.office, purpose=make_purpose("medical"), person=self.worker, by=self.hand["casework.log_visit"]
        )
        self.application = applications.open_application(
            self.version.programme, person=self.worker, office=self.office, by=self.hand["relief.take"]
        )

    def file(self):
        by = self.hand["casework.file"]
        self.record = file = casework.start_file(self.office, category="deep", person=self.worker, by=by)
        casework.edit_household(file, values={"address": "沫若大道36号", "housing_type": "bought"}, by=by)
        casework.edit_file(file, values={"primary_cause": "major_illness"}, by=by)
        casework.add_income(
            file,
            person=self.worker,
            kind=IncomeKind.WAGE,
            amount=Decimal(18000),
            year_ending_on=date(2026, 2, 28),
            by=by,
        )
        casework.submit_file(file, by=by)

    def review(self):
        by = self.hand["casework.review"]
        casework.pass_review(self.record, by=by)
        casework.check_exclusions(self.record, exclusions=[], by=by)

    def visit_home(self):
        first, second = self.hand["casework.visit_home"], self.hand["casework.visit_along"]
        casework.record_home_visit(
            self.record, visited_on=timezone.localdate(), first_visitor=first, second_visitor=second,
            findings="情况属实", by=self.hand["casework.review"],
        )  # fmt: skip

    def account(self):
        card = card_number()
        change = casework.propose_account(
            self.record, holder=self.worker, card=card, bank="农业银行", reason="本人提供",
            by=self.hand["casework.give_account"],
        )  # fmt: skip
        casework.confirm_change(change, card=card, by=self.hand["casework.check_account"])

    def notice(self):
        subject = self.application if "assess" in self.done else self.record
        draft = notices.compose(
            self.office, title="公示", subjects=[subject_of(subject)], working_days=5, by=self.hand["center.compose"]
        )
        self.board = notices.publish(draft, posted_at="公示栏", by=self.hand["center.publish"])

    def decide(self):
        casework.decide_file(self.record, category="deep", by=self.hand["casework.decide"])

    def assess(self):
        by = self.hand["relief.take"]
        applications.fill_in(self.application, answers={"request": "长期透析"}, by=by)
        applications.add_invoice(self.application, number="51260001", self_paid=SUM, issued_on=date(2026, 3, 1), by=by)
        applications.submit(self.application, by=by)
        applications.assess(
            self.application, proposed_amount=None, fund_source=self.source, by=self.hand["relief.assess"]
        )

    def sit(self):
        secretary, chair = self.hand["center.minutes"], self.hand["center.chair"]
        meeting = meetings.prepare(self.office, title="评审会", held_on=timezone.localdate(), quorum=2, by=secretary)
        seated = {chair, self.hand["center.vote"], self.hand["center.seat"]}
        assert {seat.staff for seat in meeting.seats.all()} == seated
        meetings.mark_present(meeting, members=[one.pk for one in seated], by=secretary)
        meeting = meetings.open_meeting(meeting, by=secretary)
        item = meeting.items.get()
        voters = {seat.staff for seat in meetings.entitled(item)} | {chair, self.hand["center.vote"]}
        votes = {one.pk: "for" for one in voters}
        assert meetings.decide(item, result="granted", votes=votes, by=secretary).carried
        meetings.sign(meetings.close_meeting(meeting, by=secretary), by=chair)

    def pay(self):
        owed = list(Decision.objects.get().award.instalments.all())
        batch = payments.make_batch(office=self.office, instalments=owed, by=self.hand["relief.make_batch"])
        batch = payments.check_batch(batch, by=self.hand["relief.check_batch"])
        batch = payments.hand_over(batch, by=self.hand["relief.pay"])
        bank.read_return(batch, content=return_file(batch), file_name="return.csv", by=self.hand["relief.pay"])

    def sign(self):
        batch = Batch.objects.get()
        issued = print_signsheet(batch, by=self.hand["relief.pay"])
        sheet = receipts.take_sheet(batch, upload=signed_scan(issued), by=self.hand["relief.receipt"])
        receipts.look_through(sheet, unsigned=(), signatures=1, by=self.hand["relief.receipt"])
        _export, _data, sums = export_register(year=2026, fmt="csv", office=self.office, by=self.hand["relief.audit"])
        self.paid = (sums.rows, sums.total)


@pytest.fixture
def office():
    return make_office()


def roles_for(*duties):
    """The smallest set of roles that grants these duties and may be in one hand; empty when there is none."""
    last = [Role.MEMBER, Role.CHAIR]  # a seat in the committee goes to nobody who is not there to vote
    roles = [role for role in Role if role not in last] + last
    for size in range(1, len(duties) + 1):
        for chosen in combinations(roles, size):
            granted = frozenset().union(*(GRANTS[role] for role in chosen))
            if all(duty.needs & granted for duty in duties) and not any(
                pair <= frozenset(chosen) for pair in REFUSED_PAIRS
            ):
                return chosen
    return ()


def test_four_people_can_do_the_whole_main_job(office, capsys):
    cast = staffing.fewest()
    job = Job(office, crew_of(office, cast))

    job.walk()

    with capsys.disabled():
        print(f"\nThe main job takes {len(set(cast.values()))} people at least.")  # noqa: T201 - the number is asked for
    assert (len(set(job.hand.values())), job.paid) == (4, (1, SUM))


def test_the_job_is_walked_too_by_one_person_for_each_duty(office):
    job = Job(office, one_each(office))

    job.walk()

    assert (len(set(job.hand.values())), job.paid) == (len(staffing.duties()), (1, SUM))


def one_each(office, *together):
    """A cast of one person for each duty; the duties of `together` (codes) are one person's."""
    duties = {duty.code: duty for duty in staffing.duties()}
    hand = {
        code: make_staff(*roles_for(duty), office=office, username=code.replace(".", "_"))
        for code, duty in duties.items()
        if code not in together
    }
    if together:
        both = make_staff(*roles_for(*(duties[code] for code in together)), office=office, username="both")
        hand |= dict.fromkeys(together, both)
    return hand


PAIRS = [
    ("casework.file", "casework.review"), ("casework.file", "casework.decide"), ("casework.review", "casework.decide"),
    ("casework.visit_home", "casework.visit_along"), ("casework.give_account", "casework.check_account"),
    ("center.compose", "center.publish"), ("relief.take", "center.chair"), ("relief.take", "center.vote"),
    ("relief.assess", "center.chair"), ("relief.assess", "center.vote"), ("center.minutes", "center.chair"),
    ("center.chair", "center.vote"), ("center.chair", "center.seat"), ("center.vote", "center.seat"),
    ("relief.make_batch", "relief.check_batch"), ("relief.check_batch", "relief.pay"), ("relief.pay", "relief.receipt"),
]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_what_the_page_calls_two_peoples_work_is_refused_to_one(office, pair):
    job = Job(office, one_each(office, *pair))

    with pytest.raises(Refusal):
        job.walk()


def test_every_pair_that_the_page_names_is_tried_or_refused_by_the_roles():
    named = {frozenset({duty.code, other}) for duty in staffing.duties() for other in duty.others}

    by_roles = {frozenset({"relief.make_batch", "relief.pay"})}
    duties = {duty.code: duty for duty in staffing.duties()}

    assert named == {frozenset(pair) for pair in PAIRS} | by_roles
    assert all(roles_for(*(duties[code] for code in pair)) == () for pair in by_roles)


NOBODY_DECIDES = (
    "Nobody is left to decide about the file: whoever does that may not also "
    "fill in the file and hand it in or review the file."
)


@pytest.mark.parametrize(
    ("gone", "missing"),
    [(0, NOBODY_DECIDES), (1, NOBODY_DECIDES), (2, NOBODY_DECIDES), (3, "Nobody here may audit the register.")],
)
def test_with_one_fewer_the_staff_page_says_who_is_missing(office, enter, gone, missing):
    crew_of(office, staffing.fewest())

    assert told(office, enter) == ["Every duty of the main job has its person."] * 2
    Assignment.objects.filter(staff__username=f"hand{gone}").delete()

    assert told(office, enter) == [missing] * 2


def test_a_center_without_a_cashier_is_told_so_and_a_deputy_fills_the_gap(office, enter):
    hand = one_each(office)
    Assignment.objects.filter(staff=hand["relief.pay"]).delete()

    assert told(office, enter) == ["Nobody here may hand the batch to the bank."] * 2
    today = timezone.localdate()
    Assignment.objects.create(
        staff=make_staff(), role=Role.CASHIER, office=office, starts_on=today, ends_on=today,
        deputy_for=hand["relief.pay"],
    )  # fmt: skip
    assert told(office, enter) == ["Every duty of the main job has its person."] * 2


def told(office, enter):
    """What the administrator reads above the list of the staff and above the duties."""
    admin = Staff.objects.filter(username="admin").first() or make_staff(
        Role.ADMIN, office=office, username="admin", language="en"
    )
    pages = [enter(admin).get(reverse(f"center:{name}")) for name in ("staff_list", "staff_duties")]
    assert [page.context["muster"].missing for page in pages] == [pages[0].context["muster"].missing] * 2
    return [
        unescape(
            re.search(
                r'<p class="message[^"]*">\s*(.*?)\s*(?:<a|</p>)',
                re.sub(r"<noscript>.*?</noscript>", "", page.content.decode(), flags=re.DOTALL),
                re.DOTALL,
            ).group(1)
        )
        for page in pages
    ]
