"""What happens around every request: its number, its language, and whether the person may be here at all."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import structlog
from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class RequestIds:
    """A short number on every answer, on every log line, and on the error page to be read out on the phone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex[:8].upper()
        request.number = number  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        response = self.get_response(request)
        response["X-Request-Number"] = number
        return response


class StaffLanguage:
    """The language that the person chose; before login, the one chosen on the login page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else request.COOKIES.get("language", "zh-hans")
        with translation.override(chosen if chosen in {"zh-hans", "en"} else "zh-hans"):
            request.LANGUAGE_CODE = translation.get_language() or "zh-hans"
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
            response["Content-Language"] = request.LANGUAGE_CODE
            return response


class Doorkeeper:
    """Placeholder until the accounts pages land."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
