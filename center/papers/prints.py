"""Prints: HTML to PDF once, frozen with digest and QR code, never rendered again (architecture.md §7)."""

from __future__ import annotations

import atexit
import base64
import io
import re
from functools import cache
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.db.models import Count
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete
from center.models.base import random_code, subject_of
from center.models.paper import IssuedDocument as IssuedDocument
from center.models.privacy import AccessEntry, AccessKind
from center.papers import papercode
from center.privacy import access, vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import Model
    from django.utils.functional import Promise

    from center.models import Staff

PAPER = "zh-hans"  # the language of papers, whatever the language of the screen
# The vendored fonts lack the first of each two; they look alike: dots between names, and the minus sign of figures.
ALIKE = str.maketrans({"\u30fb": "\u00b7", "\u2219": "\u00b7", "\u22c5": "\u00b7", "\u2212": "\u2012"})


@action
def issue(
    template: str,
    context: Mapping[str, Any],
    *,
    subject: Model | str,
    kind: str,
    number: str = "",
    title: str | Promise = "",
    sheets: Sequence[Sequence[Any]] = (),
    by: Staff,
) -> IssuedDocument:
    """Freeze a print. `template` lies in templates/print/ and extends print/base.html; a lazy title becomes Chinese.

    `sheets` are the numbered rows of each page where a page's code tells which stand on it, and marks in its right
    corners let a scan be laid over the print: the template sets each of them on a page of its own, and a row that ran over
    to the next one is `Overrun`.
    """
    code, title = random_code(), _on_paper(title)
    about = subject if isinstance(subject, str) else subject_of(subject)
    framed = {**context, **frame(code=code, number=number, title=title, by=by)}
    if sheets:
        framed["sheets"] = [(rows, *_code_of(code, rows), *_marks_of(code, rows)) for rows in sheets]
    pdf, pages = render(template, framed)
    if sheets and pages != len(sheets):
        raise Overrun(_("The lines do not fit on their pages."))
    issued = IssuedDocument(
        code=code,
        kind=kind,
        number=number,
        title=title or kind,
        subject=about,
        template=template,
        sha256=sha256(pdf).hexdigest(),
        size=len(pdf),
        pages=pages,
        issued_by=by,
        issued_at=timezone.now(),
    )
    issued.save(force_insert=True)
    vault.put(code, pdf)
    trail.record("center.document.issued", issued, by=by, about=about, kind=kind, number=number, sha256=issued.sha256)
    return issued


def papers_of(record: Model) -> list[IssuedDocument]:
    """What was issued about a record, the latest first."""
    return list(IssuedDocument.objects.filter(subject=subject_of(record)).order_by("-pk")[:20])


def reprint(issued: IssuedDocument, *, by: Staff) -> tuple[bytes, int]:
    """The same bytes and which copy this is; the copy is logged before the bytes leave."""
    pdf = vault.get(issued.code)
    if sha256(pdf).hexdigest() != issued.sha256:
        raise ValueError(f"Issued document {issued.code} is not what was issued.")
    copy = copies(issued) + 1
    access.printed(issued, by=by, what=f"copy {copy} of {issued.code}")
    return pdf, copy


def together(papers: Iterable[IssuedDocument], *, by: Staff) -> bytes:
    """One document of several issued papers, to be sent to the printer at once; each counts as one more copy."""
    import pypdfium2  # noqa: PLC0415 - few pages print several at once

    book = pypdfium2.PdfDocument.new()
    for paper in papers:
        pdf, _copy = reprint(paper, by=by)
        book.import_pages(pypdfium2.PdfDocument(pdf))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def copies(issued: IssuedDocument) -> int:
    found = AccessEntry.objects.filter(kind=AccessKind.PRINT, subject=subject_of(issued)).aggregate(n=Count("pk"))
    return int(found["n"])


def find(text: str) -> IssuedDocument | None:
    """The print that a scanned code belongs to; None when the code is misread or not ours."""
    if mark := papercode.read_mark(text):
        return IssuedDocument.objects.filter(code=mark.code).first()
    payload = papercode.read(text)
    if payload is None or payload.kind != papercode.ISSUED:
        return None
    return IssuedDocument.objects.filter(code=payload.code).first()


def frame(*, code: str, number: str, title: str | Promise, by: Staff) -> dict[str, Any]:
    """What print/base.html needs beside the form's own facts."""
    payload = papercode.write(papercode.ISSUED, code)
    return {
        "print_code": payload,
        "print_qr": qr(payload),
        "print_number": number,
        "print_title": _on_paper(title),
        "printed_by": by,
        "printed_at": timezone.localtime(),
        "center_name": settings.CENTER_NAME,
    }


def _code_of(code: str, rows: Sequence[Any]) -> tuple[str, str]:
    """The code of one page, in letters and as a picture."""
    payload = papercode.write(papercode.ISSUED, code, lines=(rows[0].line, rows[-1].line))
    return payload, qr(payload)


