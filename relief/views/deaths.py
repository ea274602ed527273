"""The money that a death holds: who of the household receives it instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center.kernel.roles import Permission
from center.site.guard import StaffRequest, needs, posted
from relief.forms.deaths import AnswerForm, ReceiverForm
from relief.models import Instalment, Redirection
from relief.permissions import (
    why_not_proved,
    why_not_redirect,
    why_not_settle_redirection,
    why_not_stop,
    why_not_turn_down_redirection,
)
from relief.views.shortcuts import act, found_application, show

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_http_methods(["GET", "POST"])
@needs(Permission.ASSESS_APPLICATIONS, Permission.DECIDE_APPLICATIONS)
def receiver(request: StaffRequest, code: str) -> HttpResponse:
    """What is owed, and to whom it goes: put forward by one, agreed or turned down by another."""
    found = found_application(request, code)
    award = getattr(found, "award", None)
    if award is None:
        raise Http404
    asked = award.redirections.filter(status=Redirection.Status.ASKED).select_related("to", "asked_by").first()
    form = AnswerForm(posted(request), asked=asked) if asked else ReceiverForm(posted(request), award=award)
    verdict = request.POST.get("verdict", "")
    if act(form, lambda: form.apply(verdict=verdict, by=request.staff)):
        messages.success(request, _("Done."))
        return redirect("relief:application", code=code)
    unpaid = (Instalment.Status.OWED, Instalment.Status.PAYING)
    owed = award.instalments.filter(status__in=unpaid).select_related("fund_source")
    context = {
        "application": found,
        "award": award,
        "asked": asked,
        "form": form,
        "instalments": owed,
        "owed": sum(part.amount for part in owed),
        "earlier": award.redirections.exclude(status=Redirection.Status.ASKED).select_related("to", "settled_by"),
        "death_page": reverse("casework:death", args=[award.receiver.code]) if why_not_proved(award) else "",
        "why_not": why_not_settle_redirection(request.staff, asked)
        if asked
        else why_not_redirect(request.staff, award),
        "why_not_turn_down": why_not_turn_down_redirection(request.staff, asked) if asked else "",
        "why_not_stop": why_not_stop(request.staff, award),
    }
    return show(request, "application_receiver.html", context)
