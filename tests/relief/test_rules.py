"""Rules of the room that stand between the lines of the main job: each refusal with its sentence, each silence with its reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework.models import BankAccount
from center.desk import Decided
from center.kernel.errors import Conflict, Incomplete, NotAllowed, Refusal
from center.models import Event, Notice
from center.papers.documents import Document, attach
from relief.actions import applications, bank, bankfiles, decisions, funds, payments, programmes, receipts
from relief.desk import agenda
from relief.models import (
    Application,
    ApplicationPaper,
    Award,
    BankReturn,
    Instalment,
    LedgerTransaction,
    Payment,
    Programme,
    Terms,
)
from relief.queries import findings, limits
from relief.queries.given import household_given
from relief.queries.terms import terms_of
from relief.queries.trace import trace_of
from tests.casework.make import make_file, make_home_visit, make_household, make_person, make_picture, make_visit
from tests.relief.make import (
    make_application,
    make_award,
    make_batch,
    make_house,
    make_paid,
    make_source,
    make_version,
    make_worker,
    read_good_return,
    return_file,
    sign_for,
)

D = Decimal
pytestmark = pytest.mark.django_db


def opened(house, version, person, **fields):
    return applications.open_application(
        version.programme, person=person, office=house.office, by=house.frontdesk, **fields
    )


# -- applications ----------------------------------------------------------------------------------------------------------


def test_a_programme_without_rules_for_today_takes_no_application(house):
    programme = Programme.objects.create(office=house.office, kind="living", name="Winter")

    with pytest.raises(Incomplete, match="no rules for today"):
        applications.open_application(
            programme, person=make_person(office=house.office), office=house.office, by=house.frontdesk
        )


def test_an_application_that_began_at_a_visit_is_what_the_visit_opened(house):
    visit = make_visit(office=house.office, by=house.frontdesk, person=make_person(office=house.office))

    first = opened(house, make_version(house, "living"), visit.person, visit=visit)
    visit.refresh_from_db()
    opened(house, make_version(house, "medical"), visit.person, visit=visit)

    visit.refresh_from_db()
    assert visit.opened == f"relief.application:{first.pk}"


def test_a_file_opened_after_the_application_counts_from_then_on(house):
    person = make_person(office=house.office)
    application = opened(house, make_version(house, "living"), person)
    file = make_file(
        office=house.office,
        by=house.officer,
        household=make_household(office=house.office, head=person),
        status="active",
    )

    applications.fill_in(application, answers={}, by=house.frontdesk)

    application.refresh_from_db()
    assert (application.file, application.household) == (file, file.household)
    assert not Event.objects.filter(verb="relief.application.filled_in").exists()


def test_papers_that_a_file_keeps_are_not_asked_for_when_it_is_opened_after_the_application(house):
    person = make_person(office=house.office)
    application = opened(house, make_version(house, "living", papers=["request", "id_card"]), person)
    file = make_file(office=house.office, by=house.officer, household=make_household(office=house.office, head=person))
    paper = attach(file, kind="id_card", upload=make_picture(), by=house.officer)

    applications.fill_in(application, answers={"request": "winter"}, by=house.frontdesk)

    kept = application.papers.order_by("pk").values_list("kind", "state", "document")
    assert list(kept) == [("request", "missing", None), ("id_card", "kept", paper.pk)]


def test_a_returned_application_keeps_its_number_when_it_comes_again(house):
    application = make_application(house, status="submitted")
    number = application.number
    applications.return_for_supplement(
        application, reason_code="papers_missing", text="the bill of October", by=house.officer
    )

    again = applications.submit(application, by=house.officer)

    assert (again.status, again.number) == ("submitted", number)


def test_medical_relief_without_an_invoice_is_not_submitted(house):
    application = make_application(house, status="draft")
    applications.drop_invoice(application.invoices.get(), by=house.frontdesk)

    with pytest.raises(NotAllowed) as refused:
        applications.submit(application, by=house.frontdesk)

    assert str(refused.value) == "Still missing: at least one invoice with its number."


def test_only_papers_that_changed_are_ticked(house):
    application = opened(
        house, make_version(house, "living", papers=["request", "id_card"]), make_person(office=house.office)
    )
    first, second = application.papers.order_by("pk")
    told = [
        applications.ToldPaper(paper=first, state="received", note="", scan=None),
        applications.ToldPaper(paper=second, state=second.state, note=second.note, scan=None),
    ]

    assert applications.tick_papers(application, told=told, by=house.frontdesk) == 1
    assert list(ApplicationPaper.objects.order_by("pk").values_list("ticked_by", flat=True)) == [
        house.frontdesk.pk,
        None,
    ]


@pytest.mark.parametrize(
    ("number", "self_paid", "said"),
    [(" ", "5", "invoice number"), ("A1", "0", "is more than zero"), ("A1", "-100", "is more than zero")],
)
def test_an_invoice_has_a_number_and_a_self_paid_part(house, number, self_paid, said):
    application = make_application(house, status="draft")

    with pytest.raises(Incomplete, match=said):
        applications.add_invoice(application, number=number, self_paid=D(self_paid), issued_on=None, by=house.frontdesk)


def assessed(house, application, amount=None, *, source="own", reason=""):
    source = make_source(office=house.office, money="100000", by=house.accountant) if source == "own" else source
    return applications.assess(application, proposed_amount=amount, reason=reason, fund_source=source, by=house.officer)


def test_an_assessment_names_a_source_and_an_amount_above_zero(house):
    application = make_application(house, status="submitted")

    with pytest.raises(Incomplete, match="Choose the fund source"):
        assessed(house, application, source=None)
    with pytest.raises(Refusal, match="above zero"):
        assessed(house, application, D(0))
    with pytest.raises(Refusal, match="at most"):
        assessed(house, application, D(90000))


def test_an_assessment_may_be_made_again_before_the_notice(house):
    application = make_application(house, status="submitted")
    assessed(house, application)

    again = assessed(house, application, D(600), reason="a grant from elsewhere")

    assert (again.status, again.proposed_amount) == ("ready", D(600))


def test_an_emergency_that_was_assessed_as_if_there_were_time_goes_back_to_be_assessed(house):
    version = make_version(house, notice_rule="before")
    application = make_application(house, status="assessed", version=version)
    Application.objects.filter(pk=application.pk).update(is_emergency=True)

    assert assessed(house, application).status == "ready"


def test_central_money_is_not_proposed_without_a_file_in_force(house):
    from casework.models import HardshipFile

    application = make_application(house, status="submitted")
    HardshipFile.objects.update(status="draft")

    with pytest.raises(Refusal, match="on a file in force only"):
        assessed(house, application)


def test_what_is_missing_is_listed_when_papers_are_asked_for(house):
    application = make_application(house, status="submitted")

    with pytest.raises(Incomplete, match="everything that is missing"):
        applications.return_for_supplement(application, reason_code="papers_missing", text=" ", by=house.officer)


def test_a_withdrawal_and_a_return_are_each_for_their_people_and_their_state(house):
    draft, granted = make_application(house, status="draft"), make_award(house).application
    submitted = make_application(house, status="submitted")

    for change, sentence in (
        (lambda: applications.withdraw(draft, reason="x", by=house.cashier), "Only the front desk"),
        (lambda: applications.withdraw(granted, reason="x", by=house.frontdesk), "no longer be withdrawn"),
        (
            lambda: applications.return_for_supplement(submitted, reason_code="x", text="y", by=house.cashier),
            "Only an officer",
        ),
        (
            lambda: applications.return_for_supplement(draft, reason_code="x", text="y", by=house.officer),
            "under assessment",
        ),
        (lambda: assessed(house, draft), "was submitted and not yet"),
        (lambda: applications.fill_in(draft, answers={}, by=house.cashier), "Only the front desk"),
        (lambda: applications.fill_in(submitted, answers={}, by=house.frontdesk), "answers are locked"),
        (lambda: applications.resume(submitted, by=house.officer), "Only a deferred"),
        (lambda: applications.resume(submitted, by=house.cashier), "Only an officer"),
        (
            lambda: applications.open_application(
                submitted.programme, person=submitted.person, office=house.office, by=house.cashier
            ),
            "Only the front desk",
        ),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            change()


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("education", {"school_stage": ""}, "school stage and school year"),
        ("living", {"request": " "}, "what the relief is for"),
    ],
)
def test_an_application_says_what_it_lacks(house, kind, fields, sentence):
    application = make_application(house, kind=kind, status="draft")
    Application.objects.filter(pk=application.pk).update(**fields)

    with pytest.raises(NotAllowed, match=sentence):
        applications.submit(Application.objects.get(), by=house.frontdesk)


def test_an_emergency_is_submitted_before_its_papers_are_there(house):
    version = make_version(house, "living", papers=["request"])
    application = opened(house, version, make_person(office=house.office), is_emergency=True)
    applications.fill_in(application, answers={"request": "fire"}, by=house.frontdesk)

    assert applications.submit(application, by=house.frontdesk).status == "submitted"


# -- decisions --------------------------------------------------------------------------------------------------------------


def test_an_emergency_says_why_it_cannot_wait(house):
    application = make_application(house, is_emergency=True, amount="900")
    programmes.name_for_emergencies(
        house.leader, office=house.office, ceiling=D(2000), until=None, document="D1", by=house.deputy
    )

    with pytest.raises(Incomplete, match="cannot wait"):
        decisions.grant_emergency(application, amount=D(900), reason="", by=house.leader)


def test_only_an_emergency_is_granted_as_one_and_only_by_another_than_its_officer(house):
    programmes.name_for_emergencies(
        house.leader, office=house.office, ceiling=D(2000), until=None, document="D1", by=house.deputy
    )
    usual = make_application(house)
    own = make_application(house, is_emergency=True, assessed_by=house.leader)

    with pytest.raises(NotAllowed, match="Only an assessed emergency"):
        decisions.grant_emergency(usual, amount=D(5), reason="x", by=house.leader)
    with pytest.raises(NotAllowed, match="You assessed"):
        decisions.grant_emergency(own, amount=D(5), reason="x", by=house.leader)


def test_a_grant_is_above_zero_within_the_cap_and_on_facts_that_hold(house):
    application = make_application(house, amount="600", cap="800")

    with pytest.raises(Refusal, match="above zero"):
        decisions.grant(application, amount=D(0), reason_code="x", reason="y", by=house.leader)
    with pytest.raises(Refusal, match="at most"):
        decisions.grant(application, amount=D(900), by=house.leader)
    application.invoices.all().delete()
    Application.objects.filter(pk=application.pk).update(self_paid=None)
    with pytest.raises(Refusal):
        decisions.grant(application, amount=D(600), by=house.leader)


def test_a_person_without_a_household_is_granted_what_counts_for_the_person(house):
    source = make_source(office=house.office, money="500", by=house.accountant, origin="own_union_fee")
    application = make_application(house, amount="400", source=source)
    Application.objects.filter(pk=application.pk).update(household=None)

    decisions.grant(application, amount=D(400), by=house.leader)

    assert (Award.objects.get().amount, household_given(Application.objects.get())) == (D("400.00"), [])


def test_a_grant_has_its_source(house):
    application = make_application(house)
    Application.objects.filter(pk=application.pk).update(fund_source=None)

    with pytest.raises(Incomplete, match="Choose the fund source"):
        decisions.grant(application, amount=D(1000), by=house.leader)
    assert agenda.why_not_granted(Application.objects.get(), D(5)) == "Choose the fund source."


def test_the_shares_of_two_sources_are_the_whole_amount(house):
    application = make_application(house, amount="1000")
    one, two = (make_source(office=house.office, money="5000", by=house.accountant) for _n in range(2))

    with pytest.raises(Refusal, match="do not add up"):
        decisions.grant(application, amount=D(1000), shares=[(one, D(600)), (two, D(300))], by=house.leader)


def test_a_share_too_small_to_be_cut_is_paid_with_the_last_instalment(house):
    version = make_version(house, instalments="monthly", instalment_count=3)
    application = make_application(house, amount="300.02", version=version)
    one, two = (make_source(office=house.office, money="5000", by=house.accountant) for _n in range(2))

    decisions.grant(application, amount=D("300.02"), shares=[(one, D(300)), (two, D("0.02"))], by=house.leader)

    assert list(Instalment.objects.filter(fund_source=two).values_list("amount", flat=True)) == [D("0.02")]


def test_an_item_is_granted_with_its_amount(house):
    said = Decided(result="granted", amount=None, reason_code="", reason="", meeting="H1", agenda_item_id=1)
    application = make_application(house, status="listed")
    waiting = make_application(house, status="upper")

    with pytest.raises(Incomplete, match="needs its amount"):
        decisions.carry_out(application, decided=said, by=house.chair)
    with pytest.raises(Incomplete, match="needs its amount"):
        decisions.record_upper_answer(waiting, result="granted", amount=None, document="D1", by=house.leader)
    with pytest.raises(Incomplete, match="document number"):
        decisions.record_upper_answer(waiting, result="granted", amount=D(5), document=" ", by=house.leader)


def test_each_decision_is_for_its_people_and_its_state(house):
    ready, refused = (
        make_application(house),
        make_application(house, status="refused", ended_by=house.leader, ended_at=timezone.now()),
    )
    second = make_application(house, amount="3000")
    decisions.grant(second, amount=D(3000), by=house.leader)
    waiting = make_application(house, status="upper", assessed_by=house.leader)
    related = make_application(house, amount="3000")
    decisions.grant(related, amount=D(3000), by=house.leader)
    related.person.related_staff.add(house.chair)
    seen = make_application(house, amount="3000")
    decisions.grant(seen, amount=D(3000), by=house.leader)
    Application.objects.filter(pk=seen.pk).update(assessed_by=house.chair)

    for change, sentence in (
        (lambda: decisions.grant(refused, amount=D(5), by=house.leader), "only one that is ready"),
        (lambda: decisions.decline(refused, reason_code="x", reason="y", by=house.leader), "only one that is ready"),
        (lambda: decisions.decline(ready, reason_code="x", reason="y", by=house.officer), "Only the leader"),
        (lambda: decisions.second(second, by=house.officer), "can be the second approver"),
        (lambda: decisions.second(ready, by=house.chair), "does not wait for a second"),
        (lambda: decisions.second(related, by=house.chair), "related to the applicant"),
        (lambda: decisions.second(seen, by=house.chair), "You assessed"),
        (
            lambda: decisions.record_upper_answer(
                waiting, result="refused", amount=None, document="D", by=house.officer
            ),
            "Only the leader",
        ),
        (
            lambda: decisions.record_upper_answer(ready, result="refused", amount=None, document="D", by=house.leader),
            "does not wait for the upper",
        ),
        (
            lambda: decisions.record_upper_answer(
                waiting, result="refused", amount=None, document="D", by=house.leader
            ),
            "You assessed",
        ),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            change()


def test_a_second_approver_who_does_not_agree_says_why(house):
    application = make_application(house, amount="3000")
    decisions.grant(application, amount=D(3000), by=house.leader)

    with pytest.raises(Incomplete, match="do not agree"):
        decisions.send_back(application, reason_code="", reason="", by=house.chair)


def test_an_award_is_stopped_while_something_of_it_is_owed_and_not_on_its_way(house):
    paid = make_paid(house).instalment.award
    listed = make_batch(house).payments.get().instalment.award
    stopped = make_award(house)
    decisions.release(stopped, reason_code="other", text="moved", by=house.leader)

    for award, by, sentence in (
        (paid, house.leader, "Nothing of this award is left"),
        (listed, house.leader, "wait for the bank"),
        (stopped, house.leader, "already stopped"),
        (listed, house.officer, "Only the leader"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            decisions.release(award, reason_code="other", text="moved", by=by)


def test_a_relief_of_one_kind_a_year_knows_the_other_kinds_of_the_household(house):
    file = make_worker(house)
    make_award(house, file=file, kind="living", amount="300")
    application = make_application(house, file=file)

    assert limits.other_kinds(application, year=timezone.localdate().year) == ["living"]
    application.household = None
    assert limits.other_kinds(application, year=timezone.localdate().year) == ["living"]


def test_without_a_band_for_everything_above_the_upper_union_decides(house):
    from relief.models import ApprovalBand
    from relief.permissions import band_of, committee_limit, limit_without_meeting

    ApprovalBand.objects.filter(office=house.office, decider="upper").delete()
    assert band_of(house.office, D(90000)) == "upper"
    ApprovalBand.objects.filter(office=house.office).delete()
    assert (committee_limit(house.office), limit_without_meeting(house.office)) == (None, D("0.00"))
    assert band_of(house.office, D(1)) == "meeting"


# -- money -------------------------------------------------------------------------------------------------------------------


def test_money_moves_to_another_source_by_an_amount_above_zero(house):
    source, other = (make_source(office=house.office, money="50", by=house.accountant) for _n in range(2))
    move = {"reason_code": "x", "reason": "y", "by": house.accountant}

    with pytest.raises(Refusal, match="another source"):
        funds.ask_transfer(source, taker=source, amount=D(5), **move)
    with pytest.raises(Refusal, match="above zero"):
        funds.ask_transfer(source, taker=other, amount=D(0), **move)


def test_a_stopped_award_is_not_paid_again(house):
    version = make_version(house, instalments="monthly", instalment_count=2)
    payment = make_paid(house, version=version, amount="1000")
    entry = LedgerTransaction.objects.get(kind="pay")
    asked = funds.ask_reversal(entry, reason_code="x", reason="y", pay_again=True, by=house.accountant)
    decisions.release(payment.instalment.award, reason_code="other", text="moved", by=house.leader)

    with pytest.raises(Refusal, match="goes back to its source"):
        funds.settle(asked, by=house.leader)


def test_a_correction_is_turned_down_with_a_reason_and_settled_once(house):
    make_paid(house)
    entry = LedgerTransaction.objects.get(kind="pay")
    asked = funds.ask_reversal(entry, reason_code="x", reason="y", by=house.accountant)

    with pytest.raises(Incomplete, match="turned down"):
        funds.turn_down(asked, answer=" ", by=house.leader)
    with pytest.raises(NotAllowed, match="already waiting"):
        funds.ask_reversal(entry, reason_code="x", reason="y", by=house.accountant)
    with pytest.raises(NotAllowed, match="Only the accountant"):
        funds.ask_reversal(entry, reason_code="x", reason="y", by=house.cashier)
    funds.settle(asked, by=house.leader)
    with pytest.raises(NotAllowed, match="already settled"):
        funds.settle(asked, by=house.leader)
    with pytest.raises(NotAllowed, match="already reversed"):
        funds.ask_reversal(LedgerTransaction.objects.get(kind="pay"), reason_code="x", reason="y", by=house.accountant)


# -- payments ------------------------------------------------------------------------------------------------------------------


def test_a_batch_has_one_line_or_more_and_not_too_many(house, monkeypatch):
    awards = [make_award(house), make_award(house)]
    monkeypatch.setattr(payments, "MOST_LINES", 1)

    with pytest.raises(Incomplete, match="at least one"):
        payments.make_batch(office=house.office, instalments=[], by=house.accountant)
    with pytest.raises(Refusal, match="at most 1 lines"):
        make_batch(house, *awards)


def test_what_is_taken_out_or_dropped_has_a_reason(house):
    batch = make_batch(house)
    line = batch.payments.get()

    with pytest.raises(Incomplete, match="taken out"):
        payments.take_out(line, reason=" ", by=house.accountant)
    with pytest.raises(Incomplete, match="dropped"):
        payments.drop_batch(batch, reason=" ", by=house.accountant)
    payments.take_out(line, reason="moved", by=house.accountant)
    with pytest.raises(Incomplete, match="no lines"):
        payments.check_batch(batch, by=house.deputy)


def test_each_step_of_a_batch_is_for_its_people_and_its_state(house):
    draft, sent = make_batch(house), make_batch(house, status="handed_over")

    for change, sentence in (
        (lambda: payments.make_batch(office=house.office, instalments=[], by=house.cashier), "Only the accountant"),
        (lambda: payments.drop_batch(draft, reason="x", by=house.cashier), "Only the accountant"),
        (lambda: payments.drop_batch(sent, reason="x", by=house.accountant), "at the bank"),
        (lambda: payments.check_batch(draft, by=house.officer), "Your roles do not check batches"),
        (lambda: payments.check_batch(sent, by=house.deputy), "being made"),
        (lambda: payments.hand_over(draft, by=house.officer), "Only the cashier"),
        (lambda: payments.hand_over(draft, by=house.cashier), "Only a checked batch"),
        (
            lambda: bank.read_return(sent, content=b"", file_name="x", by=house.officer),
            "Only the accountant or the cashier",
        ),
        (lambda: bank.read_return(draft, content=b"", file_name="x", by=house.cashier), "not at the bank"),
        (
            lambda: payments.settle_failure(sent.payments.get(), by=house.leader),
            "Your roles do not settle a returned payment",
        ),
        (lambda: payments.settle_failure(sent.payments.get(), by=house.frontdesk), "does not wait"),
        (lambda: receipts.take_receipt(sent.payments.get(), by=house.leader), "Only the front desk"),
        (lambda: receipts.take_receipt(sent.payments.get(), by=house.frontdesk), "Only a paid payment"),
        (lambda: receipts.take_sheet(sent, upload=None, by=house.leader), "Only the front desk"),
        (lambda: receipts.take_sheet(sent, upload=None, by=house.frontdesk), "No line of this batch"),
        (lambda: receipts.take_sheet(sent, upload=None, by=house.cashier), "You paid this"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            change()


def test_the_bank_s_file_is_written_when_the_batch_has_left(house):
    with pytest.raises(Refusal, match="handed over"):
        bankfiles.write_bank_file(make_batch(house, status="checked"), by=house.accountant)


def test_a_returned_payment_waits_for_an_account_in_use(house):
    batch = make_batch(house, status="handed_over")
    read_good_return(batch, by=house.cashier, failed={1: "closed"})
    BankAccount.objects.update(since="2025-01-01", until="2026-01-01")

    with pytest.raises(Refusal, match="no checked bank account"):
        payments.settle_failure(batch.payments.get(), by=house.frontdesk)


def test_a_receipt_may_be_confirmed_without_a_scan_and_once(house):
    payment = make_paid(house)

    kept = sign_for(payment, house)

    assert (kept.receipt, kept.receipt_confirmed_by) == (None, house.officer)
    with pytest.raises(NotAllowed, match="already confirmed"):
        receipts.take_receipt(payment, by=house.frontdesk)


def test_only_what_this_office_granted_and_what_is_due_goes_into_a_batch(house):
    other, award = make_house(), make_award(house)
    Instalment.objects.filter(award=award).update(due_on=timezone.localdate() + timedelta(days=3))
    part = award.instalments.get()

    with pytest.raises(NotAllowed, match="is due on"):
        payments.make_batch(office=house.office, instalments=[part], by=house.accountant)
    with pytest.raises(NotAllowed, match="belongs to another office"):
        payments.make_batch(office=other.office, instalments=[part], by=other.accountant)


@pytest.mark.parametrize(("place", "value"), [(3, "6222020000000000000"), (5, "perhaps")])
def test_a_return_that_names_another_account_or_an_unknown_result_is_refused(house, place, value):
    batch = make_batch(house, status="handed_over")
    head, line = return_file(batch).decode("gb18030").split("\r\n")
    cells = line.split(",")
    cells[place] = value

    kept = bank.read_return(
        batch, content=f"{head}\r\n{','.join(cells)}".encode("gb18030"), file_name="r.csv", by=house.cashier
    )

    assert (kept.outcome, len(kept.faults)) == ("refused", 1)


def test_the_bank_s_file_is_handed_out_as_it_came_and_the_look_is_logged(house):
    batch = make_batch(house, status="handed_over")
    content = return_file(batch)
    bank.read_return(batch, content=content, file_name="r.csv", by=house.cashier)

    assert bank.hand_out(BankReturn.objects.get(), by=house.auditor) == content
    assert Event.objects.filter(verb="relief.bank_return.handed_out", actor=house.auditor.username).count() == 1


def test_only_the_leader_changes_programmes_and_terms(house):
    with pytest.raises(NotAllowed, match="Only the leader"):
        decide(house, by=house.officer)


def test_an_office_without_a_limit_sets_its_first(house):
    from relief.models import ApprovalBand

    ApprovalBand.objects.filter(office=house.office).delete()

    band = programmes.set_band(
        house.office, decider="leader", up_to=D(900), since=timezone.localdate(), by=house.leader
    )

    assert list(ApprovalBand.objects.filter(office=house.office)) == [band]


# -- terms of the office ----------------------------------------------------------------------------------------------------------


def decide(house, *, since=None, by=None, **terms):
    terms = {"late_days": 10, "ratify_days": 60, "look_back_months": 6, "document": "D9"} | terms
    return programmes.decide_terms(house.office, since=since or timezone.localdate(), by=by or house.leader, **terms)


def test_until_somebody_decides_the_usual_terms_hold(house):
    terms = terms_of(house.office, on=timezone.localdate())

    assert (terms.pk, terms.late_days, terms.ratify_days, terms.look_back_months) == (None, 30, 30, 12)


def test_new_terms_end_those_before_and_stand_before_later_ones(house):
    today = timezone.localdate()
    later = decide(house, since=today + timedelta(days=30))
    first = decide(house)
    between = decide(house, since=today + timedelta(days=10))

    first.refresh_from_db()
    assert (first.during.upper, between.during.upper, later.during.upper) == (
        today + timedelta(days=10), today + timedelta(days=30), None,
    )  # fmt: skip
    with pytest.raises(Refusal, match="decided already"):
        decide(house)
    with pytest.raises(Refusal, match="today or later"):
        decide(house, since=today - timedelta(days=1))


@pytest.mark.parametrize("name", ["late_days", "ratify_days", "look_back_months"])
def test_the_database_keeps_terms_of_a_day_or_more(house, name):
    with pytest.raises(Refusal, match="A term is a day or more"):
        decide(house, **{name: 0})


def test_the_database_keeps_one_set_of_terms_a_day(house):
    made = decide(house)
    made.pk = None

    with pytest.raises(IntegrityError, match="relief_terms_do_not_overlap"), transaction.atomic():
        made.save(force_insert=True)


def test_the_office_says_after_how_many_days_money_is_late(house):
    payment = make_paid(house)
    today = timezone.localdate()
    Instalment.objects.filter(pk=payment.instalment_id).update(due_on=today - timedelta(days=20))
    late = partial(findings.rows, "late", year=today.year, offices=frozenset({house.office.pk}))

    assert list(late()) == []
    made = decide(house, late_days=15)
    assert list(late()) == []  # what fell due before keeps the terms of its day
    Terms.objects.filter(pk=made.pk).update(during=(today - timedelta(days=25), None))

    assert list(late()) == [payment]


def test_the_office_says_within_how_many_days_an_emergency_is_ratified(house):
    payment = make_paid(house)
    today, granted = timezone.localdate(), timezone.now() - timedelta(days=40)
    Application.objects.update(ratification="pending")
    Award.objects.update(granted_at=granted)
    overdue = partial(findings.rows, "not_ratified", year=today.year, offices=frozenset({house.office.pk}))
    assert list(overdue()) == [payment]

    made = decide(house)
    Terms.objects.filter(pk=made.pk).update(during=(today - timedelta(days=100), None))

    assert list(overdue()) == []


def test_the_committee_looks_back_as_far_as_the_office_says(house):
    file = make_worker(house)
    make_award(house, file=file)
    Award.objects.update(granted_at=timezone.now() - timedelta(days=300))
    application = make_application(house, file=file)
    line = next(iter(agenda.lines([application]).values()))
    assert "grants in the last 12 months: 1" in map(str, line.flags)

    decide(house)

    assert [flag for flag in next(iter(agenda.lines([application]).values())).flags if "grants" in flag.text] == []


def test_the_page_of_limits_repeats_what_holds_today_beside_its_forms(house, enter):
    client, url = enter(house.leader), reverse("relief:limit")
    told = {
        "late_days": 15,
        "ratify_days": 20,
        "look_back_months": 18,
        "notice_excess_percent": 5,
        "document": "D10",
        "since": timezone.localdate(),
    }

    assert "20,000.00" in client.get(url).content.decode()
    assert client.post(url, told).status_code == 302
    assert client.post(url, {"decider": "leader", "up_to": "2500", "since": timezone.localdate()}).status_code == 302

    page = client.get(url).content.decode()
    assert all(said in page for said in ("2,500.00", "D10", 'value="18"'))
    assert client.post(url, told | {"late_days": ""}).status_code == 422
    assert client.post(url, {"decider": "leader"}).status_code == 422


# -- the trace of a payment ----------------------------------------------------------------------------------------------------------


def test_every_link_of_the_trace_opens_what_it_names_for_those_who_may(house, enter):
    payment = make_paid(house, amount="1200", cap="7400")
    file = payment.application.file
    make_home_visit(file, house.officer, house.officer2)
    notice = Notice.objects.create(
        office=house.office, title="N", number="G1", status="withdrawn", composed_by=house.officer,
        closed_by=house.leader, closed_at=timezone.now(),
    )  # fmt: skip
    Award.objects.update(notice_number="G1")

    steps = {step.label: step for step in trace_of(Payment.objects.get())}
    page = enter(house.auditor).get(payment.get_absolute_url()).content.decode()
    desk = enter(house.chair).get(payment.get_absolute_url()).content.decode()

    home = reverse("casework:file", args=[file.code]) + "#home"
    assert steps["Assessment"].what == "7,400.00 → 1,200.00"
    assert (steps["Home visit"].url, steps["Public notice"].url) == (home, reverse("center:notice", args=[notice.code]))
    assert (f'href="{home}"' in page, f'href="{home}"' in desk) == (True, False)


def test_the_document_of_the_money_is_a_link_for_who_may_open_it(house, enter):
    payment = make_paid(house, amount="1200", cap="7400")
    funds.add_document(payment.fund_source, upload=make_picture(), by=house.accountant)
    link = reverse("center:document", args=[Document.objects.get(kind="fund_document").code])

    pages = [enter(who).get(payment.get_absolute_url()).content.decode() for who in (house.auditor, house.frontdesk)]

    assert [f'href="{link}"' in page for page in pages] == [True, False]


def test_the_pdf_of_the_register_says_its_total_in_capitals_and_has_its_signatures(house, monkeypatch):
    from relief import exchange
    from relief.rules.capitals import in_capitals

    make_paid(house, amount="1234.50")
    seen = {}
    monkeypatch.setattr(exchange.prints, "render", lambda _template, context: (seen.update(context) or b"%PDF", 1))

    exchange.export_register(year=timezone.localdate().year, fmt="pdf", office=house.office, by=house.auditor)

    assert (seen["capitals"], seen["last"][-1][exchange.AMOUNT]) == (in_capitals(D("1234.50")), "1,234.50")


def test_an_application_is_begun_once_for_a_programme(house):
    version, person = make_version(house), make_worker(house).household.head
    begun = applications.open_application(version.programme, person=person, office=house.office, by=house.frontdesk)

    with pytest.raises(Conflict, match="go on with that one"):
        applications.open_application(version.programme, person=person, office=house.office, by=house.officer)
    applications.withdraw(begun, reason="typed for the wrong person", by=house.frontdesk)

    applications.open_application(version.programme, person=person, office=house.office, by=house.officer)
    assert Application.objects.filter(person=person, status="draft").count() == 1
