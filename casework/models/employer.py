"""Employers: where the worker works or worked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.keys import KeysField, StartsAKey, keys_index
from casework.models.parts import tracked
from center.models.base import random_code


class EmployerQuerySet(models.QuerySet["Employer"]):
    def named_like(self, typed: str) -> EmployerQuerySet:
        """Name, its ends, full pinyin or initials."""
        return self.filter(StartsAKey(typed))


@tracked(exclude=("search_keys",))
class Employer(models.Model):
    """One employer, shared by all desks. The hiring side belongs to employment, wage disputes to legal."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    name = models.CharField(_("employer"), max_length=120)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    nature = models.CharField(_("nature of the employer"), max_length=40, blank=True)
    status = models.CharField(_("state of the enterprise"), max_length=40, blank=True)
    industry = models.CharField(_("industry"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact = models.CharField(_("union contact"), max_length=50, blank=True)
    search_keys = KeysField(source="name")

    objects = EmployerQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        indexes = (keys_index("employer_is_found_by_keys"), models.Index(fields=["name"], name="employer_name"))
        constraints = (
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="employer_credit_code_is_unique",
                violation_error_message=_("Another employer has this credit code."),
            ),
        )

    def __str__(self) -> str:
        return self.name
