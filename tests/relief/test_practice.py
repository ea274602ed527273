"""The invented district has one of everything that this room, the notices and the committee know, and signed receipts."""

from __future__ import annotations

from django.urls import reverse

from center.models import AgendaItem, IssuedDocument, Meeting, Notice, Objection, Staff
from relief.enums import CorrectionKind, DecidedHow, LedgerKind, Result
from relief.models import (
    Application,
    ApplicationPaper,
    Award,
    BankReturn,
    Batch,
    Closing,
    Correction,
    Decision,
    FindingMark,
    Instalment,
    LedgerTransaction,
    Payment,
    SignedSheet,
)
from relief.queries.trace import trace_of
from relief.queries.verify import faults

STATES = [
    (Application, "status", Application.Status),
    (Application, "ratification", Application.Ratification),
    (ApplicationPaper, "state", ApplicationPaper.State),
    (Decision, "how", DecidedHow),
    (Decision, "result", Result),
    (Award, "status", Award.Status),
    (Instalment, "status", Instalment.Status),
    (Batch, "status", Batch.Status),
    (Payment, "status", Payment.Status),
    (BankReturn, "outcome", BankReturn.Outcome),
    (Closing, "status", Closing.Status),
    (Correction, "status", Correction.Status),
    (SignedSheet, "status", SignedSheet.Status),
    (FindingMark, "state", FindingMark.State),
    (Correction, "kind", CorrectionKind),
    (LedgerTransaction, "kind", LedgerKind),
    (Notice, "status", Notice.Status),
    (Objection, "status", Objection.Status),
    (Meeting, "status", Meeting.Status),
    (AgendaItem, "status", AgendaItem.Status),
]


def test_the_practice_district_has_every_state_and_its_money_adds_up(practice, entered):
    lacking = {
        f"{model.__name__}.{field}": set(states.values) ^ set(model.objects.values_list(field, flat=True))
        for model, field, states in STATES
    }
    assert {name: values for name, values in lacking.items() if values} == {}
    assert list(faults()) == []

    paid = Payment.objects.filter(status="paid")
    signed = Payment.objects.exclude(receipt=None).select_related("receipt", "receipt_confirmed_by").order_by("pk")
    sheets = {payment.receipt.print_code for payment in signed}
    unsigned = Batch.objects.filter(pk__in=paid.filter(receipt_confirmed_by=None).values("batch"))
    assert {payment.receipt_confirmed_by.username for payment in signed} == {"frontdesk", "officer"}
    assert {*IssuedDocument.objects.filter(kind="sign_sheet").values_list("code", flat=True), ""} == sheets
    assert signed.filter(receipt__kind="receipt").count() == 1  # who signed a receipt of their own
    assert unsigned.count() == 2  # the last round's, and the one of these weeks
    on_sheets = signed.filter(receipt__kind="sign_sheet")
    assert [step.label for step in trace_of(on_sheets.last()) if not step.there] == []

    auditor = entered(Staff.objects.get(username="auditor"))
    payment = on_sheets.latest("paid_at")
    trace = auditor.get(reverse("relief:payment", args=[payment.code])).content.decode()
    receipt = reverse("center:document", args=[payment.receipt.code])
    assert f'href="{receipt}"' in trace
    assert auditor.get(receipt)["Content-Type"] == "image/jpeg"
