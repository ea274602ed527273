"""`migrate`, run as the owner of the tables, without rendering every model again for each change."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db.migrations.state import ModelState, ProjectState

from config import ownserver
from config.owner import as_owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Command(DjangoMigrate):
    """The application's role owns nothing, so the owner migrates; grants follow by the post_migrate receiver."""

    def handle(self, *args: Any, **options: Any) -> None:
        ownserver.insist()
        with as_owner(options["database"]), models_render_alone():
            super().handle(*args, **options)


USUAL = {name: getattr(ProjectState, name) for name in ("add_model", "reload_model", "reload_models", "alter_field")}
_altered: list[bool] = []  # not empty while a field is altered, to which others may refer


@contextmanager
def models_render_alone() -> Iterator[None]:
    """A model that is new to the state or changes there is rendered, and none of those that it points to or that point to it.

    Django renders all of them again: here that are sixty for a constraint or a column, nine tenths of the time of a first
    migration. What it calls delayed rendering covers what the others then lack: `RunPython` renders whatever was delayed.
    A field that others refer to changes in Django's own way, because their columns change with it.
    """
    for name, own in zip(USUAL, (_add_model, _reload_model, _reload_models, _alter_field), strict=True):
        setattr(ProjectState, name, own)
    try:
        yield
    finally:
        for name, method in USUAL.items():
            setattr(ProjectState, name, method)


def _add_model(state: ProjectState, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    if key in state.models or "apps" not in vars(state):
        USUAL["add_model"](state, model)
        return
    state.models[key] = model
    if vars(state)["_relations"] is not None:
        state.resolve_model_relations(key)
    state.is_delayed = True
    with state.apps.bulk_update():
        state.apps.render_multiple([model])


def _reload_model(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    _reload_models(state, [(app_label, model_name)], delay)


def _reload_models(state: ProjectState, models: Iterable[tuple[str, str]], delay: bool = True) -> None:
    if _altered and not delay:
        USUAL["reload_models"](state, models, delay)
    elif "apps" in vars(state):
        state.is_delayed = True
        state._reload({(app_label, name.lower()) for app_label, name in models})  # type: ignore[attr-defined]


def _alter_field(state: ProjectState, *args: Any, **options: Any) -> None:
    _altered.append(True)
    try:
        USUAL["alter_field"](state, *args, **options)
    finally:
        _altered.pop()
