"""At the width of a telephone the amount of a line is in sight: it stands among the first columns of every money table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
HEAD = re.compile(r"<thead>(.*?)</thead>", re.DOTALL)
COLUMN = re.compile(r"<th\b([^>]*)>")
FIRST = 4  # columns that 360 pixels show of a table, or begin to show
WORDS = ("Amount", "Total")
TEMPLATES = sorted((BASE / "templates" / "relief").glob("*.html"))


def heads(text):
    """The columns of each table: (attributes, what stands in it up to the next one)."""
    for head in HEAD.findall(text):
        cells = re.split(r"(?=<th\b)", head)[1:]
        yield [(COLUMN.match(cell)[1], cell) for cell in cells]


def late(columns):
    """The places of amounts that stand too far to the right to be seen, where no amount stands further left."""
    amounts = [
        at for at, (attributes, cell) in enumerate(columns) if "num" in attributes and any(w in cell for w in WORDS)
    ]
    return amounts[:1] if amounts and amounts[0] >= FIRST else []


def test_a_table_whose_amount_comes_last_is_found():
    bare = '<thead><tr><th>a</th><th>b</th><th>c</th><th>d</th><th class="num">Amount</th></tr></thead>'

    assert [late(columns) for columns in heads(bare)] == [[4]]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_the_amount_stands_among_the_first_columns(path):
    assert [late(columns) for columns in heads(path.read_text()) if late(columns)] == []
