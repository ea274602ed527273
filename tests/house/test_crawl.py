"""Everybody, names masked, follows every link: it opens, no number stands in clear, no name under the mask."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.house.conftest import WALKERS, entered
from tests.house.crawl import coded, half_width, numbers_in, secrets, untranslated, walk
from tests.house.test_routes import address, ours

# What a route may show in clear to somebody who only follows links (architecture.md §5): nothing. A number is shown by a
# POST with its reason (center:reveal), and a file with numbers is made by one.
SHOWS_IN_CLEAR = {}
# Workbooks whose headings are those of the registry's form, which has half-width brackets, beside a reason in English.
HEADINGS_OF_THE_FORM = {"casework:import_template", "casework:import_errors"}
# Lists that set the English word beside the Chinese one.
SAY_IT_IN_BOTH = {"center:code_list", "center:glossary"}
# Titles that are the same in both languages.
SAME_IN_BOTH = {"English", "CSV", "PDF"}
# Routes to which no link of the practice district leads, and why; this list only shrinks.
NOT_REACHED = {
    "center:gallery": "for those who build pages",
    "center:item_ballots": "an item asks for it while its members vote; tests/center/test_ballots.py",
    "center:item_paper": "applications of the practice district hold no scans; tests/relief/test_dossier.py",
    "center:live": "for machines",
    "center:lock": "where the idle are sent",
    "center:login": "where strangers are sent",
    "center:practice": "a line of every page asks for it while the district grows",
    "center:ready": "for machines",
    "center:scan": "the code on a paper leads here",
    "center:search": "a form that is sent, so that no name stands in an address",
    "center:second_factor": "practice people need no second factor",
    "center:second_factor_setup": "practice people need no second factor",
    "relief:adopt_programmes": "the practice district has its programmes",
}


def test_a_canary_sits_in_every_column_that_holds_a_number(district):
    assert [(model._meta.label, column.name) for model, column, values in secrets() if not values.exists()] == []
    assert len(district.canaries.names) > 100


@pytest.mark.parametrize("written", ["{}", "{0:.6}-{1:.8}", "{0:.6} {1}", "%20{}", "<b>{}</b>", "{0:.6}&nbsp;{1}"])
def test_a_number_is_seen_however_it_is_written(written):
    number = "11010519491231002X"

    told = written.format(number, number[6:]) if "{1" in written else written.format(number)

    assert list(numbers_in(told + number[14:] * told.endswith("1231"), {"id": {number}})) == [("id", number)]


@pytest.mark.parametrize("username", WALKERS)
def test_every_link_that_a_page_offers_opens(district, username):
    assert district.walk_of(username).dead == []


def test_a_visitor_of_the_public_pages_learns_no_name_and_no_number(district):
    met = walk(Client(), district.canaries, start=reverse("center:public_notices"))

    assert "center:public_notice" in met.reached
    assert (met.dead, met.where, dict(met.named), dict(met.coded)) == ([], [], {}, {})


def test_routes_show_in_clear_what_they_declare_and_nothing_else(district):
    found = {}
    for username in WALKERS:
        for route, kinds in district.walk_of(username).in_clear.items():
            found.setdefault(route, set()).update(kinds)

    assert found == SHOWS_IN_CLEAR


def test_under_the_mask_no_name_stands_on_any_page_not_even_in_a_field(district):
    assert {route for username in WALKERS for route in district.walk_of(username).named} == set()


def test_no_page_calls_a_record_by_its_opaque_code_or_a_thing_by_its_name_in_the_code(district):
    found = {}
    for who in WALKERS:
        for route, told in district.walk_of(who).coded.items():
            found.setdefault(route, set()).update(told)

    assert len(district.canaries.codes) > 500
    assert found == {}


def test_titles_of_sections_columns_and_fields_are_chinese_on_chinese_pages(district):
    found = {}
    for who in WALKERS:
        for route, told in district.walk_of(who).untitled.items():
            found.setdefault(route, set()).update(told - SAME_IN_BOTH)

    assert {route: told for route, told in found.items() if told and not route.startswith("admin:")} == {}


def test_a_title_of_english_is_seen():
    page = "<h2>Steps</h2><th>编号</th><dt>PDF 文件</dt><label for='x'>Note</label><p>Saved</p>"

    assert untranslated(page) == {"Steps", "Note"}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("<a href='/files/74TDJKE56T/'>档案</a>", set()),
        ("<h1>74TDJKE56T</h1>", {"74TDJKE56T"}),
        ("<td>casework.file.edited</td>", {"casework.file"}),
        ("<td>casework</td>", {"casework"}),
    ],
)
def test_a_code_among_words_is_seen(written, found):
    assert coded(written, {"74TDJKE56T"}) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("姓名：张三，工人（已退休）", ""),
        ("<p>PDF, JPEG 或 <b>2,500</b> 元 12:30</p>", ""),
        ("<p>姓名: 张三</p>", "姓名: 张三"),
        ("<p>尚缺,请补</p>", "尚缺,请补"),
        ("<p>金额(元)</p>", "金额(元)"),
        ("<script>'姓名: '</script><a title='姓名: '>工人</a>", ""),
    ],
)
def test_a_mark_of_english_among_chinese_is_seen(written, found):
    assert half_width(written).strip() == found


def test_chinese_pages_and_papers_are_written_with_chinese_marks(district):
    found = {route: told for who in WALKERS for route, told in district.walk_of(who).half_width.items()}

    ours_alone = {route: told for route, told in found.items() if not route.startswith("admin:")}  # Django's own words
    assert {route: told for route, told in ours_alone.items() if route not in HEADINGS_OF_THE_FORM} == {}


def test_chinese_pages_hold_no_sentence_of_english(district):
    found = {}
    for who in WALKERS:
        for route, told in district.walk_of(who).english.items():
            found.setdefault(route, set()).update(told)

    assert {route for route in found if not route.startswith("admin:")} == SAY_IT_IN_BOTH


def test_the_walks_reach_every_page_but_these(district):
    reached = {route for username in WALKERS for route in district.walk_of(username).reached}

    left = {name for name, pattern in ours() if name not in reached and not takes_only_posts(name, pattern)}

    assert left == set(NOT_REACHED)


def takes_only_posts(name, pattern):
    """Whether whoever may use this route gets a 405 when they only look."""
    answers = (entered(username).get(address(name, pattern)).status_code for username in WALKERS)
    return next((status for status in answers if status != 403), 403) == 405
