"""`migrate`, run as the owner of the tables, without rendering every model again for each new one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db.migrations.state import ModelState, ProjectState

from config import ownserver
from config.owner import as_owner

if TYPE_CHECKING:
    from collections.abc import Iterator


class Command(DjangoMigrate):
    """The application's role owns nothing, so the owner migrates; grants follow by the post_migrate receiver."""

    def handle(self, *args: Any, **options: Any) -> None:
        ownserver.insist()
        with as_owner(options["database"]), new_models_render_alone():
            super().handle(*args, **options)


@contextmanager
def new_models_render_alone() -> Iterator[None]:
    """A model that is new to the state is rendered, and none of those it points to.

    Django renders all of them again, and all that point to them: sixty a table here, nine tenths of the time of a first
    migration. What it calls delayed rendering covers what they then lack: `RunPython` renders whatever was delayed.
    """
    usual = ProjectState.add_model

    def add_model(state: ProjectState, model: ModelState) -> None:
        key = model.app_label, model.name_lower
        if key in state.models or "apps" not in vars(state):
            usual(state, model)
            return
        state.models[key] = model
        if vars(state)["_relations"] is not None:
            state.resolve_model_relations(key)
        state.is_delayed = True
        with state.apps.bulk_update():
            state.apps.render_multiple([model])

    ProjectState.add_model = add_model  # type: ignore[method-assign, assignment] # put back below
    try:
        yield
    finally:
        ProjectState.add_model = usual  # type: ignore[method-assign]
