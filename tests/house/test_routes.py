"""Every route, every role: what opens, what does not, and that no address, title or GET gives anything away."""

import os
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from center.roles import Role
from center.views.guard import PUBLIC
from tests.center.make import make_office, make_staff

MATRIX = Path(__file__).with_name("access_matrix.txt")
OTHERS = ("admin:", "djdt:")
# Answered to anyone, without a session (house.md §6).
PUBLIC_ROUTES = {
    "center:login",
    "center:language",
    "center:live",
    "center:ready",
    "center:public_notices",
    "center:public_notice",
}
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


@pytest.mark.django_db
def test_every_route_answers_every_role_as_the_matrix_says(enter):
    """200 and 302: open; 404: open, but this record is not there; 403: not this role's; 4xx of an empty POST: open."""
    office = make_office()
    found = {name: {} for name, _pattern in ours()}
    for role in Role:
        client = enter(make_staff(role, office=office))
        for name, pattern in ours():
            if name in PUBLIC_ROUTES | {"center:logout", "center:lock", "center:mask_names"}:
                continue
            found[name][role.value] = answer(client, address(name, pattern))
    lines = [
        f"{name:42} {' '.join(sorted(role for role, status in by_role.items() if status != 403)) or '(see PUBLIC_ROUTES or every one)'}"
        for name, by_role in found.items()
    ]
    broken = {name: by_role for name, by_role in found.items() if any(status >= 500 for status in by_role.values())}
    text = "\n".join(lines) + "\n"
    if os.environ.get("WRITE_MATRIX"):
        MATRIX.write_text(text)

    assert broken == {}
    assert text.splitlines() == MATRIX.read_text().splitlines()


def test_no_address_carries_a_name_or_a_number_of_a_person():
    telling = {"name", "id_number", "phone", "card", "full_name", "username"}

    assert [name for name, pattern in ours() if telling & set(pattern.pattern.converters)] == []
