"""Workbooks that are too large for a page, and workbooks whose headings are not ours."""

import pytest
from django.urls import reverse

from casework import jobs as room
from casework.models import HardshipFile
from center.kernel.roles import Role
from center.models import ColumnMapping, Import, ImportStatus, Job, JobStatus, StagedRow
from center.privacy import vault
from center.site import worker
from tests.casework.test_import_pages import upload
from tests.casework.test_imports import checked, column, edited, few
from tests.center.make import make_office, make_staff


@pytest.fixture
def officer(db):
    return make_staff(Role.OFFICER, office=make_office(), language="en")


@pytest.fixture
def everything_is_large(monkeypatch):
    monkeypatch.setattr(room, "INLINE_BYTES", 0)
    monkeypatch.setattr(room, "INLINE_ROWS", 0)


def work_off():
    """What the worker does with the job that waits."""
    return worker.run(Job.objects.get(status=JobStatus.WAITING).pk)


def test_a_large_workbook_is_checked_applied_and_withdrawn_by_the_worker(enter, officer, everything_is_large):
    client = enter(officer)
    sent = upload(client, few(4, 身份证号="511123198503218094"))
    record = Import.objects.get()
    page = reverse("casework:import", args=[record.code])
    waiting = client.get(page)
    checking = work_off()
    assert (sent["Location"], waiting.status_code) == (checking.get_absolute_url(), 200)
    assert (checking.message, checking.answer) == ("3 new, 0 changed, 0 unchanged, 1 refused.", page)

    client.post(page, {"choice": "good"})
    twice = client.post(page, {"choice": "good"})
    applying = work_off()
    client.post(reverse("casework:import_withdraw", args=[record.code]), {"reason": "the wrong file"})
    assert HardshipFile.objects.count() == 3
    withdrawing = work_off()

    assert twice.status_code == 422
    assert [applying.status, withdrawing.status] == [JobStatus.DONE, JobStatus.DONE]
    assert HardshipFile.objects.count() == 0


def test_the_worker_says_when_all_was_asked_for_and_one_row_is_wrong(enter, officer, everything_is_large):
    client = enter(officer)
    upload(client, few(2, 身份证号="511123198503218094"))
    work_off()

    client.post(reverse("casework:import", args=[Import.objects.get().code]), {"choice": "all"})
    ended = work_off()

    assert (ended.status, ended.message) == (
        JobStatus.FAILED,
        "Some rows are wrong, and you asked for all or nothing.",
    )
    assert HardshipFile.objects.count() == 0


def test_an_applied_workbook_is_not_applied_again_by_a_worker_that_came_late(officer, everything_is_large, enter):
    client = enter(officer)
    upload(client, few(2))
    work_off()
    page = reverse("casework:import", args=[Import.objects.get().code])
    for address, said in ((page, {"choice": "good"}), (page + "withdraw/", {"reason": "wrong"})):
        client.post(address, said)
        first = work_off()
        Job.objects.filter(pk=first.pk).update(status="waiting", finished_at=None, started_at=None)
        again = work_off()
        assert (first.status, again.status) == (JobStatus.DONE, JobStatus.DONE)


def test_a_workbook_that_is_no_workbook_is_told_by_the_worker(enter, officer, everything_is_large):
    upload(enter(officer), b"PK\3\4 broken")

    ended = work_off()

    assert (ended.status, ended.message) == (JobStatus.FAILED, "This workbook is damaged or protected by a password.")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\3\4 broken", "This workbook is damaged or protected by a password."),
        (b"\r\n,,\r\n", "No sheet of this workbook has a row of headings."),
    ],
)
def test_a_file_without_columns_is_not_asked_about_them(enter, officer, everything_is_large, data, sentence):
    client = enter(officer)
    upload(client, data)
    work_off()
    record = Import.objects.get()

    said = client.get(reverse("casework:import_columns", args=[record.code]), follow=True)

    assert said.redirect_chain == [(reverse("casework:import", args=[record.code]), 302)]
    assert sentence in said.content.decode()


