"""The least and the most of every number, amount and day, declared beside the model (fault kind 6).

Form, action, import and database share one declaration: the field's validators, what refuses a save with a sentence, the
cleaners of an import, and a CHECK of the table. What is measured from today (`past`, `back`, `ahead`) the database cannot
know: there stand the outermost bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.postgres.fields import ArrayField, RangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.models import Q
from django.db.models.signals import pre_save
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.types.range import DateRange

from center.kernel.errors import Incomplete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Model = TypeVar("Model", bound=models.Model)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """`past`: not after today. `back`, `ahead`: at most so many years before or after this one."""

    least: Any
    most: Any
    past: bool = False
    back: int | None = None
    ahead: int | None = None

    @property
    def today(self) -> tuple[Any, Any]:
        """The least and the most as of today."""
        day = timezone.localdate()
        if isinstance(self.least, date):
            least = self.least if self.back is None else max(self.least, _years(day, -self.back))
            most = self.most if self.ahead is None else min(self.most, _years(day, self.ahead))
            return least, min(most, day) if self.past else most
        least = self.least if self.back is None else max(self.least, day.year - self.back)
        return least, self.most if self.ahead is None else min(self.most, day.year + self.ahead)

    def holds(self, value: Any) -> bool:
        """Of a span its days that are named, of a list each of its numbers."""
        least, most = self.today
        return all(least <= each <= most for each in _each(value))

    def condition(self, field: models.Field[Any, Any]) -> Q:
        """What the database keeps: the outermost bounds."""
        name = field.name
        if isinstance(field, RangeField):
            return Q(
                **{f"{name}__startswith__gte": self.least, f"{name}__endswith__lte": self.most + timedelta(days=1)}
            )
        if isinstance(field, ArrayField):
            return Q(**{f"{name}__contained_by": list(range(self.least, self.most + 1))})
        return Q(**{f"{name}__gte": self.least, f"{name}__lte": self.most})

    @property
    def said(self) -> dict[str, str]:
        least, most = self.today
        return (
            {"least": f"{least:,}", "most": f"{most:,}"}
            if isinstance(least, Decimal)
            else {
                "least": str(least),
                "most": str(most),
            }
        )


def _each(value: Any) -> list[Any]:
    if isinstance(value, DateRange):
        ends = [value.lower, value.upper and value.upper - timedelta(days=1)]
        return [day for day in ends if day is not None]
    return list(value) if isinstance(value, list) else [value]


def _years(day: date, many: int) -> date:
    return day.replace(year=day.year + many, day=min(day.day, 28))


BOUNDS: dict[type[models.Model], dict[str, Bounds]] = {}

FEN, HUNDRED_MILLION = Decimal("0.01"), Decimal("99999999.99")
MOST = Decimal("999999999999.99")  # what fourteen digits hold
YUAN = Bounds(least=Decimal(0), most=HUNDRED_MILLION)  # of one person or household
PAID = Bounds(least=FEN, most=HUNDRED_MILLION)
SIGNED_YUAN = Bounds(least=-HUNDRED_MILLION, most=HUNDRED_MILLION)
MONTHLY = Bounds(least=Decimal(0), most=Decimal("999999.99"))
SUM = Bounds(least=Decimal(0), most=MOST)
SIGNED_SUM = Bounds(least=-MOST, most=MOST)
SMALL = Bounds(least=0, most=32_767)  # counted by the application itself: what the column holds
COUNT = Bounds(least=0, most=2_147_483_647)
KEY = Bounds(least=0, most=9_223_372_036_854_775_807)
PERCENT = Bounds(least=0, most=100)
FIRST = Bounds(least=1, most=32_767)
PEOPLE = Bounds(least=1, most=30)  # of one household
SOME_DAYS = Bounds(least=0, most=3_650)
OFFICE_YEAR = Bounds(least=2000, most=2100)
LAST_DAY = date(2100, 12, 31)
DAY = Bounds(least=date(1990, 1, 1), most=LAST_DAY)  # of the office's work, now or to come
PAST = Bounds(least=date(1990, 1, 1), most=LAST_DAY, past=True)  # of what has happened at the office
LIFE = Bounds(least=date(1880, 1, 1), most=LAST_DAY, past=True)  # of what has happened in a person's life
LIFE_OR_LATER = Bounds(least=date(1880, 1, 1), most=LAST_DAY)


def why_not_within(model: type[models.Model], name: str, value: Any) -> str:
    """The sentence when a value is below the least or above the most of its field, else nothing."""
    bounds = BOUNDS.get(model, {}).get(name)
    if bounds is None or value is None or hasattr(value, "resolve_expression"):
        return ""
    field = model._meta.get_field(name)
    try:
        if bounds.holds(field.to_python(value)):  # type: ignore[union-attr]  # a field of the table
            return ""
    except (ValidationError, TypeError):
        return ""  # what is no value of its kind is refused where it is read
    label = capfirst(str(getattr(field, "verbose_name", name)))
    return _("%(field)s lies between %(least)s and %(most)s.") % {"field": label, **bounds.said}


def bounded(**bounds: Bounds) -> Callable[[type[Model]], type[Model]]:
    """Declare the bounds of a model's fields. Stands above `@tracked`, so that history keeps what it kept."""

    def declare(model: type[Model]) -> type[Model]:
        BOUNDS[model] = bounds
        within = Q()
        for name, each in bounds.items():
            field = model._meta.get_field(name)
            field.validators.append(_Validator(model, name))  # type: ignore[union-attr]
            within &= each.condition(field)  # type: ignore[arg-type]
        rule = models.CheckConstraint(
            name=f"{model._meta.db_table}_within_bounds",
            condition=within,
            violation_error_message=gettext_lazy(
                "An amount, a number or a day lies beyond what is possible. Check what was typed."
            ),
        )
        model._meta.constraints = [*model._meta.constraints, rule]
        model._meta.original_attrs["constraints"] = model._meta.constraints
        pre_save.connect(_refuse, sender=model, dispatch_uid=f"bounds of {model._meta.label}")
        return model

    return declare


