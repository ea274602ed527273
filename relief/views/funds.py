"""Fund sources, their ledgers, and corrections by two people."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.roles import Permission
from center.models import Document, codes
from center.models.base import subject_of
from center.site.guard import StaffRequest, needs, posted, reads
from relief.actions import funds as actions
from relief.enums import Bucket
from relief.forms.funds import (
    DocumentForm,
    MoreForm,
    MoveForm,
    ReceiveForm,
    ReverseForm,
    SourceNameForm,
    TurnDownForm,
)
from relief.models import Correction, FundSource, LedgerTransaction
from relief.permissions import (
    why_not_ask_correction,
    why_not_ask_reversal,
    why_not_receive,
    why_not_settle,
    why_not_take_in,
)
from relief.queries import treasury
from relief.queries.closing import COLUMNS
from relief.queries.ledger import balances, entries_of, ledger_rows, receipts, with_subjects
from relief.views.shortcuts import act, attempt, home_of, page_of, period_asked, show

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

ZERO = Decimal("0.00")


@reads
@needs(Permission.READ_FUNDS)
def overview(request: StaffRequest) -> HttpResponse:
    """Per source and per kind: plan, received, moved, carried over, committed, at the bank, paid, left."""
    sources = list(FundSource.objects.visible_to(request.staff).select_related("office"))
    lines = treasury.by_source(sources)
    total = treasury.total_of(lines)
    year = timezone.localdate().year
    period = period_asked(request)
    waiting = Correction.objects.visible_to(request.staff).filter(status="asked").select_related("giver", "asked_by")
    return show(
        request,
        "funds.html",
        {
            "rows": lines,
            "total": total,
            "kinds": treasury.by_kind(request.staff.sight(Permission.READ_FUNDS), year=year),
            "year": year,
            "receipts": _received_in(request, *period) if period else None,
            "parts": parts_of(total | {"available": total["left"]}),
            "waiting": waiting,
            "why_not": why_not_receive(request.staff, home_of(request)),
        },
    )


def _received_in(request: StaffRequest, since: date, until: date) -> dict[str, object]:
    """The rows behind the figure “money received” of a period."""
    rows = receipts(offices=request.staff.sight(Permission.READ_FUNDS), since=since, until=until)
    total = rows.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO
    page = page_of(request, rows)
    return {"since": since, "until": until, "page": page, "rows": with_subjects(page), "total": total}


def parts_of(stand: dict[str, Decimal]) -> list[tuple[str, Decimal]]:
    return [
        (_("paid"), stand["paid"]),
        (_("at the bank"), stand["in_transit"]),
        (_("granted, not paid yet"), stand["committed"]),
        (_("available"), stand["available"]),
    ]


@reads
@needs(Permission.READ_FUNDS)
def source(request: StaffRequest, code: str) -> HttpResponse:
    """One source's ledger (screens.md §4.5): each voucher line with the running balance of the money still here."""
    rows_seen = FundSource.objects.visible_to(request.staff).select_related("office", "carried_from")
    found = get_object_or_404(rows_seen, code=code)
    stand = balances([found])[found.pk]
    rows, totals = ledger_rows(found)
    bucket = request.GET.get("bucket", "")
    return show(
        request,
        "source.html",
        {
            "source": found,
            "origin": codes.label("fund_origin", found.origin),
            "stand": stand,
            "line": treasury.by_source([found])[0],
            "parts": parts_of(stand),
            "opened": _opened(request, found, bucket),
            "rows": rows,
            "totals": totals,
            "now": timezone.localtime(),
            "why_not": why_not_ask_correction(request.staff, found),
            "why_not_receive": why_not_ask_correction(request.staff, found) or why_not_take_in(found),
            "year_is_closed": bool(why_not_take_in(found)),
            "documents": Document.objects.filter(subject=subject_of(found), removed_at=None).order_by("-pk"),
            "why_not_document": why_not_receive(request.staff, found.office),
        },
    )


CAME = {"received": COLUMNS["received"], "moved": COLUMNS["transferred"], "carried": COLUMNS["carried"]}


def _opened(request: StaffRequest, source: FundSource, name: str) -> dict[str, object] | None:
    """The entries that make up one of the source's sums: what came, each way by itself, or what stands in a bucket."""
    if name in CAME:
        title, wanted, sign = CAME[name]
        entries = entries_of(source, Bucket.OUTSIDE).filter(wanted.rows)
    elif name in Bucket.values:
        title, sign, entries = Bucket(name).label, 1, entries_of(source, name)
    else:
        return None
    total = entries.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO
    page = page_of(request, entries)
    return {"title": str(title), "page": page, "rows": with_subjects(page, sign=sign), "total": sign * total}


