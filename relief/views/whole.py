"""The page of an application is saved as a whole: answers, bills and papers, or nothing of it (fault kind 27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import get_object_or_404

from center.kernel.errors import Refusal
from center.site.versions import Clash
from relief.actions import applications as actions
from relief.forms import applications as forms
from relief.models import Application
from relief.views.shortcuts import whole

if TYPE_CHECKING:
    from django.forms import BaseForm

    from center.site.guard import StaffRequest


class WholePage:
    """What was sent from the page: the answers, the checklist, the bill that was begun, a bill to be taken back."""

    def __init__(self, request: StaffRequest, found: Application) -> None:
        self.found, self.by, sent = found, request.staff, request.POST
        self.answers = forms.AnswersForm(sent, instance=found)
        papers = list(found.papers.select_related("document", "ticked_by"))
        self.papers = forms.PapersForm(sent, request.FILES, papers=papers, all_received="all_received" in sent)
        self.bill = forms.InvoiceForm(sent, empty_permitted=True, use_required_attribute=False)
        self.dropped = get_object_or_404(found.invoices, pk=whole(sent["drop"])) if sent.get("drop") else None

    @property
    def forms(self) -> dict[str, BaseForm]:
        """By their names on the page."""
        return {"form": self.answers, "papers_form": self.papers, "invoice_form": self.bill}

    def save(self) -> bool:
        """All of it or nothing; a refusal becomes a sentence of the form that it is about."""
        if not all([form.is_valid() for form in self.forms.values()]):  # noqa: C419 - each says what is wrong with it
            return False
        about: BaseForm = self.answers
        try:
            with transaction.atomic():
                fresh = Application.objects.get(pk=self.found.pk)
                self.answers.apply(fresh, by=self.by)
                about = self.bill
                if self.dropped is not None:
                    actions.drop_invoice(self.dropped, by=self.by)
                if self.bill.has_changed():
                    actions.add_invoice(self.found, by=self.by, **self.bill.cleaned_data)
                about = self.papers
                if self.papers.papers:
                    self.papers.apply(self.found, by=self.by)
        except Clash:
            raise  # its answer is the page of both versions
        except Refusal as refusal:
            about.add_error(None, str(refusal))
            return False
        return True
