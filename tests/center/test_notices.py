"""Public notices: a second person publishes, an open objection blocks, nothing personal hangs on the wall."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from center.actions import notices
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import Event, Notice
from center.reference import working_days
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def officer(office):
    return make_staff(Role.OFFICER, office=office, username="officer")


@pytest.fixture
def leader(office):
    return make_staff(Role.LEADER, office=office, username="leader")


def composed(office, officer, *subjects):
    return notices.compose(office, title="救助公示", subjects=subjects, working_days=5, by=officer)


def over(notice):
    """As if its days had passed."""
    Notice.objects.filter(pk=notice.pk).update(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 9))
    notice.refresh_from_db()
    return notice


def test_names_are_masked_and_without_consent_a_number_stands_instead(fake, office, officer):
    notice = composed(office, officer, fake.add(1), fake.add(2, consented=False))

    assert list(notice.entries.values_list("shown_name", flat=True)) == ["王*国", "Q2"]


def test_the_composer_may_not_publish(fake, office, officer):
    both = make_staff(Role.OFFICER, Role.LEADER, office=office)
    notice = composed(office, both, fake.add(1))

    with pytest.raises(NotAllowed, match="second person publishes"):
        notices.publish(notice, by=both)
    with pytest.raises(IntegrityError, match="notice_published_by_a_second_person"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(published_by=both)


def test_it_hangs_for_its_working_days_and_tells_the_desk(fake, office, officer, leader):
    notice = notices.publish(composed(office, officer, fake.add(1)), by=leader)

    until = working_days.add(timezone.localdate(), 5)
    assert notice.ends_on == until
    assert fake.heard == [("fake.case:1", "published", until)]


def test_a_long_number_in_the_text_blocks_publication(fake, office, officer, leader):
    notice = composed(office, officer, fake.add(1))
    Notice.objects.filter(pk=notice.pk).update(basis="联系电话13800001402")

    with pytest.raises(NotAllowed, match="eleven or more digits"):
        notices.publish(notice, by=leader)


@pytest.mark.parametrize(
    "text",
    [
        "511102 19700305 4521",
        "511102-19700305-452X",
        "138 0000 1402",
        "138.0000.1402",
        "138·0000·1402",
        "138—0000—1402",
        "１３８００００１４０２",
        "１３８－００００－１４０２",
        "138\u200b0000\u200b1402",
        "138\u00a00000\u30001402",
        "6228 4874 8002 7365 797",
        "6228_4874_8002_7365_797",
        "6228/4874/8002/7365/797",
        "账号：6228-4874-8002-7365-797。",
        "Q0101-2026-00001 13800001402",
        "0833-3441234",
        "2026-03-01 2026-03-05 1",
    ],
)
@pytest.mark.parametrize("field", ["title", "basis", "posted_at"])
def test_a_long_number_is_found_however_it_is_written(fake, office, officer, leader, field, text):
    notice = composed(office, officer, fake.add(1))
    Notice.objects.filter(pk=notice.pk).update(**{field: text})

    with pytest.raises(NotAllowed, match="eleven or more digits"):
        notices.publish(notice, by=leader)


def test_the_place_that_is_typed_at_the_publication_is_looked_at_too(fake, office, officer, leader):
    with pytest.raises(NotAllowed, match="eleven or more digits"):
        notices.publish(composed(office, officer, fake.add(1)), posted_at="问 138 0000 1402", by=leader)


@pytest.mark.parametrize(
    "text",
    [
        "财社〔2026〕8号，2026-03-01",
        "公示期 2026.03.02-2026.03.09",
        "2026-03-02 — 2026-03-09",
        "根据 H0101-2026-001 会议",
        "申请 Q0101-2026-00001、Q0101-2026-00002",
        "金额 1,234,567.00 元",
    ],
)
def test_days_documents_and_the_house_s_own_numbers_may_stand_in_a_notice(fake, office, officer, leader, text):
    notice = composed(office, officer, fake.add(1))
    Notice.objects.filter(pk=notice.pk).update(basis=text)

    assert notices.publish(notice, by=leader).status == "published"


@pytest.mark.parametrize("text", ["慰问王建国同志", "慰问 王 建 国", "慰问王建\u200b国"])
@pytest.mark.parametrize("consented", [True, False])
def test_nobody_is_named_beside_the_list(fake, office, officer, leader, text, consented):
    notice = composed(office, officer, fake.add(1, consented=consented))
    Notice.objects.filter(pk=notice.pk).update(title=text)

    with pytest.raises(NotAllowed) as refused:
        notices.publish(notice, by=leader)

    assert str(refused.value) == (
        "The text names the person of line 1. Names stand in the lines only, as each of them allows."
    )


def test_a_line_that_shows_more_than_it_may_is_not_published(fake, office, officer, leader):
    notice = composed(office, officer, fake.add(1, consented=False))
    notice.entries.update(shown_name="王建国")

    with pytest.raises(NotAllowed, match="Line 1 shows a name that it may not show"):
        notices.publish(notice, by=leader)


def test_it_does_not_end_before_its_last_day_is_over(fake, office, officer, leader):
    notice = notices.publish(composed(office, officer, fake.add(1)), by=leader)

    with pytest.raises(NotAllowed, match="until the end of"):
        notices.end_notice(notice, by=officer)


def test_an_open_objection_blocks_the_end_and_an_upheld_one_reaches_the_desk(fake, office, officer, leader):
    notice = over(notices.publish(composed(office, officer, fake.add(1), fake.add(2)), by=leader))
    objection = notices.object_to(notice.entries.get(position=1), text="其子已就业", by=officer)

    with pytest.raises(NotAllowed, match="1 objection is not answered"):
        notices.end_notice(notice, by=officer)
    with pytest.raises(Incomplete, match="what was found"):
        notices.answer_objection(objection, upheld=True, answer=" ", by=leader)
    notices.answer_objection(objection, upheld=True, answer="经核实已就业三个月", by=leader)
    notices.end_notice(notice, by=officer)

    assert fake.heard[2:] == [("fake.case:1", "ended", True), ("fake.case:2", "ended", False)]
    assert Notice.objects.get().status == "ended"


def test_an_objection_that_is_dismissed_leaves_its_line_as_it_was(fake, office, officer, leader):
    notice = notices.publish(composed(office, officer, fake.add(1)), by=leader)
    objection = notices.object_to(notice.entries.get(), text="他有车", by=officer)

    answered = notices.answer_objection(objection, upheld=False, answer="车已报废", by=leader)

    assert (answered.status, notice.entries.get().upheld) == ("dismissed", False)


def test_only_what_is_ready_can_be_noticed(fake, office, officer):
    with pytest.raises(Incomplete, match="ready for a notice"):
        composed(office, officer, "fake.case:unknown")


def test_another_offices_officer_composes_nothing_here(fake, office):
    stranger = make_staff(Role.OFFICER, office=make_office("别区中心"))

    with pytest.raises(NotAllowed, match="case officer"):
        composed(office, stranger, fake.add(1))


def test_taking_a_notice_down_needs_a_reason(fake, office, officer, leader):
    notice = notices.publish(composed(office, officer, fake.add(1)), by=leader)

    with pytest.raises(Incomplete, match="taken down"):
        notices.withdraw(notice, reason=" ", by=leader)
    notices.withdraw(notice, reason="金额有误，重新公示", by=leader)

    assert Notice.objects.get().status == "withdrawn"
    assert fake.heard[-1] == ("fake.case:1", "withdrawn", "金额有误，重新公示")


def test_a_draft_that_is_given_up_tells_no_desk(fake, office, officer):
    notice = composed(office, officer, fake.add(1))

    notices.withdraw(notice, reason="typed twice", by=officer)

    assert fake.heard == []


def test_a_withdrawn_consent_takes_the_name_off_what_is_composed_and_what_hangs(fake, office, officer, leader):
    subject, other = fake.add(1), fake.add(2)
    hangs = notices.publish(composed(office, officer, subject, other), by=leader)
    taken_down = notices.publish(composed(office, officer, subject), by=leader)
    notices.withdraw(taken_down, reason="重复", by=leader)
    draft = composed(office, officer, subject)

    changed = notices.unname([subject], by=officer)
    again = notices.unname([subject], by=officer)

    assert (changed, again) == ([hangs], [])
    shown = {notice: [entry.shown_name for entry in notice.entries.order_by("pk")] for notice in Notice.objects.all()}
    assert shown == {hangs: ["Q1", "王*国"], taken_down: ["王*国"], draft: ["Q1"]}
    assert Event.objects.filter(verb="center.notice.unnamed").count() == 2


# -- looked at again when it goes up --------------------------------------------------------------------------------------


def changed(fake, subject, **fields):
    fake.lines[subject]["notice"] = replace(fake.lines[subject]["notice"], **fields)


def refusal(notice, leader):
    with pytest.raises(NotAllowed) as refused:
        notices.publish(notice, by=leader)
    return str(refused.value)


def test_a_notice_hangs_as_long_as_the_programme_that_asks_for_the_longest(fake, office, officer, leader):
    short, long = fake.add(1), fake.add(2)
    changed(fake, long, least_days=7, programme="金秋助学")

    with pytest.raises(NotAllowed) as refused:
        composed(office, officer, short, long)
    notice = composed(office, officer, short)
    changed(fake, short, least_days=6)

    assert str(refused.value) == "金秋助学 asks for 7 working days on display at least."
    assert refusal(notice, leader) == "医疗救助 asks for 6 working days on display at least."
    assert Notice.objects.get().status == "draft"


def test_what_changed_between_the_draft_and_the_publication_is_named(fake, office, officer, leader):
    subjects = [fake.add(number) for number in (1, 2, 3)]
    notice = composed(office, officer, *subjects)
    changed(fake, subjects[0], programme="相对困难", amount=Decimal("800.00"))
    changed(fake, subjects[1], ready=False, why_not="A change waits for its second person: Hardship category.")
    del fake.lines[subjects[2]]

    assert refusal(notice, leader) == (
        "Line 1 (Q1): the programme or category was 医疗救助 and is 相对困难."
        " Line 1 (Q1): the amount was 1,000.00 and is 800.00."
        " Line 2 (Q2): A change waits for its second person: Hardship category."
        " Line 3 (Q3) does not wait for a notice any more."
        " Give this notice up and compose it anew."
    )
