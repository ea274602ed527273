"""What is typed: nothing of it is lost, and what is missing is said beside its field."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework import permissions as may
from casework.actions.visits import Outcome
from casework.enums import IncomeKind, VisitResult
from casework.forms import imports as import_forms
from casework.forms.imports import ColumnsForm
from casework.forms.visits import VisitForm
from casework.models import ChangeRequest, HardshipFile, HomeVisit, Matter, Person, Visit
from center.kernel.errors import Incomplete
from center.kernel.normal import why_not_a_name
from center.kernel.roles import Role
from center.models import AccessEntry, Code, Event, codes
from tests.casework.make import (
    id_number,
    make_file,
    make_household,
    make_office,
    make_person,
    make_purpose,
    make_staff,
    make_visit,
)
from tests.refused import ours

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def url(name, *args):
    return reverse(f"casework:{name}", args=args)


def said_beside(answer, field):
    """The one sentence beside this field; the page was refused."""
    assert answer.status_code == 422
    return list(answer.context["form"].errors) == [field] and answer.context["form"].errors[field][0]


def panel(**changes):
    return {"purpose": make_purpose("advice").pk, "result": "answered", "token": "t1"} | changes


# -- the window ------------------------------------------------------------------------------------------------------


def test_a_person_of_another_office_is_not_received_here(at, clerk):
    elsewhere = make_person(office=make_office("elsewhere"))

    answer = at(clerk).post(url("desk"), panel(person=elsewhere.code, full_name="钱大力"))

    assert said_beside(answer, "person") == "This person is not in your registry."
    assert Visit.objects.count() == 0


def test_a_person_of_another_office_gets_no_file_here(at, clerk):
    elsewhere = make_person(office=make_office("elsewhere"))
    given = {"person": elsewhere.code, "category": "deep", "full_name": "钱大力", "id_number": id_number()}

    answer = at(clerk).post(url("file_start"), given)

    assert said_beside(answer, "person") == "This person is not in your registry."
    assert HardshipFile.objects.count() == 0


def test_who_is_known_gets_a_file_without_being_typed_again(at, office, clerk):
    person = make_person(office=office)
    client = at(clerk)

    shown = client.get(url("file_start"), {"person": person.code})
    opened = client.post(url("file_start"), {"person": shown.context["form"]["person"].value(), "category": "deep"})

    file = HardshipFile.objects.get()
    assert (opened.url, file.household.head) == (url("file_edit", file.code, "person"), person)


def test_the_panel_of_somebody_known_shows_the_last_visits_and_is_written_into_the_log(at, office, clerk):
    person = make_person(office=office)
    visits = [make_visit(office=office, by=clerk, person=person, number=f"F{n}") for n in range(3)]
    client = at(clerk)

    shown = client.get(url("desk"), {"person": person.code})
    refused = client.post(url("desk"), {"person": person.code, "note": "asks about aid"})

    assert shown.context["form"]["person"].value() == person.code
    assert shown.context["known_visits"] == [visits[2], visits[1]]
    assert AccessEntry.objects.filter(actor=clerk.username, what="casework.desk").count() == 1
    assert (refused.status_code, refused.context["known"], refused.context["matches"]) == (422, person, [])


def test_a_note_to_a_visit_that_was_taken_back_stays_in_its_field(at, office, clerk):
    undone = {"undone_by": clerk, "undone_at": timezone.now()}
    visit = make_visit(office=office, by=clerk, **undone)

    answer = at(clerk).post(url("visit", visit.code), {"text": "came again"})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == ["This visit was taken back."]
    assert answer.context["form"]["text"].value() == "came again"


def test_a_visit_is_transferred_to_a_person(at, clerk):
    answer = at(clerk).post(url("desk"), panel(full_name="钱大力", result="transferred", note="wages"))

    assert said_beside(answer, "handler") == "A transfer goes to a person: choose who."
    assert answer.context["form"]["note"].value() == "wages"


def test_a_quick_text_is_the_note_of_who_typed_none(at, office, clerk):
    phrase = actions.add_quick_text(office, text="told all papers", initials="tap", by=clerk)
    client = at(clerk)

    client.post(url("desk"), panel(full_name="钱大力", quick=phrase.pk))
    client.post(url("desk"), panel(full_name="钱大力", quick=phrase.pk, note="comes again", token="t2"))

    assert list(Visit.objects.order_by("pk").values_list("note", flat=True)) == ["told all papers", "comes again"]


def test_what_the_action_refuses_stands_on_the_panel_with_everything_typed(at, office, clerk):
    known = make_person(office=office, name="钱大力", id_number=id_number())
    number = known.id_number.open(by=clerk, reason="test")

    answer = at(clerk).post(url("desk"), panel(full_name="钱小力", id_number=number, note="asks about aid"))

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [
        "This ID number is in the registry already: choose the person below."
    ]
    assert [match.person for match in answer.context["matches"]] == [known]
    assert answer.context["form"]["note"].value() == "asks about aid"


def test_the_paper_line_says_of_a_day_to_come_that_it_is_none(at, clerk):
    tomorrow = TODAY() + timedelta(days=1)
    given = panel(received_on=tomorrow, received_time="09:00", first_handler=clerk.pk, late_reason="no power")

    answer = at(clerk).post(url("visit_late"), given | {"full_name": "钱大力"})

    assert said_beside(answer, "received_on") == "A visit cannot lie in the future."


def test_a_paper_line_without_its_hour_is_asked_for_the_hour(at, clerk):
    given = panel(received_on=TODAY(), first_handler=clerk.pk, late_reason="no power", full_name="钱大力")

    assert said_beside(at(clerk).post(url("visit_late"), given), "received_time") == "This field is required."


def test_an_accepted_visit_leads_to_the_one_thing_that_its_purpose_opens(at, office, clerk):
    person = make_person(office=office)
    purpose = make_purpose("living_aid")
    purpose.desk, purpose.service = "casework", "casework.file"
    purpose.save()

    answer = at(clerk).post(url("desk"), panel(person=person.code, purpose=purpose.pk, result="accepted"))

    visit = Visit.objects.get()
    assert answer.url == f"{url('file_start')}?person={person.code}&visit={visit.code}"


def test_an_accepted_visit_of_many_possible_records_shows_them(at, office, clerk):
    person = make_person(office=office)

    answer = at(clerk).post(url("desk"), panel(person=person.code, result="accepted"))

    visit = Visit.objects.get()
    page = at(clerk).get(answer.url)
    assert answer.url == visit.get_absolute_url()
    assert len(page.context["openings"]) > 1
    assert {service.url.endswith(f"visit={visit.code}") for service in page.context["openings"]} == {True}


def test_who_gives_no_name_opens_nothing(at, office, clerk):
    visit = make_visit(office=office, by=clerk, result="accepted")

    assert at(clerk).get(url("visit", visit.code)).context["openings"] == []


def test_a_visit_that_is_not_taken_back_any_more_says_why(at, office, clerk):
    visit = make_visit(office=office, by=clerk, number="F1", entered_at=timezone.now() - timedelta(minutes=1))

    page = at(clerk).post(url("visit_undo", visit.code), follow=True)

    visit.refresh_from_db()
    assert visit.undone_at is None
    assert [str(one) for one in page.context["messages"]] == [may.why_not_undo_visit(clerk, visit)]


def test_somebody_of_no_office_has_no_desk(at, office):
    nobody = make_staff(Role.FRONT_DESK, office=office)
    nobody.assignments.update(starts_on=date(2000, 1, 1), ends_on=date(2000, 1, 2))

    assert at(nobody).get(url("desk")).status_code == 403


def test_a_call_that_two_make_is_written_down_once(at, office, clerk):
    call = make_visit(office=office, by=clerk, person=make_person(office=office)).callbacks.create(due_on=TODAY())
    client = at(clerk)

    first = client.post(url("callback", call.code), {"answer": "satisfied"})
    second = client.post(url("callback", call.code), {"answer": "basically", "note": "again"})

    assert (first.status_code, second.status_code) == (302, 422)
    assert second.context["form"]["note"].value() == "again"
    call.refresh_from_db()
    assert (call.answer, call.note) == ("satisfied", "")


# -- matters ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def matter(office, clerk, officer):
    outcome = Outcome(result=VisitResult.TRANSFERRED, handler=officer)
    return actions.log_visit(office, purpose=make_purpose("petition"), outcome=outcome, by=clerk).matter


def test_a_matter_is_given_on_its_page_to_somebody_who_handles_matters_here(at, clerk, officer2, stranger, matter):
    client, page = at(clerk), url("matter", matter.code)

    refused = client.post(page, {"step": "assign", "to": stranger.pk})
    given = client.post(page, {"step": "assign", "to": officer2.pk})

    assert (refused.status_code, list(refused.context["form"].errors), given.status_code) == (422, ["to"], 302)
    assert Matter.objects.get().assignee == officer2


def test_what_was_accepted_is_delivered_before_it_is_closed(at, officer, matter):
    client, page = at(officer), url("matter", matter.code)

    steps = [client.get(page).context["chosen"]]
    actions.accept_matter(matter, by=officer)
    steps.append(client.get(page).context["chosen"])
    actions.deliver_matter(matter, by=officer)
    steps.append(client.get(page).context["chosen"])

    assert (steps[1], "deliver" in (steps[0], steps[2])) == ("deliver", False)


def test_a_step_that_no_matter_has_is_not_there(at, clerk, matter):
    assert at(clerk).get(url("matter", matter.code), {"step": "forget"}).status_code == 404


def test_what_a_step_refuses_stands_on_its_page_with_what_was_typed(at, clerk, matter):
    answer = at(clerk).post(url("matter", matter.code), {"step": "return", "reason": "not_ours", "text": "housing"})

    assert answer.status_code == 422
    assert ours(answer.context["form"].non_field_errors()[0]) == "Only the person it was given to returns a matter."
    assert answer.context["form"]["text"].value() == "housing"
    assert Matter.objects.get().status == "registered"


# -- files -----------------------------------------------------------------------------------------------------------


def test_of_an_amount_of_a_month_and_of_the_proposed_year_the_month_was_meant(at, office, clerk):
    file = make_file(office=office, by=clerk, status="draft")
    given = {
        "part": "income",
        "income-person": file.household.head.code,
        "income-kind": IncomeKind.WAGE,
        "income-amount": "1,200",
    }
    given |= {"income-month": "2026-03-15", "income-year_ending_on": TODAY()}

    assert at(clerk).post(url("file_edit", file.code, "economy"), given).status_code == 302

    item = file.household.incomes.get()
    assert (item.amount, item.month, item.year_ending_on) == (Decimal(1200), date(2026, 3, 1), None)


def test_an_amount_covers_something(at, office, clerk):
    file = make_file(office=office, by=clerk, status="draft")
    given = {"part": "spending", "spending-kind": "rigid_illness", "spending-amount": "90", "spending-evidence": "bill"}

    answer = at(clerk).post(url("file_edit", file.code, "economy"), given)

    form = answer.context["forms"]["spending"]
    assert (answer.status_code, form["evidence"].value()) == (422, "bill")
    assert dict(form.errors) == {"year_ending_on": ["Give the last day of the year, or the month."]}
    assert file.household.spendings.count() == 0


@pytest.mark.parametrize("part", ["income", "spending"])
def test_an_amount_of_a_file_in_force_waits_for_a_second_person_and_says_why(at, office, clerk, part):
    file = make_file(office=office, by=clerk)
    kinds = {"income": IncomeKind.WAGE, "spending": "rigid_illness"}
    given = {"part": part, f"{part}-person": file.household.head.code, f"{part}-kind": kinds[part]}
    given |= {f"{part}-amount": "1200", f"{part}-year_ending_on": "2026-01-31"}
    page = url("file_edit", file.code, "economy")

    refused = at(clerk).post(page, given)
    asked = at(clerk).post(page, given | {f"{part}-reason": "works again"})

    assert (refused.status_code, asked.status_code) == (422, 302)
    assert refused.context["forms"][part].non_field_errors() == ["Say why this changes."]
    assert refused.context["forms"][part]["amount"].value() == "1200"
    change = ChangeRequest.objects.get()
    assert (change.kind, change.new["do"], change.new["amount"], change.reason) == (
        "income",
        part,
        "1200",
        "works again",
    )
    assert (file.household.incomes.count(), file.household.spendings.count()) == (0, 0)


def test_a_member_of_a_file_in_force_waits_for_a_second_person(at, office, clerk):
    file = make_file(office=office, by=clerk)
    given = {"part": "add", "relation": "20", "full_name": "赵小明", "reason": "born", "sex": "1"}

    assert at(clerk).post(url("file_edit", file.code, "members"), given).status_code == 302

    change = ChangeRequest.objects.get()
    assert (change.kind, change.new["do"], change.new["relation"], change.reason) == ("members", "add", "20", "born")
    assert Person.objects.get(pk=change.new["person"]).full_name == "赵小明"
    assert file.household.memberships.count() == 1


def test_a_member_who_leaves_a_file_in_force_waits_for_a_second_person(at, office, clerk):
    son = make_person(office=office, name="赵小明")
    file = make_file(office=office, by=clerk, household=make_household(office=office, others=(son,)))
    member = file.household.memberships.get(person=son)
    given = {"part": "leave", "member": member.code, "until": "2026-02-01", "why": "married"}
    page = url("file_edit", file.code, "members")

    refused = at(clerk).post(page, given)
    asked = at(clerk).post(page, given | {"reason": "married"})

    assert list(refused.context["leave"].errors) == ["reason"]
    assert (refused.status_code, asked.status_code) == (422, 302)
    assert ChangeRequest.objects.get().new["do"] == "end"
    member.refresh_from_db()
    assert member.until is None


def test_a_line_is_struck_out_once_and_only_in_its_own_household(at, office, clerk, officer):
    file, other = (make_file(office=office, by=clerk, status="draft") for _n in "ab")
    spending = actions.add_spending(file, kind="rigid_illness", amount=Decimal(90), year_ending_on=TODAY(), by=clerk)
    client, given = at(clerk), {"part": "drop", "item": spending.code}

    elsewhere = client.post(url("file_edit", other.code, "economy"), given)
    first, second = (client.post(url("file_edit", file.code, "economy"), given) for _click in "ab")

    assert (elsewhere.status_code, first.status_code, second.status_code) == (404, 302, 200)
    assert [str(one) for one in second.context["messages"]][-1] == "This line is struck out already."
    assert Event.objects.filter(verb="casework.spending.dropped").count() == 1


def test_there_are_at_most_three_secondary_causes(at, office, clerk):
    file = make_file(office=office, by=clerk, status="draft")
    four = [code for code, _label in codes.choices("hardship_cause") if code != "major_illness"][:4]
    given = {"primary_cause": "major_illness", "secondary_causes": four, "layer": "county", "remark": "flood"}

    answer = at(clerk).post(url("file_edit", file.code, "cause"), given)

    assert said_beside(answer, "secondary_causes") == "At most three secondary causes."
    assert answer.context["form"]["remark"].value() == "flood"


def test_a_retired_value_stays_on_the_record_that_holds_it_and_is_offered_to_no_other(at, office, officer):
    goods = codes.choices("help_need")[0][0]
    file, other = (make_file(office=office, by=officer, status="draft", needs=needs) for needs in ([goods], []))
    retired = Code.objects.get(list="help_need", code=goods)
    retired.retired_on = date(2026, 1, 1)
    retired.save()
    client, page = at(officer), url("file_edit", file.code, "cause")

    form = client.get(page).context["form"]
    given = {"primary_cause": file.primary_cause, "layer": "county", "needs": form["needs"].value(), "remark": "flood"}
    saved = client.post(page, given)
    elsewhere = client.post(url("file_edit", other.code, "cause"), given)

    file.refresh_from_db()
    assert (saved.status_code, file.needs, file.remark) == (302, [goods], "flood")
    assert said_beside(elsewhere, "needs")


def test_a_home_visit_is_written_down_on_its_page_by_two_people(at, office, officer, officer2):
    file = make_file(office=office, by=officer, status="survey")
    page = url("file_step", file.code, "home_visit")
    given = {"visited_on": TODAY(), "findings": "as declared", "reason": "survey", "agrees": "yes"}
    given |= {"first_visitor": officer.pk, "second_visitor": officer.pk}
    client = at(officer)

    refused = client.post(page, given)
    saved = client.post(page, given | {"second_visitor": officer2.pk})

    assert refused.context["form"].non_field_errors() == ["Two different people make a home visit."]
    assert refused.context["form"]["findings"].value() == "as declared"
    assert (refused.status_code, saved.status_code) == (422, 302)
    assert HomeVisit.objects.get().second_visitor == officer2


# -- workbooks -------------------------------------------------------------------------------------------------------


def test_a_workbook_that_is_too_large_is_not_read(at, officer, monkeypatch):
    monkeypatch.setattr(import_forms, "LARGEST", 3)

    answer = at(officer).post(url("imports"), {"file": SimpleUploadedFile("registry.xlsx", b"PK\3\4")})

    assert said_beside(answer, "file") == "The file is larger than 40 MB."


def test_a_column_without_a_heading_is_not_asked_about():
    form = ColumnsForm({"c0": "full_name"}, columns=[("Name", "", ""), ("", "", "")], choices=[("full_name", "Name")])

    assert (form.is_valid(), list(form.fields), form.columns_by_heading) == (True, ["c0"], {"name": "full_name"})


def test_this_person_keeps_what_was_typed_about_the_visit(at, clerk, office):
    known = make_person(office=office, name="赵丽华", phone="13901234567")
    purpose = make_purpose("advice")
    typed = {"full_name": "赵丽华", "phone": "13901234567", "purpose": purpose.pk, "note": "asks for a job"}

    page = at(clerk).post(url("desk"), typed | {"result": "call_back", "take": known.code})

    form = page.context["form"]
    assert (page.status_code, Visit.objects.count(), page.context["known"]) == (200, 0, known)
    assert (form["note"].value(), form["result"].value(), form["purpose"].value()) == (
        "asks for a job",
        "call_back",
        str(purpose.pk),
    )


def test_the_same_name_and_telephone_are_asked_about_once(at, clerk, office):
    make_person(office=office, name="赵丽华", phone="13901234567")
    typed = {"full_name": "赵丽华", "phone": "13901234567", "purpose": make_purpose("advice").pk}
    typed |= {"result": "answered", "token": "one panel"}

    asked = at(clerk).post(url("desk"), typed)
    for _click in range(2):
        saved = at(clerk).post(url("desk"), typed | {"another": "on"})

    assert list(asked.context["form"].errors) == ["another"]
    assert (saved.status_code, Visit.objects.count(), Person.objects.filter(full_name="赵丽华").count()) == (302, 1, 2)


@pytest.mark.parametrize("typed", [{"full_name": "赵丽华"}, {"phone": "139 0123 4567"}])
def test_look_alikes_appear_by_name_or_telephone_alone(at, clerk, office, stranger, typed):
    make_person(office=office, name="赵丽华", phone="13901234567")

    shown = {who: len(at(who).post(url("visit_matches"), typed).context["matches"]) for who in (clerk, stranger)}

    assert shown == {clerk: 1, stranger: 0}


@pytest.mark.parametrize("name", ["赵1", "赵\u200b丽华"])
def test_a_bad_name_at_the_desk_has_its_own_sentence_and_no_other(clerk, office, name):
    form = VisitForm({"full_name": name, "result": "answered"}, staff=clerk, office=office)

    assert len(form.errors["full_name"]) == 1


def test_a_sign_that_nobody_sees_is_called_so():
    assert why_not_a_name("赵\u200b丽华") == "The name holds a sign that nobody sees. Delete it and type the name anew."


def test_what_a_change_of_the_head_needs_is_not_called_optional(at, clerk, officer, office):
    home = make_household(office=office, others=(make_person(office=office, name="钱进"),))
    file = make_file(office=office, by=officer, household=home)

    page = at(clerk).get(reverse("casework:file_head", args=[file.code])).content.decode()

    assert "(optional)" not in page


def test_income_is_of_late(clerk, officer, office):
    home = make_household(office=office)
    file = make_file(office=office, by=officer, household=home)
    asked = {
        "person": home.head,
        "kind": "wage",
        "amount": 1,
        "year_ending_on": date(1990, 12, 31),
        "reason": "as said",
    }

    with pytest.raises(Incomplete, match="Twelve months ending on lies between"):
        actions.propose_income(file, by=clerk, **asked)
