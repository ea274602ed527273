"""The manual of pages and of tasks, and the glossary, read from docs/ so that the page, the print and the paper say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join

from center.kernel.normal import key
from center.kernel.roles import Permission
from center.permissions.turns import roles_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.safestring import SafeString

    from center.kernel.roles import Role

HEADING = re.compile(r"^## (?P<page>[a-z_]+:[a-z_]+) (?P<title>.+)$", re.MULTILINE)

TASK = re.compile(
    r"(?P<slug>[a-z_]+) (?P<title>[^\n]+)\nneeds: (?P<needs>[^\n]+)\npages: (?P<pages>[^\n]+)\nalso: (?P<also>[^\n]+)\n"
    r"(?P<text>.+)",
    re.DOTALL,
)
STEP = re.compile(r"\d+\. ")
MARK = re.compile(r"\*\*(?P<button>[^*]+)\*\*|\[(?P<page>[^\]]+)\]\((?P<route>[a-z_]+:[a-z_]+)\)")
MOST_PAIRS = 0.5  # of the pairs of signs in a question that stand in a title, in its other words or in the text


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


def words_in(task: Task, language: str) -> list[tuple[str, str]]:
    """(word, meaning) of each word of the glossary that stands in a task."""
    word, meaning = (1, 3) if language == "en" else (0, 2)
    said = f"{task.title} {task.text}".casefold()
    return [(row[word], row[meaning]) for row in words() if _stands(row[word].casefold(), said)]


def _stands(word: str, said: str) -> bool:
    """English words stand by themselves: “file” is not in “profile”."""
    return re.search(rf"\b{re.escape(word)}\b", said) is not None if word.isascii() else word in said


# -- how to: a section a task ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """One thing that people do: who may (any of `needs`), on which pages, by which other words it is looked for."""

    slug: str
    title: str
    needs: frozenset[Permission]
    pages: tuple[str, ...]
    also: str
    text: str

    @property
    def roles(self) -> list[Role]:
        return roles_with(self.needs)


@cache
def tasks(language: str) -> dict[str, Task]:
    """All sections of `docs/manuals/tasks.<language>.md`: a heading `## slug Title`, three lines of facts, the steps."""
    text = (settings.BASE_DIR / "docs" / "manuals" / f"tasks.{language}.md").read_text(encoding="utf-8")
    found = (TASK.fullmatch(part.strip()) for part in text.split("\n## ")[1:])
    return {one["slug"]: _task(one) for one in found if one}


def _task(found: re.Match[str]) -> Task:
    return Task(
        slug=found["slug"],
        title=found["title"].strip(),
        needs=frozenset(Permission(word) for word in found["needs"].split()),
        pages=tuple(found["pages"].split()),
        also=found["also"].strip(),
        text=found["text"].strip(),
    )


def tasks_of(page: str, language: str) -> list[Task]:
    """What people do on this page."""
    return [task for task in tasks(language).values() if page in task.pages]


@cache
def fillers() -> re.Pattern[str]:
    """Words of a question that say nothing of its matter: how, who may, what does it mean."""
    text = (settings.BASE_DIR / "center" / "site" / "data" / "fillers.txt").read_text(encoding="utf-8")
    return re.compile("|".join(map(re.escape, text.split())))


def search(query: str, language: str) -> list[Task | Section]:
    """Tasks and pages by their words, the nearest first; recognised as every search of the house recognises words."""
    known: list[Task | Section] = [*tasks(language).values(), *sections(language).values()]
    found = [(rank, n, one) for n, one in enumerate(known) if (rank := _rank(query, one))]
    return [one for _rank, _n, one in sorted(found, key=lambda each: (-each[0], each[1]))]


def _rank(query: str, one: Task | Section) -> float:
    """How near: words of the title before other words before the text; of unbroken Chinese most pairs must be there."""
    title, also, text = key(one.title), key(getattr(one, "also", "")), key(one.text)
    parts = [said for part in query.split() if (said := key(fillers().sub("", part)) or key(part))]
    ranks = [
        3 * (part in title) + 2 * (part in also) + (part in text)
        or _pairs(part, title + also)
        or _pairs(part, text) / 2
        for part in parts
    ]
    return min(ranks, default=0)


def _pairs(part: str, said: str) -> float:
    """The share of a question's pairs of signs that stand there; nothing when most of them do not."""
    pairs = [part[at : at + 2] for at in range(len(part) - 1)]
    share = sum(pair in said for pair in pairs) / len(pairs) if len(part) > 2 else 0  # noqa: PLR2004 - a pair is itself
    return share if share >= MOST_PAIRS else 0


def blocks(text: str, *, opens: Callable[[str], bool]) -> list[tuple[bool, list[SafeString]]]:
    """Paragraphs and lists of steps: (whether steps, the lines). A page is a link where it opens, a button is strong."""
    found: list[tuple[bool, list[SafeString]]] = []
    for line in filter(None, text.splitlines()):
        step = STEP.match(line)
        said = _marked(line[step.end() :] if step else line, opens)
        if step and found and found[-1][0]:
            found[-1][1].append(said)
        else:
            found.append((step is not None, [said]))
    return found


def _marked(line: str, opens: Callable[[str], bool]) -> SafeString:
    done, at = [], 0
    for mark in MARK.finditer(line):
        done += [escape(line[at : mark.start()]), _shown(mark, opens)]
        at = mark.end()
    return format_html_join("", "{}", ((part,) for part in (*done, escape(line[at:]))))


def _shown(mark: re.Match[str], opens: Callable[[str], bool]) -> SafeString:
    if mark["button"]:
        return format_html("<strong>{}</strong>", mark["button"])
    url = reverse(mark["route"])
    return format_html('<a href="{}">{}</a>', url, mark["page"]) if opens(url) else format_html("{}", mark["page"])
