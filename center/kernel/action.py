"""The frame of every action: one transaction, one context for the field history, one registry for the tests."""

from __future__ import annotations

import functools
import inspect
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import pghistory
import psycopg
import structlog
from django.apps import apps
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.db.models import BaseConstraint
from django.utils.translation import gettext as _

from center.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.base_user import AbstractBaseUser

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

acted: ContextVar[int] = ContextVar("acted", default=0)  # how many actions this request, job or command carried out
IMPOSSIBLE = (
    *(psycopg.errors.CheckViolation, psycopg.errors.NumericValueOutOfRange),
    *(psycopg.errors.StringDataRightTruncation, psycopg.errors.DatetimeFieldOverflow),
)
log = structlog.get_logger()
UNSAID = BaseConstraint.default_violation_error_message

# "casework.actions.open_file" → the function. Tests over everything (matrix, races, ledger machine) read it.
ACTIONS: dict[str, Callable[..., Any]] = {}
MONEY_ACTIONS: set[str] = set()


def action(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run inside one transaction, with `by` written into every field-history row that the action causes.

    An action reads lock, look, change, record, tell. Its parameters after the first are keyword-only and `by` is last.
    Where a constraint refuses what the look could not see, because two people acted at once, its sentence is the answer.
    """
    parameters = inspect.signature(function).parameters.values()
    names = [one.name for one in parameters if one.kind is not inspect.Parameter.VAR_KEYWORD]
    if names[-1] != "by":
        message = f"{function.__qualname__}: the last parameter of an action is `by`."
        raise TypeError(message)

    @functools.wraps(function)
    def carried_out(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        by = cast("AbstractBaseUser", kwargs["by"])
        acted.set(acted.get() + 1)
        try:
            with transaction.atomic(), pghistory.context(by=by.get_username(), action=name):
                return function(*args, **kwargs)
        except (IntegrityError, DataError) as error:
            if sentence := _sentence(error):
                raise Conflict(sentence) from error
            raise

    name = f"{function.__module__}.{function.__name__}"
    ACTIONS[name] = carried_out
    return carried_out


def money_action(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """An action that posts to the ledger; the property tests drive every one of them."""
    MONEY_ACTIONS.add(f"{function.__module__}.{function.__name__}")
    return action(function)


@cache
def _sentences() -> dict[str, object]:
    """What the rules that the database keeps say to people, by the name of the constraint."""
    rules = [rule for model in apps.get_models() for rule in model._meta.constraints]
    return {rule.name: said for rule in rules if (said := rule.violation_error_message) is not UNSAID}


def _sentence(error: DatabaseError) -> object:
    """The rule's own sentence; without one, what can be said of every value that a column does not take."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return ""
    if said := _sentences().get(cause.diag.constraint_name or ""):
        return said
    if isinstance(cause, IMPOSSIBLE):
        log.warning("refused by the database", rule=cause.diag.constraint_name or cause.sqlstate)
        return _("Figures or days contradict each other, or lie beyond what is possible. Check what was typed.")
    return ""
