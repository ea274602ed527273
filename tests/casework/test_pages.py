"""Every page of the room opens, keeps what was typed, and asks a constant number of questions."""

from __future__ import annotations

import io
import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from casework import actions
from casework.actions.visits import Newcomer, Outcome, Words
from casework.enums import VisitResult
from casework.models import Callback, ChangeRequest, HardshipFile, Person, Visit
from tests.casework.make import (
    card_number,
    id_number,
    make_employer,
    make_file,
    make_home_visit,
    make_household,
    make_income,
    make_person,
    make_purpose,
    make_visit,
)

pytestmark = pytest.mark.django_db


def panel(**changes):
    return {"full_name": "赵丽华", "purpose": make_purpose("advice").pk, "result": "answered", "token": "t1", **changes}


def test_the_desk_opens_and_saves_a_newcomer_with_name_and_purpose_only(at, clerk):
    client = at(clerk)
    assert client.get(reverse("casework:desk")).status_code == 200

    answer = client.post(
        reverse("casework:desk"), {"full_name": "赵丽华", "purpose": make_purpose("advice").pk, "result": "answered"}
    )

    visit = Visit.objects.get()
    assert (answer.status_code, visit.person.full_name, visit.first_handler) == (302, "赵丽华", clerk)
    page = client.get(answer.url)
    assert visit.number in page.content.decode()


def test_somebody_who_gives_no_name_is_a_visit_too(at, clerk):
    at(clerk).post(reverse("casework:desk"), panel(full_name="", anonymous="on"))

    assert (Visit.objects.get().anonymous, Person.objects.count()) == (True, 0)


def test_without_name_and_purpose_everything_typed_comes_back(at, clerk):
    answer = at(clerk).post(reverse("casework:desk"), {"note": "asks about school aid"})

    assert (answer.status_code, Visit.objects.count()) == (422, 0)
    assert "asks about school aid" in answer.content.decode()


def test_the_second_click_makes_no_second_visit(at, clerk):
    client = at(clerk)
    client.post(reverse("casework:desk"), panel())
    client.post(reverse("casework:desk"), panel())

    assert Visit.objects.count() == 1


def test_an_id_number_that_is_here_already_is_not_created_again(at, clerk, office):
    number = id_number()
    known = make_person(office=office, id_number=number)

    answer = at(clerk).post(reverse("casework:desk"), panel(id_number=number))

    assert answer.status_code == 422
    assert re.search(rf'name="take"\s+value="{known.code}"', answer.content.decode())


def test_while_typing_probable_matches_are_shown_beside_the_field(at, clerk, office):
    make_person(office=office, name="赵丽华", phone="13800001234")

    answer = at(clerk).post(reverse("casework:visit_matches"), {"full_name": "赵丽华", "phone": "138 0000 1234"})

    assert "the same name and telephone" in answer.content.decode()


def test_the_pages_of_a_visit(at, clerk, officer, office):
    visit = make_visit(office=office, by=clerk, person=make_person(office=office), number="F1")
    client = at(clerk)

    names = ("visits", "callbacks", "visit_group", "visit_late", "visit_sheet", "matters")
    assert {name: client.get(reverse(f"casework:{name}")).status_code for name in names} == dict.fromkeys(names, 200)
    assert client.get(reverse("casework:visit", args=[visit.code])).status_code == 200
    client.post(reverse("casework:visit", args=[visit.code]), {"text": "came again with the bill"})
    assert "came again with the bill" in client.get(reverse("casework:visit", args=[visit.code])).content.decode()
    assert client.post(reverse("casework:visit", args=[visit.code]), {}).status_code == 422
    assert client.post(reverse("casework:visit_undo", args=[visit.code])).status_code == 302


@pytest.mark.parametrize("kind", ["letters", "comings", "calls", "groups"])
def test_the_list_of_visits_filters_by_kind(at, clerk, office, kind):
    make_visit(office=office, by=clerk, number="F-LETTER", channel="letter")
    make_visit(office=office, by=clerk, number="F-WINDOW")
    make_visit(office=office, by=clerk, number="F-CALL", channel="12345")
    make_visit(office=office, by=clerk, number="F-GROUP", channel="outreach", people=7)

    page = at(clerk).get(reverse("casework:visits"), {"kind": kind, "since": "2000-01-01", "until": "bad"})

    expected = {
        "letters": {"F-LETTER"},
        "comings": {"F-WINDOW", "F-GROUP"},
        "calls": {"F-CALL"},
        "groups": {"F-GROUP"},
    }
    assert {visit.number for visit in page.context["page"].object_list} == expected[kind]


