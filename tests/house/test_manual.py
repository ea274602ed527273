"""The manual speaks of pages that exist, in both languages alike, and help works without a network."""

import pytest
from django.urls import reverse

from center.kernel.roles import Role
from center.site import manual
from config.messages import ROOMS, written
from tests.center.make import make_staff
from tests.house.test_routes import ours

EVERYBODYS_FIRST = {
    "center:home",
    "casework:desk",
    "casework:files",
    "relief:applications",
    "relief:audit",
    "center:meeting",
}


def test_both_languages_speak_of_the_same_existing_pages():
    names = {name for name, _pattern in ours()}

    assert manual.sections("zh").keys() == manual.sections("en").keys()
    assert set(manual.sections("zh")) - names == set()
    assert EVERYBODYS_FIRST - set(manual.sections("zh")) == set()


def test_no_section_is_empty():
    for language in ("zh", "en"):
        assert [one.page for one in manual.sections(language).values() if len(one.text) < 10] == []


@pytest.mark.django_db
def test_help_shows_the_paragraph_of_the_page_one_comes_from(enter):
    frontdesk = make_staff(Role.FRONT_DESK)

    answer = enter(frontdesk).get(reverse("center:help"), {"page": "casework:desk"})

    assert manual.sections("zh")["casework:desk"].text[:12] in answer.content.decode()


def test_the_words_have_three_columns():
    assert len(manual.words()) > 40
    assert [row for row in manual.words() if not all(row)] == []


# -- how to: every task of the work has its page ---------------------------------------------------------------------

# The tasks of the front desk, officers, committee, cash desk, auditor, job and legal officers and leader, and what people
# ask on the telephone.
TASKS = (
    *("log_visit", "new_visitor", "take_application", "open_file", "how_far", "group_visit", "hotline_call"),
    *(
        "review_file",
        "assess_application",
        "home_visit",
        "yearly_recheck",
        "economic_check",
        "lift_out",
        "fix_returned",
    ),
    *("prepare_meeting", "decide_many", "judge_disputed", "recuse", "minutes", "emergency"),
    *("receive_money", "make_batch", "bank_returns", "receipts", "month_end"),
    *("total_to_receipt", "export_register", "red_flags", "sample", "who_looked"),
    *("register_seeker", "match_refer", "enter_vacancy", "follow_up", "training"),
    *("legal_intake", "legal_assign", "mediation", "legal_deadlines", "collective_case"),
    *("morning", "supervise", "figures", "fund_execution"),
    *("undo_visit", "reopen_file", "monitoring", "returned_transfer", "lost_phone", "go_away"),
    *("petition", "another_day", "standards", "stop_award", "forgotten_password", "new_account", "death"),
    *("void_and_mistakes", "print_again"),
)
LANGUAGES = ("zh", "en")


def buttons(text):
    return {mark["button"] for mark in manual.MARK.finditer(text) if mark["button"]}


def linked(text):
    return {mark["route"] for mark in manual.MARK.finditer(text) if mark["route"]}


def said_on_pages(language):
    """Every message that a page may show, in one language."""
    messages = [message for room in ROOMS for message in written(room) if message.id]
    if language == "en":
        return {one for message in messages for one in _all(message.id)}
    return {one for message in messages for one in _all(message.string)}


def _all(text):
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_task_of_the_work_has_its_page(language):
    assert set(manual.tasks(language)) == set(TASKS)


