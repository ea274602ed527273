"""Message catalogues without the gettext tools: collect, check, compile.

One `.po` file per room in `locale/zh_Hans/`, joined into the one compiled catalogue that Django reads. English is the
language of the source, so it is complete by itself.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = Path(__file__).resolve().parent.parent
ROOMS = ("center", "casework", "relief", "employment", "legal", "config", "demo")
LOCALE = BASE / "locale" / "zh_Hans"
COMPILED = LOCALE / "LC_MESSAGES" / "django.mo"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources(room: str) -> Iterator[Path]:
    yield from sorted((BASE / room).rglob("*.py"))
    folders = [BASE / "templates" / room, BASE / room / "templates"]
    if room == "center":
        folders += [BASE / "templates" / "ui"]
        yield from sorted((BASE / "templates").glob("*.html"))
    for folder in folders:
        yield from sorted(folder.rglob("*.html"))


def collect(room: str) -> Catalog:
    """Every message of a room's Python and templates."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - Django need not be set up for this

    found = Catalog(locale="zh_Hans", domain="django")
    for path in sources(room):
        if "/migrations/" in str(path):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # What is not a message was blanked out with letters; indentation means nothing in a template.
            text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
        lines = io.BytesIO(text.encode())
        where = str(path.relative_to(BASE))
        for line, message, _comments, context in extract(
            "python", lines, keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            found.add(message, None, [(where, line)], context=context)
    return found


def written(room: str) -> Catalog:
    path = LOCALE / f"{room}.po"
    if not path.exists():
        return Catalog(locale="zh_Hans", domain="django")
    with path.open("rb") as lines:
        return read_po(lines, locale="zh_Hans", domain="django")


def update(room: str) -> None:
    """Bring a room's file up to date: new messages empty, gone ones dropped, translations kept; no line numbers."""
    catalogue = written(room)
    catalogue.update(collect(room), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    target = LOCALE / f"{room}.po"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as lines:
        write_po(
            lines, catalogue, no_location=True, omit_header=True, sort_output=True, width=120, ignore_obsolete=True
        )


def missing() -> list[str]:
    """`room: message` for everything that a page may say and no translation stands for, here or in Django itself."""
    known = {(m.id, m.context) for room in ROOMS for m in written(room) if m.id and all_said(m.string) and not m.fuzzy}
    texts = {(m[0] if isinstance(m, tuple) else m, context) for m, context in known}
    gaps = []
    for room in ROOMS:
        for message in collect(room):
            text = message.id[0] if isinstance(message.id, tuple) else message.id
            if text and (text, message.context) not in texts:
                gaps.append(f"{room}: {text}")
    return gaps


def all_said(string: str | tuple[str, ...] | list[str]) -> bool:
    return bool(string) if isinstance(string, str) else all(string)


def compile_all() -> None:
    """Join all rooms into the catalogue that Django reads. A message of two rooms may have one translation only."""
    joined = Catalog(locale="zh_Hans", domain="django")
    for room in ROOMS:
        for message in written(room):
            if (
                message.id
                and all_said(message.string)
                and not message.fuzzy
                and joined.get(message.id, message.context) is None
            ):
                joined.add(message.id, message.string, context=message.context, flags=message.flags)
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    scratch = COMPILED.with_suffix(".new")
    with scratch.open("wb") as lines:
        write_mo(lines, joined)
    scratch.replace(COMPILED)


def is_stale() -> bool:
    if not COMPILED.exists():
        return True
    made = COMPILED.stat().st_mtime
    return any(path.stat().st_mtime > made for path in LOCALE.glob("*.po"))
