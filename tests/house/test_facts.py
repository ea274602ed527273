"""A fact that a rule reads, a page or an import can write (the day of death was once read by four rules and written by none).

`facts.txt` lists every field that eligibility, caps, permissions, findings and clocks read, each with the places that read
it. It is found in the code: who adds a rule adds its line, and the test below says who writes the field.
"""

from __future__ import annotations

import ast
import itertools
from collections import defaultdict
from pathlib import Path

from django.apps import apps

from tests.house.test_tree import BASE, ROOMS, relative, tracked

FACTS = Path(__file__).with_name("facts.txt")
# Where rules stand: what may be, what is due, what is found.
RULES = (
    *("casework/rules", "casework/permissions", "casework/queries/economy.py", "casework/queries/figures.py"),
    *("relief/rules", "relief/permissions", "relief/queries"),
    *("employment/rules", "employment/permissions.py", "employment/queries/terms.py"),
    *("legal/rules", "legal/permissions.py"),
    *("center/permissions", "center/reference/working_days.py"),
)
# Where people and workbooks write: actions carry out what forms and imports were told.
ACTIONS, FORMS, IMPORTS = "actions", "forms", "exchange"
INFRASTRUCTURE = {"id", "code", "pk"}
# Fields that no hand of a person writes, and who does.
WRITTEN_OTHERWISE = {
    "ClockRule.extension": "the law's own; it comes with a release",
    "ClockRule.may_pause": "the law's own; it comes with a release",
}


def modules(*places: str) -> list[Path]:
    """Python files of a rule's place: a module, or every module of a package."""
    return [path for place in places for path in tracked(place if place.endswith(".py") else f"{place}/*.py")]


def models_by_name() -> dict[str, set[type]]:
    """`file` → HardshipFile: what a variable or a relation of that name is, by the names of models and foreign keys."""
    found: dict[str, set[type]] = defaultdict(set)
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or model.__name__.endswith("Event"):
            continue
        found[model._meta.model_name].add(model)
        for field in model._meta.local_fields:
            if field.related_model is not None and not isinstance(field.related_model, str):
                found[field.name].add(field.related_model)
    return found


def plain_fields(model: type) -> set[str]:
    return {field.name for field in model._meta.fields} - INFRASTRUCTURE


def facts_read(path: Path, names: dict[str, set[type]]) -> set[str]:
    """`Person.died_on`, for every field that this module asks of something whose name says what it is."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        for receiver, name in asked(node):
            found |= {f"{model.__name__}.{name}" for model in names.get(receiver, ()) if name in plain_fields(model)}
    return found


def asked(node: ast.AST) -> list[tuple[str, str]]:
    """(of what, which field): an attribute that is read, or a path of a query."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        receiver = node.value
        word = receiver.id if isinstance(receiver, ast.Name) else getattr(receiver, "attr", "")
        return [(word, node.attr)]
    path = node.arg if isinstance(node, ast.keyword) else getattr(node, "value", None)
    if isinstance(node, ast.keyword | ast.Constant) and isinstance(path, str) and "__" in path and path.isidentifier():
        parts = path.split("__")
        return list(itertools.pairwise(parts))
    return []


def nothing(value: ast.AST) -> bool:
    """Emptying a field is not writing it."""
    return isinstance(value, ast.Constant) and value.value in (None, "")


def written(path: Path) -> set[str]:
    """Names of fields that this module gives a value."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign) and not nothing(node.value):
            found |= {part.attr for target in node.targets for part in flat(target) if isinstance(part, ast.Attribute)}
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            found.add(node.target.attr)
        elif isinstance(node, ast.keyword) and node.arg and not nothing(node.value):
            found.add(node.arg)
        elif isinstance(node, ast.Dict):
            found |= {
                key.value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and not nothing(value)
            }
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "").strip("_").endswith("step"):
            steps = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            found |= {f"{step}_{half}" for step in steps for half in ("by", "at")}
    return found


def flat(target: ast.AST) -> list[ast.AST]:
    return [part for each in target.elts for part in flat(each)] if isinstance(target, ast.Tuple) else [target]


def typed(path: Path) -> set[str]:
    """The fields of the forms of a module, and the columns of an import."""
    tree = ast.parse(path.read_text())
    if f"/{IMPORTS}" in str(path):
        return set(words(tree))
    declared = {
        target.id
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef)
        for line in one.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    metas = [one for one in ast.walk(tree) if isinstance(one, ast.ClassDef) and one.name == "Meta"]
    keys = [key for one in ast.walk(tree) if isinstance(one, ast.Dict) for key in one.keys if key is not None]
    return declared | {word for one in (*metas, *keys) for word in words(one)}


def words(tree: ast.AST) -> list[str]:
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def writers() -> dict[str, list[str]]:
    """Field name → modules that write it."""
    found: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        for path in tracked(f"{room}/*.py"):
            name = relative(path)
            if f"{room}/{ACTIONS}" in name:
                fields = written(path)
            elif f"{room}/{FORMS}" in name or f"{room}/{IMPORTS}" in name:
                fields = typed(path)
            else:
                continue
            for field in fields:
                found[field].append(name)
    return found


def facts() -> dict[str, tuple[list[str], list[str]]]:
    """Field → (who reads it, who writes it)."""
    names, readers, known = models_by_name(), defaultdict(list), writers()
    for path in modules(*RULES):
        for fact in facts_read(path, names):
            readers[fact].append(relative(path))
    return {fact: (sorted(where), sorted(known.get(fact.split(".")[1], []))) for fact, where in sorted(readers.items())}


def told(fact: str, where: list[str]) -> str:
    return f"{fact:46} {' '.join(where)}"


def test_every_fact_that_a_rule_reads_is_written_by_a_page_or_an_import():
    unwritten = {fact: where for fact, (where, by) in facts().items() if not by}

    assert {fact: where for fact, where in unwritten.items() if fact not in WRITTEN_OTHERWISE} == {}
    assert set(WRITTEN_OTHERWISE) - set(unwritten) == set()


def test_the_list_of_facts_is_complete():
    """A new rule adds its line; a fact that nobody reads any more leaves."""
    lines = [told(fact, where) for fact, (where, _by) in facts().items()]

    assert FACTS.read_text().splitlines() == lines


def test_the_places_of_rules_exist():
    assert [place for place in RULES if not modules(place)] == []
    assert (BASE / "casework" / "rules" / "eligibility.py").exists()
