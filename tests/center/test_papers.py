"""What comes in is judged by its content and kept encrypted; what goes out is frozen and found again by its code."""

import io
import subprocess
import zlib

import pypdfium2
import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image

from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Permission, Role
from center.models import AccessEntry, Document, Event, IssuedDocument
from center.papers import documents, papercode, prints
from center.papers.documents import Unacceptable
from center.privacy import vault
from center.site import guard
from tests.center.make import make_staff

RARE = "𬭎龘·买买提•艾力・𫖯𬎆㐱 ￥①"  # the third kind of middle dot prints as the first: the fonts lack it


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def clerk(db):
    return make_staff(Role.OFFICER)


def picture(kind="PNG", size=(300, 200), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **options)
    return out.getvalue()


def upload(data):
    return io.BytesIO(data)


def pdf(*extra, stream=b""):
    """A small PDF by hand; `extra` are entries of its catalogue."""
    packed = zlib.compress(stream)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + b" ".join(extra) + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream",
    ]
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


def test_a_picture_is_written_anew_without_what_the_phone_wrote_into_it(clerk):
    exif = Image.Exif()
    exif[0x010E] = "Wang Qiang, home"
    data = picture("JPEG", exif=exif)
    assert b"Wang Qiang" in data

    document = documents.attach("casework.person:1", kind="id_copy", upload=upload(data), by=clerk)

    kept = documents.open_document(document, by=clerk)
    assert b"Wang Qiang" not in kept
    assert Image.open(io.BytesIO(kept)).format == "JPEG"


def test_a_file_at_rest_is_encrypted_and_private(clerk):
    document = documents.attach("casework.person:1", kind="id_copy", upload=upload(picture()), by=clerk)

    path = vault.place(document.code)

    assert b"JFIF" not in path.read_bytes()
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_opening_a_document_is_logged_before_the_bytes(clerk):
    document = documents.attach("casework.person:1", kind="id_copy", upload=upload(picture()), by=clerk)

    documents.open_document(document, by=clerk)

    assert AccessEntry.objects.values_list("kind", "subject", "what").get() == (
        "download",
        "casework.person:1",
        "document id_copy",
    )


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ\x90 a program named scan.jpg", b"<svg onload='x()'/>", b"%PDF-1.7 and nothing more", picture()[:60]],
    ids=["empty", "program", "svg", "broken pdf", "broken picture"],
)
def test_what_is_no_picture_and_no_pdf_is_refused_whatever_its_name(clerk, data):
    with pytest.raises(Unacceptable):
        documents.attach("casework.person:1", kind="id_copy", upload=upload(data), by=clerk)

    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"/OpenAction << /S /JavaScript /JS (x) >>"),
        pdf(b"/OpenAction << /S /J#61vaScript >>"),
        pdf(b"/Names << /EmbeddedFiles 4 0 R >>"),
        pdf(b"/AcroForm << /XFA 4 0 R >>"),
        pdf(b"/AcroForm << /Fields [] >>"),
        pdf(stream=b"<< /S /Launch /F (cmd.exe) >>"),
    ],
    ids=["script", "hidden script", "attachment", "xfa form", "form", "packed launch"],
)
def test_a_pdf_that_does_something_is_refused(data):
    with pytest.raises(Unacceptable):
        documents.accept(upload(data))


def test_a_plain_pdf_is_kept_as_it_is():
    data = pdf()

    assert documents.accept(upload(data)) == (data, "application/pdf", 1, [])


def test_too_large_a_file_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "LARGEST", 100)

    with pytest.raises(Unacceptable):
        documents.accept(upload(picture("BMP")))


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(documents, "MOST_PIXELS", 1000)

    with pytest.raises(Unacceptable):
        documents.accept(upload(picture()))


@pytest.fixture
def kept(clerk, fake):
    """A paper of a record whose desk lets anybody take it off."""
    fake.papers = {"fake.case:1": ""}
    return documents.attach("fake.case:1", kind="id_copy", upload=upload(picture()), by=clerk)