# -- headings ----------------------------------------------------------------------------------------------------------------


OURS = {"姓名": "户主大名", "身份证号": "公民号码", "困难类别": "困难程度级别", "主要致困原因": "头号原因"}


def renamed(households=3):
    def rename(book):
        for ours, theirs in OURS.items():
            book.worksheets[0].cell(3, column(book.worksheets[0], ours)).value = theirs

    return edited(few(households), rename)


def answers(form, **said):
    """What stands in the form, and what the person chooses."""
    chosen = {name: field.initial or "" for name, field in form.fields.items()}
    by_title = {field.label: name for name, field in form.fields.items()}
    return chosen | {by_title[title]: key for title, key in said.items()}


SAID = {"户主大名": "full_name", "公民号码": "id_number", "困难程度级别": "category", "头号原因": "primary_cause"}


def test_unknown_headings_are_asked_about_once_and_remembered(enter, officer):
    client = enter(officer)
    sent = upload(client, renamed())
    asking = client.get(sent["Location"])
    form = asking.context["form"]
    shapes = {field.label: field.help_text for field in form.fields.values()}
    assert (shapes["公民号码"], shapes["户主大名"]) == ("#" * 18, "〇〇〇")

    said = client.post(sent["Location"] + "?sheet=0&as=heads", answers(form, **SAID))
    preview = Import.objects.get()
    upload(client, renamed(4))

    assert said["Location"] == reverse("casework:import", args=[preview.code])
    assert [record.found["totals"]["new"] for record in Import.objects.order_by("pk")] == [3, 4]
    assert ColumnMapping.objects.count() == 1


def test_two_columns_cannot_mean_the_same(enter, officer):
    client = enter(officer)
    sent = upload(client, renamed())
    form = client.get(sent["Location"]).context["form"]

    said = client.post(sent["Location"], answers(form, **{**SAID, "困难程度级别": "full_name"}))

    assert (said.status_code, ColumnMapping.objects.count()) == (422, 0)


def test_what_is_missing_still_is_said(enter, officer):
    client = enter(officer)
    sent = upload(client, renamed())
    form = client.get(sent["Location"]).context["form"]

    said = client.post(sent["Location"], answers(form, 户主大名="full_name"))

    assert said["Location"] == reverse("casework:import_columns", args=[Import.objects.get().code])
    assert Import.objects.get().status == ImportStatus.RECEIVED


def test_a_large_workbook_with_unknown_headings_leads_to_the_question(enter, officer, everything_is_large):
    client = enter(officer)
    upload(client, renamed())
    asked = work_off()
    form = client.get(asked.answer).context["form"]

    client.post(asked.answer, answers(form, **SAID))
    checking = work_off()

    assert checking.message == "3 new, 0 changed, 0 unchanged, 0 refused."


def test_sheets_that_are_not_there_are_not_asked_about(enter, officer):
    client = enter(officer)
    address = upload(client, renamed())["Location"]

    found = [
        client.get(address + said).status_code for said in ("?sheet=9", "?sheet=x", "?as=other", "?sheet=1&as=members")
    ]

    assert found == [404, 404, 404, 200]


def test_an_applied_workbook_has_no_columns_to_ask_about(enter, officer):
    client = enter(officer)
    record = checked(few(2), officer)
    page = reverse("casework:import", args=[record.code])
    client.post(page, {"choice": "good"})

    assert client.get(reverse("casework:import_columns", args=[record.code]))["Location"] == page


def test_a_discarded_workbook_leaves_nothing_behind(enter, officer):
    client = enter(officer)
    upload(client, renamed())
    record = Import.objects.get()
    place = vault.place(record.original)

    client.post(reverse("casework:import", args=[record.code]), {"discard": "1"})
    twice = client.post(reverse("casework:import", args=[record.code]), {"discard": "1"})

    record.refresh_from_db()
    assert (record.status, record.original, StagedRow.objects.count()) == (ImportStatus.DISCARDED, "", 0)
    assert twice.status_code == 302
    assert place.exists()  # a test never commits; see test_the_original_goes_when_it_is_applied
