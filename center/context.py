"""What the shell shows around every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the shell grows into it
    return {"center_name": settings.CENTER_NAME, "demo": settings.DEMO}
