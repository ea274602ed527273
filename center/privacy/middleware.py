"""No log, no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from center.privacy.access import Unlogged

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


class AccessIsLogged:
    """Answers 503 with the sentence when an access row could not be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Unlogged):
            return None
        return HttpResponse(str(exception), status=503, content_type="text/plain; charset=utf-8")