def test_a_removed_document_leaves_its_row_and_loses_its_file(clerk, kept, fake, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        documents.remove(kept, reason="of somebody else", by=clerk)

    kept.refresh_from_db()
    assert (kept.removed_by, kept.removed_reason) == (clerk, "of somebody else")
    assert not vault.place(kept.code).exists()
    assert fake.heard == [("fake.case:1", "paper_removed", "id_copy")]


def test_a_paper_is_taken_off_once_and_with_a_reason(clerk, kept):
    with pytest.raises(Incomplete, match="Say why this document is removed"):
        documents.remove(kept, reason=" ", by=clerk)
    documents.remove(kept, reason="of somebody else", by=clerk)
    with pytest.raises(NotAllowed, match="taken off already"):
        documents.remove(kept, reason="again", by=make_staff(Role.LEADER))

    kept.refresh_from_db()
    assert (kept.removed_by, kept.removed_reason) == (clerk, "of somebody else")
    assert Event.objects.filter(verb="center.document.removed").count() == 1


def test_the_desk_of_the_record_says_who_takes_a_paper_off(clerk, kept, fake):
    fake.papers["fake.case:1"] = "An officer does that."

    with pytest.raises(NotAllowed, match="An officer does that"):
        documents.remove(kept, reason="of somebody else", by=clerk)

    assert vault.get(kept.code)


def test_a_paper_for_which_no_desk_speaks_stays(clerk, kept, fake):
    fake.papers = {}

    with pytest.raises(NotAllowed, match="Nobody takes papers off this record"):
        documents.remove(kept, reason="of somebody else", by=clerk)


def test_what_is_written_on_glass_is_kept_on_white():
    glass = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(glass, "PNG")

    kept, content_type, _pages, _codes = documents.accept(upload(glass.getvalue()))

    assert content_type == "image/jpeg"
    assert Image.open(io.BytesIO(kept)).getpixel((20, 20)) == (255, 255, 255)


def bound(pages, *, carrying=""):
    """A PDF as other programs write it; it may carry another file."""
    out, book = io.BytesIO(), pypdfium2.PdfDocument.new()
    for _n in range(pages):
        book.new_page(20, 20)
    if carrying:
        book.new_attachment(carrying).set_data(b"MZ")
    book.save(out)
    return out.getvalue()


def refusal(data):
    with pytest.raises(Unacceptable) as refused:
        documents.accept(upload(data))
    return str(refused.value)


def test_a_pdf_has_two_hundred_pages_at_most():
    assert documents.accept(upload(bound(200)))[2] == 200
    assert refusal(bound(201)) == "A PDF may have up to 200 pages."


def test_a_pdf_that_carries_a_file_is_refused():
    assert refusal(bound(1, carrying="a.exe")).startswith("This PDF holds scripts, forms or other files.")


def test_a_pdf_whose_page_is_missing_is_refused():
    assert refusal(pdf().replace(b"[3 0 R]", b"[9 0 R]")) == "A page of this PDF cannot be read. Scan it again."


def test_a_pdf_that_unpacks_to_more_than_there_is_room_for_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "UNPACKED", 1000)

    assert documents.accept(upload(pdf(stream=b" " * 999)))[2] == 1
    assert refusal(pdf(stream=b" " * 1000)).startswith("This PDF unpacks to far more than its size.")


def test_a_script_is_found_in_a_packed_part_beside_one_that_is_no_packed_part():
    hidden = pdf(stream=b"<< /S /JavaScript >>").replace(b"%PDF-1.7", b"%PDF-1.7\n%stream\nplain\nendstream", 1)

    assert refusal(hidden).startswith("This PDF holds scripts, forms or other files.")


# -- codes ---------------------------------------------------------------------------------------------------------------


def test_a_page_tells_its_lines_and_a_misread_line_makes_it_nobodys():
    payload = papercode.write("D", "23456789AB", lines=(8, 14))

    assert papercode.read(payload.lower()) == ("D", 1, "23456789AB", (8, 14))
    assert papercode.read(payload.replace("0014", "0015")) is None


def test_a_code_reads_back_and_a_misread_one_does_not():
    payload = papercode.write("D", "23456789AB")

    assert papercode.read(f" {payload.lower()}\r\n") == ("D", 1, "23456789AB", None)
    assert papercode.read(payload.replace("2", "3", 1)) is None
    assert papercode.read("https://example.org/") is None


# -- prints --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def form(tmp_path, settings):
    """A form of this test on the base of all forms."""
    folder = tmp_path / "templates"
    folder.mkdir()
    text = '{% extends "print/base.html" %}{% block content %}<h2>{{ name }}</h2><p>{{ name }}</p>{% endblock %}'
    (folder / "form.html").write_text(text, encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], folder]}]
    return "form.html"


@pytest.fixture
def issued(clerk, form):
    return prints.issue(
        form, {"name": RARE}, subject="casework.person:1", kind="receipt", number="T-1", title="回执", by=clerk
    )


def test_an_issued_print_is_frozen_and_recorded(issued, clerk):
    pdf_bytes, copy = prints.reprint(issued, by=clerk)

    assert pdf_bytes[:5] == b"%PDF-"
    assert copy == 1
    assert (issued.size, issued.pages) == (len(pdf_bytes), 1)
    assert Event.objects.get(verb="center.document.issued").facts["sha256"] == issued.sha256


def test_a_reprint_is_the_same_bytes_and_counted(issued, clerk):
    first, second = prints.reprint(issued, by=clerk), prints.reprint(issued, by=clerk)

    assert (first[0], first[1], second[1]) == (second[0], 1, 2)
    assert [entry.kind for entry in AccessEntry.objects.all()] == ["print", "print"]


def test_a_scan_of_the_paper_finds_its_record(issued, clerk):
    pdf_bytes, _copy = prints.reprint(issued, by=clerk)

    scanned = documents.attach("casework.person:1", kind="receipt", upload=upload(pdf_bytes), by=clerk)

    assert scanned.print_code == issued.code
    assert prints.find(papercode.write("D", issued.code)) == issued


