"""A workbook comes in by pages: check, look, choose, see the result, take it back."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.models import HardshipFile
from center.actions.offices import go_live
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.models import AccessEntry, Import, ImportStatus
from tests.casework.make import make_file
from tests.casework.test_imports import few
from tests.center.make import make_office, make_staff


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def officer(office):
    return make_staff(Role.OFFICER, office=office)


def upload(client, data):
    file = SimpleUploadedFile("registry.xlsx", data)
    return client.post(reverse("casework:imports"), {"file": file})


def test_an_officer_checks_looks_and_applies(enter, officer):
    client = enter(officer)

    checked = upload(client, few(4, 身份证号="511123198503218094"))
    preview = client.get(checked["Location"])
    assert HardshipFile.objects.count() == 0
    applied = client.post(checked["Location"], {"choice": "good"})
    result = client.get(applied["Location"])

    assert (checked.status_code, preview.status_code, applied.status_code, result.status_code) == (302, 200, 302, 200)
    assert ['href="#new"' in page.content.decode() for page in (preview, result)] == [False, True]
    assert "魏涛洋" not in preview.content.decode()
    assert "魏*洋" in preview.content.decode()
    assert HardshipFile.objects.count() == 3


def test_the_number_of_new_files_opens_exactly_those_files(enter, officer, office):
    client = enter(officer)
    make_file(office=office, by=officer)
    checked = upload(client, few(3))
    applied = client.post(checked["Location"], {"choice": "good"})

    page = client.get(applied["Location"])
    listed = client.get(page.context["made_url"]).context["page"]

    assert page.context["made_url"].encode().replace(b"&", b"&amp;") in page.content
    assert page.context["made"] == listed.paginator.count == 3
    assert {file.imported_at for file in listed} == {Import.objects.get().applied_at}
    assert (
        client.get(reverse("casework:files"), {"view": "all", "import": "unknown"}).context["page"].paginator.count == 0
    )


def test_the_error_workbook_holds_the_refused_rows_and_its_download_is_logged(enter, officer):
    client = enter(officer)
    upload(client, few(4, 身份证号="511123198503218094"))
    record = Import.objects.get()

    response = client.get(reverse("casework:import_errors", args=[record.code]))

    heads = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert (heads.max_row, heads.cell(4, 5).value) == (4, "魏涛洋")
    assert AccessEntry.objects.values_list("kind", "what", "rows").get(what="casework.import.errors") == (
        "export",
        "casework.import.errors",
        1,
    )


def test_all_or_nothing_keeps_what_was_chosen_and_says_why(enter, officer):
    client = enter(officer)
    checked = upload(client, few(4, 身份证号="511123198503218094"))

    response = client.post(checked["Location"], {"choice": "all"})

    assert response.status_code == 422
    assert HardshipFile.objects.count() == 0


def test_a_file_that_is_no_registry_says_so_beside_the_field(enter, officer):
    response = upload(enter(officer), b"PK\3\4 broken")

    assert response.status_code == 422
    assert Import.objects.count() == 0


def test_a_discarded_workbook_brings_nothing(enter, officer):
    client = enter(officer)
    checked = upload(client, few(2))

    client.post(checked["Location"], {"discard": "1"})

    assert (Import.objects.get().status, HardshipFile.objects.count()) == (ImportStatus.DISCARDED, 0)


def test_an_applied_workbook_is_withdrawn_with_a_reason(enter, officer):
    client = enter(officer)
    checked = upload(client, few(2))
    client.post(checked["Location"], {"choice": "good"})
    address = reverse("casework:import_withdraw", args=[Import.objects.get().code])

    without = client.post(address, {"reason": ""})
    withdrawn = client.post(address, {"reason": "the wrong file"})

    assert (without.status_code, withdrawn.status_code) == (422, 302)
    assert HardshipFile.objects.count() == 0


def test_a_workbook_that_was_brought_in_is_not_brought_in_again_nor_discarded(enter, officer):
    client = enter(officer)
    checked = upload(client, few(1))
    client.post(checked["Location"], {"choice": "good"})

    again = client.post(checked["Location"], {"choice": "all"})
    thrown = client.post(checked["Location"], {"discard": "1"}, follow=True)

    assert again.status_code == 422
    assert again.context["form"].non_field_errors() == [again.context["why_not_apply"]]
    assert again.context["form"]["choice"].value() == "all"
    assert [str(one) for one in thrown.context["messages"]][-1] == again.context["why_not_apply"]
    assert Import.objects.get().status == ImportStatus.APPLIED


def test_why_a_workbook_is_not_taken_back_stands_on_its_page_with_the_reason(enter, officer):
    client = enter(officer)
    checked = upload(client, few(1))
    address = reverse("casework:import_withdraw", args=[Import.objects.get().code])

    answer = client.post(address, {"reason": "the wrong file"})

    assert answer.status_code == 422
    assert answer.context["withdraw_form"].non_field_errors() == [answer.context["why_not_withdraw"]]
    assert answer.context["withdraw_form"]["reason"].value() == "the wrong file"
    assert client.get(f"{checked['Location']}errors/").status_code == 404


def test_what_changes_is_called_by_its_name(enter, officer):
    client = enter(officer)
    client.post(upload(client, few(1))["Location"], {"choice": "good"})

    preview = client.get(upload(client, few(1, 困难类别="相对困难", 家庭住址="新街 7 号"))["Location"])

    (change,) = preview.context["changes"]
    assert dict(zip(change["what"], change["labels"], strict=True)) == {"category": "困难类别", "address": "家庭住址"}


def test_another_office_does_not_see_it(enter, officer):
    checked = upload(enter(officer), few(2))
    stranger = make_staff(Role.OFFICER, office=make_office())

    assert enter(stranger).get(checked["Location"]).status_code == 404


def test_the_list_asks_as_often_for_three_imports_as_for_one(enter, officer, office):
    client = enter(officer)
    counts = []
    for amount in (1, 2):
        for _ in range(amount):
            Import.objects.create(
                kind="casework.files", office=office, sha256="x", uploaded_by=officer, found={"totals": {}}
            )
        client.get(reverse("casework:imports"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("casework:imports"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_the_empty_workbook_is_one_that_can_be_filled_in_and_brought_in(enter, officer):
    client = enter(officer)
    response = client.get(reverse("casework:import_template"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    source = openpyxl.load_workbook(io.BytesIO(few(1))).worksheets[0]
    told = {source.cell(3, at).value: source.cell(4, at).value for at in range(1, 51)}
    for at, cell in enumerate(book.worksheets[0][1], 1):
        book.worksheets[0].cell(2, at).value = told[cell.value]
    out = io.BytesIO()
    book.save(out)

    checked = upload(client, out.getvalue())
    client.post(checked["Location"], {"choice": "good"})

    assert HardshipFile.objects.get().opened_on == date(2024, 7, 26)


# -- the first day of work -------------------------------------------------------------------------------------------


def name_the_day(client, on=None):
    return client.post(reverse("casework:import_first_day"), {"on": (on or timezone.localdate()).isoformat()})


def test_from_the_first_day_of_work_a_workbook_makes_drafts(enter, office, officer):
    client, leader = enter(officer), enter(make_staff(Role.LEADER, office=office))
    client.post(upload(client, few(1))["Location"], {"choice": "good"})

    named = name_the_day(leader)
    client.post(upload(client, few(2))["Location"], {"choice": "good"})

    assert named.status_code == 302
    assert sorted(HardshipFile.objects.values_list("status", flat=True)) == ["active", "draft"]
    assert "Name the first day" not in client.get(reverse("casework:imports")).content.decode()


def test_whoever_brought_the_registry_in_does_not_name_the_first_day(enter, office):
    leader = make_staff(Role.LEADER, office=office, language="en")
    client = enter(leader)
    client.post(upload(client, few(1))["Location"], {"choice": "good"})

    refused = name_the_day(client)

    assert refused.status_code == 422
    assert "You brought the registry in yourself" in refused.content.decode()
    office.refresh_from_db()
    assert office.went_live_on is None


def test_the_first_day_is_named_by_the_leader_and_stays_once_it_has_come(office, officer):
    today, leader = timezone.localdate(), make_staff(Role.LEADER, office=office)

    with pytest.raises(NotAllowed, match="named by the leader"):
        go_live(office, on=today, by=officer)
    with pytest.raises(NotAllowed, match="in the past"):
        go_live(office, on=today - timedelta(days=1), by=leader)
    go_live(office, on=today + timedelta(days=9), by=leader)
    go_live(office, on=today, by=leader)
    with pytest.raises(NotAllowed, match="at work since"):
        go_live(office, on=today + timedelta(days=9), by=leader)

    office.refresh_from_db()
    assert office.went_live_on == today


def test_the_preview_says_whether_new_files_are_in_force_at_once(enter, office):
    client = enter(make_staff(Role.OFFICER, office=office, language="en"))
    preview = upload(client, few(1))["Location"]

    before = client.get(preview).content.decode()
    go_live(office, on=timezone.localdate(), by=make_staff(Role.LEADER, office=office))

    assert "new files are in force at once" in before
    assert "New rows become drafts" in client.get(preview).content.decode()


def test_before_it_is_applied_each_change_shows_what_stands_here_and_what_the_workbook_says(enter, officer):
    client = enter(officer)
    client.post(upload(client, few(1))["Location"], {"choice": "good"})
    head = HardshipFile.objects.get().household.head
    changed = few(1, 困难类别="相对困难", 家庭住址="新街 7 号", 手机号码="13900001234")

    preview = client.get(upload(client, changed)["Location"])

    (change,) = preview.context["changes"]
    told = {one.what: (one.old, one.new) for one in change["differences"]}
    assert told["困难类别"] == ("意外致困", "相对困难")
    assert told["家庭住址"][1] == "新街 7 号"
    assert told["电话"] == (str(head.phone), "139****1234")