@dataclass
class _Validator:
    """For forms of the model, and for whatever asks `full_clean`."""

    model: type[models.Model]
    name: str

    def __call__(self, value: Any) -> None:
        if sentence := why_not_within(self.model, self.name, value):
            raise ValidationError(sentence)


def _refuse(
    sender: type[models.Model], instance: models.Model, *, raw: bool, update_fields: Iterable[str] | None, **_more: Any
) -> None:
    """No action writes what its form would have refused (fault kind 17)."""
    if raw:
        return
    asked = BOUNDS[sender] if update_fields is None else BOUNDS[sender].keys() & set(update_fields)
    for name in asked:
        if sentence := why_not_within(sender, name, instance.__dict__.get(name)):
            raise Incomplete(sentence)


class AddBounds(Operation):
    """The CHECKs of many tables at once. Rows of before are not looked at: a wrong day of last year must not keep a center
    from its new version, and is refused when the row is next written."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, rules: list[tuple[str, models.CheckConstraint]]) -> None:
        self.rules = rules

    def state_forwards(self, app_label: str, state: Any) -> None:
        for name, rule in self.rules:
            options = state.models[app_label, name].options
            options["constraints"] = [*options.get("constraints", []), rule]
        if "apps" in vars(state):
            state.reload_models([(app_label, name) for name, _rule in self.rules], delay=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name, rule in self.rules:
            model = to_state.apps.get_model(app_label, name)
            schema_editor.execute(f"{rule.create_sql(model, schema_editor)} NOT VALID")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name, rule in self.rules:
            schema_editor.remove_constraint(from_state.apps.get_model(app_label, name), rule)

    def describe(self) -> str:
        return "Every number, amount and day has its least and most"
