"""Code lists, standards and calendar days go out and come in as workbooks; the trail says who did it."""

import csv
import io
import os
import re
import time
from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from center.exchange.reference import PREFIX, SpanWidget, VaultStorage, purge_previews
from center.exchange.values import has_formulas
from center.kernel.roles import Role
from center.models import CalendarDay, Code, CodeAlias, Event, Standard, Succession
from tests.center.make import make_office, make_staff
from tests.honest import HonestClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def client(enter, office, monkeypatch):
    monkeypatch.setattr(HonestClient, "check", lambda *_: None)  # the package's own pages have styles of their own
    return enter(make_staff(Role.ADMIN, office=office, username="admin1"))


def bring(client, model, text):
    """Upload, look, confirm."""
    address = f"/reference/center/{model}/import/"
    upload = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
    preview = client.post(address, {"import_file": upload, "format": "1"})
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', preview.content.decode()))
    known = ("import_file_name", "original_file_name", "format", "resource")
    confirmed = client.post(
        f"/reference/center/{model}/process_import/", {name: hidden[name] for name in known if name in hidden}
    )
    return preview, confirmed


def told(verb):
    return list(Event.objects.filter(verb=verb).values_list("actor", "subject", "facts"))


def test_codes_come_in_changed_and_new_and_the_trail_tells(client):
    text = "list,code,label_zh,label_en\nsex,1,男,Man\nsex,7,其他,Other\n"

    _preview, confirmed = bring(client, "code", text)

    assert confirmed.status_code == 302
    assert [Code.objects.get(list="sex", code=code).label_en for code in ("1", "7")] == ["Man", "Other"]
    assert told("center.reference.imported") == [("admin1", "center.code", {"new": "1", "update": "1"})]


def test_older_words_and_calendar_days_come_in(client):
    bring(client, "codealias", "list,text,code,source\nsex,男性,1,old form\n")
    bring(client, "calendarday", "day,works,name\n2031-01-01,0,元旦\n")

    assert CodeAlias.objects.get(text="男性").code == "1"
    assert (CalendarDay.objects.get(day=date(2031, 1, 1)).works, len(told("center.reference.imported"))) == (False, 2)


def test_a_standard_comes_in_for_its_days_and_never_overlaps(client, office):
    head = "key,office,during,value,document\n"
    good, confirmed = bring(client, "standard", f"{head}dibao_line,{office.code},2031-01-01..2031-12-31,900,[2030]1\n")

    overlapping = client.post(
        "/reference/center/standard/import/",
        {
            "import_file": SimpleUploadedFile("s.csv", f"{head}dibao_line,{office.code},2031-06-01..,950,\n".encode()),
            "format": "1",
        },
    )

    assert (good.status_code, confirmed.status_code) == (200, 302)
    assert told("center.reference.imported")[0][2] == {"new": "1"}
    standard = Standard.objects.get(office=office)
    assert (standard.value, SpanWidget().render(standard.during)) == (Decimal(900), "2031-01-01..2031-12-31")
    assert "process_import" not in overlapping.content.decode()
    assert len(told("center.reference.imported")) == 1


def test_days_that_are_no_days_are_refused():
    assert SpanWidget().render(SpanWidget().clean("2031-01-01..")) == "2031-01-01.."
    for wrong in ("", "soon", "2031-13-01..2031-12-31"):
        with pytest.raises(ValueError, match="2026-01-01"):
            SpanWidget().clean(wrong)


def test_a_list_goes_out_with_its_rows_and_the_trail_tells(client):
    CodeAlias.objects.all().delete()
    CodeAlias.objects.create(list="sex", text="男性", code="1", source="old form")
    shown = client.get("/reference/center/codealias/export/").content.decode()
    fields = dict.fromkeys(re.findall(r'name="(codealiasresource_\w+)"', shown, re.IGNORECASE), "on")

    book, text = (
        client.post("/reference/center/codealias/export/", {"format": kind, "resource": "0", **fields}) for kind in "01"
    )

    assert text.content.decode() == "list,text,code,source\r\nsex,男性,1,old form\r\n"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert rows == [["list", "text", "code", "source"], ["sex", "男性", "1", "old form"]]
    assert told("center.reference.exported") == [("admin1", "center.codealias", {"rows": "1"})] * 2


def test_what_is_typed_into_the_form_is_told_too(client):
    client.post("/reference/center/codealias/add/", {"list": "sex", "text": "男性", "code": "1", "source": ""})

    assert told("center.reference.added") == [
        (
            "admin1",
            f"center.codealias:{CodeAlias.objects.get(text='男性').pk}",
            {"list": "sex", "text": "男性", "code": "1"},
        )
    ]


