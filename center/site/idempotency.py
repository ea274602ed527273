"""A form that is sent twice is carried out once: the second click waits for the first, and is led where it led.

The token of a form is another one on every rendering of a page. What comes twice with the same token and the same words is
therefore one click too many, of whatever form; a page that was opened twice sends two. What two people make at one moment
is kept single by the rules of the tables.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import connection
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from center.models import SentForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from django.http import HttpRequest, HttpResponse

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
KEPT = timedelta(days=1)  # no page is open longer: its session has ended
CARRIED_OUT = {302, 303}  # every form that was carried out leads to a page


def digest_of(request: HttpRequest) -> str:
    """The print of a form that was sent; "" of anything else."""
    if request.method != "POST" or not request.POST.get(TOKEN) or request.headers.get("HX-Request"):
        return ""
    sent = [(name, values) for name, values in sorted(request.POST.lists())]
    files = [(name, one.name, one.size) for name, each in sorted(request.FILES.lists()) for one in each]
    return sha256(repr((request.user.pk, request.get_full_path(), sent, files)).encode()).hexdigest()


def _lock_of(digest: str) -> int:
    return int.from_bytes(bytes.fromhex(digest[:16]), signed=True)


class Idempotency:
    """Stands after the SessionGate: whoever is not in has sent nothing yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        digest: str = getattr(request, "sent_once", "")
        if digest and not connection.needs_rollback:
            if response.status_code in CARRIED_OUT:
                SentForm.objects.bulk_create(
                    [SentForm(digest=digest, answer=response["Location"])], ignore_conflicts=True
                )
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_lock_of(digest)])
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        digest = digest_of(request) if request.user.is_authenticated else ""
        if not digest:
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_lock_of(digest)])
        request.sent_once = digest  # type: ignore[attr-defined] # read above
        earlier = SentForm.objects.filter(digest=digest).first()
        if earlier is None:
            return None
        messages.info(request, _("This was sent twice and carried out once."))
        return HttpResponseRedirect(earlier.answer)


def purge(now: datetime) -> int:
    return SentForm.objects.filter(sent_at__lt=now - KEPT).delete()[0]
