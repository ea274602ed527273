"""The column of an ID number, card or phone: one bytea whose fingerprints and ciphertext no write path can part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.expressions import Col, Expression
from django.db.models.lookups import BuiltinLookup, IsNull
from django.db.models.query_utils import DeferredAttribute

from center.privacy import numbers, secret
from center.privacy.secret import Secret as Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model
    from django.db.models.sql.compiler import SQLCompiler

    from center.kernel.roles import Permission
    from center.privacy.masks import Kind


class _Part(models.Func):
    function = "SUBSTRING"
    first, length = 0, 0

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        extra.setdefault("output_field", models.BinaryField())
        super().__init__(*expressions, **extra)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **extra: Any) -> Any:
        extra.setdefault("template", f"SUBSTRING(%(expressions)s FROM {self.first} FOR {self.length})")
        return super().as_sql(compiler, connection, *args, **extra)


class Whole(_Part):
    """The fingerprint of the whole number: `UniqueConstraint(Whole("id_number"), …)`."""

    first, length = 2, 16


class Tail4(_Part):
    """The fingerprint of the last four: `Index(Tail4("id_number"), …)`."""

    first, length = 18, 8


class Tail6(_Part):
    """The fingerprint of the last six."""

    first, length = 26, 8


class SecretAttribute(DeferredAttribute):
    """Turns assigned text into a `Secret` at once, so that no instance ever holds a number in clear."""

    field: SecretField

    def __get__(self, instance: Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Secret):
            return value
        return self.field.secret(bytes(value), record=instance)

    def __set__(self, instance: Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_secret(value)


class SecretFormField(forms.CharField):
    """Write-only: what is stored never comes back into the input. Empty means “as it was”."""

    doubt = ""  # about what was cleaned last

    def __init__(self, *, kind: Kind, **options: Any) -> None:
        self.kind = kind
        options.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-write-only": ""})
        )
        options.pop("empty_value", None)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return None if isinstance(value, Secret) else value

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        self.doubt = ""
        if not text:
            return ""
        number = check(self.kind, text)
        self.doubt = numbers.doubt(self.kind, number)
        return number


def doubts(form: forms.BaseForm) -> list[str]:
    """What looks odd in the numbers of a form and stops nobody: said beside the success, for whoever typed."""
    fields = (field for field in form.fields.values() if isinstance(field, SecretFormField))
    return [field.doubt for field in fields if field.doubt]


def check(kind: Kind, text: str) -> str:
    """The number in its one form, or a ValidationError with the sentence."""
    try:
        if kind == "id":
            return numbers.parse_id(text).number
        return numbers.parse_card(text).number if kind == "card" else numbers.parse_phone(text)
    except numbers.NumberRefused as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from refusal


class SecretField(models.BinaryField):  # type: ignore[type-arg]
    """`kind` keys the fingerprints (a seeker's ID matches a file's); `label` binds the ciphertext and never changes.

    `permission` is what a person needs to reveal the value; by default `Permission.REVEAL`.
    """

    descriptor_class = SecretAttribute

    def __init__(
        self, *args: Any, kind: Kind, label: str, permission: Permission | None = None, **options: Any
    ) -> None:
        self.kind = kind
        self.label = label
        self.permission = permission
        options.setdefault("editable", True)
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.update(kind=self.kind, label=self.label, editable=True)
        return name, path, args, options

    # -- values ----------------------------------------------------------------------------------------------------

    def secret(self, token: bytes, *, record: Model | None = None) -> Secret:
        return Secret(token, kind=self.kind, label=self.label, field=self.name, record=record)

    def to_secret(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return self.secret(secret.seal(self.kind, self.label, value))
        if isinstance(value, Secret) and value._label != self.label:
            return self.secret(secret.seal(self.kind, self.label, secret.unseal(value._label, bytes(value))))
        if isinstance(value, bytes | memoryview):
            return self.secret(bytes(value))
        return value  # a Secret of this field, or an expression

    def to_python(self, value: Any) -> Any:
        return self.to_secret(value)

    def from_db_value(self, value: Any, *_: Any) -> Secret | None:
        return None if value is None else self.secret(bytes(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        value = self.to_secret(value)
        return super().get_db_prep_value(
            bytes(value) if isinstance(value, Secret) else value, connection, prepared=prepared
        )

    def value_to_string(self, obj: Model) -> str:
        raise TypeError("Personal numbers are not serialised; backups carry the encrypted column.")

    def formfield(self, **options: Any) -> Any:
        defaults: dict[str, Any] = {
            "kind": self.kind,
            "label": self.verbose_name,
            "required": not self.blank,
            "help_text": self.help_text,
        }
        return SecretFormField(
            **(defaults | {k: v for k, v in options.items() if k in {"label", "required", "widget"}})
        )

    def validate(self, value: Any, model_instance: Model | None) -> None:
        if value is None and not self.null:
            raise ValidationError(self.error_messages["null"], code="null")

    # -- lookups ---------------------------------------------------------------------------------------------------

    def get_lookup(self, lookup_name: str) -> Any:
        found = LOOKUPS.get(lookup_name)
        if found is None:
            raise FieldError(f"Nobody can ask an encrypted number for “{lookup_name}”: only {', '.join(LOOKUPS)}.")
        return found

    def get_transform(self, lookup_name: str) -> Any:
        return None

    # -- checks ----------------------------------------------------------------------------------------------------

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        return [*super().check(**options), *self._check_not_ordered(), *self._check_label()]

    def _check_not_ordered(self) -> list[checks.CheckMessage]:
        meta = self.model._meta
        named = {str(name).lstrip("-") for name in meta.ordering or ()}
        named |= {name for index in meta.indexes for name in index.fields}
        named |= {name for group in meta.unique_together for name in group}
        constraints = (c for c in meta.constraints if isinstance(c, models.UniqueConstraint))
        named |= {name for constraint in constraints for name in constraint.fields}
        if self.name not in named and not self.unique:
            return []
        hint = "Use Whole, Tail4 or Tail6 in constraints and indexes; sort by something that means something."
        text = f"{self.name} is encrypted: its bytes have no order and are never equal."
        return [checks.Error(text, hint=hint, obj=self, id="center.E001")]

    def _check_label(self) -> list[checks.CheckMessage]:
        if self.kind in {"id", "card", "phone"} and self.label.count(".") > 1:
            return []
        text = "A secret needs a kind (id, card, phone) and a fixed label such as casework.person.id_number."
        return [checks.Error(text, obj=self, id="center.E002")]


class _PrintLookup(BuiltinLookup):  # type: ignore[type-arg]
    """Compares one fingerprint part of the column with that of a text, a secret or another column, or with a print."""

    part: type[_Part] = Whole
    prepare_rhs = False

    def fingerprint(self, value: Any) -> bytes:
        field = self.lhs.output_field
        if isinstance(value, Secret):
            return bytes(value)[secret.WHOLE]
        if isinstance(value, bytes):
            return value  # a fingerprint already
        return secret.whole_print(field.kind, numbers.normalise(field.kind, str(value)))

    def slice(self, sql: str) -> str:
        return f"SUBSTRING({sql} FROM {self.part.first} FOR {self.part.length})"

    def process_lhs(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, lhs: Any = None) -> Any:
        sql, params = compiler.compile(lhs or self.lhs)
        return self.slice(sql), params

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        left, params = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, Col | Expression) or hasattr(self.rhs, "as_sql"):
            right, more = compiler.compile(self.rhs)
            return f"{left} = {self.slice(f'({right})')}", [*params, *more]
        return f"{left} = %s", [*params, self.fingerprint(self.rhs)]


class WholeIs(_PrintLookup):
    lookup_name = "exact"


class WholeIn(_PrintLookup):
    lookup_name = "in"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        left, params = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "as_sql"):
            raise FieldError("Compare two encrypted columns by `=` in an Exists, not by `in`.")
        values = [self.fingerprint(value) for value in self.rhs if value is not None]
        return f"{left} = ANY(%s::bytea[])", [*params, values]


class TailIs4(_PrintLookup):
    lookup_name = "tail4"
    part: type[_Part] = Tail4

    def fingerprint(self, value: Any) -> bytes:
        return secret.tail_print(self.lhs.output_field.kind, numbers.squeeze(value))


class TailIs6(TailIs4):
    lookup_name = "tail6"
    part: type[_Part] = Tail6


LOOKUPS = {"exact": WholeIs, "in": WholeIn, "tail4": TailIs4, "tail6": TailIs6, "isnull": IsNull}


def secret_fields(model: type[Model]) -> Sequence[SecretField]:
    return [field for field in model._meta.get_fields() if isinstance(field, SecretField)]
