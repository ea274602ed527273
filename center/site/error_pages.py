"""Answers that ask nothing of the database: what was sent is too big, or the service is not ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest

SOON = 30  # seconds


def _page(request: HttpRequest, title: str, sentence: str, *, status: int) -> HttpResponse:
    facts = {
        "title": title,
        "sentence": sentence,
        "number": getattr(request, "number", ""),
        "language": "en" if (translation.get_language() or "").startswith("en") else "zh-CN",
    }
    return HttpResponse(render_to_string("halted.html", facts), status=status)


def _language(request: HttpRequest) -> str:
    return getattr(request, "LANGUAGE_CODE", "") or settings.LANGUAGE_CODE


def too_big(request: HttpRequest) -> HttpResponse:
    with translation.override(_language(request)):
        sentence = _("A page takes at most %(most)s MB. Scan with fewer dots per inch, or send the files one by one.")
        most = settings.UPLOAD_MOST // 2**20
        return _page(request, _("What you sent is too big"), sentence % {"most": most}, status=413)


def not_ready(request: HttpRequest, sentence: str = "") -> HttpResponse:
    with translation.override(_language(request)):
        sentence = sentence or _(
            "The database does not answer. Try again in a minute; if it lasts, call the administrator."
        )
        response = _page(request, _("Not ready just now"), sentence, status=503)
    response["Retry-After"] = str(SOON)
    return response