def test_a_group_is_entered_with_its_representatives(at, clerk, office):
    client = at(clerk)
    given = {
        "people": "23",
        "employer": "红星纺织厂",
        "representatives": "赵丽华 13800001234\n钱大力",
        "purpose": make_purpose("petition").pk,
        "result": "answered",
        "token": "g1",
    }

    assert client.post(reverse("casework:visit_group"), given).status_code == 302
    assert client.post(reverse("casework:visit_group"), given).status_code == 302

    visit = Visit.objects.get()
    assert (visit.people, str(visit.employer), visit.representatives.count()) == (23, "红星纺织厂", 2)
    assert Person.objects.count() == 2
    too_many = given | {"representatives": "\n".join("abcdef"), "token": "g2"}
    assert client.post(reverse("casework:visit_group"), too_many).status_code == 422
    again = given | {"token": "g3"}
    client.post(reverse("casework:visit_group"), again)
    assert Person.objects.filter(full_name="赵丽华").count() == 1


def test_a_paper_line_is_entered_with_its_true_time(at, clerk, officer):
    given = panel(
        received_on="2026-01-05",
        received_time="09:30",
        first_handler=officer.pk,
        late_reason="power cut",
    )

    answer = at(clerk).post(reverse("casework:visit_late"), given)

    visit = Visit.objects.get()
    assert answer.status_code == 302
    assert (str(visit.received_on), visit.first_handler, visit.entered_by) == ("2026-01-05", officer, clerk)
    future = given | {"received_on": "2999-01-01", "token": "t2"}
    assert at(clerk).post(reverse("casework:visit_late"), future).status_code == 422


def test_a_transfer_is_worked_on_and_closed_on_its_page(at, clerk, officer, office):
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        newcomer=Newcomer(full_name="赵丽华"),
        words=Words(note="wages unpaid"),
        outcome=Outcome(result=VisitResult.TRANSFERRED, handler=officer),
        by=clerk,
    )
    client = at(officer)
    url = reverse("casework:matter", args=[visit.matter.code])
    assert client.get(url).status_code == 200
    assert client.post(url, {"step": "accept"}).status_code == 302
    assert client.post(url, {"step": "tell", "how": "by_phone"}).status_code == 302
    assert client.post(url, {"step": "close", "result": "settled"}).status_code == 422
    assert client.post(url, {"step": "deliver", "body": ""}).status_code == 302
    close = {"result": "settled", "reply": "paid", "told_how": "by_phone", "report": "done", "archive_number": "A-1"}
    assert client.post(url, {"step": "close", **close}).status_code == 302
    assert client.get(url, {"step": "nonsense"}).status_code == 404
    assert client.get(url).status_code == 200
    for state in ("", "late", "due", "supervised", "closed", "all"):
        query = {"state": state, "kind": "petition", "event": "closed", "since": "2000-01-01", "until": "2999-01-01"}
        assert client.get(reverse("casework:matters"), query).status_code == 200

    call = Callback.objects.get()
    url = reverse("casework:callback", args=[call.code])
    assert client.get(url).status_code == 200
    assert client.post(url, {"answer": ""}).status_code == 422
    assert client.post(url, {"answer": "satisfied"}).status_code == 302
    assert client.get(url).status_code == 200
    assert client.post(url, {"answer": "satisfied"}).status_code == 422


@pytest.mark.parametrize(
    "view",
    [
        "in_force",
        "in_hand",
        "temporary",
        "exited",
        "cancelled",
        "unchanged",
        "never_helped",
        "unclear",
        "differs",
        "all",
    ],
)
def test_every_saved_view_of_the_files_opens(at, officer, office, view):
    make_file(office=office, by=officer)

    assert at(officer).get(reverse("casework:files"), {"view": view, "category": "deep"}).status_code == 200


