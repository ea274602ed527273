"""Scans as a printer and a telephone make them: pages of an issued paper, or any picture."""

from __future__ import annotations

import io

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile

from center.privacy import vault


def scan_of(issued, *pages: int) -> SimpleUploadedFile:
    """A PDF of these pages of a paper, counted from one; all of them when none is named."""
    whole, some = pypdfium2.PdfDocument(vault.get(issued.code)), pypdfium2.PdfDocument.new()
    some.import_pages(whole, [page - 1 for page in pages] or None)
    kept = io.BytesIO()
    some.save(kept)
    some.close()
    whole.close()
    return SimpleUploadedFile("scan.pdf", kept.getvalue())
