"""Somebody who follows every link that a page shows, and reads every answer as a thief would."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pypdfium2
from django.apps import apps
from django.urls import Resolver404, resolve
from python_calamine import CalamineWorkbook

from center.models import Stateful
from center.models.base import random_code
from center.privacy.fields import SecretField
from center.privacy.secret import unseal

RECORDS = 2  # pages of one route that show different records, and one of each state in which such a record stands
KINDS_OF_PAGE = ("section", "step", "which", "model", "field")  # arguments that choose a page, not a record
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"|\shx-get="([^"]*)"')
GET_FORM = re.compile(r'<form\b(?![^>]*method="post")[^>]*\saction="([^"]*)"', re.IGNORECASE)
ELSEWHERE = ("/static/", "/admin/")  # Django's own; no personal data is registered there
REFUSED = 400
# What somebody puts between the digits of a number, to make it readable or to hide it from a search.
JOINTS = re.compile(r"(?<=\d)[\s\u00a0\u2000-\u200b\u2010-\u2015.+-](?=[\dXx])")
RUN = re.compile(r"\d{11,}[Xx]?")
# A mark of English after or before a character of Chinese (GB/T 15834), in what a reader sees of a page.
HALF_WIDTH = re.compile(r"[\u3400-\u9fff”）] ?(?:[,:?!]|;(?!;))|[\u3400-\u9fff] ?\(|[,:;?!(][\u3400-\u9fff“（]")
# Three words of English in a row are a sentence that nobody translated.
ENGLISH = re.compile(r"\b[A-Za-z]+(?: [a-z]+){2,}")
TITLE = re.compile(r"<(h[1-6]|th|legend|label|caption|summary|figcaption|dt)\b[^>]*>(.*?)</\1>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{3}")
OPAQUE = re.compile(r"\b[2-9A-HJKMNP-Z]{10,20}\b")
CODE_NAME = re.compile(r"\b(?:center|casework|relief|employment|legal)\.[a-z_]+\b|\bcasework\b")
UNSEEN = re.compile(r"<(script|style|textarea)\b.*?</\1>|<[^>]*>", re.DOTALL)
SIZES = range(11, 22)  # of a telephone number, an ID number, a card


@dataclass
class Walk:
    """What one person met: the routes reached, the links that did not open, and what was told."""

    reached: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    in_clear: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # route → kinds of number
    where: list[str] = field(default_factory=list)  # the same with addresses, for whoever mends it
    half_width: dict[str, str] = field(default_factory=dict)  # route → the first words so written
    english: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # route → such words
    named: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # route → addresses of pages
    untitled: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # route → titles nobody translated
    coded: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # route → opaque codes and code names


@dataclass(frozen=True)
class Canaries:
    """Every person of the district: their numbers in bare form by kind, and their names; where every record stands."""

    numbers: dict[str, set[str]]
    names: set[str]
    states: dict[str, str] = field(default_factory=dict)  # by the code that stands in addresses
    codes: set[str] = field(default_factory=set)  # every opaque code that stands in addresses


def codes():
    """Every opaque code of a record; those that a print carries are looked for by people and belong on the page."""
    coded = [model for model in apps.get_models() if any(one.name == "code" for one in model._meta.local_fields)]
    printed = {"center.issueddocument"}
    return {
        code
        for model in coded
        if model._meta.label_lower not in printed and model._meta.get_field("code").default is random_code
        for code in model._default_manager.values_list("code", flat=True)
    }


def states():
    """Where each record stands that moves from state to state, by its code."""
    stateful = [model for model in apps.get_models() if issubclass(model, Stateful) and hasattr(model, "code")]
    return {
        code: f"{model._meta.label} {status}"
        for model in stateful
        for code, status in model._default_manager.values_list("code", "status")
    }


def secrets():
    """(model, field, the values that stand in it) of every column whose values are kept sealed."""
    for model in apps.get_models():
        for one in model._meta.local_fields:
            if isinstance(one, SecretField) and not hasattr(model, "pgh_tracked_model"):
                yield model, one, model._default_manager.exclude(**{one.name: None}).values_list(one.name, flat=True)


def sealed_numbers():
    found = defaultdict(set)
    for _model, column, values in secrets():
        found[column.kind] |= {unseal(value._label, bytes(value)) for value in values}
    return dict(found)


def walk(client, canaries, *, start="/"):
    """Follow every link from the start: few records of each page, one page of each choice of filters."""
    met, seen, pages, shown = Walk(), set(), Counter(), set()
    waiting = deque([(start, "the start")])
    while waiting:
        url, referrer = waiting.popleft()
        if url in seen:
            continue
        page = page_of(url)
        states = [] if any(page[1:]) else [state for word in url.split("/") if (state := canaries.states.get(word))]
        stand = (page[0], *states)
        if stand in shown if states else pages[page] >= (1 if page[2] else RECORDS):
            continue
        seen.add(url)
        shown.add(stand)
        pages[page] += 1
        answer = client.get(url, headers={"accept": "text/html"})
        met.reached.add(page[0])
        waiting += [(target, url) for target in _read(met, page[0], url, answer, canaries)]
        if answer.status_code >= REFUSED:
            met.dead.append(f"{answer.status_code} {url} offered by {referrer}")
    return met


def _read(met, route, url, answer, canaries):
    """Note what an answer tells of people; the links that it offers."""
    text, headers = text_of(answer), "\n".join(f"{key}: {value}" for key, value in answer.headers.items())
    for kind, number in numbers_in(f"{url}\n{headers}\n{text}", canaries.numbers):
        met.in_clear[route].add(kind)
        met.where.append(f"{kind} {number} on {url}")
    is_page = "html" in answer.headers.get("Content-Type", "")
    if any(name in f"{headers}\n{text if is_page else ''}" for name in canaries.names):
        met.named[route].add(url)
    met.half_width.update({route: told} if (told := half_width(text)) else {})
    if is_page and (found := english(text)):
        met.english[route] |= found
    if is_page and (found := untranslated(text)):
        met.untitled[route] |= found
    if is_page and (found := coded(text, canaries.codes)):
        met.coded[route] |= found
    if answer.has_header("Location"):
        return [urljoin(url, answer.headers["Location"])]
    return links(url, text) if is_page else []


def half_width(text):
    """The words around the first mark of English among Chinese, or nothing."""
    seen = UNSEEN.sub("\n", text)
    found = HALF_WIDTH.search(unescape(seen))
    return unescape(seen)[max(0, found.start() - 20) : found.end() + 20] if found else ""


def untranslated(text):
    """Titles of sections, columns and fields that hold letters of English and nothing of Chinese."""
    said = (unescape(UNSEEN.sub("", inside)).strip() for _tag, inside in TITLE.findall(text))
    return {one for one in said if WORD.search(one) and not re.search(r"[\u3400-\u9fff]", one)}


def coded(text, codes):
    """Opaque codes and names out of our code among what a reader sees: nobody's word for anything."""
    seen = unescape(UNSEEN.sub("\n", text))
    return set(OPAQUE.findall(seen)) & codes | set(CODE_NAME.findall(seen))