def test_a_file_is_opened_filled_in_and_submitted_page_by_page(at, clerk, officer, lines):  # noqa: PLR0915 - one long walk
    client = at(clerk)
    assert client.get(reverse("casework:file_start")).status_code == 200
    assert client.post(reverse("casework:file_start"), {"category": "deep"}).status_code == 422
    number = id_number()
    start = {"id_number": number, "full_name": "赵丽华", "category": "deep"}
    answer = client.post(reverse("casework:file_start"), start)
    file = HardshipFile.objects.get()
    assert answer.url == reverse("casework:file_edit", args=[file.code, "person"])
    assert client.post(reverse("casework:file_start"), start).status_code == 422

    def send(section, **given):
        return client.post(reverse("casework:file_edit", args=[file.code, section]), given)

    assert client.get(answer.url).status_code == 200
    assert send("person", full_name="").status_code == 422
    person = {
        "full_name": "赵丽华",
        "phone": "13800001234",
        "employer": "红星纺织厂",
        "skills": "cooking, sewing",
        "sex": "1",
        "birth_date": "1970-03-05",
    }
    assert send("person", **person).status_code == 302
    assert send("household", address="street 1", declared_size="1").status_code == 302
    assert send("cause", layer="county").status_code == 302
    for section in ("household", "members", "economy", "cause", "papers"):
        assert client.get(reverse("casework:file_edit", args=[file.code, section])).status_code == 200
    assert client.get(reverse("casework:file_edit", args=[file.code, "nonsense"])).status_code == 404
    head = file.household.head
    income = {"part": "income", "income-person": head.code, "income-kind": "wage_income", "income-amount": "1,200.00"}
    assert send("economy", **income).status_code == 422
    assert send("economy", **income, **{"income-year_ending_on": "2026-11-01"}).status_code == 302
    spending = {
        "part": "spending",
        "spending-kind": "rigid_illness",
        "spending-amount": "5",
        "spending-month": "2026-11-01",
    }
    assert send("economy", **spending).status_code == 302
    assert send("economy", part="exclusions").status_code == 302
    item = file.household.incomes.get()
    assert send("economy", part="drop", item=item.code).status_code == 302
    item.refresh_from_db()
    assert item.dropped_by == clerk
    account = {"part": "account", "account-holder": head.code, "account-card": card_number(), "account-bank": "ICBC"}
    assert send("papers", **account, **{"account-reason": "first account"}).status_code == 302
    assert (
        send("papers", part="consent", **{"consent-purpose": "publish", "consent-signed_on": "2026-11-01"}).status_code
        == 302
    )
    assert send("papers", part="clear", **{"clear-block": "mind"}).status_code == 302
    assert send("papers", part="consent").status_code == 422
    member = {"part": "add", "relation": "10", "full_name": "张国", "id_number": id_number()}
    assert send("members", **member).status_code == 302
    assert send("members", part="add").status_code == 422
    spouse = file.household.memberships.get(relation="10")
    url = reverse("casework:file_member", args=[file.code, spouse.code])
    assert client.get(url).status_code == 200
    assert client.post(url, {"full_name": "张国强"}).status_code == 302
    assert send("members", part="leave", member=spouse.code, until="2099-01-01", why="moved").status_code == 422
    leaves = {"member": spouse.code, "until": timezone.localdate().isoformat(), "why": "moved"}
    assert send("members", part="leave", **leaves).status_code == 302
    assert client.get(reverse("casework:file", args=[file.code])).status_code == 200
    step = reverse("casework:file_step", args=[file.code, "submit"])
    assert client.get(step).status_code == 200
    assert client.post(step).status_code == 422
    assert client.get(reverse("casework:file_step", args=[file.code, "nonsense"])).status_code == 404
    assert (
        client.post(reverse("casework:file_step", args=[file.code, "assess"]), {"on": "2026-11-21"}).status_code == 302
    )
    assert client.get(reverse("casework:assessment", args=[file.code])).status_code == 200
    page = client.get(reverse("casework:file", args=[file.code])).content.decode()
    assert number not in page
    assert client.get(reverse("casework:file_paper", args=[file.code])).status_code == 200
    assert client.post(reverse("casework:file_paper", args=[file.code])).content[:4] == b"%PDF"
    assert client.get(reverse("casework:file_blank")).status_code == 200


