"""Employers: where the worker works or worked."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from casework.models.fields import tracked
from casework.models.keys import KeysField, StartsAKey, keys_index
from center.kernel.normal import key
from center.models.base import random_code
from center.models.bounds import FIRST, bounded
from center.models.keyed import KeyOf
from center.models.named import PersonName


class EmployerQuerySet(models.QuerySet["Employer"]):
    def named_like(self, typed: str) -> EmployerQuerySet:
        """Name, its ends, full pinyin or initials."""
        return self.filter(StartsAKey(typed))

    def called(self, name: str, *, credit_code: str = "") -> EmployerQuerySet:
        """Whoever has this credit code first, then whoever has this name however written, the oldest of them before the others."""
        coded = Q(credit_code=credit_code) & ~Q(credit_code="")
        return self.filter(coded | Q(name_key=key(name))).order_by(Case(When(coded, then=0), default=1), "pk")

    def put(self, employer: Employer) -> None:
        """Write a new one, unless somebody was quicker: whoever names it at the same moment waits, and then finds it."""
        self.bulk_create([employer], ignore_conflicts=True)


@bounded(namesake=FIRST)
@tracked(exclude=("search_keys", "name_key"))
class Employer(models.Model):
    """One employer, shared by all desks. The hiring side belongs to employment, wage disputes to legal."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    name = models.CharField(_("employer"), max_length=120)
    # Two employers of one name are told apart by what a register says of them: the first, the second of this name.
    namesake = models.PositiveSmallIntegerField(default=1, editable=False)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    nature = models.CharField(_("nature of the employer"), max_length=40, blank=True)
    status = models.CharField(_("state of the enterprise"), max_length=40, blank=True)
    industry = models.CharField(_("industry"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact = PersonName(_("union contact"), max_length=50, blank=True, titled=True)
    name_key = KeyOf(source="name", max_length=120)
    search_keys = KeysField(source="name")

    objects = EmployerQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        indexes = (keys_index("employer_is_found_by_keys"),)
        constraints = (
            models.UniqueConstraint(
                fields=["name_key", "namesake"],
                name="employer_is_named_once",
                violation_error_message=_("This employer is here already."),
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="employer_credit_code_is_unique",
                violation_error_message=_("Another employer has this credit code."),
            ),
        )

    def __str__(self) -> str:
        return self.name