def test_the_codes_of_an_upload_are_read_and_it_can_be_read_again(issued, clerk):
    pdf_bytes, _copy = prints.reprint(issued, by=clerk)
    scan = upload(pdf_bytes)

    assert [paper.code for paper in documents.papers_on(scan)] == [issued.code]
    assert scan.read() == pdf_bytes
    assert documents.papers_on(upload(picture())) == []


def test_a_print_that_is_not_what_was_issued_is_not_printed_again(issued, clerk):
    vault.remove(issued.code)
    vault.put(issued.code, b"%PDF- another")

    with pytest.raises(ValueError, match="is not what was issued"):
        prints.reprint(issued, by=clerk)

    assert AccessEntry.objects.count() == 0


def test_a_code_that_is_not_of_a_print_of_ours_finds_nothing(issued):
    assert prints.find(papercode.write("D", "23456789AB")) is None
    assert prints.find(papercode.write("B", issued.code)) is None
    assert prints.find("B2026-001") is None


def test_the_code_on_paper_holds_nothing_personal(issued):
    payload = papercode.write("D", issued.code)

    assert papercode.PAYLOAD.fullmatch(payload)
    assert issued.subject not in payload


def test_a_print_may_load_nothing_from_elsewhere(clerk):
    fetch = prints._fetcher().fetch

    for url in ("https://example.org/x.png", "file:///etc/passwd", prints.settings.BASE_DIR.as_uri() + "/.env"):
        with pytest.raises(ValueError, match="may not load"):
            fetch(url)


def test_what_the_bold_font_lacks_is_set_in_the_regular_one():
    assert prints.printable("<title>龘</title><h2>王龘</h2>") == (
        '<title>龘</title><h2>王<span style="font-weight:normal">龘</span></h2>'
    )


def test_a_character_without_a_picture_refuses_the_paper_by_name():
    with pytest.raises(prints.Undrawable) as refused:
        prints.printable("<p>赵\ue000\U0001f600</p>")

    assert str(refused.value) == (
        "No font prints \ue000 (U+E000) \U0001f600 (U+1F600). Write it in the spelling that systems accept."
    )


def test_every_character_that_a_name_may_hold_by_gb_18030_is_drawn():
    """Level 2 of 2022: the unified ideographs up to U+9FEF and extension A, beside those of the general list."""
    names = [*range(0x4E00, 0x9FF0), *range(0x3400, 0x4DB6), 0x3007, 0x2C386, 0x20087, 0x20164, 0x2B5AF]

    assert prints.undrawable("".join(map(chr, names))) == []


def test_a_font_that_is_there_and_draws_nothing_is_found(monkeypatch):
    monkeypatch.setitem(prints.FONTS, "rare", "noto-sans-sc-bold.woff2")  # a file, and the wrong one
    prints._has.cache_clear()
    prints._type.cache_clear()
    try:
        with pytest.raises(prints.Undrawable):
            prints.unprinted("㐱")
    finally:
        monkeypatch.undo()
        prints._has.cache_clear()
        prints._type.cache_clear()
    assert prints.unprinted("赵㐱") == []


def test_a_paper_that_cannot_be_drawn_leads_back_with_its_sentence(clerk):
    """Whoever prints meets it where they were, and never an error page."""

    @guard.needs(Permission.READ_FILES)
    def door(request):
        raise prints.Undrawable("No font prints X.")

    request = RequestFactory().post("/", headers={"Referer": "http://testserver/files/"})
    request.user, request.session = clerk, {}
    request._messages = FallbackStorage(request)

    answer = door(request)

    assert (answer.status_code, answer.url) == (302, "http://testserver/files/")
    assert [str(said) for said in request._messages] == ["No font prints X."]
    elsewhere = RequestFactory().post("/", headers={"Referer": "http://elsewhere.example/"})
    elsewhere.user, elsewhere.session = clerk, {}
    elsewhere._messages = FallbackStorage(elsewhere)
    assert door(elsewhere).url == reverse("center:home")


def test_pages_are_written_with_the_fonts_of_the_prints(settings):
    """A name that prints stood as a box on the screen of a machine without fonts of its own."""
    css = (settings.BASE_DIR / "static" / "css" / "center.css").read_text()

    assert [name for name in prints.FONTS.values() if f"../fonts/{name}" not in css] == []
    assert '"Center Sans", "Center Rare"' in css


def test_rare_characters_are_printed_with_our_fonts_and_come_back_as_text(issued, clerk, tmp_path):
    pdf_bytes, _copy = prints.reprint(issued, by=clerk)
    path = tmp_path / "print.pdf"
    path.write_bytes(pdf_bytes)

    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout.splitlines()[2:]

    assert text.count("𬭎龘·买买提·艾力·𫖯𬎆㐱 ￥①") == 2
    assert "第1页/共1页" in text.replace(" ", "")
    assert {line.split()[0].split("+")[1].split("-")[0] for line in fonts} == {"Print", "Rare"}


def test_an_issued_print_cannot_be_changed(issued):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedDocument.objects.update(title="x")