@require_http_methods(["GET", "POST"])
@needs(Permission.RECEIVE_FUNDS)
def receive(request: StaffRequest) -> HttpResponse:
    form = ReceiveForm(posted(request), request.FILES or None, office=home_of(request))
    if made := act(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("The money is entered."))
        return redirect("relief:source", code=made.code)
    words = {"heading": _("Money received"), "verb": _("Enter the money"), "files": True}
    return show(request, "form.html", {"form": form} | words)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECEIVE_FUNDS)
def source_document(request: StaffRequest, code: str) -> HttpResponse:
    """The scan of the document by which the money came, when it comes later than the money."""
    found = get_object_or_404(FundSource.objects.visible_to(request.staff), code=code)
    form = DocumentForm(posted(request), request.FILES or None)
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("The document is kept."))
        return redirect("relief:source", code=code)
    words = {"heading": _("Document of %(source)s") % {"source": found}, "verb": _("Keep it"), "files": True}
    why_not = why_not_receive(request.staff, found.office)
    return show(request, "form.html", {"form": form, "why_not": why_not} | words)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECEIVE_FUNDS)
def source_name(request: StaffRequest, code: str) -> HttpResponse:
    """What English pages call the source."""
    found = get_object_or_404(FundSource.objects.visible_to(request.staff).select_related("office"), code=code)
    form = SourceNameForm(posted(request), initial={"name_en": found.name_en})
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("English pages call it so from now on."))
        return redirect("relief:source", code=code)
    words = {"heading": _("Name of %(source)s in English") % {"source": found.in_the_books}, "verb": _("Keep it")}
    return show(request, "form.html", {"form": form, "why_not": why_not_receive(request.staff, found.office)} | words)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECEIVE_FUNDS)
def receive_more(request: StaffRequest, code: str) -> HttpResponse:
    found = get_object_or_404(FundSource.objects.visible_to(request.staff).select_related("office"), code=code)
    form = MoreForm(posted(request))
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("The money is entered."))
        return redirect("relief:source", code=code)
    heading = _("More money of %(source)s") % {"source": found}
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Enter the money")})


@require_http_methods(["GET", "POST"])
@needs(Permission.RECEIVE_FUNDS)
def move(request: StaffRequest, code: str) -> HttpResponse:
    """Ask to move money to another source; the second person posts it."""
    found = get_object_or_404(FundSource.objects.visible_to(request.staff).select_related("office"), code=code)
    files = request.FILES if request.method == "POST" else None
    form = MoveForm(posted(request), files, source=found, staff=request.staff)
    if asked := act(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("Asked for. A second person must post it."))
        return redirect("relief:correction", code=asked.code)
    heading = _("Move money of %(source)s") % {"source": found}
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Ask for it"), "files": True})


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_FUNDS)
def reverse_entry(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for a reversal (红字冲销) of one voucher line."""
    visible = LedgerTransaction.objects.filter(office_id__in=request.staff.sight(Permission.READ_FUNDS))
    entry = get_object_or_404(visible.select_related("office", "posted_by", "reversed_by"), pk=pk)
    form = ReverseForm(posted(request))
    if asked := act(form, lambda: form.apply(entry, by=request.staff)):
        messages.success(request, _("Asked for. A second person must post it."))
        return redirect("relief:correction", code=asked.code)
    postings = entry.postings.select_related("fund_source").order_by("pk")
    why_not = why_not_ask_reversal(request.staff, entry)
    return show(request, "reverse.html", {"form": form, "entry": entry, "postings": postings, "why_not": why_not})


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_FUNDS)
def correction(request: StaffRequest, code: str) -> HttpResponse:
    """What is asked for, by whom and why; the second person posts it or turns it down."""
    rows = Correction.objects.visible_to(request.staff).select_related(
        "giver", "taker", "wrong", "closing", "asked_by", "settled_by"
    )
    asked = get_object_or_404(rows, code=code)
    form = TurnDownForm(request.POST if "answer" in request.POST else None)
    if act(form, lambda: actions.turn_down(asked, answer=form.cleaned_data["answer"], by=request.staff)):
        messages.success(request, _("Turned down; nothing was posted."))
        return redirect("relief:correction", code=code)
    papers = Document.objects.filter(subject=subject_of(asked), removed_at=None)
    context = {"asked": asked, "form": form, "papers": papers, "why_not": why_not_settle(request.staff, asked)}
    return show(request, "correction.html", context)


@require_POST
@needs(Permission.CHECK_MONEY)
def settle(request: StaffRequest, code: str) -> HttpResponse:
    asked = get_object_or_404(Correction.objects.visible_to(request.staff), code=code)
    back = reverse("relief:correction", args=[code])
    return attempt(request, lambda: actions.settle(asked, by=request.staff), done=_("Posted."), back=back)


@reads
@needs(Permission.READ_FUNDS)
def corrections(request: StaffRequest) -> HttpResponse:
    rows = Correction.objects.visible_to(request.staff).select_related("giver", "taker", "asked_by", "settled_by")
    return show(request, "corrections.html", {"page": page_of(request, rows)})
