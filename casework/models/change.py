"""Changes that count only after a second person has confirmed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.enums import ChangeKind, ChangeStatus
from casework.models.account import BankAccount
from casework.models.file import HardshipFile
from casework.models.proposal import Proposal
from center.kernel.roles import Permission
from center.privacy.fields import SecretField

if TYPE_CHECKING:
    from center.models import Staff


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def visible_to(self, staff: Staff) -> ChangeRequestQuerySet:
        return self.filter(file__office__in=staff.sight(Permission.READ_FILES))

    def open(self) -> ChangeRequestQuerySet:
        return self.filter(status=ChangeStatus.PROPOSED)


class ChangeRequest(Proposal):
    """Old and new as masks and codes; a new card waits in its own unchecked account, encrypted, and a new ID number beside
    them, until it is decided."""

    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("what changes"), max_length=10, choices=ChangeKind)
    old = models.JSONField(_("before"), default=dict, blank=True)
    new = models.JSONField(_("after"), default=dict, blank=True)
    id_number = SecretField(_("ID number"), kind="id", label="casework.change.id_number", null=True, blank=True)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ChangeRequestQuerySet.as_manager()

    class Meta(Proposal.Meta):
        verbose_name = _("change to confirm")
        verbose_name_plural = _("changes to confirm")

    def __str__(self) -> str:
        return f"{self.file} · {self.get_kind_display()}"
