"""One household through the whole of the main job, from the door to the register, in a real browser.

The same steps are walked with the mouse in Chinese, with the mouse in English, and with keys alone.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, time, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.utils import timezone
from PIL import ImageDraw

from center.exchange.prove import prove
from center.reference import working_days
from relief.actions.boxes import boxes_of
from relief.rules.bankfile import LAYOUT
from tests.browser.hands import Keys, Mouse
from tests.relief.scans import stroke

pytestmark = pytest.mark.e2e

NAME, ID_NUMBER, PHONE, CARD = "区桂英", "510104196803070028", "13800001111", "6222020200112233445"
COST = Decimal("8400.00")
PAPERS = ["request", "id_copy", "diagnosis", "medical_bill", "bank_card"]


class Walk:
    """What stands so far: addresses and papers that the next person needs."""

    def __init__(self, person, clock, hands, language, folder):
        self.person, self.clock, self.hands, self.language, self.folder = person, clock, hands, language, folder
        self.day = working_days.roll(timezone.localdate() - timedelta(days=45))
        self.scanned = set()

    def at(self, day, hour):
        self.day = day
        self.clock.stands(timezone.make_aware(datetime.combine(day, time(hour))))

    def later(self, days):
        self.at(working_days.add(self.day, days), 9)

    def enter(self, username):
        somebody = self.person(username, language=self.language)
        return somebody, self.hands(somebody.page)

    def look(self, somebody):
        """Scan a page once: no rule disabled, three text sizes."""
        shape = re.sub(r"[A-Z0-9]{10}|\d+", "x", re.sub(r"[?#].*", "", somebody.page.url))
        if self.hands is Mouse and shape not in self.scanned:
            self.scanned.add(shape)
            somebody.accessible()


def said(page):
    return " ".join(page.locator("main .message, main .errors").all_inner_texts())


@pytest.fixture
def a_scan(tmp_path):
    """A photographed paper, as a phone makes it."""
    from PIL import Image

    path = tmp_path / "paper.png"
    Image.new("RGB", (900, 1200), "white").save(path)
    return str(path)


@pytest.mark.parametrize(
    ("hands", "language"), [(Mouse, "zh-hans"), (Mouse, "en"), (Keys, "zh-hans")], ids=["zh", "en", "keys"]
)
def test_one_household_goes_from_the_door_to_the_signed_receipt_and_the_register(
    newcomer, clock, tmp_path, a_scan, hands, language
):
    walk = Walk(newcomer, clock, hands, language, tmp_path)
    walk.at(walk.day, 9)

    application = at_the_door(walk)
    file = open_the_file(walk, application)
    survey(walk, file)
    on_notice(walk)
    decide_the_file(walk, file)
    apply_for_relief(walk, application, a_scan)
    assess(walk, application)
    on_notice(walk)
    amount = the_committee_decides(walk)
    batch = pay(walk, amount)
    sign_for_it(walk, batch)
    the_auditor_finds_it(walk, amount)


def at_the_door(walk):
    """A new visitor in eight interactions; `accepted` opens the relief desk's record."""
    clerk, hand = walk.enter("frontdesk")
    page = clerk.page
    page.keyboard.press("F4")
    hand.field("full_name").wait_for()
    hand.fill(full_name=NAME, phone=PHONE, id_number=ID_NUMBER, purpose="2", result="accepted")
    walk.look(clerk)
    hand.main()
    walk.look(clerk)
    hand.send("programme")
    assert re.search(r"/applications/[A-Z0-9]{10}/$", page.url), page.url
    walk.look(clerk)
    address = page.url
    clerk.leave()
    return address