def _marks_of(code: str, rows: Sequence[Any]) -> list[str]:
    """The pictures of the marks in the upper and the lower right corner of one page."""
    corners = (papercode.UPPER, papercode.LOWER)
    return [qr(papercode.write_mark(corner, code, first=rows[0].line)) for corner in corners]


def _on_paper(title: str | Promise) -> str:
    with translation.override(PAPER):
        return str(title)


def qr(payload: str) -> str:
    """A data: address of the code as SVG."""
    out = io.BytesIO()
    segno.make(payload, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


def render(template: str, context: Mapping[str, Any]) -> tuple[bytes, int]:
    """PDF bytes and page count. Papers are in Chinese whatever the language of the screen."""
    from weasyprint import HTML  # noqa: PLC0415 - a second of import time that most requests never need

    with translation.override(PAPER):
        html = printable(render_to_string(template, dict(context)))
    fonts, styles = _type()
    document = HTML(string=html, url_fetcher=_fetcher()).render(font_config=fonts, stylesheets=styles)
    return document.write_pdf(), len(document.pages)


class Undrawable(Incomplete):
    """The paper holds characters of which no font of ours has a picture: `str()` names them."""


class Overrun(Incomplete):
    """The rows of a page take more than a page."""


def printable(html: str) -> str:
    """Every character with a glyph: what the bold font lacks is set in the regular one, or it would be a blank.

    A character that no font of ours has refuses the paper by name: nobody signs beside an empty box.
    """
    parts = re.split(r"(<title>.*?</title>|<style>.*?</style>|<[^>]*>)", html.translate(ALIKE), flags=re.DOTALL)
    rare = re.compile(r"[^\x00-\x7f]")
    if missing := undrawable("".join(parts[::2])):
        said = " ".join(f"{character} (U+{ord(character):04X})" for character in missing)
        raise Undrawable(
            _("No font prints %(characters)s. Write it in the spelling that systems accept.") % {"characters": said}
        )

    def plain(found: re.Match[str]) -> str:
        if ord(found[0]) in _has("bold"):
            return found[0]
        family = "" if ord(found[0]) in _has("regular") else "font-family:Rare;"
        return f'<span style="{family}font-weight:normal">{found[0]}</span>'

    return "".join(part if index % 2 else rare.sub(plain, part) for index, part in enumerate(parts))


def undrawable(text: str) -> list[str]:
    """The characters of a text that none of the fonts of prints can draw."""
    drawn = _has("regular") | _has("rare")
    return sorted(
        {each for each in unescape(text) if ord(each) not in drawn and not each.isspace() and each not in UNDRAWN}
    )


def unprinted(sample: str) -> list[str]:
    """The characters of a text that do not come back from a page printed with our fonts, in the usual weight and in bold."""
    from weasyprint import HTML  # noqa: PLC0415 - as above

    fonts, styles = _type()
    html = printable(f'<p style="font-family:Print">{sample}</p><p style="font:bold 1em Print">{sample}</p>')
    pdf = HTML(string=html, url_fetcher=_fetcher()).render(font_config=fonts, stylesheets=styles).write_pdf()
    return sorted({each for each in sample if not each.isspace() and said_in(pdf).count(each) < sample.count(each) * 2})


def said_in(pdf: bytes) -> str:
    """The text of a PDF as its own tables of characters tell it: a box has none."""
    import pypdfium2  # noqa: PLC0415 - only the doctor asks

    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


FONTS = {"regular": "noto-sans-sc-regular.woff2", "rare": "noto-sans-sc-rare.woff2", "bold": "noto-sans-sc-bold.woff2"}
UNDRAWN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")  # nobody expects to see them


@cache
def _has(face: str) -> frozenset[int]:
    """What a font can print."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - comes with WeasyPrint; loaded with the first print

    with TTFont(settings.BASE_DIR / "static" / "fonts" / FONTS[face]) as font:
        return frozenset(font.getBestCmap())


@cache
def _type() -> tuple[Any, list[Any]]:
    """One FontConfiguration per process: every load of the fonts costs a third of a second."""
    from weasyprint import CSS  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts = FontConfiguration()
    folder = settings.BASE_DIR / "static" / "fonts"
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{(folder / FONTS[face]).as_uri()}"); }}\n'
        for family, weight, face in (
            ("Print", "normal", "regular"),
            ("Print", "bold", "bold"),
            ("Rare", "normal", "rare"),
        )
    )
    return fonts, [CSS(string=faces, font_config=fonts, url_fetcher=_fetcher())]


atexit.register(_type.cache_clear)  # fonts are let go while Python still stands


def _fetcher() -> Any:
    """Our fonts and data: only. A form can pull nothing from the network or from other folders."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    allowed = (settings.BASE_DIR / "static").as_uri() + "/"

    class OurFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(("data:", allowed)) or ".." in url:
                raise ValueError(f"A print may not load {url[:60]}")
            return super().fetch(url, headers)

    return OurFiles(allowed_protocols={"file", "data"}, allow_redirects=False)