def english(text):
    """Sentences of English among what a reader sees."""
    return set(ENGLISH.findall(unescape(UNSEEN.sub("\n", text))))


@cache  # menus offer the same addresses on every page, to everybody
def page_of(url):
    """(route, its words that are no record, the names of its filters): one page, whatever record it shows."""
    parts = urlsplit(url)
    try:
        found = resolve(unquote(parts.path))
    except Resolver404:
        return "nowhere", (), ()
    words = tuple(value for key, value in sorted(found.kwargs.items()) if key in KINDS_OF_PAGE)
    return (
        found.view_name,
        words,
        tuple(sorted({key for key, _value in parse_qsl(parts.query, keep_blank_values=True)})),
    )


def links(url, text):
    found = [one for pair in LINK.findall(text) for one in pair if one] + GET_FORM.findall(text)
    targets = [urljoin(url, unescape(link)).split("#")[0] for link in found]
    return [target for target in targets if target.startswith("/") and not target.startswith(ELSEWHERE)]


def text_of(answer):
    """All that an answer says: the text of its page, its paper or its workbook."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if "pdf" in kind:
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body))
    if "sheet" in kind:
        book = CalamineWorkbook.from_filelike(BytesIO(body))
        pages = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        return "\n".join(str(cell) for page in pages for row in page for cell in row)
    return "" if kind.startswith("image/") else body.decode("utf-8", errors="replace")


def numbers_in(text, known):
    """(kind, number) of each number that stands here whole, however it is written."""
    runs = set(RUN.findall(text)) | set(RUN.findall(JOINTS.sub("", unescape(unquote(text)))))
    parts = {run[at : at + size].upper() for run in runs for size in SIZES for at in range(len(run) - size + 1)}
    for kind, numbers in known.items():
        for number in sorted(numbers & parts):
            yield kind, number