def test_a_scan_is_kept_beside_its_file(at, clerk, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = make_file(office=office, by=clerk, status="draft")
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    upload = SimpleUploadedFile("scan.png", picture.getvalue(), content_type="image/png")
    client, url = at(clerk), reverse("casework:file_edit", args=[file.code, "papers"])

    wrong = SimpleUploadedFile("scan.png", b"not a picture", content_type="image/png")
    given = {"part": "document", "document-kind": "diagnosis"}
    assert client.post(url, {**given, "document-upload": wrong}).status_code == 422
    assert client.post(url, {**given, "document-upload": upload}).status_code == 302

    assert "/documents/" in client.get(reverse("casework:file", args=[file.code])).content.decode()


def test_why_a_member_does_not_leave_stands_beside_the_member(at, clerk, office):
    head, son = make_person(office=office), make_person(office=office, name="赵小明")
    file = make_file(
        office=office, by=clerk, status="draft", household=make_household(office=office, head=head, others=(son,))
    )
    url = reverse("casework:file_edit", args=[file.code, "members"])
    given = {
        "part": "leave",
        "member": file.household.memberships.get(person=son).code,
        "until": "2023-12-31",
        "why": "moved",
    }

    answer = at(clerk).post(url, given)

    assert (answer.status_code, answer.context["leaving"]) == (422, given["member"])
    assert answer.context["leave"].non_field_errors() == ["A membership cannot end before it starts."]
    assert answer.context["leave"]["until"].value() == "2023-12-31"
    assert "A membership cannot end before it starts." in answer.content.decode()
    assert at(clerk).post(url, given | {"until": "2026-02-01"}).status_code == 302


@pytest.mark.parametrize("status", ["draft", "active"])
def test_beside_each_member_stand_fields_of_their_own_with_their_labels(at, clerk, office, status):
    family = make_household(
        office=office, others=tuple(make_person(office=office, name=name) for name in ("赵一", "赵二"))
    )
    file = make_file(office=office, by=clerk, status=status, household=family)

    page = at(clerk).get(reverse("casework:file_edit", args=[file.code, "members"])).content.decode()

    forms = [form for form in BeautifulSoup(page, "html.parser").select("form") if form.select("[value=leave]")]
    fields = [field["id"] for form in forms for field in form.select("[name=why], [name=until], [name=reason]")]
    assert len(set(fields)) == len(fields) == 6
    assert [label["for"] for form in forms for label in form.select("label")] == fields
    assert all(form.select_one("[name=member]")["value"] in form.select_one("[name=until]")["id"] for form in forms)


def test_a_change_is_confirmed_on_its_page(at, clerk, officer, office):
    file = make_file(office=office, by=officer)
    card = card_number()
    wrong = f"{card[:-1]}{(int(card[-1]) + 1) % 10}"
    actions.propose_account(file, holder=file.household.head, card=wrong, bank="ICBC", reason="first account", by=clerk)
    change = ChangeRequest.objects.get()
    client = at(officer)
    url = reverse("casework:change", args=[change.code])

    assert client.get(reverse("casework:changes")).status_code == 200
    page = client.get(url).content.decode()
    assert "The check digit does not fit; compare it with the card." in page
    assert client.post(url, {"verdict": "refuse"}).status_code == 422
    assert [client.post(url, {"verdict": "confirm", "card": one}).status_code for one in ("", card, wrong)] == [
        422,
        422,
        302,
    ]
    assert client.get(url).status_code == 200


def test_a_person_without_a_file_has_a_page_and_a_head_leads_to_the_file(at, officer, office):
    alone = make_person(office=office, employer=make_employer())
    file = make_file(office=office, by=officer)
    client = at(officer)

    assert client.get(reverse("casework:person", args=[alone.code])).status_code == 200
    assert client.get(reverse("casework:person", args=[file.household.head.code])).status_code == 302
    assert client.get(reverse("casework:employer", args=[alone.employer.code])).status_code == 200
    assert client.get(reverse("casework:file_start"), {"person": alone.code}).status_code == 200


def test_every_step_page_of_a_file_in_force_opens(at, leader, officer, office):
    file = make_file(office=office, by=officer)
    make_home_visit(file, officer, leader)
    client = at(leader)

    steps = ("recheck", "assess", "category", "monitor", "exit", "cancel", "convert", "reopen", "archive", "decide")
    pages = {step: client.get(reverse("casework:file_step", args=[file.code, step])).status_code for step in steps}

    assert pages == dict.fromkeys(steps, 200)


def test_what_belongs_to_another_office_is_not_there(at, stranger, officer, clerk, office):
    file = make_file(office=office, by=officer)
    visit = make_visit(office=office, by=clerk, person=file.household.head)
    client = at(stranger)

    urls = [
        reverse("casework:file", args=[file.code]),
        reverse("casework:file_edit", args=[file.code, "person"]),
        reverse("casework:file_step", args=[file.code, "assess"]),
        reverse("casework:file_paper", args=[file.code]),
        reverse("casework:person", args=[file.household.head.code]),
        reverse("casework:visit", args=[visit.code]),
    ]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 404)