def open_the_file(walk, application):
    clerk, hand = walk.enter("frontdesk")
    page = clerk.page
    page.goto(application)
    hand.press(page.locator("main a[href*='/files/new/']").first)
    walk.look(clerk)
    hand.fill(category="deep")
    hand.send("category")
    file = page.url.split("/edit/")[0]
    walk.look(clerk)
    hand.fill(
        ethnic_group="01", political_status="13", marital_status="20", health_status="kidney_failure",
        person_identity="urban_worker", work_status="at_post", medical_insurance="urban_worker", employer="红星纺织厂",
    )  # fmt: skip
    hand.main()
    walk.look(clerk)
    hand.fill(address="沫若大道36号", housing_type="bought", on_dibao="no")
    hand.main()
    walk.look(clerk)
    hand.fill(
        relation="20",
        full_name="区小明",
        id_number="510104200911030030",
        health_status="good",
        person_identity="student",
    )
    hand.send("relation")
    hand.follow("/edit/economy/")
    walk.look(clerk)
    hand.fill(**{"income-amount": "18000"})
    hand.send("income-amount")
    hand.fill(**{"spending-amount": "9600"})
    hand.send("spending-amount")
    hand.follow("/edit/cause/")
    walk.look(clerk)
    hand.fill(primary_cause="major_illness", cause_text="本人透析，自付费用高", needs="medical")
    hand.main()
    walk.look(clerk)
    hand.fill(**{"account-card": CARD, "account-bank": "中国农业银行乐山沙湾支行", "account-reason": "本人提供"})
    hand.send("account-card")
    for purpose in ("publish", "economic_check"):
        hand.fill(**{"consent-purpose": purpose, "consent-signed_on": walk.day})
        hand.send("consent-purpose")
    page.goto(f"{file}/")
    walk.look(clerk)
    hand.follow("/step/submit/")
    walk.look(clerk)
    hand.main()
    clerk.leave()
    return file


def survey(walk, file):
    """The officer reviews, two people go there, a second person looks at the bank account."""
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
    walk.look(officer)
    visitors = [one.get_attribute("value") for one in hand.field("first_visitor").locator("option").all()]
    hand.fill(first_visitor=visitors[1], second_visitor=visitors[2], findings="家庭情况属实，本人透析。", agrees="yes")
    hand.main()
    page.goto(f"{page.url.split('/files/')[0]}/changes/")
    walk.look(officer)
    hand.press(page.locator("main tbody a").first)
    walk.look(officer)
    hand.fill(card=CARD)
    hand.press(page.locator("main button[value=confirm]"))
    page.goto(f"{page.url.split('/changes/')[0]}/notices/new/")
    walk.look(officer)
    hand.main()
    walk.look(officer)
    officer.leave()


def on_notice(walk):
    """Composed by the officer, published by another, over after five working days without objection."""
    leader, hand = walk.enter("leader")
    page = leader.page
    page.goto(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}/notices/")
    walk.look(leader)
    hand.press(page.locator("main tbody a").first)
    hand.fill(posted_at="总工会公示栏")
    hand.main()
    assert page.locator("a[href*='/public/notices/']").count() == 1, said(page)
    public = page.locator("a[href*='/public/notices/']").get_attribute("href")
    notice = page.url
    page.goto(f"{notice.split('/notices/')[0]}{public}")
    assert NAME not in page.content()
    assert ID_NUMBER[-4:] not in page.locator("main").inner_text()
    walk.look(leader)
    leader.leave()

    walk.later(7)
    officer, hand = walk.enter("officer")
    officer.page.goto(notice)
    walk.look(officer)
    hand.post("/end/")
    officer.leave()


def decide_the_file(walk, file):
    leader, hand = walk.enter("leader")
    page = leader.page
    page.goto(f"{file}/")
    hand.follow("/step/decide/")
    walk.look(leader)
    hand.fill(answer="decide", category="deep")
    hand.main()
    assert re.search(r"K0101-\d{4}-00001", page.locator("h1, .identity, main").first.inner_text()), said(page)
    leader.leave()


