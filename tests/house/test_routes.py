"""Every route, every role: what opens, what does not, and that no address, title or GET gives anything away."""

import os
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from center.kernel.roles import Role
from center.site.guard import PUBLIC
from tests.center.make import make_office, make_staff

MATRIX = Path(__file__).with_name("access_matrix.txt")
OTHERS = ("admin:", "djdt:")
# Answered to anyone, without a session (architecture.md §6).
PUBLIC_ROUTES = {
    "center:login",
    "center:language",
    "center:live",
    "center:ready",
    "center:public_notices",
    "center:public_notice",
}
# They end the session, lock it or change what every later page shows: anybody who is in may send them.
NOT_ASKED = PUBLIC_ROUTES | {"center:logout", "center:lock", "center:mask_names"}
EVERY_ONE = "(see PUBLIC_ROUTES or every one)"
STAND_INS = {
    "int": 987654,
    "str": "NOSUCHCODE",
    "slug": "none",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "path": "x",
}


def routes(resolver=None, namespace=""):
    """(name, pattern) of every route of ours."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}", pattern


def ours():
    return sorted({name: pattern for name, pattern in routes() if not name.startswith(OTHERS)}.items())


def address(name, pattern):
    kinds = {
        key: type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for key, converter in pattern.pattern.converters.items()
    }
    return reverse(name, kwargs={key: STAND_INS.get(kind, "x") for key, kind in kinds.items()})


def answer(client, url):
    """How a route answers: GET where it may be read, POST where it may only be sent."""
    response = client.get(url)
    return client.post(url).status_code if response.status_code == 405 else response.status_code


def test_every_route_of_ours_has_a_name():
    def nameless(resolver):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace != "admin":
                    yield from nameless(pattern)
            elif not pattern.name:
                yield str(pattern.pattern)

    assert list(nameless(get_resolver())) == []


@pytest.mark.django_db
def test_anyone_reaches_the_public_routes_and_nothing_else(enter):
    client = enter()

    open_to_anyone = {
        name
        for name, pattern in ours()
        if not client.get(address(name, pattern)).headers.get("Location", "").startswith("/login/")
    }

    assert open_to_anyone == PUBLIC_ROUTES


def test_the_public_views_are_the_public_routes():
    marked = {name for name, pattern in ours() if getattr(pattern.callback, "login_required", True) is False}

    assert marked == PUBLIC_ROUTES
    assert len(PUBLIC) == len(PUBLIC_ROUTES)


def written(matrix):
    """The matrix as it is kept: a route on a line, with the roles that may open it."""
    return "".join(f"{name:42} {' '.join(sorted(roles)) or EVERY_ONE}\n" for name, roles in matrix.items())


def kept():
    """Route → the roles that may open it."""
    rows = [line.split(maxsplit=1) for line in MATRIX.read_text().splitlines()]
    return {name: set() if roles == EVERY_ONE else set(roles.split()) for name, roles in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_route_answers_a_role_as_the_matrix_says(enter, role):
    """200 and 302: open; 404: open, but this record is not there; 403: not this role's; 4xx of an empty POST: open."""
    client = enter(make_staff(role, office=make_office()))
    found = {name: answer(client, address(name, pattern)) for name, pattern in ours() if name not in NOT_ASKED}
    opened = {name for name, status in found.items() if status != 403}
    if os.environ.get("WRITE_MATRIX"):
        known = kept()
        others = {name: known.get(name, set()) - {role} for name, _pattern in ours()}
        MATRIX.write_text(
            written({name: roles | ({role} if name in opened else set()) for name, roles in others.items()})
        )

    assert {name: status for name, status in found.items() if status >= 500} == {}
    assert opened == {name for name, roles in kept().items() if role in roles}


def test_the_matrix_holds_every_route_in_order_and_no_other_role():
    """What each role was asked above is then the whole of it."""
    matrix = kept()

    assert list(matrix) == [name for name, _pattern in ours()]
    assert set().union(*matrix.values()) <= {role.value for role in Role}
    assert written(matrix) == MATRIX.read_text()


def test_no_address_carries_a_name_or_a_number_of_a_person():
    telling = {"name", "id_number", "phone", "card", "full_name", "username"}

    assert [name for name, pattern in ours() if telling & set(pattern.pattern.converters)] == []
