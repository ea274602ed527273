"""Every component with every tone, for whoever builds a page or checks one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from center.forms.figures import FigureField
from center.kernel.roles import Permission
from center.site.guard import needs, sentence

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

TONES = ("plain", "info", "ok", "warning", "danger")


class SampleForm(forms.Form):
    """One field of each kind."""

    words = forms.CharField(label=gettext_lazy("Words"), help_text=gettext_lazy("A hint stands above the input."))
    amount = FigureField(label=gettext_lazy("Amount in yuan"), max_digits=14, decimal_places=2)
    day = forms.DateField(label=gettext_lazy("Day"), required=False)
    tone = forms.ChoiceField(label=gettext_lazy("Tone"), choices=[(tone, tone) for tone in TONES])
    several = forms.MultipleChoiceField(
        label=gettext_lazy("Several of few"),
        choices=[("1", "1"), ("2", "2")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ticked = forms.BooleanField(label=gettext_lazy("A single box"), required=False)


@require_GET
@needs(Permission.USE_THE_SHELL)
def gallery(request: StaffRequest) -> HttpResponse:
    """In practice for everybody, in a real center for the administrator."""
    if not settings.DEMO and not request.staff.may_somewhere(Permission.MANAGE_REFERENCE):
        raise PermissionDenied(sentence(frozenset({Permission.MANAGE_REFERENCE}), request.staff))
    today = timezone.localdate()
    states = [SimpleNamespace(get_status_display=lambda tone=tone: tone, tone=tone) for tone in TONES]
    context = {
        "tones": TONES,
        "states": states,
        "form": SampleForm(auto_id="sample_%s"),
        "wrong": SampleForm({"amount": "x"}, auto_id="wrong_%s"),
        "deadlines": [None, *(today + timedelta(days=days) for days in (-4, 0, 1, 30))],
        "page": Paginator(range(120), 50).get_page(request.GET.get("page")),
        "amounts": [Decimal("1234567.80"), Decimal("-300.00"), None],
        "facts": [(_("Label"), _("value")), (_("Empty"), ""), (_("With a link"), _("value"), request.path)],
        "figures": [SimpleNamespace(label=_("Visits"), value=17, unit=_("times"), url=request.path)],
        "bars": [(_("Illness"), 40, request.path), (_("School"), 25, ""), (_("Accident"), 5, "")],
        "parts": [(_("Paid"), Decimal(60)), (_("Committed"), Decimal(25)), (_("Available"), Decimal(15))],
    }
    return render(request, "center/gallery.html", context)