@pytest.mark.parametrize("name", ["desk", "visits", "files", "matters", "callbacks", "changes"])
def test_a_list_asks_as_much_for_three_rows_as_for_one(at, officer, office, clerk, leader, name):
    client = at(officer)

    def row():
        file = make_file(office=office, by=leader)
        actions.assess(file, by=officer)
        actions.propose_category(file, category="relative", reason="computed", by=clerk)
        visit = actions.log_visit(
            office,
            purpose=make_purpose("petition"),
            person=file.household.head,
            outcome=Outcome(result=VisitResult.TRANSFERRED, handler=officer),
            by=clerk,
        )
        Callback.objects.create(visit=visit, matter=visit.matter, due_on=visit.received_on)

    def asked():
        client.get(reverse(f"casework:{name}"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"casework:{name}")).status_code == 200
        return len(queries)

    row()
    one = asked()
    row()
    row()

    assert asked() == one


# -- two people at one section ---------------------------------------------------------------------------------------


def hidden(page, name):
    return BeautifulSoup(page.content, "html.parser").select_one(f"input[name={name}]")["value"]


def fields_of(page):
    """Every input of the main form as a browser would send it."""
    form = next(
        one for one in BeautifulSoup(page.content, "html.parser").select("main form") if one.select("[name=version]")
    )
    sent = {}
    for tag in form.select("input[name], select[name], textarea[name]"):
        if tag.name == "select":
            value = [option["value"] for option in tag.select("option[selected]")][:1] or [""]
        elif tag.get("type") in {"checkbox", "radio"}:
            value = [tag["value"]] if tag.has_attr("checked") else []
        else:
            value = [tag.get("value", "") if tag.name == "input" else tag.text.strip()]
        sent[tag["name"]] = sent.get(tag["name"], []) + value
    return sent


def test_the_second_of_two_people_chooses_field_by_field(enter, clerk, officer, office):
    file = make_file(office=office, by=clerk, status="draft")
    url = reverse("casework:file_edit", args=[file.code, "household"])
    first, second = enter(clerk), enter(officer)
    mine, theirs = fields_of(first.get(url)), fields_of(second.get(url))
    second.post(url, theirs | {"address": ["Theirs Road 2"], "postcode": ["614000"]})

    clash = first.post(url, mine | {"address": ["My Lane 1"], "property_note": ["a bicycle"]})
    page = clash.content.decode()
    chosen = first.post(url, fields_of(clash) | {"take.address": ["mine"], "take.postcode": ["theirs"]})

    assert (clash.status_code, chosen.status_code) == (409, 302)
    assert "Theirs Road 2" in page
    assert "My Lane 1" in page
    assert str(officer) in page
    file.household.refresh_from_db()
    assert (file.household.address, file.household.postcode) == ("My Lane 1", "614000")
    assert file.household.property_note == "a bicycle"


def test_of_two_who_write_about_one_member_the_second_sees_what_the_first_wrote(enter, clerk, officer, office):
    son = make_person(office=office, name="赵小明")
    file = make_file(office=office, by=clerk, status="draft", household=make_household(office=office, others=(son,)))
    url = reverse("casework:file_member", args=[file.code, file.household.memberships.get(person=son).code])
    first, second = enter(clerk), enter(officer)
    mine, theirs = fields_of(first.get(url)), fields_of(second.get(url))
    second.post(url, theirs | {"school": ["Second School"]})

    clash = first.post(url, mine | {"school": ["First School"]})

    son.refresh_from_db()
    assert (clash.status_code, son.school) == (409, "Second School")
    assert ("Second School" in clash.content.decode(), "First School" in clash.content.decode()) == (True, True)


def test_what_one_person_types_into_a_section_waits_as_a_draft(enter, clerk, office):
    file = make_file(office=office, by=clerk, status="draft")
    url = reverse("casework:file_edit", args=[file.code, "household"])
    client = enter(clerk)
    page = client.get(url)

    client.post(reverse("center:draft_save"), fields_of(page) | {"address": ["Half a str"]})
    again = client.get(url)

    assert hidden(again, "address") == "Half a str"
    assert "This is your draft of" in again.content.decode()


def test_a_draft_begun_on_an_older_version_still_meets_the_conflict(enter, clerk, officer, office):
    file = make_file(office=office, by=clerk, status="draft")
    url = reverse("casework:file_edit", args=[file.code, "household"])
    client, other = enter(clerk), enter(officer)
    client.post(reverse("center:draft_save"), fields_of(client.get(url)) | {"address": ["My Lane 1"]})
    other.post(url, fields_of(other.get(url)) | {"address": ["Theirs Road 2"]})

    clash = client.post(url, fields_of(client.get(url)))

    assert clash.status_code == 409


