"""The manual and the glossary, read from docs/ so that the page, the print and the paper say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings

HEADING = re.compile(r"^## (?P<page>[a-z_]+:[a-z_]+) (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """One page's paragraph of the manual."""

    page: str
    title: str
    text: str


@cache
def sections(language: str) -> dict[str, Section]:
    """All sections of `docs/manuals/<language>.md` by route name. A heading reads `## casework:desk The front desk`."""
    path = settings.BASE_DIR / "docs" / "manuals" / f"{language}.md"
    text = path.read_text(encoding="utf-8")
    found = list(HEADING.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {
        match["page"]: Section(match["page"], match["title"].strip(), text[match.end() : end].strip())
        for match, end in zip(found, ends, strict=False)
    }


def section(page: str, language: str) -> Section | None:
    return sections(language).get(page)


@cache
def words() -> list[tuple[str, str, str, str]]:
    """(Chinese, English, meaning in Chinese, meaning in English) of every row in docs/words.md."""
    text = (settings.BASE_DIR / "docs" / "words.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [(row[0].strip(), row[1].strip(), row[2].strip(), row[3].strip()) for row in rows[2:]]
