"""The committee's and the notices' pages, as the people who use them see them."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from center.actions import meetings, notices
from center.kernel.roles import Role
from center.models import AgendaItem, IssuedDocument, Meeting, Notice
from tests.center.make import make_office, make_staff
from tests.papers import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def secretary(office):
    return make_staff(Role.SECRETARY, office=office)


@pytest.fixture
def members(office):
    return [make_staff(Role.CHAIR, office=office)] + [make_staff(Role.MEMBER, office=office) for _n in range(4)]


def room(office, secretary, members, quorum=3):
    meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=quorum, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in members], by=secretary)
    return meetings.open_meeting(meeting, by=secretary)


def test_the_secretary_prepares_opens_grants_and_closes_by_the_pages_alone(fake, office, secretary, members, enter):
    for number in range(1, 4):
        fake.add(number)
    browser = enter(secretary)

    answer = browser.post(
        reverse("center:meeting_prepare"),
        {"title": "评审会", "held_on": timezone.localdate(), "quorum": 3, "subjects": list(fake.lines)},
    )
    meeting = Meeting.objects.get()
    assert answer.url == reverse("center:meeting", args=[meeting.code])
    browser.post(
        reverse("center:meeting_attendance", args=[meeting.code]), {"members": [member.pk for member in members]}
    )
    browser.post(reverse("center:meeting_open", args=[meeting.code]))
    items = list(meeting.items.values_list("pk", flat=True))
    browser.post(reverse("center:meeting", args=[meeting.code]), {"items": items, "confirmed": "yes"})
    browser.post(reverse("center:meeting_close", args=[meeting.code]), {"remarks": "一致同意"})

    meeting.refresh_from_db()
    assert (meeting.status, meeting.remarks) == ("closed", "一致同意")
    assert set(AgendaItem.objects.values_list("status", flat=True)) == {"granted"}


def test_a_vote_with_what_was_typed_wrong_keeps_what_was_typed(fake, office, secretary, members, enter):
    fake.add(1)
    meeting = room(office, secretary, members)
    typed = {f"vote_{member.pk}": "for" for member in members} | {
        "result": "less",
        "amount": "5000",
        "reason": "家庭收入回升",
    }

    answer = enter(secretary).post(reverse("center:agenda_item", args=[meeting.code, 1]), typed)

    assert answer.status_code == 422
    assert "家庭收入回升" in answer.content.decode()
    assert AgendaItem.objects.get().status == "waiting"


@pytest.mark.parametrize(
    ("where", "typed", "kept"),
    [
        ("meeting_close", {"remarks": "两件缓议的理由已当面说明"}, "两件缓议的理由已当面说明"),
        ("meeting_close", {"remarks": "长" * 4001}, "长" * 4001),
        ("meeting_cancel", {"reason": "当日停电"}, "当日停电"),
        ("item_recuse", {"reason_code": "relative", "reason": "表亲"}, "表亲"),
        ("item_take_off", {"reason": "长" * 401}, "长" * 401),
    ],
)
def test_what_was_typed_in_the_room_and_refused_is_still_there(
    fake, office, secretary, members, enter, where, typed, kept
):
    fake.add(1)
    meeting = room(office, secretary, members)
    place = [meeting.code, 1] if where.startswith("item") else [meeting.code]

    answer = enter(secretary).post(reverse(f"center:{where}", args=place), typed)

    assert answer.status_code == 422
    assert 'class="errors"' in answer.content.decode()
    assert (kept in answer.content.decode()) is (where != "meeting_cancel")  # its form has gone with the opening


def test_a_vote_on_what_is_decided_already_says_so(fake, office, secretary, members, enter):
    fake.add(1)
    meeting = room(office, secretary, members)
    page = reverse("center:agenda_item", args=[meeting.code, 1])
    typed = {f"vote_{member.pk}": "for" for member in members} | {"result": "granted"}
    secretary.language = "en"
    secretary.save(update_fields=["language"])
    browser = enter(secretary)
    browser.post(page, typed)

    again = browser.post(page, typed)

    assert again.status_code == 422
    assert "already" in again.content.decode().split('class="errors"')[1].split("</div>")[0]


def test_a_recused_member_does_not_see_the_facts(fake, office, secretary, members, enter):
    fake.add(1)
    meeting = room(office, secretary, members)
    browser = enter(members[1])
    assert "42,000.00" in browser.get(reverse("center:agenda_item", args=[meeting.code, 1])).content.decode()

    browser.post(
        reverse("center:item_recuse", args=[meeting.code, 1]),
        {"member": members[1].pk, "reason_code": "relative", "reason": "表亲"},
    )

    for page in (reverse("center:agenda_item", args=[meeting.code, 1]), reverse("center:meeting", args=[meeting.code])):
        assert "42,000.00" not in browser.get(page).content.decode()
    assert list(AgendaItem.objects.get().recusals.values_list("staff", flat=True)) == [members[1].pk]


@pytest.mark.parametrize("count", [1, 3])
def test_the_room_costs_the_same_for_one_item_and_for_three(
    fake, office, secretary, members, enter, count, django_assert_num_queries
):
    for number in range(count):
        fake.add(number)
    meeting = room(office, secretary, members)
    browser = enter(secretary)
    browser.get("/help/keys/")

    with django_assert_num_queries(25):
        answer = browser.get(reverse("center:meeting", args=[meeting.code]))

    assert len(answer.context["items"]) == count


def test_another_offices_meeting_is_not_there(fake, office, secretary, members, enter):
    fake.add(1)
    meeting = room(office, secretary, members)
    stranger = make_staff(Role.SECRETARY, office=make_office("别区"))

    assert enter(stranger).get(reverse("center:meeting", args=[meeting.code])).status_code == 404


def test_a_notice_goes_from_composing_to_the_public_page_and_is_gone_afterwards(fake, office, enter):
    officer, leader = make_staff(Role.OFFICER, office=office), make_staff(Role.LEADER, office=office)
    subject = fake.add(1)
    enter(officer).post(
        reverse("center:notice_compose"), {"title": "救助公示", "working_days": 5, "subjects": [subject]}
    )
    notice = Notice.objects.get()
    assert enter(officer).post(reverse("center:notice_publish", args=[notice.code])).status_code == 422
    enter(leader).post(reverse("center:notice_publish", args=[notice.code]), {"posted_at": "社区公告栏"})
    public = enter()

    shown = public.get(reverse("center:public_notice", args=[notice.code]))
    listed = public.get(reverse("center:public_notices"))

    assert "王*国" in shown.content.decode()
    assert "王建国" not in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    assert "救助公示" in listed.content.decode()
    assert "sessionid" not in public.cookies
    notice.refresh_from_db()
    notices.withdraw(notice, reason="重新公示", by=leader)
    assert public.get(reverse("center:public_notice", args=[notice.code])).status_code == 410


def test_every_state_of_a_notice_has_its_list(fake, office, enter):
    officer = make_staff(Role.OFFICER, office=office)
    notices.compose(office, title="甲", subjects=[fake.add(1)], working_days=5, by=officer)
    browser = enter(officer)

    counts = {
        state: len(browser.get(reverse("center:notices"), {"state": state}).context["page"])
        for state in Notice.Status.values
    }

    assert counts == {"draft": 1, "published": 0, "ended": 0, "withdrawn": 0}


def test_the_minutes_say_who_came_who_stepped_back_each_decision_and_the_money_of_each_source(
    fake, office, secretary, members, enter
):
    fake.add(1, amount="1200.00", fund_source="社会捐助资金 2026")
    fake.add(2, amount="3400.00", fund_source="中央财政专项帮扶资金 2026")
    fake.add(3, amount="5600.00", fund_source="社会捐助资金 2026")
    six, absent = [*members, make_staff(Role.MEMBER, office=office)], make_staff(Role.MEMBER, office=office)
    meeting = room(office, secretary, six, quorum=5)
    first, second, third = meeting.items.order_by("position")
    all_but = {six[0].pk: "for", **{member.pk: "for" for member in six[2:]}}
    meetings.recuse(first, member=six[1], reason_code="relative", reason="his brother", by=secretary)
    meetings.decide(first, result="granted", votes=all_but, by=secretary)
    against = {member.pk: "against" for member in six}
    meetings.decide(second, result="granted", votes=against, by=secretary)
    why = {"reason_code": "not_in_range", "reason": "收入已回升"}
    meetings.decide(second, result="refused", votes={**against, **all_but}, **why, by=secretary)
    meetings.consent(meeting, items=[third.pk], by=secretary)
    meetings.close_meeting(meeting, by=secretary)

    enter(secretary).post(reverse("center:meeting_minutes", args=[meeting.code]))

    said = text_of(IssuedDocument.objects.get(kind="minutes"), by=secretary)
    for part in (
        *(str(member) for member in six),
        f"缺席：{absent}",
        f"{six[1]}回避",
        "5:0:0",
        "0:6:0（未通过）5:1:0",
        "6:0:0（一揽子）",
        "收入已回升",
        "议题3件。通过2件，金额合计6,800.00元，其中社会捐助资金20262件6,800.00元。",
    ):
        assert part.replace(" ", "") in said


def test_the_sheet_on_the_wall_says_what_the_public_page_says_and_whom_to_ask(fake, office, secretary, enter):
    officer, leader = make_staff(Role.OFFICER, office=office), make_staff(Role.LEADER, office=office)
    subjects = [fake.add(1, amount="12345.60"), fake.add(2, consented=False)]
    draft = notices.compose(office, title="救助公示", subjects=subjects, working_days=5, by=officer)
    notice = notices.publish(draft, by=leader)

    enter(officer).post(reverse("center:notice_print", args=[notice.code]))

    said = text_of(IssuedDocument.objects.get(kind="notice"), by=officer)
    for part in (
        "1王*国红星纺织厂医疗救助12,345.60",
        "2Q2红星纺织厂医疗救助1,000.00",
        "（5个工作日）",
        f"向{office}反映",
    ):
        assert part.replace(" ", "") in said
    assert "王建国" not in said


def test_what_the_leader_may_decide_alone_is_on_no_agenda_unless_it_is_taken(fake, office, secretary, members, enter):
    fake.add(1)
    small = fake.add(2, alone=True)
    browser = enter(secretary)

    page = browser.get(reverse("center:meeting_prepare"))
    offered = {line.number: chosen for line, chosen in page.context["lines"]}
    told = {"title": "评审会", "held_on": timezone.localdate(), "quorum": 3}
    browser.post(reverse("center:meeting_prepare"), told | {"subjects": page.context["form"].initial["subjects"]})
    meeting = Meeting.objects.get()
    before = list(meeting.items.values_list("number", flat=True))
    browser.post(reverse("center:meeting_fill", args=[meeting.code]), {"subjects": [small]})

    assert offered == {"Q1": True, "Q2": False}
    assert (before, list(meeting.items.values_list("number", flat=True))) == (["Q1"], ["Q1", "Q2"])


def test_after_the_meeting_each_result_is_told_in_people_and_yuan(fake, office, secretary, members, enter):
    for number, amount in enumerate(("1000.00", "2000.00", "4000.00"), 1):
        fake.add(number, amount=amount)
    meeting = room(office, secretary, members)
    first, second, third = meeting.items.order_by("position")
    everybody = {member.pk: "for" for member in members}
    why = {"reason_code": "no_funds", "reason": "钱不够"}
    meetings.decide(first, result="granted", votes=everybody, by=secretary)
    meetings.decide(second, result="less", amount=Decimal(1500), votes=everybody, by=secretary, **why)
    meetings.decide(third, result="refused", votes=everybody, by=secretary, **why)
    meetings.close_meeting(meeting, by=secretary)

    answer = enter(secretary).get(reverse("center:meeting", args=[meeting.code]))
    page, told = answer.content.decode(), answer.context["outcome"]

    first_to_last = ["会议结果", "打印全部决定书", "会议纪要签字扫描件", '<table><caption class="visually-hidden">议程']
    assert [said in page for said in first_to_last] == [True] * 4
    assert sorted(first_to_last, key=page.index) == first_to_last
    assert ("本次拟发" in page, "待决定合计" in page) == (False, False)
    assert [(count, people, str(sum_)) for _label, count, people, sum_ in told] == [
        (1, 1, "1000.00"),
        (1, 1, "1500.00"),
        (1, 1, "4000.00"),
    ]


def test_an_answer_says_what_was_moved_and_leads_to_the_next_item(fake, office, secretary, members, enter):
    for number in (1, 2):
        fake.add(number)
    meeting = room(office, secretary, members)
    typed = {f"vote_{member.pk}": "for" for member in members}
    typed |= {"result": "refused", "reason_code": "no_funds", "reason": "钱不够"}
    secretary.language = "en"
    secretary.save(update_fields=["language"])

    answer = enter(secretary).post(reverse("center:agenda_item", args=[meeting.code, 1]), typed, follow=True)

    assert answer.redirect_chain == [(reverse("center:agenda_item", args=[meeting.code, 2]), 302)]
    assert "Item Q1: refused." in answer.content.decode()


def test_an_item_is_taken_out_and_sent_up_by_its_buttons(fake, office, secretary, members, enter):
    fake.add(1)
    meeting = room(office, secretary, members)
    browser = enter(members[1])

    browser.post(reverse("center:item_singly", args=[meeting.code, 1]))
    answer = enter(secretary).post(reverse("center:item_send_up", args=[meeting.code, 1]))

    assert (AgendaItem.objects.get().singly, answer.status_code, AgendaItem.objects.get().status) == (
        True,
        302,
        "waiting",
    )


def test_a_meeting_that_was_called_off_shows_why_and_no_empty_agenda(enter, secretary, office, members):
    meeting = meetings.prepare(office, title="Fourth quarter", held_on=timezone.localdate(), quorum=5, by=secretary)
    page = reverse("center:meeting", args=[meeting.code])
    before = enter(secretary).get(page).content.decode()
    meetings.cancel(meeting, reason="Too few members.", by=secretary)
    after = enter(secretary).get(page).content.decode()

    assert ("待决定合计" in before, "待决定合计" in after) == (True, False)
    assert "Too few members." in after
