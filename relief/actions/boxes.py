"""The boxes of a sign-off sheet: the frozen print tells by its rules and its line numbers where each stands."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw as pdfium

from center.papers import documents, ink, papercode
from center.privacy import vault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from django.core.files.uploadedfile import UploadedFile
    from PIL import Image

    from center.papers.prints import IssuedDocument

THIN = 2.0  # points: what is not broader than this is a rule
LONG = 8.0
COARSE, TIMES = 8_000_000, 2  # pixels up to which a picture is enlarged, where its codes cannot be read at once
DOTS = 2.5  # pixels a point: the codes of the print are read in its picture


def inked(upload: UploadedFile[Any], papers: Iterable[IssuedDocument], *, lines: Collection[int]) -> dict[int, bool]:
    """Of each of these lines whose box is found on the scan: whether a pen was in it."""
    blanks = [blank for paper in papers for blank in blanks_of(vault.get(paper.code), lines=lines)]
    found: dict[int, bool] = {}
    for picture in documents.pictures_of(upload):
        for line, has_ink in _inked_on(picture, blanks):
            found[line] = found.get(line, False) or has_ink
    return {line: has_ink for line, has_ink in found.items() if line in lines}


def _inked_on(picture: Image.Image, blanks: Sequence[ink.Blank]) -> Iterator[tuple[int, bool]]:
    found = _laid_over(picture, ink.marks_in(picture), blanks)
    if not found and picture.width * picture.height <= COARSE:
        found = _laid_over(picture, ink.marks_in(ink.enlarged(picture, TIMES), dots=TIMES), blanks)
    yield from found


def _laid_over(picture: Image.Image, seen: ink.Seen, blanks: Sequence[ink.Blank]) -> list[tuple[int, bool]]:
    return [each for blank in blanks for each in ink.ink_in(picture, seen, blank=blank).items()]


def blanks_of(pdf: bytes, *, lines: Collection[int]) -> list[ink.Blank]:
    """The pages of a print on which one of these lines stands."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_blank(page) for page in document if _has(page, lines)]


def _has(page: Any, lines: Collection[int]) -> bool:
    said = papercode.read(page.get_textpage().get_text_range())
    return bool(said and said.lines and any(said.lines[0] <= line <= said.lines[1] for line in lines))


def _blank(page: Any) -> ink.Blank:
    picture = page.render(scale=DOTS).to_pil()
    return ink.Blank(marks=ink.marks_in(picture, dots=DOTS), boxes=boxes_of(page))


def boxes_of(page: Any) -> dict[int, ink.Box]:
    """The last cell of every row that begins with a number."""
    high, text = page.get_height(), page.get_textpage()
    bounds = [each.get_bounds() for each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=1)]
    upright = _places((left + right) / 2 for left, low, right, top in bounds if right - left <= THIN < LONG < top - low)
    if len(upright) < 3:  # noqa: PLR2004 - the edges of two columns
        return {}
    first, second, left, right = *upright[:2], *upright[-2:]
    middle = (left + right) / 2
    level = _places(
        (low + top) / 2
        for start, low, end, top in bounds
        if top - low <= THIN < LONG < end - start and start <= middle <= end
    )
    boxes: dict[int, ink.Box] = {}
    for low, top in reversed(list(pairwise(level))):
        number = text.get_text_bounded(left=first, bottom=low, right=second, top=top).strip()
        if number.isdecimal():
            boxes[int(number)] = ink.Box(left, high - top, right, high - low)
    return boxes


def _places(at: Iterable[float]) -> list[float]:
    """In order, each place once."""
    places: list[float] = []
    for each in sorted(at):
        if not places or each - places[-1] > THIN:
            places.append(each)
    return places
