"""A page of several forms loses nothing of the others when one is sent (fault kind 27).

The script asks on every page that is made of base.html; without scripts the page says that every form has its own button.
The page of an application is one form (tests/relief/test_application_pages.py).
"""

from __future__ import annotations

import re

from tests.house.test_tree import BASE

TEMPLATES = BASE / "templates"
FORM = re.compile(r'<form\b[^>]*method="post"[^>]*>.*?</form>', re.DOTALL)
TYPED = re.compile(
    r'{% (?:form_fields|field|cell)\b|<input(?![^>]*type="(?:hidden|submit)")|<textarea|<select|{% include "[^"]*fields'
)
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
INCLUDES = re.compile(r'{% include "([^"]+)"')


def text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def whole(name: str) -> str:
    """A template with what it includes, as far as names are written out."""
    return text(name) + "".join(text(part) for part in INCLUDES.findall(text(name)))


def forms_that_are_typed_in(name: str) -> int:
    return sum(bool(TYPED.search(form)) for form in FORM.findall(whole(name)))


def pages_of_several_forms() -> list[str]:
    names = (str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*.html")))
    return [name for name in names if "extends" in text(name) and forms_that_are_typed_in(name) > 1]


def base_of(name: str) -> str:
    found = EXTENDS.search(text(name))
    return base_of(found[1]) if found else name


def test_every_page_of_several_forms_asks_before_one_is_sent_without_the_others():
    pages = pages_of_several_forms()

    assert {"casework/file_members.html", "center/meeting.html", "relief/closing.html"} <= set(pages)
    assert {base_of(name) for name in pages} == {"base.html"}


def test_the_base_brings_the_question_its_words_and_the_sentence_for_pages_without_scripts():
    base = text("base.html")

    assert "js/unsaved.js" in base
    assert all(f'data-unsaved{part}="{{% translate' in base for part in ("", "-back", "-anyway"))
    assert "<noscript>" in base


def test_the_page_of_an_application_is_one_form_for_whoever_writes():
    page = re.sub(r'\{% include "(relief/_[^"]+)" %\}', lambda found: text(found[1]), text("relief/application.html"))
    typed = [form for form in FORM.findall(page) if TYPED.search(form)]

    assert len(typed) == 1
    assert all(f"{{% form_fields {form}" in typed[0] for form in ("form", "invoice_form"))
    assert "papers_form.rows" in typed[0]
