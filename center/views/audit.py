"""A register that proves itself: who looked, what changed, whether every seal still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.db.models import Sum
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from center.evidence import history, logbook, seal_status
from center.evidence.log_values import Values
from center.forms.audit import AccessFilter, LogFilter
from center.kernel import records
from center.kernel.roles import Permission
from center.models import AccessEntry, Event, Seal
from center.privacy import access
from center.site.guard import needs
from center.site.pages import Pages

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

READ = Permission.READ_TRAIL
ROWS = 50


@require_GET
@needs(READ)
def access_log(request: StaffRequest) -> HttpResponse:
    """Who read, revealed, exported or printed what of whom, when and why. Never the value."""
    form = AccessFilter(request.GET or None, staff=request.staff)
    page = Pages(AccessEntry.objects.visible_to(request.staff).filter(**form.wanted()), ROWS).get_page(
        request.GET.get("page")
    )
    names = logbook.names({entry.actor for entry in page})
    told = logbook.records(entry.subject for entry in page)
    rows = [
        {
            "entry": entry,
            "who": names.get(entry.actor, entry.actor),
            "record": told[entry.subject],
            "what": logbook.seen(entry.what),
            "why": logbook.why(entry),
        }
        for entry in page
    ]
    return render(request, "center/access_log.html", {"form": form, "page": page, "rows": rows})


@require_GET
@needs(READ)
def changes(request: StaffRequest) -> HttpResponse:
    """What happened; and of one record, each field before and after."""
    form = LogFilter(request.GET or None, staff=request.staff)
    wanted = form.wanted()
    page = Pages(Event.objects.visible_to(request.staff).filter(**wanted), ROWS).get_page(request.GET.get("page"))
    subject = wanted.get("subject", "")
    told: list[history.Change] = []
    if subject and records.is_kept_within(subject, request.staff.sight(READ)):
        access.read(subject, by=request.staff, what="center.changes")
        told = history.changes(subject, by=request.staff)
    steps = logbook.steps({change.at for change in told})
    names = logbook.names({event.actor for event in page} | {change.by for change in told})
    named = [subject, *(each for event in page for each in (event.subject, *event.facts.values()))]
    called, values = logbook.records(named), Values(event.facts for event in page)
    context = {
        "form": form,
        "page": page,
        "events": [
            {
                "event": event,
                "who": names.get(event.actor, event.actor),
                "step": logbook.in_words(event.verb),
                "record": called[event.subject],
                "facts": logbook.facts(event, called, values),
            }
            for event in page
        ],
        "changes": [(change, names.get(change.by, change.by), steps.get(change.at, "")) for change in told],
        "subject": subject,
        "record": called[subject],
        "facts_shown": request.staff.may_somewhere(Permission.READ_FILES),
    }
    return render(request, "center/changes.html", context)


@require_http_methods(["GET", "POST"])
@needs(READ)
def integrity_page(request: StaffRequest) -> HttpResponse:
    """The seals, what waits for one, the heads kept outside, and the last time that all was proved."""
    if request.method == "POST":
        why_not = seal_status.why_not_here()
        if why_not:
            messages.error(request, why_not)
        elif seal_status.prove(by=request.staff):
            messages.error(request, _("Not everything is as it was sealed: see below."))
        else:
            messages.success(request, _("Everything is as it was sealed."))
        return redirect("center:integrity")
    heads = settings.SEAL_HEADS_FILE
    context: dict[str, Any] = {
        "seals": Seal.objects.order_by("-n")[:20],
        "count": Seal.objects.count(),
        "rows": Seal.objects.aggregate(rows=Sum("rows"))["rows"] or 0,
        "waiting": seal_status.waiting(),
        "heads": len(heads.read_text().splitlines()) if heads.exists() else 0,
        "last": seal_status.last_proof(),
        "why_not": seal_status.why_not_here(),
        "now": timezone.now(),
        "database": connection.settings_dict["NAME"],
    }
    return render(request, "center/integrity.html", context)
