"""What holds for every file of the project, read from the tree itself."""

import ast
import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
ROOMS = ("center", "casework", "relief", "employment", "legal")
DJANGOS = {"__init__.py", "admin.py", "apps.py", "urls.py", "migrations", "management", "templatetags", "__pycache__"}
CJK = re.compile(r"[\u3400-\u9fff]")
# Words of the data that a rule must know by sight, beside the code that reads them.
CJK_MAY_STAND_IN = (
    "config/settings.py",  # the default display name
    "demo/relief/sheets.py",  # the words of the printed sheet that a pen signs beside
    "demo/management/commands/seed_demo.py",  # invented people
    "center/management/commands/seed_reference.py",  # who publishes the calendar
    "center/management/commands/start_center.py",  # the default name of the administrator
    "config/formats/en/formats.py",  # dates as forms write them
    "config/formats/zh_Hans/formats.py",
)


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=BASE,
        capture_output=True,
        text=True,
        check=True,
    )
    return [BASE / name for name in listed.stdout.splitlines() if (BASE / name).exists()]


def python_of_rooms():
    return [
        path
        for room in (*ROOMS, "config", "demo")
        for path in tracked(f"{room}/*.py")
        if "/migrations/" not in str(path)
    ]


def relative(path):
    return str(path.relative_to(BASE))


def test_lock_files_hold_no_download_address():
    found = [
        relative(path)
        for path in tracked("requirements*.lock", "*.npmrc", "package-lock.json")
        if "://" in path.read_text()
    ]

    assert found == []


def test_every_dependency_says_what_it_is_for():
    lines = (BASE / "pyproject.toml").read_text().split("[tool.ruff]")[0].splitlines()
    mute = [line for line in lines if re.match(r'^  "[a-z]', line) and "#" not in line and "license" not in line]

    assert [
        line for line in mute if not re.match(r'^  "(pytest|pytest-django|mypy|ruff|django-stubs.*|types-.*)"', line)
    ] == []


def test_vendored_files_are_exactly_what_was_published():
    files = tomllib.loads((BASE / "static" / "vendor" / "VENDOR.toml").read_text())["file"]
    wrong = [
        one["path"] for one in files if hashlib.sha256((BASE / one["path"]).read_bytes()).hexdigest() != one["sha256"]
    ]
    listed = {one["path"] for one in files}
    vendored = {
        relative(path) for folder in ("static/vendor", "tests/vendor", "static/fonts") for path in tracked(folder)
    }

    assert wrong == []
    assert {path for path in vendored - listed if not path.endswith(("LICENSE", "OFL.txt", "VENDOR.toml"))} == set()


FORBIDDEN_CSS = (
    ":has(",
    "@container",
    "@layer",
    "color-mix(",
    "oklch(",
    "dvh",
    "subgrid",
    "inert",
    "&:",
    "letter-spacing",
)
FORBIDDEN_JS = (
    "eval(",
    "new Function",
    "innerHTML",
    "localStorage",
    "sessionStorage",
    "parseFloat",
    "?.",
    "??=",
    "||=",
)