def test_an_odd_card_number_is_kept_and_whoever_typed_it_is_told(at, office, clerk):
    file = make_file(office=office, by=clerk)
    url = reverse("casework:file_edit", args=[file.code, "papers"])
    typed = {"part": "account", "account-holder": file.household.head.code, "account-bank": "中国银行"}

    said = at(clerk).post(
        url, typed | {"account-card": "6222020200012345678", "account-reason": "first account"}, follow=True
    )

    assert [str(one) for one in said.context["messages"]] == [
        "Saved.",
        "The check digit does not fit; compare it with the card.",
    ]


def test_who_may_not_see_accounts_is_not_told_that_there_is_none(at, office, clerk):
    file = make_file(office=office, by=clerk)

    page = at(clerk).get(reverse("casework:file_edit", args=[file.code, "papers"])).content.decode()

    assert ("Accounts that are checked are not shown to your role" in page, "No account is on record" in page) == (
        True,
        False,
    )


# -- one page for a review -------------------------------------------------------------------------------------------


@pytest.fixture
def reviewed(office, clerk):
    return make_file(office=office, by=clerk, status="submitted")


def answer(client, file, step="review", **given):
    return client.post(reverse("casework:file_step", args=[file.code, step]), given)


def test_a_review_is_one_page_with_the_facts_first_and_three_answers(at, officer, reviewed):
    page = BeautifulSoup(
        at(officer).get(reverse("casework:file_step", args=[reviewed.code, "review"])).content, "html.parser"
    )

    offered = [one["value"] for one in page.select("input[name=answer]")]
    text = page.select_one("main").get_text(" ")
    assert offered == ["review", "return", "refuse"]
    assert text.index("The facts") < text.index("Your answer")
    assert page.select("input[name=answer][checked]") == []


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(("step", "status"), [("review", "submitted"), ("decide", "pending")])
def test_whoever_judges_sees_what_is_computed_today_and_where_it_differs(
    at, office, clerk, officer, leader, step, status
):
    head = make_person(office=office, work_status="at_post", health_status="good")
    household = make_household(office=office, head=head)
    make_income(household, head, "6062.52", by=clerk)
    facts = {"category": "relative", "primary_cause": "accident"}
    file = make_file(office=office, by=clerk, household=household, status=status, **facts)

    shown = at(officer if step == "review" else leader).get(reverse("casework:file_step", args=[file.code, step]))

    page = BeautifulSoup(shown.content, "html.parser")
    text = " ".join(page.select_one("main").get_text(" ").split())
    assert "505.21" in text
    assert "differs Category: Declared Relative hardship · Computed Deep hardship" in text
    assert page.select("input[type=radio][checked]") == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"answer": "review"}, "survey"),
        ({"answer": "return", "return_reason": "papers_missing", "text": "bring the card"}, "returned"),
        ({"answer": "refuse", "refusal_reason": "not_eligible", "text": "ask the street office"}, "refused"),
    ],
)
def test_each_answer_is_given_from_that_page(at, officer, reviewed, given, status):
    said = answer(at(officer), reviewed, **given)

    assert (said.status_code, HardshipFile.objects.get().status) == (302, status)


@pytest.mark.parametrize(
    "given", [{}, {"answer": "return", "text": "words"}, {"answer": "refuse", "refusal_reason": "not_eligible"}]
)
def test_silence_and_a_no_without_its_reason_are_no_answers(at, officer, reviewed, given):
    said = answer(at(officer), reviewed, **given)

    assert (said.status_code, HardshipFile.objects.get().status) == (422, "submitted")


def test_after_one_answer_the_next_file_is_one_click_away(at, office, clerk, officer, reviewed):
    following = make_file(office=office, by=clerk, status="submitted")

    said = at(officer).post(
        reverse("casework:file_step", args=[reviewed.code, "review"]), {"answer": "review"}, follow=True
    )

    page = said.content.decode()
    assert reverse("casework:file_step", args=[following.code, "review"]) in page
    assert ("To visit at home" in page, "Next one (1 waits)" in page) == (True, True)


def test_the_leader_decides_on_the_same_page(at, leader, office, clerk):
    file = make_file(office=office, by=clerk, status="pending")
    given = {"answer": "refuse", "refusal_reason": "not_eligible", "text": "ask the street office"}

    assert answer(at(leader), file, "decide", **given).status_code == 302
    assert HardshipFile.objects.get().status == "refused"