def test_both_languages_say_the_same_of_who_and_where():
    chinese, english = manual.tasks("zh"), manual.tasks("en")

    assert [
        slug
        for slug in TASKS
        if (chinese[slug].needs, chinese[slug].pages) != (english[slug].needs, english[slug].pages)
        or linked(chinese[slug].text) != linked(english[slug].text)
        or len(buttons(chinese[slug].text)) != len(buttons(english[slug].text))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_task_names_pages_buttons_and_roles_that_there_are(language):
    names, said = {name for name, _pattern in ours()}, said_on_pages(language)
    tasks = manual.tasks(language).values()

    assert {page for task in tasks for page in (*task.pages, *linked(task.text))} - names == set()
    assert {(task.slug, one) for task in tasks for one in buttons(task.text) - said} == set()
    assert [task.slug for task in tasks if not task.roles] == []


@pytest.mark.parametrize(
    ("language", "query", "slug"),
    [
        ("zh", "登错了", "undo_visit"),
        ("zh", "撤销一次接待", "undo_visit"),
        ("zh", "谁能重新启用档案", "reopen_file"),
        ("zh", "监测期是什么意思", "monitoring"),
        ("zh", "请假", "go_away"),
        ("zh", "怎么请假", "go_away"),
        ("zh", "档案重新打开", "reopen_file"),
        ("zh", "监测期", "monitoring"),
        ("zh", "退票", "returned_transfer"),
        ("zh", "换手机", "lost_phone"),
        ("en", "Undo  VISIT", "undo_visit"),
        ("en", "lost phone", "lost_phone"),
        ("en", "ｒｅｏｐｅｎ", "reopen_file"),
    ],
)
def test_the_help_is_found_by_the_words_of_who_asks(language, query, slug):
    assert slug in [getattr(one, "slug", "") for one in manual.search(query, language)[:3]]


# What somebody new types who knows the field and not this application.
WORDS_OF_THE_FIELD = (
    ("zh", "举报", "petition"),
    ("zh", "投诉", "petition"),
    ("zh", "信访", "petition"),
    ("zh", "改期", "another_day"),
    ("zh", "延期", "another_day"),
    ("zh", "低保", "standards"),
    ("zh", "低保户", "open_file"),
    ("zh", "作废", "void_and_mistakes"),
    ("zh", "冲销", "void_and_mistakes"),
    ("zh", "退款", "void_and_mistakes"),
    ("zh", "多发", "void_and_mistakes"),
    ("zh", "补发", "returned_transfer"),
    ("zh", "停发", "stop_award"),
    ("zh", "打印", "print_again"),
    ("zh", "补打", "print_again"),
    ("zh", "忘记密码", "forgotten_password"),
    ("zh", "密码", "forgotten_password"),
    ("zh", "解锁", "forgotten_password"),
    ("zh", "加班", "legal_intake"),
    ("zh", "讨薪", "legal_intake"),
    ("zh", "工伤", "legal_intake"),
    ("zh", "上学", "take_application"),
    ("zh", "助学金", "take_application"),
    ("zh", "大病", "take_application"),
    ("zh", "住院", "take_application"),
    ("zh", "发票", "take_application"),
    ("zh", "换卡", "new_account"),
    ("zh", "银行卡", "new_account"),
    ("zh", "死亡", "death"),
    ("zh", "离婚", "death"),
    ("zh", "失业", "register_seeker"),
    ("zh", "离职", "go_away"),
    ("en", "complaint", "petition"),
    ("en", "reschedule", "another_day"),
    ("en", "stop", "stop_award"),
    ("en", "password", "forgotten_password"),
    ("en", "overtime", "legal_intake"),
    ("en", "hospital", "take_application"),
    ("en", "reprint", "print_again"),
    ("en", "void", "void_and_mistakes"),
    ("en", "divorce", "death"),
)


@pytest.mark.parametrize(("language", "query", "slug"), WORDS_OF_THE_FIELD)
def test_a_word_of_the_field_finds_its_task_first(language, query, slug):
    assert next(one.slug for one in manual.search(query, language) if isinstance(one, manual.Task)) == slug


def test_what_is_nowhere_is_not_found():
    assert manual.search("量子力学", "zh") == manual.search("", "zh") == []


def test_a_page_is_a_link_only_where_it_opens():
    line = "Open [Files](casework:files) and press **Open a file**."

    assert manual.blocks(line, opens=lambda _url: True) == [
        (False, ['Open <a href="/files/">Files</a> and press <strong>Open a file</strong>.'])
    ]
    assert manual.blocks(f"1. {line}\n2. <b>", opens=lambda _url: False) == [
        (True, ["Open Files and press <strong>Open a file</strong>.", "&lt;b&gt;"])
    ]


@pytest.mark.django_db
def test_the_page_of_a_task_says_who_may_and_what_the_words_mean(enter):
    frontdesk = make_staff(Role.FRONT_DESK)

    answer = enter(frontdesk).get(reverse("center:help_task", args=["undo_visit"])).content.decode()

    assert "撤回一次来访登记" in answer
    assert "帮扶专干" in answer
    assert enter(frontdesk).get(reverse("center:help_task", args=["no_such"])).status_code == 404


@pytest.mark.django_db
def test_the_help_of_a_page_leads_to_what_is_done_there_and_finds_by_words(enter):
    client = enter(make_staff(Role.FRONT_DESK))

    of_page = client.get(reverse("center:help"), {"page": "casework:desk"}).content.decode()
    found = client.post(reverse("center:help"), {"q": "登错了"}).content.decode()

    assert reverse("center:help_task", args=["undo_visit"]) in of_page.split("我的工作怎么办")[0]
    assert reverse("center:help_task", args=["undo_visit"]) in found.split("我的工作怎么办")[0]