def test_css_runs_on_the_browsers_of_the_offices():
    for path in tracked("static/css/*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert [word for word in FORBIDDEN_CSS if word in text] == [], relative(path)


def test_scripts_are_small_old_enough_and_keep_nothing():
    paths = tracked("static/js/*.js")
    for path in paths:
        code = "\n".join(line.split("//")[0] for line in path.read_text().splitlines())
        assert [word for word in FORBIDDEN_JS if word in code] == [], relative(path)

    assert sum(path.stat().st_size for path in paths) <= 30_000


def test_no_template_holds_a_script_a_style_or_chinese():
    for path in tracked("templates/*.html"):
        if "/print/" in str(path):
            continue
        text = path.read_text()
        assert (
            re.findall(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", text) == [] or path.name == "500.html"
        ), relative(path)
        assert CJK.findall(re.sub(r"{#.*?#}", "", text)) == [], relative(path)


def test_no_chinese_stands_in_code_outside_of_data():
    """Chinese in a docstring or a comment is the field's own word; in a string it would be a page's."""
    found = {}
    for path in python_of_rooms():
        tree = ast.parse(path.read_text())
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        said = [
            f"{node.lineno} {node.value[:20]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
            and CJK.search(node.value)
        ]
        if said:
            found[relative(path)] = said

    assert {path: said for path, said in found.items() if path not in CJK_MAY_STAND_IN} == {}
    assert set(found) == set(CJK_MAY_STAND_IN)


def test_no_message_hides_in_an_f_string():
    """The catalogue's collector does not look into them: such words stay English on a Chinese page."""
    asks = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
    found = [
        f"{relative(path)}:{call.lineno}"
        for path in python_of_rooms()
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in asks
    ]

    assert found == []


CLOCK = {"now", "today", "localdate", "localtime"}


def test_no_test_reads_the_clock_while_it_is_collected():
    """The run may begin before midnight and the test be read after it. A year alone may be named."""
    found = []
    for path in tracked("tests/*.py"):
        tree = ast.parse(path.read_text())
        years = {id(part.value) for part in ast.walk(tree) if isinstance(part, ast.Attribute) and part.attr == "year"}
        found += [
            f"{relative(path)}:{call.lineno}"
            for call in at_import(tree)
            if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCK and id(call) not in years
        ]

    assert found == []


def at_import(tree):
    """The calls of a module that its import makes: decorators and defaults, not what functions do later."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += node.decorator_list + node.args.defaults + [each for each in node.args.kw_defaults if each]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def test_money_is_never_a_float():
    found = []
    for path in python_of_rooms():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float":
                found.append(f"{relative(path)}:{node.lineno}")
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "FloatField":
                found.append(f"{relative(path)}:{node.lineno}")

    timing = ("center/models/codes.py", "center/reference/working_days.py")  # seconds, not yuan
    assert [line for line in found if "exchange" not in line and not line.startswith(timing)] == []


def test_status_is_written_by_become_alone():
    """`record.status = …` stands nowhere but in `become`."""
    found = []
    for path in python_of_rooms():
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(part, ast.Attribute) and part.attr == "status":
                        found.append(f"{relative(path)}:{node.lineno}")

    assert [line for line in found if not line.startswith("center/models/base.py")] == []


def test_no_module_is_called_by_a_word_that_says_nothing():
    banned = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "handlers", "info"}

    assert [relative(path) for path in python_of_rooms() if path.stem in banned or path.parent.name in banned] == []


def test_decisions_are_numbered_without_gaps_and_have_a_status():
    records = sorted((BASE / "docs" / "decisions").glob("[0-9]*.md"))

    assert [int(path.name[:3]) for path in records] == list(range(1, len(records) + 1))
    assert [
        path.name for path in records if not re.search(r"^(Accepted|Replaced by)", path.read_text(), re.MULTILINE)
    ] == []


def test_nothing_tells_of_a_machine_or_a_registry():
    registry = re.compile(r"pypi\.org|registry\.npmjs|files\.pythonhosted|deb\.debian")
    machine = re.compile(r"(^|[^a-z.])/(work|farm|root)/")
    found = []
    for path in tracked("*.py", "*.html", "*.md", "*.toml", "*.css", "*.js", "Makefile", ".ci/*", "deploy/*"):
        text = path.read_text(errors="ignore")
        if path != Path(__file__) and "vendor" not in str(path) and (registry.search(text) or machine.search(text)):
            found.append(relative(path))

    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_unfinished_marks(room):
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")

    assert [
        relative(path) for path in tracked(f"{room}/*.py", f"templates/{room}/*.html") if words.search(path.read_text())
    ] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_s_root_is_read_at_a_glance(room):
    """Fourteen names at most beside Django's own; a fifteenth noun belongs into one of its folders."""
    names = {path.relative_to(BASE).parts[1] for path in tracked(f"{room}/*")} - DJANGOS

    assert len(names) <= 14, sorted(names)


def test_importlinter_has_no_standing_exception():
    assert "ignore_imports" not in (BASE / "pyproject.toml").read_text()


def test_no_journey_waits_by_a_sentence_that_the_page_must_run():
    """It holds while its first look says yes; at the second the page's own security policy refuses it."""
    journeys = tracked("tests/browser/*.py")

    assert journeys
    assert [relative(path) for path in journeys if "wait_for_function" in path.read_text()] == []


def test_no_file_holds_the_marks_of_an_unsettled_merge():
    marks = re.compile(r"^(<{7} |>{7} |={7}$)", re.MULTILINE)

    assert [
        relative(path) for path in tracked("*.py", "*.html", "*.po", "*.md") if marks.search(path.read_text())
    ] == []


def test_an_amount_is_written_in_one_way():
    """`center.kernel.sentences.yuan` in sentences, the tags of `ui` on pages: nobody else sets thousands apart."""
    writers = {"center/kernel/sentences.py", "center/templatetags/ui.py"}

    assert {relative(path) for path in python_of_rooms() if ",.2f" in path.read_text()} == writers
