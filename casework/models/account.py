"""Bank accounts: whose, which, since when, and who looked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models.fields import paired, tracked, when, who
from casework.models.person import Person
from center.kernel.roles import Permission
from center.models.base import random_code
from center.models.bounds import DAY, LIFE_OR_LATER, bounded
from center.privacy.fields import SecretField, Whole

if TYPE_CHECKING:
    from center.models import Staff


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    def visible_to(self, staff: Staff) -> BankAccountQuerySet:
        """Accounts of people in sight."""
        return self.filter(holder__in=Person.objects.visible_to(staff).values("pk"))

    def current(self) -> BankAccountQuerySet:
        """Accounts that money may go to: looked at by a second person, not replaced."""
        return self.filter(until=None, checked_at__isnull=False)


@bounded(since=LIFE_OR_LATER, until=DAY)
@tracked()
class BankAccount(models.Model):
    """An account of its holder. A new one counts after a second person has checked it; the old one then ends."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("holder"))
    card = SecretField(_("card"), kind="card", label="casework.bank_account.card", permission=Permission.READ_ACCOUNTS)
    bank = models.CharField(_("bank"), max_length=60)
    branch = models.CharField(_("branch"), max_length=80, blank=True)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    holder_reason = models.CharField(_("why another holder"), max_length=200, blank=True)
    entered_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    checked_by = who(_("checked by"))
    checked_at = when(_("checked at"))
    imported_at = when(_("imported at"))

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        indexes = (models.Index(Whole("card"), name="account_by_card"),)
        constraints = (
            paired("account", "checked"),
            models.CheckConstraint(
                name="account_checked_by_someone_else",
                condition=Q(checked_by=None) | Q(imported_at__isnull=False) | ~Q(checked_by=F("entered_by")),
                violation_error_message=_("Who entered an account may not check it."),
            ),
            models.CheckConstraint(
                name="account_ends_after_it_starts", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(
                fields=["holder"],
                condition=Q(until=None, checked_at__isnull=False),
                name="person_has_one_account_in_use",
                violation_error_message=_("This person has another account in use."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.bank} {self.card}"
