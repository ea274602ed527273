"""Showing one number for a minute: a POST with its reason, one row in the access log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from center.kernel.errors import Refusal, require
from center.kernel.roles import Permission
from center.models import RevealReason, Staff
from center.permissions.turns import not_yours
from center.privacy.fields import SecretField
from center.site.guard import posted

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from center.privacy.secret import Secret

SHOWN_SECONDS = 60
REFUSED = 403


class RevealForm(forms.Form):
    """Why; in words when the reason is another one."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=RevealReason.choices)
    text = forms.CharField(label=gettext_lazy("In words"), required=False, max_length=180)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("reason") == RevealReason.OTHER and not cleaned.get("text", "").strip():
            self.add_error("text", _("Say in words why this number is needed."))
        return cleaned

    def apply(self, value: Secret, *, by: Staff) -> str:
        return value.open(by=by, reason=self.cleaned_data["reason"], text=self.cleaned_data["text"])


def revealing(field: SecretField) -> Permission:
    return field.permission or Permission.REVEAL


def why_not_reveal(staff: Staff, field: SecretField, record: Model) -> str:
    """Empty, or the sentence: the role that reveals must hold at an office through which the record is seen."""
    rows = type(record)._default_manager.all()
    may_show = staff.where(revealing(field))
    if hasattr(rows, "visible_to") and rows.visible_to(may_show).filter(pk=record.pk).exists():
        return ""
    return not_yours(
        staff,
        _("Your roles do not show this number in full."),
        revealing(field),
        office=getattr(record, "office_id", None),
    )


def may_ask(staff: Staff, value: Secret) -> bool:
    """Whether the button is shown at all: the roles reveal this number, and see records of its kind somewhere.

    It is asked for every row of a list, so it asks the database nothing.
    """
    record = value.record
    if record is None:
        return False
    permission = revealing(_field(record._meta.label_lower, value.field))
    if not staff.may_somewhere(permission):
        return False
    rows = type(record)._default_manager.all()
    if not hasattr(rows, "visible_to"):
        return False
    try:
        rows.visible_to(staff.where(permission)).query.sql_with_params()
    except EmptyResultSet:
        return False
    return True


@require_http_methods(["GET", "POST"])
@never_cache
def reveal(request: HttpRequest, model: str, pk: int, field: str) -> HttpResponse:
    staff = request.user
    if not isinstance(staff, Staff):
        raise Http404
    column, record = _field(model, field), _record(model, pk, staff)
    value = getattr(record, field)
    if value is None:
        raise Http404
    form = RevealForm(posted(request))
    context: dict[str, Any] = {
        "form": form,
        "mask": str(value),
        "label": column.verbose_name,
        "is_phone": column.kind == "phone",
        "url": value.reveal_url,
        "seconds": SHOWN_SECONDS,
    }
    status = 200
    try:
        require(why_not_reveal(staff, column, record))
        if form.is_valid():
            context["number"] = form.apply(value, by=staff)
        elif form.is_bound:
            status = 422
    except Refusal as refusal:
        context["refusal"], status = str(refusal), REFUSED
    htmx = bool(getattr(request, "htmx", False))
    status = 200 if htmx and status == REFUSED else status  # the sentence is the answer; htmx shows no 403
    response = render(request, "center/reveal.html" + ("#secret" if htmx else ""), context, status=status)
    response["Cache-Control"] = "no-store"
    if "number" in context and not htmx:
        response["Refresh"] = f"{SHOWN_SECONDS}; url={value.reveal_url}"  # hides without JavaScript, too
    return response


def _field(model: str, name: str) -> SecretField:
    try:
        field = apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist) as error:
        raise Http404 from error
    if not isinstance(field, SecretField):
        raise Http404
    return field


def _record(model: str, pk: int, staff: Staff) -> Model:
    """Only what this person may see; a model without `visible_to` reveals nothing to anybody."""
    rows = apps.get_model(model)._default_manager.all()
    if not hasattr(rows, "visible_to"):
        raise Http404
    record: Model = get_object_or_404(rows.visible_to(staff), pk=pk)
    return record
