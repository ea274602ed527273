"""Signed sign-off sheets of the invented district: the sheet as it was issued, photographed with a pen's marks on it."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from center.privacy import vault
from relief.actions import receipts
from relief.prints import print_signsheet

if TYPE_CHECKING:
    from random import Random

    from center.models import Staff
    from relief.models import Batch

DOTS = 2.1  # per point: a page of about 1770 pixels, on which the codes can be read
HEADING, BROAD = "领款人签字", 70  # the column of the signatures and its breadth in points
INK = (24, 32, 110)


def sign(batch: Batch, *, issued_by: Staff, taken_by: Staff, chance: Random) -> int:
    """Issue the sheet, have it signed, and take its scan in; how many receipts it confirmed."""
    issued = print_signsheet(batch, by=issued_by)
    scan = photograph(vault.get(issued.code), [payment.payee_name for payment in batch.payments.all()], chance)
    upload = SimpleUploadedFile("sheet.png", scan, content_type="image/png")
    sheet = receipts.take_sheet(batch, upload=upload, by=taken_by)
    receipts.look_through(sheet, unsigned=(), signatures=sheet.waiting().count(), by=taken_by)
    return len(sheet.lines)


def photograph(pdf: bytes, names: list[str], chance: Random) -> bytes:
    """The pages under each other, with a mark of the pen beside every name."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [_signed(page, names, chance) for page in document]
    finally:
        document.close()
    whole = Image.new("RGB", (max(page.width for page in pages), sum(page.height for page in pages)), "white")
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    kept = io.BytesIO()
    whole.save(kept, "PNG", compress_level=1)
    return kept.getvalue()


def _signed(page: pypdfium2.PdfPage, names: list[str], chance: Random) -> Image.Image:
    picture: Image.Image = page.render(scale=DOTS).to_pil().convert("RGB")
    text, pen = page.get_textpage(), ImageDraw.Draw(picture)
    rows: set[int] = set()
    for name in names:
        search = text.search(name)
        while found := search.get_next():
            _left, bottom, _right, top = text.get_charbox(found[0])
            rows.add(round((page.get_height() - (bottom + top) / 2) * DOTS))
    if column := text.search(HEADING).get_next():
        left = text.get_charbox(column[0])[0]
        for row in sorted(rows):
            _scribble(pen, row, left * DOTS, chance)
    text.close()
    return picture


def _scribble(pen: ImageDraw.ImageDraw, row: int, left: float, chance: Random) -> None:
    """Two or three quick strokes, never the same twice."""
    start = left + chance.random() * 12
    for _stroke in range(chance.choice((2, 3))):
        reach = BROAD * DOTS * (0.22 + chance.random() * 0.2)
        rise, bend = 9 + chance.random() * 8, 1.5 + chance.random() * 3
        line = [
            (start + reach * step / 24, row - rise * math.sin(bend * step / 5) * math.cos(step / 9))
            for step in range(25)
        ]
        pen.line(line, fill=INK, width=2, joint="curve")
        start += reach * 0.8
