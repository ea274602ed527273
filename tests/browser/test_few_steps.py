"""A file for a family of four and an application to its readiness: few interactions, counted in a real browser."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.browser.hands import Deft
from tests.browser.test_main_job import CARD, ID_NUMBER, NAME, PHONE, Walk

pytestmark = pytest.mark.e2e
MEMBERS = (  # relation, name, number, identity
    ("10", "区建国", "510104196603070015", "urban_worker"),
    ("20", "区小明", "510104200911030030", "student"),
    ("20", "区小兰", "510104201305060023", "student"),
)


@pytest.fixture
def a_scan(tmp_path):
    path = tmp_path / "paper.png"
    Image.new("RGB", (900, 1200), "white").save(path)
    return str(path)


class Counted(Walk):
    """The same way, and every interaction of everybody on it."""

    def __init__(self, newcomer, clock, folder):
        super().__init__(newcomer, clock, Deft, "zh-hans", folder)
        self.done = []

    def enter(self, username):
        somebody = self.person(username, language="zh-hans")
        return somebody, Deft(somebody.page, somebody.done)

    def part(self, somebody):
        self.done += [f"{somebody.username}: {one}" for one in somebody.done]
        somebody.done.clear()


def test_a_file_for_a_family_of_four_comes_to_its_notice_in_ninety_interactions(newcomer, clock, tmp_path, a_scan):
    walk = Counted(newcomer, clock, tmp_path)
    walk.at(walk.day, 9)

    file = the_file_is_written(walk, a_scan)
    the_officer_sees_to_it(walk, file)
    the_leader_publishes(walk)

    assert len(walk.done) <= 90, walk.done


def the_file_is_written(walk, a_scan):
    clerk, hand = walk.enter("frontdesk")
    page = clerk.page
    page.keyboard.press("F4")
    hand.field("full_name").wait_for()
    hand.fill(full_name=NAME, phone=PHONE, id_number=ID_NUMBER, purpose="2", result="accepted")
    hand.main()
    hand.send("programme")
    hand.press(page.locator("main a[href*='/files/new/']").first)
    hand.fill(category="deep")
    hand.send("category")
    file = page.url.split("/edit/")[0]
    hand.fill(
        ethnic_group="01", political_status="13", marital_status="20", health_status="kidney_failure",
        person_identity="urban_worker", work_status="at_post", medical_insurance="urban_worker", employer="红星纺织厂",
    )  # fmt: skip
    hand.main()
    hand.fill(address="沫若大道36号", housing_type="bought", on_dibao="no")
    hand.main()
    for relation, name, number, identity in MEMBERS:
        hand.fill(relation=relation, full_name=name, id_number=number, health_status="good", person_identity=identity)
        hand.send("relation")
    hand.follow("/edit/economy/")
    hand.fill(**{"income-amount": "18000"})
    hand.send("income-amount")
    hand.fill(
        **{"income-person": MEMBERS[0][1], "income-amount": "0"}
    )  # of everybody of working age something is known
    hand.send("income-amount")
    hand.fill(**{"spending-amount": "9600"})
    hand.send("spending-amount")
    hand.follow("/edit/cause/")
    hand.fill(primary_cause="major_illness", cause_text="本人透析，自付费用高", needs="medical")
    hand.main()
    hand.fill(**{"account-card": CARD, "account-bank": "中国农业银行乐山沙湾支行", "account-reason": "本人提供"})
    hand.send("account-card")
    for purpose in ("publish", "economic_check"):
        hand.fill(**{"consent-purpose": purpose, "consent-signed_on": walk.day})
        hand.send("consent-purpose")
    hand.press(page.locator(f"main a[href$='{file[file.index('/files/') :]}/']").first)
    hand.follow("/step/submit/")
    hand.main()
    walk.part(clerk)
    clerk.leave()
    return file


def the_officer_sees_to_it(walk, file):
    officer, hand = walk.enter("officer")
    page = officer.page
    page.goto(f"{file}/")
    hand.follow("/step/review/")
    hand.fill(answer="review")
    hand.main()
    page.goto(f"{file}/edit/economy/")
    hand.send("exclusions-exclusions")
    page.goto(f"{file}/")
    hand.follow("/step/home_visit/")
    visitors = [one.get_attribute("value") for one in hand.field("first_visitor").locator("option").all()]
    hand.fill(first_visitor=visitors[1], second_visitor=visitors[2], findings="家庭情况属实，本人透析。", agrees="yes")
    hand.main()
    page.goto(f"{page.url.split('/files/')[0]}/changes/")
    hand.press(page.locator("main tbody a").first)
    hand.fill(card=CARD)
    hand.press(page.locator("main button[value=confirm]"))
    page.goto(f"{page.url.split('/changes/')[0]}/notices/new/")
    hand.main()
    walk.part(officer)
    officer.leave()


def the_leader_publishes(walk):
    leader, hand = walk.enter("leader")
    page = leader.page
    hand.press(page.locator("nav a[href='/notices/']").first)
    hand.press(page.locator("main tbody a").first)
    hand.fill(posted_at="总工会公示栏")
    hand.main()
    assert page.locator("a[href*='/public/notices/']").count() == 1
    walk.part(leader)
    leader.leave()


def test_an_application_is_ready_to_be_looked_at_in_eighteen_interactions(person, a_scan):
    """From the workbench: the household is found, the answers, the bill and every paper are given, all of it is handed in."""
    clerk = person("frontdesk")
    page, hand = clerk.go("/files/?view=never_helped"), Deft(clerk.page, clerk.done)
    number = page.locator("tbody tr").last.locator("a").first.inner_text()  # the first one's head has died
    clerk.go("/")
    clerk.done.clear()

    page.keyboard.press("F2")
    page.keyboard.type(number)
    page.locator(f"#hits[data-query='{number}'] a").first.wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    hand.press(page.locator("main a[href*='/applications/new/']").first)
    hand.send("programme")
    hand.fill(request="长期透析，自付部分难以承担", asked_amount="3000", may_publish=True)
    for paper in page.locator("main [name^='scan-']").all():
        hand.attach(paper, a_scan)
    hand.press(page.locator("main form .action-bar button[type=submit]"))
    hand.follow("/confirm/")
    hand.main()

    assert "Q0101-" in page.locator("h1").inner_text(), page.locator("main").inner_text()
    assert clerk.interactions <= 18, clerk.done
