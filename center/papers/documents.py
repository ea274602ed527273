"""Uploads: judged by their content, images written anew, PDFs parsed, everything encrypted (architecture.md §5, screens.md P18)."""

from __future__ import annotations

import io
import re
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

import pypdfium2
import zxingcpp
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from pypdfium2 import raw as pdfium

from center.desk import desks
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.kernel.records import record_of
from center.models.base import random_code, subject_of
from center.models.paper import Document as Document
from center.papers import papercode
from center.permissions.papers import why_not_remove
from center.privacy import access, vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files.uploadedfile import UploadedFile
    from django.db.models import Model

    from center.models import Staff
    from center.papers.papercode import Payload

LARGEST = 20 * 2**20
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 3000  # a page at 250 dpi; what a phone adds to that is noise
MOST_PAGES = 200
PAGES_READ = 3  # for codes
PDF, JPEG = "application/pdf", "image/jpeg"
IMAGES = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|OpenAction|AA|RichMedia|XFA|SubmitForm|ImportData)\b")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
UNPACKED = 50 * 2**20


class Unacceptable(Refusal):
    """This file cannot be kept; the sentence says why."""


@action
def attach(subject: Model | str, *, kind: str, upload: UploadedFile[Any] | BinaryIO, by: Staff) -> Document:
    """Keep an upload beside a record. A code printed by us and found on the paper is remembered with it."""
    data, content_type, pages, codes = accept(upload)
    document = Document(
        subject=subject if isinstance(subject, str) else subject_of(subject),
        kind=kind,
        content_type=content_type,
        size=len(data),
        pages=pages,
        sha256=sha256(data).hexdigest(),
        print_code=codes[0].code if codes else "",
        added_by=by,
        added_at=timezone.now(),
        code=random_code(),
    )
    document.save()
    vault.put(document.code, data)
    trail.record("center.document.attached", document, by=by, to=document.subject, kind=kind, sha256=document.sha256)
    return document


@action
def remove(document: Document, *, reason: str, by: Staff) -> None:
    """Take a document off its record: the row stays and says who and why, the file goes.

    The document is locked before what rests on it; whoever uses a kept paper locks in the same order.
    """
    document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    if not reason.strip():
        raise Incomplete(_("Say why this document is removed."))
    require(why_not_remove(by, document))
    document.removed_reason = reason.strip()[:200]
    for desk in desks():
        desk.paper_removed(document, by=by)
    document.removed_by, document.removed_at = by, timezone.now()
    document.save(update_fields=["removed_by", "removed_at", "removed_reason"])
    trail.record("center.document.removed", document, by=by, to=document.subject)
    transaction.on_commit(lambda: vault.remove(document.code))


def open_document(document: Document, *, by: Staff) -> bytes:
    """The bytes, after the look is logged."""
    access.downloaded(
        record_of(document.subject) or document.subject or document, by=by, what=f"document {document.kind}"
    )
    return vault.get(document.code)


def accept(
    upload: UploadedFile[Any] | BinaryIO, *, pages_read: int = PAGES_READ
) -> tuple[bytes, str, int, list[Payload]]:
    """(bytes to keep, type, pages, what our codes on its first pages say), or `Unacceptable`. The name says nothing."""
    data = upload.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unacceptable(_("The file is larger than 20 MB. Scan it with fewer dots per inch."))
    if not data:
        raise Unacceptable(_("The file is empty."))
    return _accept_pdf(data, pages_read) if b"%PDF-" in data[:1024] else _accept_image(data)


def papers_on(upload: UploadedFile[Any]) -> list[Payload]:
    """What the codes of our own papers on an upload say, of all its pages; it may be read again afterwards."""
    upload.seek(0)
    try:
        return accept(upload, pages_read=MOST_PAGES)[3]
    finally:
        upload.seek(0)


def pictures_of(upload: UploadedFile[Any]) -> Iterator[Image.Image]:
    """The pages of an upload that was accepted, as pictures; it may be read again afterwards."""
    upload.seek(0)
    data = upload.read(LARGEST + 1)
    upload.seek(0)
    if b"%PDF-" not in data[:1024]:
        yield _decoded(data)
        return
    with pypdfium2.PdfDocument(data) as parsed:
        for number in range(len(parsed)):
            yield _picture(parsed, number)


def codes_in(image: Image.Image) -> list[Payload]:
    """The codes of our own papers in a picture."""
    read = (papercode.read(found.text) for found in zxingcpp.read_barcodes(image))
    return [payload for payload in read if payload]


def _decoded(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=IMAGES) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unacceptable(_("The picture is too large. Take it again with fewer pixels."))
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it when it is imported
            return _on_white(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unacceptable(_("This is neither a picture nor a PDF, or it is damaged. Scan it again.")) from error


def _accept_image(data: bytes) -> tuple[bytes, str, int, list[Payload]]:
    """Decoded and written anew: nothing of the original file survives but its picture."""
    picture = _decoded(data)
    codes = codes_in(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    fresh = io.BytesIO()
    picture.save(fresh, "JPEG", quality=88, optimize=True)
    return fresh.getvalue(), JPEG, 1, codes


def _on_white(picture: Image.Image) -> Image.Image:
    if "A" in picture.getbands() or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGB", layered.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    return picture.convert("RGB")


def _accept_pdf(data: bytes, pages_read: int) -> tuple[bytes, str, int, list[Payload]]:
    try:
        parsed = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unacceptable(_("This PDF is damaged or locked with a password. Print or scan it again.")) from error
    try:
        pages = len(parsed)
        if not 0 < pages <= MOST_PAGES:
            raise Unacceptable(_("A PDF may have up to 200 pages."))
        if _is_active(parsed, data):
            raise Unacceptable(_("This PDF holds scripts, forms or other files. Print it to a plain PDF first."))
        codes: list[Payload] = []
        for number in range(min(pages, pages_read)):
            codes += codes_in(_picture(parsed, number))
    except pypdfium2.PdfiumError as error:
        raise Unacceptable(_("A page of this PDF cannot be read. Scan it again.")) from error
    finally:
        parsed.close()
    return data, PDF, pages, codes


def _picture(parsed: Any, number: int) -> Image.Image:
    page = parsed[number]
    try:
        longest = max(page.get_size())
        picture: Image.Image = page.render(scale=min(2.5, 2500 / longest if longest else 1)).to_pil()
        return picture
    finally:
        page.close()


def _is_active(parsed: Any, data: bytes) -> bool:
    if pdfium.FPDFDoc_GetJavaScriptActionCount(parsed) > 0 or pdfium.FPDFDoc_GetAttachmentCount(parsed) > 0:
        return True
    if pdfium.FPDF_GetFormType(parsed) != pdfium.FORMTYPE_NONE:
        return True
    return any(ACTIVE.search(_unescaped(part)) for part in _parts(data))


def _parts(data: bytes) -> list[bytes]:
    """The file without its streams, and every stream that unpacks: object streams can hide a script."""
    parts, room = [STREAM.sub(b"", data)], UNPACKED
    for found in STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(found[1], room)
        except zlib.error:
            continue
        if b"/" in unpacked[:4096] and b"BT" not in unpacked[:4096]:
            parts.append(unpacked)
        room -= len(unpacked)
        if room <= 0:
            raise Unacceptable(_("This PDF unpacks to far more than its size. Scan it again."))
    return parts


def _unescaped(text: bytes) -> bytes:
    """/J#61vaScript is /JavaScript."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text)
