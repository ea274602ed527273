"""A template reads like a table of contents: formatted, one element or tag a line, at most 120 columns (decisions/020)."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
WIDTH = 120
# Texts of paper forms, where a line end would print as a blank between Chinese characters, and inline alternatives.
STILL_LONGER = {
    *("print/base.html", "print/legal/decision.html", "print/minutes.html", "print/notice.html"),
    *("print/relief/approval.html", "print/relief/letter.html", "print/relief/signsheet.html"),
    *("base.html", "casework/_clear_cards.html", "casework/_matches.html", "casework/_timeline.html"),
    *("casework/_visit_matches.html", "casework/change.html", "casework/visit.html", "center/agenda_item.html"),
    *("center/conflict.html", "center/office.html", "employment/seeker.html"),
    *("employment/vacancy.html", "relief/_second.html", "relief/application_second.html", "relief/closing.html"),
}


def pages():
    return {str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}


def test_a_line_ends_within_120_columns():
    longer = {name for name, text in pages().items() if any(len(line) > WIDTH for line in text.splitlines())}

    assert longer == STILL_LONGER


def test_block_tags_stand_on_lines_of_their_own():
    assert {
        name for name, text in pages().items() if re.search(r"%\}\{% (?:card|endcard|table|endtable|include)\b", text)
    } == set()


def test_a_page_begins_with_what_it_extends_and_loads():
    begun = {name: text.splitlines()[0] for name, text in pages().items() if "{% extends" in text}

    assert {name for name, line in begun.items() if not re.fullmatch(r'\{% extends "[\w/.]+" %\}', line)} == set()
