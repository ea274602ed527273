"""Is this the file that the center issued? Three answers (architecture.md §7)."""

from __future__ import annotations

import re
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256

import pypdfium2
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center.exchange import values
from center.models.exchange import Export

NUMBER = re.compile(r"X[0-9A-Za-z]+-\d{4}-\d{4,}")
NAMED = 50


class Answer(TextChoices):
    IDENTICAL = "identical", gettext_lazy("identical")
    SAVED_AGAIN = "saved_again", gettext_lazy("same values, saved again")
    ALTERED = "altered", gettext_lazy("altered")
    UNKNOWN = "unknown", gettext_lazy("not issued here")


@dataclass
class ProofOfExport:
    answer: Answer
    export: Export | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def is_true(self) -> bool:
        return self.answer in {Answer.IDENTICAL, Answer.SAVED_AGAIN}


def prove(data: bytes) -> ProofOfExport:
    """Bytes first, then the value of every cell; a formula is a fault whatever it shows."""
    export = Export.objects.filter(sha256=sha256(data).hexdigest()).first()
    if export:
        return ProofOfExport(Answer.IDENTICAL, export)
    try:
        sheets = values.read(data)
    except values.Unreadable:
        return _bytes_differ(data)
    taken = values.digest(sheets)
    number, printed = values.proof_in(sheets)
    export = Export.objects.filter(number=number).first() if number else None
    export = export or Export.objects.filter(digest=taken.hexdigest()).first()
    if export is None:
        return ProofOfExport(Answer.UNKNOWN, None, [_("no export has this number or these values")])
    faults = _faults(export, taken, number, printed)
    if values.has_formulas(data):
        faults.insert(0, _("a cell holds a formula; our exports hold none"))
    return ProofOfExport(Answer.ALTERED if faults else Answer.SAVED_AGAIN, export, faults)


def _faults(export: Export, taken: values.Digest, number: str, printed: str) -> list[str]:
    faults = []
    if number and (number != export.number or not export.digest.startswith(printed)):
        faults.append(_("the line of proof is not the one that was issued"))
    if taken.hexdigest() != export.digest:
        places = list(values.differing(bytes(export.places), bytes(export.leaves), taken))
        faults += [
            _("sheet %(sheet)s, row %(row)s: differs") % {"sheet": sheet + 1, "row": row}
            for sheet, row in places[:NAMED]
        ]
        if len(places) > NAMED:
            faults.append(_("… and %(rows)s more rows") % {"rows": len(places) - NAMED})
    return faults


def _text_of(data: bytes) -> str:
    """What a reader would see, as far as it can be told."""
    if data.startswith(b"%PDF"):
        with suppress(pypdfium2.PdfiumError), closing(pypdfium2.PdfDocument(data)) as paper:
            return str(paper[0].get_textpage().get_text_range())
    return data.decode("utf-8", errors="replace")


def _bytes_differ(data: bytes) -> ProofOfExport:
    """CSV and PDF are compared byte by byte; a number found in the text says which file this claims to be."""
    found = NUMBER.findall(_text_of(data))
    export = Export.objects.filter(number__in=found[-1:]).first()
    if export:
        return ProofOfExport(Answer.ALTERED, export, [_("the bytes differ from those that were issued")])
    return ProofOfExport(Answer.UNKNOWN, None, [_("no export has these bytes")])
