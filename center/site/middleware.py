"""What happens around every request: its number, its language, whether the person may be here, and that reads read."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.shortcuts import redirect
from django.utils import timezone, translation

from center.kernel.action import acted
from center.privacy import drafts
from center.site import error_pages, task_inbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from center.models import Staff

    GetResponse = Callable[[HttpRequest], HttpResponse]

LANGUAGES = {"zh-hans", "en"}
# Pages that open whatever is still to be passed, and what each page on the way in takes along. Nothing else opens before.
ALWAYS = frozenset({"center:login", "center:logout", "center:lock", "center:language"})
STAGES = {
    "center:lock": ALWAYS,
    "center:password": ALWAYS | {"center:password"},
    "center:second_factor": ALWAYS | {"center:second_factor", "center:second_factor_setup"},
}
# The only tables that a GET may write (architecture.md §6): the session, the login guard, the access log.
WRITTEN_ON_GET = re.compile(r'"?(django_session|axes_\w+|center_accessentry)"?', re.IGNORECASE)
WRITES = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+(\S+)", re.IGNORECASE)


class RequestIds:
    """A short number on every answer, on every log line, and on the error page to be read out on the phone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex[:8].upper()
        request.number = number  # type: ignore[attr-defined] # StaffRequest declares it
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        response = self.get_response(request)
        response["X-Request-Number"] = number
        return response


class StaffLanguage:
    """The language that the person chose; before login, the one chosen on the login page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        staff = request.user if request.user.is_authenticated else None
        request.staff = staff  # type: ignore[attr-defined] # StaffRequest declares it
        chosen = staff.language if staff else request.COOKIES.get("language", "")
        with translation.override(chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response["Content-Language"] = request.LANGUAGE_CODE
            return response


class NothingTooBig:
    """What is larger than any page takes is refused before it is read, in the language of the person."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META.get("CONTENT_LENGTH") or "0"
        if sent.isdigit() and int(sent) > settings.UPLOAD_MOST:
            return error_pages.too_big(request)
        return self.get_response(request)


class NothingUnwritable:
    """A character that no database keeps comes from no keyboard: such a request is wrong, whatever page it is for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        for sent in (request.GET, request.POST):
            if any("\0" in value for _name, values in sent.lists() for value in values):
                raise SuspiciousOperation("NUL")
        if "\0" in request.path:
            raise SuspiciousOperation("NUL")


class SessionGate:
    """Login, idle lock, password change and second factor, in this order, before any page that is not public."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"  # a shared PC's back button shows nothing
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(drafts.rescue(request) or request.get_full_path(), settings.LOGIN_URL)
        if name in ALWAYS:
            return None
        where = self._stage(request, request.user)
        if not where or name in STAGES[where]:
            return None
        return self._sent_to(request, where)

    def _stage(self, request: HttpRequest, staff: Staff) -> str:
        """The page that has to be passed first; "" for somebody who is wholly in."""
        if self._is_locked(request):
            return "center:lock"
        if self._must_change_password(staff):
            return "center:password"
        return "center:second_factor" if self._needs_second_factor(request, staff) else ""

    @staticmethod
    def _sent_to(request: HttpRequest, where: str) -> HttpResponse:
        request.session["after"] = request.get_full_path() if request.method == "GET" else drafts.rescue(request) or "/"
        answer = redirect(where)
        if request.headers.get("HX-Request"):
            answer.status_code = 200
            answer["HX-Redirect"] = answer["Location"]
            del answer["Location"]
        return answer

    @staticmethod
    def _is_locked(request: HttpRequest) -> bool:
        now, seen = int(timezone.now().timestamp()), request.session.get("seen", 0)
        if request.session.get("locked") or (seen and now - seen > settings.IDLE_LOCK_MINUTES * 60):
            request.session["locked"] = True
            return True
        if now - seen > 20:  # noqa: PLR2004 - seconds; the session is not written on every click
            request.session["seen"] = now
        return False

    @staticmethod
    def _must_change_password(staff: Staff) -> bool:
        if settings.DEMO:
            return False
        changed = staff.password_changed_at
        days = (timezone.now() - changed).days if changed else 0
        return staff.must_change_password or days > settings.PASSWORD_DAYS

    @staticmethod
    def _needs_second_factor(request: HttpRequest, staff: Staff) -> bool:
        if settings.DEMO or not settings.SECOND_FACTOR:
            return False
        return staff.needs_second_factor and not request.user.is_verified()  # type: ignore[union-attr] # django-otp adds it


class SentFormsLeaveNoDraft:
    """A marked form that was accepted (no 4xx, no refusal) takes its draft with it. Stands after the SessionGate."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found: drafts.Mark | None = getattr(request, "draft_sent", None)
        if found and response.status_code < 400:  # noqa: PLR2004 - accepted
            drafts.end(found)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        found = drafts.marked(request)
        if found and found.to == request.path and found.staff == request.user.pk:
            request.draft_sent = found  # type: ignore[attr-defined] # read above


class WaitingIsCountedAnew:
    """Whoever does something sees on the answer, and on the next page, what waits after it. After the SessionGate."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.counted_after = acted.get()  # type: ignore[attr-defined] # our own mark
        response = self.get_response(request)
        if task_inbox.is_outdated(request):
            request.session.pop(task_inbox.KEY, None)
        return response


class ReadsCannotWrite:
    """A GET that tries to change anything but the session, the login guard and the access log is a bug: it stops."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with connection.execute_wrapper(self._refuse):
            return self.get_response(request)

    @staticmethod
    def _refuse(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: dict[str, Any]
    ) -> object:
        writes = WRITES.match(sql)
        if writes and not WRITTEN_ON_GET.fullmatch(writes.group(1)):
            raise RuntimeError(f"A page that reads may not write {writes.group(1)}.")
        return execute(sql, params, many, context)
