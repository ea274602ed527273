"""Programmes and what they would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from center.kernel.errors import Incomplete
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import codes
from center.reference import standards
from center.site import versions
from center.site.guard import StaffRequest, needs, posted, reads
from center.views import previews
from relief.actions.programmes import leaps, standard_formula
from relief.forms.programmes import (
    AdoptForm,
    CalculateForm,
    EmergencyForm,
    EnglishNameForm,
    LimitForm,
    NewProgrammeForm,
    TermsForm,
    VersionForm,
)
from relief.models import ApprovalBand, EmergencyPower, Programme, Terms
from relief.models.programme import offices_up
from relief.permissions import why_not_correct_version, why_not_edit_programmes
from relief.queries import effects
from relief.queries.assessment import preview
from relief.queries.terms import terms_of
from relief.rules import caps
from relief.views.shortcuts import act, home_of, show

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import BaseForm
    from django.http import HttpResponse

    from center.models import Office, Staff
    from relief.models import ProgrammeVersion


TERMS = ("late_days", "ratify_days", "look_back_months", "notice_excess_percent")


@reads
@needs(Permission.USE_THE_SHELL)
def programmes(request: StaffRequest) -> HttpResponse:
    """What relief there is, for whom, and by whose decision."""
    office, today = home_of(request), timezone.localdate()
    rows = Programme.objects.serving(office).prefetch_related("versions")
    shown = [
        {"programme": row, "version": next((v for v in row.versions.all() if today in v.during), None)} for row in rows
    ]
    bands = _bands(office)
    powers = EmergencyPower.objects.filter(office__in=offices_up(office), during__contains=today)
    context = {
        "rows": shown,
        "bands": bands.select_related("office"),
        "powers": powers.select_related("staff", "office"),
        "why_not": why_not_edit_programmes(request.staff, office),
    }
    return show(request, "programmes.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_PROGRAMMES)
def adopt(request: StaffRequest) -> HttpResponse:
    """A new center begins with the programmes and limits of the papers."""
    form = AdoptForm(posted(request))
    if act(form, lambda: form.apply(home_of(request), by=request.staff)):
        messages.success(request, _("The office gives this relief from that day on."))
        return redirect("relief:programmes")
    return _setting(request, form, _("Begin with the standard programmes"), _("Begin"))


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_PROGRAMMES)
def new(request: StaffRequest) -> HttpResponse:
    """A new name; then its first version."""
    form = NewProgrammeForm(posted(request))
    if made := act(form, lambda: form.apply(home_of(request), by=request.staff)):
        messages.success(request, _("Entered. Now say its rules."))
        return redirect("relief:programme_edit", pk=made.pk)
    return _setting(request, form, _("New programme"), _("Enter it"))


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_PROGRAMMES)
def limit(request: StaffRequest) -> HttpResponse:
    """Up to which amount who may grant, and the office's terms: what holds today beside what is to hold from a day on."""
    office, today = home_of(request), timezone.localdate()
    now = terms_of(office, on=today)
    of_terms = "late_days" in request.POST
    form = LimitForm(None if of_terms else posted(request))
    terms = TermsForm(
        request.POST if of_terms else None,
        auto_id="terms_%s",
        initial={name: getattr(now, name) for name in TERMS},
    )
    if act(form, lambda: form.apply(office, by=request.staff)):
        messages.success(request, _("The limit is set."))
        return redirect("relief:limit")
    if act(terms, lambda: terms.apply(office, by=request.staff)):
        messages.success(request, _("The terms are decided; those before them end the day before."))
        return redirect("relief:limit")
    context = {
        "form": form,
        "terms": terms,
        "now": now,
        "bands": _bands(office).select_related("office"),
        "decided": Terms.objects.filter(office__in=offices_up(office)).select_related("office", "decided_by"),
        "why_not": why_not_edit_programmes(request.staff, office),
    }
    return show(request, "limits.html", context)


def _bands(office: Office) -> QuerySet[ApprovalBand]:
    """The limits that hold today and those that are decided for later."""
    in_force = Q(during__upper_inf=True) | Q(during__endswith__gt=timezone.localdate())
    return ApprovalBand.objects.filter(in_force, office__in=offices_up(office))


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_PROGRAMMES)
def emergency(request: StaffRequest) -> HttpResponse:
    """Name the leader who may grant emergencies."""
    form = EmergencyForm(posted(request), office=home_of(request))
    if act(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("The leader is named."))
        return redirect("relief:programmes")
    return _setting(request, form, _("Who may grant emergencies"), _("Name this leader"))


def _setting(request: StaffRequest, form: BaseForm, heading: str, verb: str) -> HttpResponse:
    why_not = why_not_edit_programmes(request.staff, home_of(request))
    return show(request, "form.html", {"form": form, "heading": heading, "verb": verb, "why_not": why_not})


@reads
@needs(Permission.USE_THE_SHELL)
def programme(request: StaffRequest, pk: int) -> HttpResponse:
    """One programme and all its versions; an expired one stays to be read."""
    found = get_object_or_404(Programme.objects.serving(home_of(request)).select_related("office"), pk=pk)
    versions = [(version, facts_of(version)) for version in found.versions.select_related("decided_by")]
    why_not = why_not_edit_programmes(request.staff, found.office)
    return show(request, "programme.html", {"programme": found, "versions": versions, "why_not": why_not})


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_PROGRAMMES)
def english_name(request: StaffRequest, pk: int) -> HttpResponse:
    """What English pages call the programme."""
    found = get_object_or_404(Programme.objects.serving(home_of(request)).select_related("office"), pk=pk)
    form = EnglishNameForm(posted(request), initial={"name_en": found.name_en})
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("English pages call it so from now on."))
        return redirect("relief:programme", pk=found.pk)
    words = {"heading": _("Name of %(programme)s in English") % {"programme": found.name}, "verb": _("Keep it")}
    why_not = why_not_edit_programmes(request.staff, found.office)
    return show(request, "form.html", {"form": form, "why_not": why_not} | words)


