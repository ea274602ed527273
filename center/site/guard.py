"""Who may open a page. The answer of every refused page is the sentence that says what is missing."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from center.papers.prints import Undrawable
from center.permissions.turns import who_can

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse, QueryDict
    from django_htmx.middleware import HtmxDetails

    from center.kernel.roles import Permission
    from center.models import Staff

Parameters = ParamSpec("Parameters")


class StaffRequest(HttpRequest):
    """A request of somebody who is logged in; `staff` and `htmx` are always there."""

    staff: Staff
    htmx: HtmxDetails
    number: str


if TYPE_CHECKING:
    View = Callable[Concatenate[StaffRequest, Parameters], HttpResponse]

# View → the permissions of which one is enough; the access matrix reads it.
NEEDS: dict[str, frozenset[Permission]] = {}
PUBLIC: set[str] = set()


def needs(*permissions: Permission) -> Callable[[View[Parameters]], Callable[..., HttpResponse]]:
    """Open only to staff who hold one of these permissions; the 403 page names the roles that do."""

    def decorate(view: View[Parameters]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            staff = cast("Staff", request.user)
            if not any(staff.may_somewhere(permission) for permission in permissions):
                raise PermissionDenied(sentence(frozenset(permissions), staff))
            try:
                return view(cast("StaffRequest", request), *args, **kwargs)
            except Undrawable as refusal:  # every door that prints can meet such a character
                messages.error(request, str(refusal))
                return redirect(_where_from(request))

        NEEDS[f"{view.__module__}.{view.__name__}"] = frozenset(permissions)
        return guarded

    return decorate


def _where_from(request: HttpRequest) -> str:
    """The page that this person was on; home when nobody says."""
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if is_ours else reverse("center:home")


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it empty; None when nothing was."""
    return request.POST if request.method == "POST" else None


def opens(staff: Staff, url: str) -> bool:
    """Whether this person's roles open a page of ours: pages show no link that would refuse. Records are not asked."""
    try:
        view = resolve(urlsplit(url).path).func
    except Resolver404:
        return True
    asked = NEEDS.get(f"{view.__module__}.{view.__name__}")
    return asked is None or any(staff.may_somewhere(permission) for permission in asked)


def sentence(permissions: frozenset[Permission], staff: Staff) -> str:
    """The roles that open the page, and who holds them where this person works."""
    place = staff.home_office
    return _("You may not open this page. It is for: %(roles)s. Ask the administrator if that is you.") % {
        "roles": who_can(permissions, place.pk if place else None)
    }


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for anyone, without login. It opens no session; PUBLIC_ROUTES names every one of them."""
    view.login_required = False  # type: ignore[attr-defined]
    PUBLIC.add(f"{view.__module__}.{view.__name__}")
    return view


reads = require_GET
