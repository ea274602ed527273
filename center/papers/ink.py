"""Ink on paper: a scan is laid over the page as it was issued, and what a pen left in its boxes is measured.

The codes in the corners are the marks it is laid over by. They are found in the same way on the frozen print and on the scan,
so a page may lie upside down, aslant or be photographed from the side, at any resolution at which its codes can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from center.papers import papercode
from center.papers.papercode import Mark, Payload

if TYPE_CHECKING:
    from collections.abc import Sequence

DOTS = 8  # per millimetre of a straightened box
POINT = 25.4 / 72  # millimetres
MARGIN = 1.0  # millimetres inside the rules of a box that are not looked at
NEAR = 2.5  # millimetres from its edge within which a straight line is a rule of the print, and no ink
LEAST = 1.5  # square millimetres: a stroke of four tenths of a millimetre and four long; dust is less
FADED = 0.24  # darker than the paper around it by this share is ink
MOST_OFF = 2.5  # points by which the marks may miss one another: the page is bent, or one was misread


class Spot(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    """In points of the page as issued, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


Corners = tuple[Spot, Spot, Spot]  # those with a finder pattern: the fourth is only guessed by whoever reads the code
Seen = Mapping[Mark | Payload, Corners]
Matrix = tuple[float, float, float, float, float, float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Blank:
    """One page as it was issued, before anybody wrote on it: its marks in points, and its boxes."""

    marks: Seen
    boxes: Mapping[int, Box]


def marks_in(picture: Image.Image, *, dots: float = 1) -> Seen:
    """Where our codes lie in a picture; `dots` are its pixels a point."""
    seen: dict[Mark | Payload, Corners] = {}
    for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
        said = papercode.read_mark(found.text) or papercode.read(found.text)
        if said:
            at = found.position
            a, b, c = (Spot(each.x / dots, each.y / dots) for each in (at.top_left, at.top_right, at.bottom_left))
            seen[said] = (a, b, c)
    return seen


def enlarged(picture: Image.Image, times: int) -> Image.Image:
    """For another look at a coarse scan: its codes are often read when their edges are soft."""
    size = picture.width * times, picture.height * times
    return picture.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1.5))


def ink_in(scan: Image.Image, seen: Seen, *, blank: Blank) -> dict[int, bool]:
    """Whether a pen was in each box of a page; a box that does not lie on the scan, or cannot be found, is not named."""
    over = _laid_over(blank.marks, seen)
    if over is None:
        return {}
    found = {key: _cut(scan, over, box) for key, box in blank.boxes.items()}
    return {key: _ink(cut) >= LEAST for key, cut in found.items() if cut}


def _laid_over(blank: Seen, seen: Seen) -> Matrix | None:
    """From points of the print to pixels of the scan. Both marks of the right edge are needed: the boxes stand there."""
    shared = [mark for mark in blank if mark in seen]
    if {mark.corner for mark in shared if isinstance(mark, Mark)} != {*papercode.UPPER, *papercode.LOWER}:
        return None
    pairs = [pair for mark in shared for pair in zip(blank[mark], seen[mark], strict=True)]
    return _fitted(pairs)


def _fitted(pairs: Sequence[tuple[Spot, Spot]]) -> Matrix | None:
    """The perspective that brings the first of each pair nearest to the second, by least squares; none when it misses."""
    (here, broad), (there, wide) = (_frame([pair[side] for pair in pairs]) for side in (0, 1))
    rows: list[list[float]] = []
    for spot, onto in pairs:
        x, y = (spot.x - here.x) / broad, (spot.y - here.y) / broad
        u, v = (onto.x - there.x) / wide, (onto.y - there.y) / wide
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    square = [[sum(row[i] * row[j] for row in rows) for j in range(9)] for i in range(8)]
    solved = _solved(square)
    if solved is None:
        return None
    a, b, c, d, e, f, g, h = solved
    inner: Matrix = (a, b, c, d, e, f, g, h, 1)
    before: Matrix = (1 / broad, 0, -here.x / broad, 0, 1 / broad, -here.y / broad, 0, 0, 1)
    after: Matrix = (wide, 0, there.x, 0, wide, there.y, 0, 0, 1)
    over = _times(_times(after, inner), before)
    off = max(abs(_at(over, spot).x - onto.x) + abs(_at(over, spot).y - onto.y) for spot, onto in pairs)
    return over if off <= MOST_OFF * wide / broad else None