def apply_for_relief(walk, application, a_scan):
    clerk, hand = walk.enter("frontdesk")
    page = clerk.page
    page.goto(application)
    hand.fill(request="长期透析，自付部分难以承担", asked_amount="8400", may_publish=True)
    hand.fill(number="51260001", self_paid=str(COST), issued_on=walk.day - timedelta(days=20))
    scans = page.locator("main [name^='scan-']")
    assert scans.count() == len(PAPERS)
    for paper in scans.all():
        hand.attach(paper, a_scan)
    hand.press(page.locator("main form .action-bar button[type=submit]"))  # one button saves the whole page
    walk.look(clerk)
    hand.follow("/confirm/")
    walk.look(clerk)
    hand.main()
    walk.look(clerk)
    assert re.search(r"Q0101-\d{4}-0001", page.locator("h1").inner_text()), said(page)
    clerk.leave()


def assess(walk, application):
    officer, hand = walk.enter("officer2")
    page = officer.page
    page.goto(application)
    hand.follow("/assess/")
    walk.look(officer)
    source = hand.field("fund_source").locator("option").last.get_attribute("value")
    hand.fill(proposed_amount=str(COST), fund_source=source)
    hand.main()
    walk.look(officer)
    page.goto(f"{application.split('/applications/')[0]}/notices/new/")
    hand.main()
    officer.leave()


def the_committee_decides(walk):
    """Seven members and a chair, quorum five, one vote singly; the minutes are signed by the chair."""
    walk.later(1)
    secretary, hand = walk.enter("secretary")
    page = secretary.page
    hand.press(page.locator("nav a[href='/meetings/']").first)
    hand.press(page.locator("main a[href='/meetings/new/']").first)
    walk.look(secretary)
    hand.main()
    meeting = page.url
    walk.look(secretary)
    for box in page.locator("main [name=members]").all():
        if not box.is_checked():
            hand.tick(box)
    hand.post("/attendance/")
    hand.post("/open/")
    hand.press(page.locator("main a[href*='/items/']").first)
    walk.look(secretary)
    hand.tick(page.locator("main [name=result][value=granted]"))
    for hands_up in page.locator("main [name^='vote_'][value='for']").all():
        hand.tick(hands_up)
    hand.main()
    page.goto(meeting)
    amount = Decimal(
        re.search(r"[\d,]+\.\d\d", page.locator("tbody tr td:last-child").inner_text()).group().replace(",", "")
    )
    hand.post("/close/")
    walk.look(secretary)
    secretary.leave()

    chair, hand = walk.enter("chair")
    chair.page.goto(meeting)
    hand.post("/sign/")
    walk.look(chair)
    hand.post("/minutes/")
    chair.leave()
    return amount


def pay(walk, amount):
    """Made by one, checked by another, paid by a third; the bank answers."""
    accountant, hand = walk.enter("accountant")
    page = accountant.page
    hand.press(page.locator("nav a[href='/payments/']").first)
    walk.look(accountant)
    hand.main()
    batch = page.url
    walk.look(accountant)
    accountant.leave()

    leader, hand = walk.enter("leader")
    leader.page.goto(batch)
    hand.post("/check/")
    leader.leave()

    cashier, hand = walk.enter("cashier")
    page = cashier.page
    page.goto(batch)
    hand.post("/hand-over/")
    with page.expect_download() as order:
        button = page.locator("main form[action$='/file/'] button").first
        button.focus()
        page.keyboard.press("Enter")
    answer = walk.folder / "answer.csv"
    answer.write_bytes(the_bank_answers(order.value.path().read_bytes(), order.value.suggested_filename, walk.day))
    walk.later(1)
    cashier.leave()

    cashier, hand = walk.enter("cashier")
    page = cashier.page
    page.goto(batch)
    hand.follow("/return/")
    walk.look(cashier)
    hand.fill(file=str(answer))
    hand.main() if page.locator("[data-main-action]:visible").count() else hand.send("file")
    assert f"{amount:,.2f}" in page.locator("main").inner_text()
    walk.look(cashier)
    hand.post("/signsheet/")
    cashier.leave()
    return batch


