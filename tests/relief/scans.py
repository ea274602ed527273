"""Scans as a printer and a telephone make them: pages of an issued paper, signed in some boxes, straight or not."""

from __future__ import annotations

import io
import math

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from center.privacy import vault
from relief.actions import boxes

BLUE = (30, 40, 130)


def scan_of(issued, *pages: int) -> SimpleUploadedFile:
    """A PDF of these pages of a paper, counted from one; all of them when none is named. Nobody has signed it."""
    whole, some = pypdfium2.PdfDocument(vault.get(issued.code)), pypdfium2.PdfDocument.new()
    some.import_pages(whole, [page - 1 for page in pages] or None)
    kept = io.BytesIO()
    some.save(kept)
    some.close()
    whole.close()
    return SimpleUploadedFile("scan.pdf", kept.getvalue())


def signed_scan(issued, *pages: int, lines=range(1, 501)) -> SimpleUploadedFile:
    """A PDF of pictures of these pages, all when none is named, with a pen's strokes in the boxes of these lines."""
    count = issued.pages
    pictures = [signed_page(issued, page, lines=lines) for page in pages or range(1, count + 1)]
    kept = io.BytesIO()
    pictures[0].save(kept, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return SimpleUploadedFile("scan.pdf", kept.getvalue())


def signed_page(issued, page: int = 1, *, lines=(), dots: int = 150, ink=BLUE) -> Image.Image:
    """One page of a paper at so many dots an inch, with strokes in the boxes of these lines."""
    pdf, scale = vault.get(issued.code), dots / 72
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[page - 1].render(scale=scale).to_pil().convert("RGB")
        standing = boxes.boxes_of(document[page - 1])
    pen = ImageDraw.Draw(picture)
    for line, box in standing.items():
        if line in lines:
            stroke(pen, box, scale, ink)
    return picture


def stroke(pen: ImageDraw.ImageDraw, box, scale: float, ink=BLUE) -> None:
    """A quick hand through the middle of a box."""
    wide, middle = box.right - box.left, (box.top + box.bottom) / 2
    spots = [
        ((box.left + wide * (0.2 + 0.6 * step / 20)) * scale, (middle + 5 * math.sin(step)) * scale)
        for step in range(21)
    ]
    pen.line(spots, fill=ink, width=max(round(1.2 * scale), 2), joint="curve")


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def from_the_side(picture: Image.Image, lean: float = 0.12) -> Image.Image:
    """As a telephone sees a page that lies before it: what is far is smaller by this share, and a table is around it."""
    edge = round(0.06 * picture.width)
    table = Image.new("RGB", (picture.width + 2 * edge, picture.height + 2 * edge), (96, 84, 70))
    table.paste(picture, (edge, edge))
    middle, high = table.width / 2, table.height
    # from each spot of the photograph to the one of the table that it shows: the nearer, the larger
    how = [1, middle * lean / high, -middle * lean, 0, 1 + lean, -high * lean, 0, lean / high]
    near = [each / (1 - lean) for each in how]
    return table.transform(table.size, Image.Transform.PERSPECTIVE, near, Image.Resampling.BICUBIC)


def upload_of(picture: Image.Image) -> SimpleUploadedFile:
    kept = io.BytesIO()
    picture.convert("RGB").save(kept, "JPEG", quality=85)
    return SimpleUploadedFile("scan.jpg", kept.getvalue())
