"""Papers as a scanner would bring them in."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

A4 = (744, 1052)  # at 90 dots per inch
MARGIN, FIRST, APART = 84, 210, 58
PAPER, PRINT, PEN = (252, 251, 247), (40, 40, 40), (24, 32, 110)


@cache
def _type(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(settings.BASE_DIR / "static/fonts/noto-sans-sc-regular.woff2"), size)


def scan(heading: str, lines: Sequence[str], *, signed: str = "") -> SimpleUploadedFile:
    """A sheet with its heading, its lines and a name in ink at its foot."""
    sheet = Image.new("RGB", A4, PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((A4[0] / 2, 96), heading, font=_type(34), fill=PRINT, anchor="mt")
    for number, line in enumerate(lines):
        pen.text((MARGIN, FIRST + APART * number), line, font=_type(22), fill=PRINT)
    if signed:
        pen.text((A4[0] - MARGIN, FIRST + APART * (len(lines) + 1)), signed, font=_type(28), fill=PEN, anchor="rt")
    kept = io.BytesIO()
    sheet.rotate(0.6, fillcolor=(214, 214, 210)).save(kept, "PNG", compress_level=1)
    return SimpleUploadedFile("scan.png", kept.getvalue(), content_type="image/png")
