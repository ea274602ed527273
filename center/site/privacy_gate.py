"""No log, no page; and no name while a third person stands at the window."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from center.privacy.access import Unlogged
from center.privacy.masks import NAMES_HIDDEN, mask_name
from center.site.error_pages import not_ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# Templates put every name of a person into an element of this class.
NAMED = re.compile(r'(<(\w+)\b[^>]*\bclass="[^"]*\bperson-name\b[^"]*"[^>]*>)(.*?)(?=</\2>)', re.DOTALL)
TAG = re.compile(r"(<[^>]*>)")


class AccessIsLogged:
    """Answers 503 with the sentence when an access row could not be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Unlogged):
            return None
        return not_ready(request, str(exception))


class NamesAreMasked:
    """F8: whoever has masked the names gets none, on any page or part of a page, in whatever room it was made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        staff = getattr(request, "staff", None)
        hidden = NAMES_HIDDEN.set(bool(staff and staff.names_masked))
        try:
            response = self.get_response(request)
        finally:
            NAMES_HIDDEN.reset(hidden)
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and staff and staff.names_masked:
            response.content = NAMED.sub(_masked, response.content.decode(response.charset))
        return response


def _masked(found: re.Match[str]) -> str:
    """The same element with its names masked; the tags inside stay."""
    inside = [part if part.startswith("<") else _mask(part) for part in TAG.split(found.group(3))]
    return found.group(1) + "".join(inside)


def _mask(text: str) -> str:
    name = unescape(text)
    return escape(mask_name(name)) if name.strip() else text
