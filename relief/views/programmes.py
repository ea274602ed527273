"""Programmes and what they would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import codes, standards, versions
from center.errors import Incomplete
from center.roles import Permission
from center.views.guard import StaffRequest, needs, reads
from relief import caps
from relief.assessment import preview
from relief.forms.programmes import CalculateForm, VersionForm
from relief.models import ApprovalBand, Programme
from relief.models.programme import offices_up
from relief.permissions import why_not_edit_programmes
from relief.views.parts import act, home_of, show

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.models import Staff
    from relief.models import ProgrammeVersion


@reads
@needs(Permission.USE_THE_SHELL)
def programmes(request: StaffRequest) -> HttpResponse:
    """What relief there is, for whom, and by whose decision."""
    office, today = home_of(request), timezone.localdate()
    rows = Programme.objects.serving(office).prefetch_related("versions")
    shown = [
        {"programme": row, "version": next((v for v in row.versions.all() if today in v.during), None)} for row in rows
    ]
    bands = ApprovalBand.objects.filter(office__in=offices_up(office), during__contains=today).select_related("office")
    return show(request, "programmes.html", {"rows": shown, "bands": bands})


@reads
@needs(Permission.USE_THE_SHELL)
def programme(request: StaffRequest, pk: int) -> HttpResponse:
    """One programme and all its versions; an expired one stays to be read."""
    found = get_object_or_404(Programme.objects.serving(home_of(request)).select_related("office"), pk=pk)
    versions = [(version, facts_of(version)) for version in found.versions.select_related("decided_by")]
    why_not = why_not_edit_programmes(request.staff, found.office)
    return show(request, "programme.html", {"programme": found, "versions": versions, "why_not": why_not})


def facts_of(version: ProgrammeVersion) -> list[tuple[str, str]]:
    """The rules of a version in words."""

    def labels(name: str, wanted: list[str]) -> str:
        return _(", ").join(codes.label(name, code) for code in wanted) or "—"

    figures = [
        f"{codes.label('hardship_category', key)} {figure}"
        for name in ("factor", "share", "ceiling", "amount")
        for key, figure in version.rule.get(name, {}).items()
    ]
    return [
        (_("Who may ask"), labels("hardship_category", version.categories)),
        (_("Papers needed"), labels("attachment_type", version.papers)),
        (_("Formula"), version.get_formula_display()),
        (_("Figures of the rule"), _(", ").join(figures)),
        (_("Times a year"), str(version.times_per_year or "—")),
        (_("Paid"), f"{version.get_instalments_display()} × {version.instalment_count}"),
        (
            _("Public notice"),
            _("%(when)s, %(days)s working days")
            % {"when": version.get_notice_rule_display(), "days": version.notice_days},
        ),
        (
            _("Committee vote"),
            _("%(quorum)s%% of the members present and not recused; more than %(majority)s%% of them agree")
            % {"quorum": version.quorum_percent, "majority": version.majority_percent},
        ),
        (_("Policy document"), version.document),
    ]


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_PROGRAMMES)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a new version; the one before it ends the day before."""
    found = get_object_or_404(Programme.objects.serving(home_of(request)).select_related("office"), pk=pk)
    latest = found.versions.order_by("-number").first()
    if latest is None:
        return redirect("relief:programme", pk=pk)
    form = VersionForm(
        versions.chosen(request.POST) if request.POST else None,
        instance=None if request.POST else latest,
        formula=latest.formula,
        rule=latest.rule,
    )
    try:
        begun = act(form, lambda: _begin(form, found, by=request.staff))
    except versions.Clash as clash:
        return versions.answer(request, clash)
    if begun:
        messages.success(request, _("The new version is entered."))
        return redirect("relief:programme", pk=pk)
    heading = _("New version of %(programme)s") % {"programme": found}
    context = {"form": form, "heading": heading, "verb": _("Begin this version"), "grid": True, "versioned": True}
    return show(request, "form.html", context)


def _begin(form: VersionForm, programme: Programme, *, by: Staff) -> ProgrammeVersion:
    """Under the programme's lock, and only if no other version was begun while this one was written."""
    with versions.unchanged(form, lock=programme, now=lambda: _latest_form(programme)):
        return form.apply(programme, by=by)


def _latest_form(programme: Programme) -> VersionForm:
    latest = programme.versions.order_by("-number")[0]
    return VersionForm(None, instance=latest, formula=latest.formula, rule=latest.rule)


@reads
@needs(Permission.USE_THE_SHELL)
def calculate(request: StaffRequest, pk: int) -> HttpResponse:
    """What would this family get and why; nothing is saved."""
    found = get_object_or_404(Programme.objects.serving(home_of(request)).select_related("office"), pk=pk)
    version = found.versions.on(timezone.localdate()).first()
    if version is None:
        return redirect("relief:programme", pk=pk)
    try:
        line = standards.value("dibao_line", office=home_of(request), on=timezone.localdate())
    except Incomplete:
        line = None
    form = CalculateForm(
        request.GET if "category" in request.GET else None, formula=version.formula, initial={"line": line}
    )
    computed = None
    if form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if value not in {None, ""}}
        try:
            computed = preview(version, facts=caps.Facts(**data))
        except caps.CannotCompute as missing:
            form.add_error(None, str(missing))
    return show(request, "calculate.html", {"programme": found, "version": version, "form": form, "computed": computed})