def test_a_workbook_cannot_be_asked_about_a_figure_of_another_order(client, office):
    Standard.objects.create(key="dibao_line", office=office, value=780, during=(date(2026, 7, 1), date(2031, 1, 1)))

    rows = f"key,office,during,value,document\ndibao_line,{office.code},2031-01-01..2031-12-31,8400,x\n"
    upload = {"import_file": SimpleUploadedFile("s.csv", rows.encode()), "format": "1"}

    page = client.post("/reference/center/standard/import/", upload).content.decode()

    assert ("780.00" in page, "8,400.00" in page, "process_import" in page) == (True, True, False)
    assert Standard.objects.count() == 1


def test_a_value_that_has_begun_is_changed_neither_by_a_workbook_nor_by_hand(client, office):
    begun = Standard.objects.create(key="dibao_line", office=office, value=780, during=(date(2026, 7, 1), None))

    def brought(value):
        rows = f"key,office,during,value,document\ndibao_line,{office.code},2026-07-01..,{value},\n"
        upload = {"import_file": SimpleUploadedFile("s.csv", rows.encode()), "format": "1"}
        return "process_import" in client.post("/reference/center/standard/import/", upload).content.decode()

    assert (brought("790"), brought("780")) == (False, True)
    assert client.post(f"/reference/center/standard/{begun.pk}/change/", {"value": "790"}).status_code == 403


@pytest.mark.parametrize("model", ["standard", "officelink", "succession"])
def test_reference_pages_speak_the_readers_language_and_name_both_days_of_a_span(client, office, model):
    below, later = make_office(parent=office), make_office(parent=office)
    Standard.objects.create(key="minimum_wage", office=office, value=2000, during=(date(2026, 7, 1), None))
    Succession.objects.create(old=below, new=later, on_date=date(2026, 7, 1))

    listed = client.get(f"/reference/center/{model}/").content.decode()
    form = client.get(f"/reference/center/{model}/add/").content.decode()

    headings = [
        re.sub(r"<[^>]+>|\s", "", head) for head in re.findall(r'<div class="text">(.*?)</div>', listed, re.DOTALL)
    ]
    labels = re.findall(r'<input[^>]* name="during_[01]"[^>]* aria-label="([^"]+)"', form)
    assert ([head for head in headings if head.isascii() and head], "[20" in listed, labels) == (
        [],
        False,
        ["自", "至"] if model == "officelink" else [],  # standards are entered under Settings
    )


def test_a_preview_lies_encrypted_and_goes_after_a_day(settings):
    storage = VaultStorage(read_mode="r")
    storage.save(b"list,code\n")
    (path,) = (settings.MEDIA_ROOT / PREFIX).glob("*")
    assert (b"list" in path.read_bytes(), storage.read(), purge_previews()) == (False, "list,code\n", 0)
    yesterday = time.time() - 90_000
    os.utime(path, (yesterday, yesterday))

    assert (purge_previews(), path.exists()) == (1, False)


def test_a_preview_removed_at_once_and_strangers_files_stay_closed():
    storage = VaultStorage()
    storage.save("text")
    storage.remove()

    with pytest.raises(SuspiciousFileOperation):
        VaultStorage(name="ABCDEFGHJK").read()


def test_the_admin_holds_reference_data_and_nothing_of_other_packages():
    assert {model._meta.app_label for model in admin.site._registry} == {"center"}


DANGEROUS = ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "'=1", "''quoted", "'plain", "123456789012"]


@pytest.mark.parametrize("kind", [0, 1], ids=["workbook", "csv"])
def test_no_label_is_a_formula_when_it_is_opened_and_each_comes_back_as_it_was(client, kind):
    CodeAlias.objects.all().delete()
    CodeAlias.objects.bulk_create(CodeAlias(list="sex", text=text, code="1", source=text) for text in DANGEROUS)
    fields = dict.fromkeys((f"codealiasresource_{name}" for name in ("list", "text", "code", "source")), "on")

    sent = client.post("/reference/center/codealias/export/", {"format": kind, "resource": "0", **fields}).content
    upload = SimpleUploadedFile(f"list.{['xlsx', 'csv'][kind]}", sent)
    preview = client.post("/reference/center/codealias/import/", {"import_file": upload, "format": kind})

    if kind:
        cells = [cell for row in csv.reader(io.StringIO(sent.decode())) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    else:
        assert not has_formulas(sent)
    result = preview.context["result"]
    assert (result.has_errors(), {kind: many for kind, many in result.totals.items() if many}) == (
        False,
        {"skip": len(DANGEROUS)},
    )
