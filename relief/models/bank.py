"""Layouts of the banks' files: which columns in which order, and what a bank's words mean. Data, not code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.models.fields import tracked
from center.kernel.roles import Permission
from center.models import Office, Staff
from center.models.base import random_code
from relief.models.fields import now
from relief.rules import bankfile

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def words(label: _StrPromise) -> ArrayField:  # type: ignore[type-arg]
    """Some words of a bank, in its own language."""
    return ArrayField(models.CharField(max_length=40), verbose_name=label, default=list, blank=True)


class BankLayoutQuerySet(models.QuerySet["BankLayout"]):
    def visible_to(self, staff: Staff) -> BankLayoutQuerySet:
        return self.filter(office_id__in=staff.sight(Permission.READ_FUNDS))


@tracked()
class BankLayout(models.Model):
    """How one bank wants its file and how it answers. Columns are pairs of what they hold and their heading, in order."""

    class Encoding(models.TextChoices):
        GB18030 = "gb18030", "GB18030"
        UTF8 = "utf-8-sig", "UTF-8"

    class Separator(models.TextChoices):
        COMMA = ",", _("comma")
        PIPE = "|", _("vertical bar")
        SEMICOLON = ";", _("semicolon")
        TAB = "\t", _("tabulator")

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="bank_layouts", verbose_name=_("office"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    encoding = models.CharField(_("encoding"), max_length=10, choices=Encoding, default=Encoding.GB18030)
    separator = models.CharField(_("between columns"), max_length=1, choices=Separator, default=Separator.COMMA)
    has_header = models.BooleanField(_("has a line of headings"), default=True)
    out_columns = models.JSONField(_("columns that we write"))
    answer_columns = models.JSONField(_("columns that the bank answers with"))
    purpose = models.CharField(_("purpose written on each line"), max_length=40, blank=True)
    paid_words = words(_("words that mean paid"))
    failed_words = words(_("words that mean returned"))
    pending_words = words(_("words that mean not yet"))
    total_words = words(_("words that begin a total line"))
    reasons = models.JSONField(_("codes of reasons"), default=dict, blank=True)
    kept_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept by"))
    kept_at = models.DateTimeField(_("kept at"), default=now)

    objects = BankLayoutQuerySet.as_manager()

    class Meta:
        ordering = ("office", "name")
        verbose_name = _("layout of a bank")
        verbose_name_plural = _("layouts of banks")
        constraints = (
            models.UniqueConstraint(
                name="bank_layout_name_once_an_office",
                fields=("office", "name"),
                violation_error_message=_("A layout of this name exists."),
            ),
            models.CheckConstraint(
                name="bank_layout_knows_what_paid_means",
                condition=Q(paid_words__len__gte=1) & ~Q(paid_words__overlap=models.F("failed_words"))
                & ~Q(pending_words__overlap=models.F("paid_words")) & ~Q(pending_words__overlap=models.F("failed_words")),
                violation_error_message=_("A word of the bank means one thing: paid, returned or not yet."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("relief:bank_layout", args=[self.code])

    @property
    def layout(self) -> bankfile.Layout:
        """As the reader and the writer take it."""
        return layout_of(self)


def layout_of(row: Any) -> bankfile.Layout:
    """The same of a layout, or of one of the states that its history keeps."""
    return bankfile.Layout(
        name=row.name,
        out=[(what, heading) for what, heading in row.out_columns],
        answer=[(what, heading) for what, heading in row.answer_columns],
        purpose=row.purpose,
        paid=row.paid_words,
        failed=row.failed_words,
        pending=row.pending_words,
        totals=row.total_words,
        reasons=row.reasons,
        encoding=row.encoding,
        separator=row.separator,
        header=row.has_header,
    )