def facts_of(version: ProgrammeVersion) -> list[tuple[str, str]]:
    """The rules of a version in words."""

    def labels(name: str, wanted: list[str]) -> str:
        return listed(codes.label(name, code) for code in wanted) or "—"

    figures = [
        f"{codes.label('hardship_category', key)} {figure}"
        for name in ("factor", "share", "ceiling", "amount")
        for key, figure in version.rule.get(name, {}).items()
    ]
    return [
        (_("Who may ask"), labels("hardship_category", version.categories)),
        (_("Papers needed"), labels("attachment_type", version.papers)),
        (_("Formula"), version.get_formula_display()),
        (_("Figures of the rule"), listed(figures)),
        (_("Times a year"), str(version.times_per_year or "—")),
        (_("Only one kind of relief a year for"), labels("hardship_category", version.one_kind_only)),
        (_("Way of paying"), f"{version.get_instalments_display()} × {version.instalment_count}"),
        (
            _("Public notice"),
            ngettext("%(when)s, %(days)s working day", "%(when)s, %(days)s working days", version.notice_days)
            % {"when": version.get_notice_rule_display(), "days": version.notice_days},
        ),
        (
            _("Small grants add up over"),
            ngettext("%(months)s month", "%(months)s months", version.sum_months) % {"months": version.sum_months},
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
        return _first(request, found)
    form = VersionForm(
        versions.chosen(request.POST) if request.method == "POST" else None,
        instance=None if request.method == "POST" else latest,
        formula=latest.formula,
        rule=latest.rule,
        held=latest,
    )
    shown = _preview(request, form, found, latest)
    try:
        begun = act(form, lambda: _begin(form, found, by=request.staff)) if previews.was_shown(request) else None
    except versions.Clash as clash:
        return versions.answer(request, clash)
    if begun:
        messages.success(request, _("The new version is entered."))
        return redirect("relief:programme", pk=pk)
    heading = _("New version of %(programme)s") % {"programme": found}
    context = {"form": form, "heading": heading, "verb": _("Begin this version"), "grid": True, "versioned": True}
    return show(request, "form.html", context | shown)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_PROGRAMMES)
def coming(request: StaffRequest, pk: int) -> HttpResponse:
    """The version that has not begun yet is entered anew until its day."""
    found = get_object_or_404(Programme.objects.serving(home_of(request)).select_related("office"), pk=pk)
    rows = found.versions.filter(during__startswith__gt=timezone.localdate()).select_related("programme__office")
    version = get_object_or_404(rows.order_by("-number")[:1])
    before = found.versions.filter(number__lt=version.number).order_by("-number").first()
    form = VersionForm(
        posted(request),
        instance=None if request.method == "POST" else version,
        formula=version.formula,
        rule=version.rule,
        held=version,
        initial={"since": version.during.lower},
    )
    shown = _preview(request, form, found, before)
    if previews.was_shown(request) and act(form, lambda: form.correct(version, by=request.staff)) is not None:
        messages.success(request, _("Saved."))
        return redirect("relief:programme", pk=pk)
    heading = _("Correct version %(number)s of %(programme)s") % {"number": version.number, "programme": found}
    context = {"form": form, "heading": heading, "verb": _("Correct"), "grid": True}
    return show(request, "form.html", context | shown | {"why_not": why_not_correct_version(request.staff, version)})


def _preview(
    request: StaffRequest, form: VersionForm, programme: Programme, before: ProgrammeVersion | None
) -> dict[str, object]:
    """What sound rules would touch, and whether a figure of them is asked about: shown before anything is saved."""
    if not form.is_bound or not form.is_valid():
        del form.fields["sure"]
        return {"verb": _("See what it touches")}
    rule = form.typed_rule()
    if not leaps(before, rule):
        del form.fields["sure"]
    touched = effects.of_version(programme, formula=form.formula, rule=rule)
    stamp = previews.stamp(request)
    return {"effects": touched, "shown": stamp, "leaps": leaps(before, rule)}


def _first(request: StaffRequest, found: Programme) -> HttpResponse:
    """The first version of a new programme; its formula is that of its kind."""
    form = VersionForm(posted(request), formula=standard_formula(found.kind), rule={})
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("The new version is entered."))
        return redirect("relief:programme", pk=found.pk)
    heading = _("New version of %(programme)s") % {"programme": found}
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Begin this version"), "grid": True})


def _begin(form: VersionForm, programme: Programme, *, by: Staff) -> ProgrammeVersion:
    """Under the programme's lock, and only if no other version was begun while this one was written."""
    with versions.unchanged(form, lock=programme, now=lambda: _latest_form(programme)):
        return form.apply(programme, by=by)


def _latest_form(programme: Programme) -> VersionForm:
    latest = programme.versions.order_by("-number")[0]
    return VersionForm(None, instance=latest, formula=latest.formula, rule=latest.rule, held=latest)


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
    form = CalculateForm(request.GET if "category" in request.GET else None, version=version, initial={"line": line})
    computed = None
    if form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if value not in {None, ""}}
        try:
            computed = preview(version, facts=caps.Facts(**data))
        except caps.CannotCompute as missing:
            form.add_error(None, str(missing))
    return show(request, "calculate.html", {"programme": found, "version": version, "form": form, "computed": computed})