def _frame(spots: Sequence[Spot]) -> tuple[Spot, float]:
    """The middle of some spots and how far they lie from it: numbers near one can be solved with."""
    x, y = (sum(each[side] for each in spots) / len(spots) for side in (0, 1))
    return Spot(x, y), (sum((each.x - x) ** 2 + (each.y - y) ** 2 for each in spots) / len(spots)) ** 0.5 or 1


def _solved(square: list[list[float]]) -> list[float] | None:
    """The unknowns of n lines of n factors and a sum, by elimination; none when the lines say too little."""
    size = len(square)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(square[row][at]))
        if abs(square[best][at]) < 1e-9:  # noqa: PLR2004 - nothing, among numbers near one
            return None
        square[at], square[best] = square[best], square[at]
        for row in range(size):
            if row != at:
                share = square[row][at] / square[at][at]
                square[row] = [one - share * other for one, other in zip(square[row], square[at], strict=True)]
    return [square[at][size] / square[at][at] for at in range(size)]


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f, g, h, i = (
        sum(first[3 * row + step] * second[3 * step + column] for step in range(3))
        for row in range(3)
        for column in range(3)
    )
    return a, b, c, d, e, f, g, h, i


def _at(over: Matrix, spot: Spot) -> Spot:
    a, b, c, d, e, f, g, h, i = over
    depth = g * spot.x + h * spot.y + i
    return Spot((a * spot.x + b * spot.y + c) / depth, (d * spot.x + e * spot.y + f) / depth)


def _cut(scan: Image.Image, over: Matrix, box: Box) -> Image.Image | None:
    """The inside of a box, straightened; none when a part of it lies beyond the picture."""
    inset = MARGIN / POINT
    left, top, right, bottom = box.left + inset, box.top + inset, box.right - inset, box.bottom - inset
    corners = [_at(over, Spot(x, y)) for x in (left, right) for y in (top, bottom)]
    if not all(0 <= each.x < scan.width and 0 <= each.y < scan.height for each in corners):
        return None
    step = 1 / (DOTS * POINT)
    onto = _times(over, (step, 0, left, 0, step, top, 0, 0, 1))
    size = round((right - left) / step), round((bottom - top) / step)
    how = [each / onto[8] for each in onto[:8]]
    return scan.convert("RGB").transform(size, Image.Transform.PERSPECTIVE, how, Image.Resampling.BICUBIC)


def _ink(cut: Image.Image) -> float:
    """Square millimetres that are darker than the paper around them, in any colour; the rules of the print are not."""
    red, green, blue = cut.split()
    dark = ImageChops.darker(ImageChops.darker(red, green), blue)
    around = dark.reduce(DOTS).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(1))
    paper = around.resize(dark.size, Image.Resampling.BILINEAR)
    limit = FADED * (sum(level * count for level, count in enumerate(paper.histogram())) / (cut.width * cut.height))
    drawn = ImageChops.subtract(paper, dark).point([255 if level > limit else 0 for level in range(256)])
    clean = _without_rules(drawn.filter(ImageFilter.MedianFilter(3)))
    return clean.histogram()[255] / DOTS**2


def _without_rules(drawn: Image.Image) -> Image.Image:
    """What runs straight along an edge is a rule of the print that was not quite hit."""
    wide, high = drawn.size
    along = drawn.resize((1, high), Image.Resampling.BOX).tobytes()
    down = drawn.resize((wide, 1), Image.Resampling.BOX).tobytes()
    for at in _ruled(along):
        drawn.paste(0, (0, at - 1, wide, at + 2))
    for at in _ruled(down):
        drawn.paste(0, (at - 1, 0, at + 2, high))
    return drawn


def _ruled(means: bytes) -> list[int]:
    near = round(NEAR * DOTS)
    edges = {*range(near), *range(len(means) - near, len(means))}
    return [at for at, mean in enumerate(means) if at in edges and mean > 127]  # noqa: PLR2004 - half of the way
