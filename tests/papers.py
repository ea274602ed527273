"""What an issued paper says when it is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdfium2

from center.papers import prints

if TYPE_CHECKING:
    from center.models import IssuedDocument, Staff


def pages_of(paper: IssuedDocument, *, by: Staff) -> list[str]:
    """The text of each page, without spaces: how a line breaks says nothing."""
    pdf, _copy = prints.reprint(paper, by=by)
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def text_of(paper: IssuedDocument, *, by: Staff) -> str:
    return "".join(pages_of(paper, by=by))
