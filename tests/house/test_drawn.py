"""What we write ourselves is on paper, too: a print is refused when no font of ours has a picture of a character."""

import ast
import json
import unicodedata
from pathlib import Path

import pytest
from django.template import Context, Template

from center.papers import prints
from config.messages import ROOMS, written

ROOT = Path(__file__).parents[2]
READ = {"casework/rules/names.py"}  # tables of signs that are read and never written


def sentences():
    for room in ROOMS:
        for message in written(room):
            yield message.id, "".join([message.string] if isinstance(message.string, str) else message.string)


def print_templates():
    yield from ((path, path.read_text()) for path in sorted(ROOT.glob("templates/print/**/*.html")))


def data():
    for path in sorted((ROOT / "demo" / "data").glob("*.json")):
        yield path, json.dumps(json.loads(path.read_text()), ensure_ascii=False)


def literals():
    """Every sign in the texts of the code, docstrings and what the terminal shows left out; letters stand there in patterns."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            where = path.relative_to(ROOT)
            if "management" not in where.parts and str(where) not in READ:
                texts = "".join(_texts(ast.parse(path.read_text())))
                yield where, "".join(each for each in texts if unicodedata.category(each)[0] in "SP")


def _texts(tree):
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


@pytest.mark.parametrize("ours", [sentences, print_templates, data, literals])
def test_a_print_draws_every_character_that_we_write(ours):
    seen = [(path, prints.undrawable(text.translate(prints.ALIKE))) for path, text in ours()]

    assert seen
    assert [(path, missing) for path, missing in seen if missing] == []


def test_a_negative_amount_is_drawn():
    said = Template("{% load ui %}<td>{% money amount %}</td><td>{{ count|number }}</td>").render(
        Context({"amount": "-1234.5", "count": -12})
    )

    assert "−1,234.50" in said
    assert "−12" in said
    printed = prints.printable(said)
    assert ("‒1,234.50" in printed, "‒12" in printed) == (True, True)