def the_bank_answers(order, name, day):
    """What a bank makes of the file that it was given: every line paid."""
    lines = list(csv.DictReader(io.StringIO(order.decode(LAYOUT["encoding"]), newline="")))
    line, payee, card, _bank, amount, _purpose, code = (heading for _what, heading in LAYOUT["out"]["columns"])
    columns, out = LAYOUT["answer"], io.StringIO(newline="")
    writer = csv.DictWriter(out, columns.values())
    writer.writeheader()
    for row in lines:
        said = {
            "batch": name.removesuffix(".csv"), "line": row[line], "name": row[payee], "card": row[card],
            "amount": row[amount], "result": LAYOUT["paid"][0], "failure": "", "reference": f"{day:%Y%m%d}{int(row[line]):08d}",
            "at": f"{day:%Y-%m-%d} 15:00:00", "code": row[code],
        }  # fmt: skip
        writer.writerow({columns[key]: value for key, value in said.items()})
    return out.getvalue().encode(LAYOUT["encoding"])


def printed(page):
    """The bytes behind the page's Print button; a browser without screen has no viewer for them."""
    form = page.locator("main form[action*='/prints/']").first
    token = form.locator("[name=csrfmiddlewaretoken]").get_attribute("value")
    origin = re.match(r"https?://[^/]+", page.url)[0]
    answer = page.request.post(
        origin + form.get_attribute("action"), form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url}
    )
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def sign_for_it(walk, batch):
    """The sheet is printed, signed, scanned; its code finds the batch, and every receipt on it is there."""
    walk.later(1)
    accountant, hand = walk.enter("accountant")
    accountant.page.goto(batch)
    with pypdfium2.PdfDocument(printed(accountant.page)) as sheet:
        picture = sheet[0].render(scale=2.5).to_pil().convert("RGB")
        stroke(ImageDraw.Draw(picture), boxes_of(sheet[0])[1], 2.5)
    scan = walk.folder / "signed.png"
    picture.save(scan)
    accountant.leave()

    clerk, hand = walk.enter("frontdesk")
    page = clerk.page
    page.goto(f"{batch.split('/payments/')[0]}/payments/receipts/")
    walk.look(clerk)
    hand.fill(scan=str(scan))
    hand.send("scan")
    walk.look(clerk)
    hand.fill(signatures="1")
    hand.main()
    page.goto(f"{batch.split('/payments/')[0]}/payments/receipts/")
    assert page.locator("main tbody tr").count() == 0, said(page)
    clerk.leave()


def the_auditor_finds_it(walk, amount):
    """From the year's total to the signed receipt in four clicks, and a register that proves itself."""
    auditor, hand = walk.enter("auditor")
    page = auditor.page
    hand.press(page.locator("nav a[href='/audit/']").first)
    walk.look(auditor)
    auditor.done.clear()
    total = page.locator("tfoot a").last
    assert total.inner_text() == f"{amount:,.2f}"
    hand.press(total)
    walk.look(auditor)
    assert page.locator("tbody tr").count() == 1
    hand.press(page.locator("tbody a").first)
    walk.look(auditor)
    assert page.locator("main .status-danger, main .tag-danger").count() == 0, page.locator("main").inner_text()
    receipt = page.locator("#receipt a, a[href*='/documents/']").last
    with page.expect_download() if receipt.get_attribute("download") is not None else page.expect_navigation():
        hand.press(receipt)
    assert len([one for one in auditor.done if not one.startswith("key Tab")]) <= 4, auditor.done
    page.goto(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}/audit/")
    with page.expect_download() as register:
        page.locator("form[action$='/audit/register/export/'] button").first.click()
    verdict = prove(register.value.path().read_bytes())
    assert verdict.is_true, verdict.faults
    auditor.leave()
