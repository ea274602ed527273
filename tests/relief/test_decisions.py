"""Who may grant how much, on which facts, and what the committee, the upper union and the notice change about it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from psycopg.types.range import Range

from casework.models import Membership
from center import desk as desks
from center.desk import Decided
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from center.kernel.periods import months_later
from center.kernel.remarks import Remark
from center.models import codes
from center.models.base import subject_of
from relief.actions import applications, decisions, notices, payments
from relief.models import Application, Award, Balance, Decision, EmergencyPower, Invoice
from tests.casework.make import make_consent, make_person
from tests.relief.make import (
    make_application,
    make_award,
    make_batch,
    make_source,
    make_version,
    make_worker,
    open_and_submit,
)

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return desks.desk_of("relief.application:1")


def meeting(result="granted", amount="1000", **fields):
    fields = {"reason_code": "", "reason": "", "meeting": "H0101-2026-001", "agenda_item_id": 1} | fields
    return Decided(result=result, amount=D(amount) if amount else None, **fields)


# -- the bands ---------------------------------------------------------------------------------------------------------


def test_1999_yuan_is_the_leader_s_alone(house):
    application = make_application(house, amount="1999")

    decisions.grant(application, amount=D(1999), by=house.leader)

    decision = Decision.objects.get()
    assert (decision.how, decision.seconded_by, Award.objects.get().amount) == ("leader", None, D("1999.00"))


def test_2001_yuan_needs_a_second_approver(house):
    application = make_application(house, amount="2001")
    decisions.grant(application, amount=D(2001), by=house.leader)

    assert (Application.objects.get().status, Award.objects.count()) == ("second", 0)
    with pytest.raises(NotAllowed, match="You are the first approver"):
        decisions.second(application, by=house.leader)
    decisions.second(application, by=house.chair)

    decision = Decision.objects.get()
    assert (decision.how, decision.decided_by, decision.seconded_by) == ("two", house.leader, house.chair)


def test_less_than_proposed_keeps_the_first_approvers_reason_through_the_second(house):
    application = make_application(house, amount="3000")
    decisions.grant(
        application, amount=D("2500"), reason_code="over_cap", reason="bill was reimbursed", by=house.leader
    )

    decisions.second(application, by=house.chair)

    decision = application.decisions.get()
    assert (decision.result, decision.reason_code, decision.reason) == ("less", "over_cap", "bill was reimbursed")


def test_a_second_approver_may_say_no(house):
    application = make_application(house, amount="2001")
    decisions.grant(application, amount=D(2001), by=house.leader)

    decisions.send_back(application, reason_code="needs_check", reason="too early", by=house.chair)

    assert (Application.objects.get().status, Decision.objects.count()) == ("ready", 0)


def test_5001_yuan_is_the_committee_s(house, desk):
    application = make_application(house, amount="5001")

    with pytest.raises(NotAllowed, match="5,001.00 yuan is for the committee to grant"):
        decisions.grant(application, amount=D(5001), by=house.leader)
    desk.agenda_listed(subject_of(application), meeting="H0101-2026-001", by=house.leader)
    desk.decided(subject_of(application), meeting(amount="5001"), by=house.chair)

    assert (Decision.objects.get().how, Award.objects.get().amount) == ("meeting", D("5001.00"))


def test_20001_yuan_waits_for_the_upper_union_and_is_not_paid_before(house, desk):
    application = make_application(house, amount="20001")
    with pytest.raises(NotAllowed, match="waits for the upper union"):
        decisions.grant(application, amount=D(20001), by=house.leader)
    desk.agenda_listed(subject_of(application), meeting="H0101-2026-001", by=house.leader)

    desk.decided(subject_of(application), meeting(amount="20001"), by=house.chair)
    waiting = Application.objects.get()
    committed = Balance.objects.filter(bucket="committed")

    assert (waiting.status, Award.objects.count(), committed.count()) == ("upper", 0, 0)
    with pytest.raises(Incomplete, match="document number"):
        decisions.record_upper_answer(waiting, result="granted", amount=D(20001), document=" ", by=house.leader)
    decisions.record_upper_answer(
        waiting, result="granted", amount=D(20001), document="乐工〔2026〕9号", by=house.leader
    )
    assert (Award.objects.get().upper_document, committed.get().amount) == ("乐工〔2026〕9号", D("20001.00"))


def test_the_database_refuses_an_award_above_the_band_without_the_upper_union(house):
    award = make_award(house)

    with pytest.raises(IntegrityError, match="award_waited_for_the_upper_union"), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(needs_upper=True)


def test_why_an_application_went_up_is_told_in_the_language_of_whoever_reads_it(house, desk):
    with translation.override("zh-hans"):  # of the secretary who sends them up
        above = make_application(house, amount="20001", status="listed")
        desk.decided(subject_of(above), meeting(amount="20001"), by=house.chair)
        few = make_application(house, status="listed")
        reason = Remark(
            "%(count)s of %(seats)s members may vote, the quorum is %(quorum)s.", {"count": 4, "seats": 7, "quorum": 5}
        )
        desk.sent_up(subject_of(few), reason=reason, by=house.chair)
    rows = [Application.objects.get(pk=one.pk) for one in (above, few)]

    assert [row.sent_up_reason for row in rows] == [
        "above the committee's band",
        "4 of 7 members may vote, the quorum is 5.",
    ]
    with translation.override("zh-hans"):
        assert [row.sent_up_reason for row in rows] == ["超出评审会权限", "委员7人中可表决4人，法定人数5人。"]


def test_nobody_is_granted_nothing(house, desk):
    application = make_application(house, status="listed")

    with pytest.raises(Refusal, match="above zero"):
        desk.decided(subject_of(application), meeting(amount="0"), by=house.chair)

    assert Award.objects.count() == 0


def test_the_upper_union_may_decline(house, desk):
    application = make_application(house, amount="20001", status="listed")
    desk.sent_up(subject_of(application), reason=Remark("above the committee's band"), by=house.chair)

    decisions.record_upper_answer(
        application, result="refused", amount=None, document="乐工10号", reason_code="over_cap", reason="too much",
        by=house.leader,
    )  # fmt: skip

    assert Application.objects.get().status == "refused"


# -- two people ---------------------------------------------------------------------------------------------------------


def test_whoever_assessed_cannot_decide(house):
    application = make_application(house, assessed_by=house.leader)

    with pytest.raises(NotAllowed, match="You assessed this application"):
        decisions.grant(application, amount=D(1000), by=house.leader)


def test_a_relative_of_the_applicant_cannot_decide_or_assess(house):
    application = make_application(house)
    application.person.related_staff.add(house.leader, house.officer)

    with pytest.raises(NotAllowed, match="related to the applicant"):
        decisions.grant(application, amount=D(1000), by=house.leader)
    with pytest.raises(NotAllowed, match="related to the applicant"):
        applications.assess(application, proposed_amount=D(5), reason="x", fund_source=None, by=house.officer)


@pytest.mark.parametrize("who", ["officer", "accountant", "cashier", "chair", "auditor", "frontdesk"])
def test_only_the_leader_decides_alone(house, who):
    with pytest.raises(NotAllowed, match="Only the leader"):
        decisions.grant(make_application(house), amount=D(1000), by=getattr(house, who))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("decision_not_by_the_assessor", lambda h: {"decided_by": h.officer, "how": "leader"}),
        ("decision_second_approver_is_another", lambda h: {"seconded_by": h.leader, "seconded_at": timezone.now()}),
        ("decision_by_two_has_two", lambda _h: {"how": "two"}),
        ("decision_by_two_has_two", lambda _h: {"how": "emergency"}),
        ("decision_of_the_upper_union_has_its_document", lambda _h: {"how": "upper"}),
        ("decision_of_a_meeting_names_it", lambda _h: {"how": "meeting"}),
        ("decision_granted_has_amount", lambda _h: {"amount": None}),
        ("decision_other_than_granted_has_a_reason", lambda _h: {"result": "less"}),
    ],
)
def test_the_database_keeps_a_decision(house, constraint, fields):
    application = make_application(house)
    fields = {
        "application": application, "how": "leader", "result": "granted", "amount": D(5), "decided_by": house.leader,
        "assessed_by": house.officer, "assessed_at": timezone.now(),
    } | fields(house)  # fmt: skip

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Decision.objects.create(**fields)


# -- caps ----------------------------------------------------------------------------------------------------------------


def test_a_cap_counts_what_every_fund_gave_the_household_this_year(house):
    version = make_version(house, "living", notice_rule="after")
    file = make_worker(house, category="relative")  # 10 × 740
    make_award(house, kind="living", file=file, amount="1500", cap="7400", version=version)

    for amount in ("1900", "1900", "1900"):
        listed = make_application(house, kind="living", file=file, amount=amount, version=version, status="listed")
        last = decisions.carry_out(listed, decided=meeting(amount=amount), by=house.chair)
    second = make_application(house, kind="living", file=file, amount="1900", version=version, status="listed")

    assert last.status == "granted"
    with pytest.raises(Refusal, match=r"The rule allows 200.00 yuan at most"):
        decisions.carry_out(second, decided=meeting("less", "201", reason_code="other", reason="x"), by=house.chair)


def test_a_source_that_has_not_enough_grants_nothing(house):
    source = make_source(office=house.office, money="900", by=house.accountant)
    application = make_application(house, source=source)

    with pytest.raises(NotAllowed, match=r"has 900.00 yuan left"):
        decisions.grant(application, amount=D(1000), by=house.leader)

    assert (Decision.objects.count(), Application.objects.get().status) == (0, "ready")


def test_an_earmark_blocks_other_relief(house):
    source = make_source(office=house.office, money="9000", earmarks=["living"], by=house.accountant)

    with pytest.raises(NotAllowed, match="earmarked for other relief"):
        decisions.grant(make_application(house, source=source), amount=D(1000), by=house.leader)


def test_central_money_is_not_granted_without_a_file_in_force(house):
    file = make_worker(house, status="cancelled")

    with pytest.raises(Refusal, match="file in force only"):
        decisions.grant(make_application(house, file=file), amount=D(1000), by=house.leader)


def test_less_than_proposed_needs_its_reason(house):
    application = make_application(house)

    with pytest.raises(Incomplete, match="Give the reason"):
        decisions.grant(application, amount=D(900), by=house.leader)
    decisions.grant(application, amount=D(900), reason_code="no_funds", reason="shared among six", by=house.leader)

    assert Decision.objects.get().result == "less"


def test_an_award_is_cut_into_instalments_whose_sum_is_the_award(house):
    version = make_version(house, "living", instalments="monthly", instalment_count=3)

    award = make_award(house, kind="living", amount="1000", cap="8880", version=version)

    assert [part.amount for part in award.instalments.all()] == [D("333.33"), D("333.33"), D("333.34")]


def test_an_award_may_be_split_over_two_sources(house):
    first = make_source(office=house.office, money="600", by=house.accountant)
    second = make_source(office=house.office, money="600", by=house.accountant)
    application = make_application(house, source=first)

    decisions.grant(application, amount=D(1000), shares=[(first, D(600)), (second, D(400))], by=house.leader)

    assert dict(Balance.objects.filter(bucket="committed").values_list("fund_source", "amount")) == {
        first.pk: D("600.00"),
        second.pk: D("400.00"),
    }


def test_months_after_the_31st_end_with_the_month():
    assert [months_later(date(2026, 1, 31), months) for months in (0, 1, 3, 13)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 4, 30),
        date(2027, 2, 28),
    ]


# -- declining -------------------------------------------------------------------------------------------------------------


def test_declining_needs_a_reason_and_frees_the_invoices(house):
    application = make_application(house)

    with pytest.raises(Incomplete, match="Give the reason"):
        decisions.decline(application, reason_code="", reason="", by=house.leader)
    decisions.decline(application, reason_code="other_aid", reason="insured elsewhere", by=house.leader)

    assert (Application.objects.get().status, Invoice.objects.get().counts) == ("refused", False)


def test_a_deferred_application_is_taken_up_again(house):
    application = make_application(house)
    decisions.decline(application, reason_code="needs_check", reason="visit first", defer=True, by=house.leader)

    applications.resume(application, by=house.officer)

    assert Application.objects.get().status == "submitted"


# -- emergencies ----------------------------------------------------------------------------------------------------------


def make_emergency(house, amount="1500", ceiling="2000"):
    EmergencyPower.objects.create(
        staff=house.leader, office=house.office, ceiling=D(ceiling), during=Range(date(2020, 1, 1), None)
    )
    return make_application(house, amount=amount, is_emergency=True)


def test_an_emergency_is_granted_by_a_named_leader_and_a_second_and_then_ratified(house, desk):
    application = make_emergency(house)
    decisions.grant_emergency(application, amount=D(1500), reason="house burnt down", by=house.leader)
    decisions.second(application, by=house.deputy)

    assert (Award.objects.get().status, Application.objects.get().ratification) == ("payable", "pending")
    assert desk.docket(house.office)[0].flags[-1] == Remark("emergency to ratify")
    desk.agenda_listed(subject_of(application), meeting="H1", by=house.leader)
    desk.decided(subject_of(application), meeting(amount="1500"), by=house.chair)

    assert Application.objects.get().ratification == "ratified"
    assert list(Decision.objects.order_by("pk").values_list("how", flat=True)) == ["emergency", "ratification"]


def test_the_ceiling_of_a_named_leader_holds(house):
    application = make_emergency(house, amount="2500")

    with pytest.raises(NotAllowed, match="Your ceiling for emergencies is 2,000.00 yuan"):
        decisions.grant_emergency(application, amount=D(2500), reason="flood", by=house.leader)


def test_a_leader_who_is_not_named_grants_no_emergency(house):
    application = make_emergency(house)

    with pytest.raises(NotAllowed, match="You are not named"):
        decisions.grant_emergency(application, amount=D(100), reason="flood", by=house.deputy)


def test_what_is_not_ratified_is_found_by_the_auditor(house, desk):
    application = make_emergency(house)
    decisions.grant_emergency(application, amount=D(1500), reason="flood", by=house.leader)
    decisions.second(application, by=house.deputy)
    desk.agenda_listed(subject_of(application), meeting="H1", by=house.leader)

    desk.decided(
        subject_of(application), meeting("refused", None, reason_code="no_emergency", reason="no flood"), by=house.chair
    )

    assert Application.objects.get().ratification == "not_ratified"


def disown(desk, application, by):
    desk.agenda_listed(subject_of(application), meeting="H1", by=by)
    refused = meeting("refused", None, reason_code="no_emergency", reason="no flood")
    desk.decided(subject_of(application), refused, by=by)


def test_not_to_ratify_has_reasons_of_its_own(house, desk):
    application = make_emergency(house)
    decisions.grant_emergency(application, amount=D(1500), reason="flood", by=house.leader)
    decisions.second(application, by=house.deputy)
    desk.agenda_listed(subject_of(application), meeting="H1", by=house.leader)
    borrowed = meeting("refused", None, reason_code="not_eligible", reason="no flood")

    with pytest.raises(Incomplete, match="“Does not meet the conditions” is no reason not to ratify an emergency"):
        desk.decided(subject_of(application), borrowed, by=house.chair)

    desk.decided(
        subject_of(application), meeting("refused", None, reason_code="no_emergency", reason="no flood"), by=house.chair
    )
    kept = Decision.objects.get(how="ratification")
    assert (kept.reason_code, codes.reason(kept.reason_code)) == ("no_emergency", "No emergency was found")
    with translation.override("zh-hans"):
        assert codes.reason(kept.reason_code) == "查无险情"


def test_what_the_committee_disowns_is_not_paid_and_its_money_is_free_again(house, desk):
    application = make_emergency(house)
    before = dict(Balance.objects.exclude(amount=0).values_list("bucket", "amount"))
    decisions.grant_emergency(application, amount=D(1500), reason="flood", by=house.leader)
    decisions.second(application, by=house.deputy)

    disown(desk, application, house.chair)

    award = Award.objects.get()
    assert (award.status, award.stopped_text, award.instalments.get().status) == ("stopped", "no flood", "stopped")
    assert dict(Balance.objects.exclude(amount=0).values_list("bucket", "amount")) == before


def test_a_line_that_the_committee_disowned_in_its_batch_does_not_go_to_the_bank(house, desk):
    application = make_emergency(house)
    decisions.grant_emergency(application, amount=D(1500), reason="flood", by=house.leader)
    decisions.second(application, by=house.chair)
    award = Award.objects.get()
    batch = make_batch(house, award, status="checked")

    disown(desk, application, house.chair)

    assert Award.objects.get().status == "payable"
    with pytest.raises(Refusal, match="Line 1: "):
        payments.hand_over(batch, by=house.cashier)
    payments.take_out(batch.payments.get(), reason="disowned", by=house.accountant)
    with pytest.raises(Refusal, match="was not ratified by the committee; stop the award"):
        make_batch(house, award)


def test_a_ratification_that_is_put_off_stands_on_the_next_docket(house, desk):
    application = make_emergency(house)
    decisions.grant_emergency(application, amount=D(1500), reason="flood", by=house.leader)
    decisions.second(application, by=house.deputy)
    desk.agenda_listed(subject_of(application), meeting="H1", by=house.leader)
    assert desk.docket(house.office) == []

    desk.decided(
        subject_of(application), meeting("deferred", None, reason_code="needs_check", reason="a photo"), by=house.chair
    )

    assert Application.objects.get().ratification == "pending"
    assert [line.subject for line in desk.docket(house.office)] == [subject_of(application)]


# -- the notice and the meeting ------------------------------------------------------------------------------------------------


def test_the_notice_comes_before_the_decision_when_the_programme_says_so(house, desk):
    version = make_version(house, "medical", notice_rule="before")
    application = make_application(house, version=version, status="assessed")
    subject = subject_of(application)

    line = desk.to_notice(house.office)[0]
    assert (line.subject, line.amount, line.consented) == (subject, D("1000.00"), False)
    make_consent(application.person, by=house.officer)
    assert desk.to_notice(house.office)[0].consented
    assert desk.docket(house.office)[0].not_ready == ("its public notice is still to come",)
    desk.notice_published(subject, notice="G1", ends_on=timezone.localdate() + timedelta(days=7), by=house.leader)
    assert desk.docket(house.office)[0].not_ready[0].startswith("on public notice, ")
    desk.notice_ended(subject, notice="G1", upheld=False, by=house.officer)

    assert (Application.objects.get().status, desk.docket(house.office)[0].not_ready) == ("ready", ())


def test_an_upheld_objection_sends_the_application_back_to_its_officer(house, desk):
    application = make_application(house, status="assessed")
    notices.notice_up(application, notice="G1", ends_on=timezone.localdate(), by=house.leader)

    notices.notice_down(application, notice="G1", upheld=True, by=house.officer)

    assert Application.objects.get().status == "submitted"


def test_after_the_decision_the_award_waits_for_its_notice(house, desk):
    award = make_award(house, payable=False)
    subject = subject_of(award.application)

    assert desk.to_notice(house.office)[0].amount == D("1000.00")
    desk.notice_published(subject, notice="G2", ends_on=timezone.localdate(), by=house.leader)
    desk.notice_ended(subject, notice="G2", upheld=False, by=house.leader)

    award.refresh_from_db()
    assert (award.status, award.notice_number) == ("payable", "G2")


def test_a_notice_taken_down_before_its_time_lets_the_application_be_noticed_again(house, desk):
    application = make_application(
        house, version=make_version(house, "medical", notice_rule="before"), status="assessed"
    )
    subject = subject_of(application)
    desk.notice_published(subject, notice="G1", ends_on=timezone.localdate(), by=house.leader)
    assert [line.subject for line in desk.to_notice(house.office)] == []

    desk.notice_withdrawn(subject, notice="G1", reason="a wrong amount", by=house.leader)

    application.refresh_from_db()
    assert (application.status, application.notice_number, application.noticed_amount) == ("assessed", "", None)
    assert [line.subject for line in desk.to_notice(house.office)] == [subject]


def test_a_notice_taken_down_lets_the_award_wait_for_the_next(house, desk):
    award = make_award(house, payable=False)
    subject = subject_of(award.application)
    desk.notice_published(subject, notice="G2", ends_on=timezone.localdate(), by=house.leader)

    desk.notice_withdrawn(subject, notice="G2", reason="a wrong amount", by=house.leader)

    award.refresh_from_db()
    assert (award.status, award.notice_number, award.notice_ends_on) == ("waiting", "", None)
    assert [line.subject for line in desk.to_notice(house.office)] == [subject]


def test_an_amount_that_differs_from_the_notice_is_flagged(house, desk):
    made = make_application(house, noticed_amount=D(800))

    assert Remark("above the notice") in desk.docket(house.office)[0].flags
    Application.objects.filter(pk=made.pk).update(noticed_amount=made.proposed_amount + 1)
    assert Remark("amount differs from the notice") in desk.docket(house.office)[0].flags


def test_the_agenda_proposes_recusals_and_flags(house, desk):
    first = make_application(house)
    first.person.related_staff.add(house.chair)
    make_application(house, file=first.file)
    make_award(house, file=first.file)

    line = desk.agenda_lines([subject_of(first)])[subject_of(first)]

    assert (line.related_staff[house.chair.pk], line.related_staff[house.officer.pk]) == ("relative", "handled_it")
    assert [str(flag) for flag in line.flags] == ["grants in the last 12 months: 1", "no home visit"]
    assert Remark("same household as another item") in desk.docket(house.office)[0].flags


def test_the_agenda_says_how_many_papers_are_missing(house, desk):
    application = make_application(house)
    for kind, state in (("invoice", "missing"), ("id_card", "missing"), ("diagnosis", "kept")):
        application.papers.create(kind=kind, state=state)

    assert "papers missing: 2" in map(str, desk.docket(house.office)[0].flags)


@pytest.mark.parametrize("count", [1, 3])
def test_the_docket_costs_the_same_for_one_and_for_three(house, desk, count, django_assert_max_num_queries):
    for _n in range(count):
        make_application(house)

    with django_assert_max_num_queries(17):
        assert len(desk.docket(house.office)) == count


def test_a_meeting_cannot_grant_beyond_source_or_cap(house, desk):
    source = make_source(office=house.office, money="900", by=house.accountant)
    subject = subject_of(make_application(house, source=source, cap="40000"))

    assert desk.why_not_granted(subject, D(800)) == ""
    assert "has 900.00 yuan left" in desk.why_not_granted(subject, D(901))
    assert "The rule allows 40,000.00 yuan at most" in desk.why_not_granted(subject, D(40001))


@pytest.mark.parametrize(("result", "status"), [("deferred", "deferred"), ("refused", "refused")])
def test_a_meeting_may_defer_or_decline_with_a_reason(house, desk, result, status):
    application = make_application(house, status="listed")

    with pytest.raises(Incomplete):
        desk.decided(subject_of(application), meeting(result, None), by=house.chair)
    desk.decided(subject_of(application), meeting(result, None, reason_code="no_funds", reason="x"), by=house.chair)

    assert Application.objects.get().status == status


def test_what_was_decided_is_not_decided_again(house, desk):
    award = make_award(house)

    with pytest.raises(Refusal, match="already decided"):
        desk.decided(subject_of(award.application), meeting(), by=house.chair)


# -- what the shell is told --------------------------------------------------------------------------------------------------------


def test_the_state_can_be_read_aloud(house, desk):
    application = make_application(house, status="submitted")

    assert desk.state(application.person, by=house.officer) == f"medical relief: to assess; handler {house.officer}."
    assert desk.state_of(subject_of(application)) == desk.state(application.person, by=house.officer)


def test_services_name_every_programme(house, desk):
    make_version(house)
    person = make_person(office=house.office)

    assert [service.label for service in desk.services(person, by=house.frontdesk)] == ["medical relief"]
    assert desk.services(person, by=house.accountant)[0].why_not.startswith("Only the front desk")


def test_money_is_asked_for_by_another_desk(house, desk):
    make_version(house)
    file = make_worker(house)

    subject = desk.ask_money(
        kind="medical", person=file.household.head, amount=D(300), evidence="arbitration file", by=house.frontdesk
    )

    application = Application.objects.get()
    assert (subject, application.asked_amount) == (subject_of(application), D("300.00"))
    assert desk.open_work(application.person)[0].sentence.startswith("medical relief")


def test_open_applications_are_handed_over(house, desk):
    make_application(house, status="submitted")

    assert desk.hand_over(giver=house.officer, taker=house.officer2, by=house.officer) == 1


# -- applications ------------------------------------------------------------------------------------------------------------------


def test_an_application_is_submitted_when_nothing_is_missing(house):
    version = make_version(house, "living", papers=["request"])
    file = make_worker(house)
    application = applications.open_application(
        version.programme, person=file.household.head, office=house.office, by=house.frontdesk
    )

    with pytest.raises(NotAllowed, match="what the relief is for; papers: "):
        applications.submit(application, by=house.frontdesk)
    applications.fill_in(application, answers={"request": "冬天"}, by=house.frontdesk)
    applications.tick_paper(application.papers.get(), state="received", by=house.frontdesk)
    applications.submit(application, by=house.frontdesk)

    application.refresh_from_db()
    assert (application.status, application.number[:1]) == ("submitted", "Q")


def test_a_paper_is_struck_with_a_reason_only(house):
    version = make_version(house, "living", papers=["request"])
    application = applications.open_application(
        version.programme, person=make_worker(house).household.head, office=house.office, by=house.frontdesk
    )

    with pytest.raises(Incomplete, match="not needed here"):
        applications.tick_paper(application.papers.get(), state="struck", by=house.frontdesk)


@pytest.mark.parametrize(
    "one, other", [("no 1", " NO1"), ("AB001", "AB００１"), ("AB001", "AB-001"), ("川〔26〕1号", "川[26]1号")]
)
def test_an_invoice_counts_once_however_its_number_is_written(house, one, other):
    version = make_version(house)
    both = [
        applications.open_application(
            version.programme, person=make_worker(house).household.head, office=house.office, by=house.frontdesk
        )
        for _n in range(2)
    ]
    first = applications.add_invoice(both[0], number=one, self_paid=D(50), issued_on=None, by=house.frontdesk)

    with pytest.raises(Refusal, match="entered in this application already"):
        applications.add_invoice(both[0], number=other, self_paid=D(50), issued_on=None, by=house.frontdesk)
    with pytest.raises(Refusal, match="already used in another application"):
        applications.add_invoice(both[1], number=other, self_paid=D(50), issued_on=None, by=house.frontdesk)
    applications.drop_invoice(first, by=house.frontdesk)
    applications.add_invoice(both[1], number="NO1", self_paid=D(50), issued_on=None, by=house.frontdesk)

    assert Application.objects.get(pk=both[1].pk).self_paid == D("50.00")
    assert first.number == one


@pytest.mark.parametrize(
    "answers, sentence",
    [
        ({"other_aid": D(-9000)}, "Already given by others lies between 0 and 99,999,999.99."),
        ({"asked_amount": D(-1)}, "Amount asked for lies between 0 and 99,999,999.99."),
        ({"school_year": 1990}, "School year beginning in lies between"),
    ],
)
def test_no_answer_lies_beyond_what_is_possible(house, answers, sentence):
    application = make_application(house, status="draft")
    before = application.other_aid

    with pytest.raises(Incomplete, match=sentence):
        applications.fill_in(application, answers=answers, by=house.frontdesk)

    assert Application.objects.get(pk=application.pk).other_aid == before


def test_a_bill_of_long_ago_is_no_bill(house):
    application = make_application(house, status="draft")

    with pytest.raises(Incomplete, match="Issued on lies between"):
        applications.add_invoice(
            application, number="X1", self_paid=D(50), issued_on=date(2019, 6, 1), by=house.frontdesk
        )


def test_one_student_one_year(house, enter):
    version = make_version(house, "education")
    file = make_worker(house)
    child = make_person(office=house.office, birth_date=date(2008, 5, 4))
    Membership.objects.create(household=file.household, person=child, relation="21")
    answers = {"beneficiary": child, "school": "一中", "school_stage": "higher", "school_year": 2026}
    first = open_and_submit(house, version, file, **answers)

    with pytest.raises(Refusal, match=f"already has an application for this school year: {first}"):
        open_and_submit(house, version, file, **answers)
    page = enter(house.frontdesk).get(
        reverse("relief:application_confirm", args=[Application.objects.latest("pk").code])
    )
    assert f'<a href="{first.get_absolute_url()}">{first}</a>' in page.content.decode()


def test_an_invoice_of_less_than_nothing_is_refused_for_that(house):
    application = make_application(house, status="draft")

    with pytest.raises(Refusal) as refused:
        applications.add_invoice(application, number="X1", self_paid=D(-100), issued_on=None, by=house.frontdesk)

    assert str(refused.value) == "The self-paid part of an invoice is more than zero."


def test_the_database_keeps_one_student_one_year(house):
    file = make_worker(house)
    make_application(house, kind="education", file=file, status="submitted")

    with pytest.raises(IntegrityError, match="education_one_year_one_student"), transaction.atomic():
        make_application(house, kind="education", file=file, status="submitted")


def test_papers_are_asked_for_once(house):
    application = make_application(house, status="submitted")
    applications.return_for_supplement(application, reason_code="papers_missing", text="diagnosis", by=house.officer)
    Application.objects.update(status="submitted")

    with pytest.raises(NotAllowed, match="Papers are asked for once"):
        applications.return_for_supplement(application, reason_code="x", text="more", by=house.officer)


def test_the_officer_proposes_what_the_rule_allows_or_less_with_a_reason(house):
    source = make_source(office=house.office, money="90000", by=house.accountant)
    file = make_worker(house, category="relative")
    application = make_application(house, status="submitted", cap="1000", file=file)  # 80 % of 1,000

    def assess(amount, reason=""):
        return applications.assess(
            application, proposed_amount=D(amount), reason=reason, fund_source=source, by=house.officer
        )

    with pytest.raises(Refusal, match=r"The rule allows 800.00 yuan at most"):
        assess("801", "more is needed")
    with pytest.raises(Incomplete, match="needs a reason"):
        assess("700")
    assess("700", "part was paid by relatives")

    application.refresh_from_db()
    assert (application.computed_amount, application.proposed_amount) == (D("800.00"), D("700.00"))
    assert [line.amount for line in application.lines] == [D("1000.00"), D("800.00"), D("50000"), D("800.00")]


def test_who_is_not_in_a_category_is_told_which_rule_says_so(house):
    file = make_worker(house, category="accidental")
    application = make_application(house, status="submitted", file=file)

    with pytest.raises(Refusal, match="medical relief is not given for Accidental hardship"):
        applications.assess(application, proposed_amount=None, fund_source=None, by=house.officer)


def test_a_withdrawn_application_says_why(house):
    application = make_application(house)

    with pytest.raises(Incomplete, match="Say why"):
        applications.withdraw(application, reason=" ", by=house.frontdesk)
    applications.withdraw(application, reason="found work", by=house.frontdesk)

    assert Application.objects.get().status == "withdrawn"


def test_the_room_sees_what_is_asked_of_each_source_against_what_it_has(house, desk):
    rich = make_source(office=house.office, money="50000", by=house.accountant)
    poor = make_source(office=house.office, money="1000", by=house.accountant)
    for amount, source in (("6000", rich), ("7000", rich), ("5500", poor)):
        make_application(house, amount=amount, source=source)

    subjects = [line.subject for line in desk.docket(house.office)]
    lines = desk.fund_lines(subjects)

    assert [(line.label, line.asked, line.available) for line in lines] == [
        (str(rich), Decimal(13000), Decimal(50000)),
        (str(poor), Decimal(5500), Decimal(1000)),
    ]


def test_an_emergency_to_ratify_asks_for_no_money_again(house, desk):
    application = make_application(house, amount="1000", is_emergency=True)
    Application.objects.filter(pk=application.pk).update(
        status="granted", ratification="pending", ended_by=house.leader, ended_at=timezone.now()
    )

    line = desk.docket(house.office)[0]

    assert (line.spent, desk.fund_lines([line.subject])) == (True, [])
