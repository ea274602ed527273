"""Whether the program lives and whether it can work: text, no login, no details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from center.site.guard import public

if TYPE_CHECKING:
    from django.http import HttpRequest


@public
@require_GET
def live(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_GET
def ready(_request: HttpRequest) -> HttpResponse:
    """503 while the database does not answer or migrations are missing."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        waiting = [None]  # type: ignore[list-item] # no answer is as good as a missing migration
    if waiting:
        return HttpResponse("not ready\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
