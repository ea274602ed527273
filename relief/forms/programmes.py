"""Forms of programmes: a new version, and what a family would get."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center.forms.figures import FigureField
from center.kernel.roles import Role
from center.kernel.sentences import about
from center.models import Assignment, Staff, codes
from relief.actions import programmes
from relief.enums import Decider, Formula, ProgrammeKind, SchoolStage
from relief.forms.funds import money_field
from relief.models import ProgrammeVersion

if TYPE_CHECKING:
    from center.models import Office
    from relief.models import ApprovalBand, EmergencyPower, Programme, Terms

CATEGORIES = ("deep", "relative", "accidental", "temporary")


def _categories(held: ProgrammeVersion | None) -> list[tuple[str, str]]:
    """Who may ask: the categories that are filed today, and those that this version holds."""
    known = codes.choices("hardship_category", held=held.categories if held else ())
    return [(code, label) for code, label in known if code in CATEGORIES]


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules from a day on. Figures of the formula are one field for each category or stage.

    What the version before holds (`held`) may be kept, also when its code has been retired since.
    """

    since = forms.DateField(label=_("Valid from"))
    categories = forms.MultipleChoiceField(label=_("Who may ask"), widget=forms.CheckboxSelectMultiple)
    papers = forms.MultipleChoiceField(label=_("Papers needed"), widget=forms.CheckboxSelectMultiple, required=False)
    one_kind_only = forms.MultipleChoiceField(
        label=_("Only one kind of relief a year for"), widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = ProgrammeVersion
        fields = (
            "document",
            "categories",
            "papers",
            "times_per_year",
            "one_kind_only",
            "instalments",
            "instalment_count",
            "notice_rule",
            "notice_days",
            "needs_home_visit",
            "sum_months",
            "quorum_percent",
            "majority_percent",
        )

    def __init__(
        self, *args: Any, formula: str, rule: dict[str, Any], held: ProgrammeVersion | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.formula, self.rule = formula, rule
        categories = _categories(held)
        self.fields["categories"].choices = categories  # type: ignore[attr-defined] # a MultipleChoiceField
        self.fields["one_kind_only"].choices = categories  # type: ignore[attr-defined] # the same
        papers = codes.choices("attachment_type", held=held.papers if held else ())
        self.fields["papers"].choices = papers  # type: ignore[attr-defined] # the same
        for name, key, label in self.figures(dict(categories)):
            initial = rule.get(name, {}).get(key)
            self.fields[f"{name}:{key}"] = FigureField(label=label, initial=initial, required=False, min_value=0)
        if held is not None:
            self.fields["sure"] = forms.BooleanField(label=_("These figures are meant as they stand"), required=False)

    def figures(self, categories: dict[str, str]) -> list[tuple[str, str, str]]:
        """(figure, key, label) of every number that this formula has."""
        if self.formula == Formula.BY_STAGE:
            return [("amount", code, about(_("Amount"), label)) for code, label in SchoolStage.choices]
        if self.formula == Formula.LINE_MULTIPLE:
            return [("factor", code, about(_("Factor"), label)) for code, label in categories.items()]
        return [
            (name, code, about(title, label))
            for name, title in (("share", _("Share")), ("ceiling", _("Ceiling")))
            for code, label in categories.items()
        ]

    def typed_rule(self) -> dict[str, dict[str, str]]:
        """The figures of the formula, as a version keeps them."""
        rule: dict[str, dict[str, str]] = {}
        for name, value in self.cleaned_data.items():
            if ":" in name and value is not None:
                figure, key = name.split(":")
                rule.setdefault(figure, {})[key] = f"{value:f}"
        return rule

    def _typed(self) -> dict[str, Any]:
        said = self.cleaned_data
        fields = {name: value for name, value in said.items() if ":" not in name and name not in {"since", "sure"}}
        fields |= {"formula": self.formula, "rule": self.typed_rule()}
        return {"since": said["since"], "fields": fields, "sure": said.get("sure", False)}

    def apply(self, programme: Programme, *, by: Staff) -> ProgrammeVersion:
        return programmes.begin_version(programme, **self._typed(), by=by)

    def correct(self, version: ProgrammeVersion, *, by: Staff) -> ProgrammeVersion:
        return programmes.correct_version(version, **self._typed(), by=by)


class AdoptForm(forms.Form):
    """From which day the office gives the relief of the papers."""

    since = forms.DateField(label=_("Valid from"), initial=timezone.localdate)

    def apply(self, office: Office, *, by: Staff) -> list[Programme]:
        return programmes.adopt_standard_programmes(office, since=self.cleaned_data["since"], by=by)


class NewProgrammeForm(forms.Form):
    """A new name under which relief is given; its rules follow on the next page."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProgrammeKind.choices)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)

    def apply(self, office: Office, *, by: Staff) -> Programme:
        return programmes.open_programme(office, by=by, **self.cleaned_data)


class EnglishNameForm(forms.Form):
    """What English pages call a programme."""

    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=80,
        required=False,
        help_text=_("Papers and books keep the Chinese name."),
    )

    def apply(self, programme: Programme, *, by: Staff) -> Programme:
        return programmes.name_programme_in_english(programme, name_en=self.cleaned_data["name_en"], by=by)


class LimitForm(forms.Form):
    """Up to which amount somebody may grant; above every limit stands the upper union."""

    decider = forms.ChoiceField(
        label=_("Granted by"), choices=[choice for choice in Decider.choices if choice[0] != Decider.UPPER]
    )
    up_to = money_field(_("Up to (yuan)"), min_value=Decimal("0.01"))
    since = forms.DateField(label=_("Valid from"), initial=timezone.localdate)

    def apply(self, office: Office, *, by: Staff) -> ApprovalBand:
        return programmes.set_band(office, by=by, **self.cleaned_data)


class TermsForm(forms.Form):
    """From a day on: when money is late, and how far back the committee looks."""

    late_days = forms.IntegerField(label=_("A payment is late after, days"), min_value=1, max_value=3650)
    ratify_days = forms.IntegerField(label=_("An emergency is ratified within, days"), min_value=1, max_value=3650)
    look_back_months = forms.IntegerField(
        label=_("The committee sees grants of the last, months"), min_value=1, max_value=120
    )
    notice_excess_percent = forms.IntegerField(
        label=_("A decision above the notice needs a new one from, percent"), min_value=0, max_value=100
    )
    document = forms.CharField(label=_("By which document"), max_length=80)
    since = forms.DateField(label=_("Valid from"), initial=timezone.localdate)

    def apply(self, office: Office, *, by: Staff) -> Terms:
        return programmes.decide_terms(office, by=by, **self.cleaned_data)


class EmergencyForm(forms.Form):
    """Which leader may grant an emergency, up to how much, until when and by which document."""

    staff = forms.ModelChoiceField(label=_("Leader"), queryset=Staff.objects.none(), empty_label="—")
    ceiling = money_field(_("Ceiling in yuan"), min_value=Decimal("0.01"))
    until = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty: until another word."))
    document = forms.CharField(label=_("Document number"), max_length=120)

    def __init__(self, *args: Any, office: Office, **options: Any) -> None:
        super().__init__(*args, **options)
        self.office = office
        today = timezone.localdate()
        held = Assignment.objects.filter(office=office, role=Role.LEADER, starts_on__lte=today)
        leaders = Staff.objects.filter(assignments__in=held.exclude(ends_on__lt=today))
        self.fields["staff"].queryset = leaders.distinct()  # type: ignore[attr-defined] # a ModelChoiceField

    def apply(self, *, by: Staff) -> EmergencyPower:
        return programmes.name_for_emergencies(office=self.office, by=by, **self.cleaned_data)


class CalculateForm(forms.Form):
    """What would this family get, and why; nothing is saved."""

    category = forms.ChoiceField(label=_("Category"))
    line = money_field(_("Local line in yuan a month"), required=False)
    self_paid = money_field(_("Self-paid cost"), required=False)
    other_aid = money_field(_("Given by others"), required=False)
    given = money_field(_("Given this year"), required=False)
    stage = forms.ChoiceField(label=_("School stage"), choices=[("", "—"), *SchoolStage.choices], required=False)

    def __init__(self, *args: Any, version: ProgrammeVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = _categories(version)  # type: ignore[attr-defined] # a ChoiceField
        wanted = {
            Formula.LINE_MULTIPLE: {"line"},
            Formula.SHARE_OF_SELF_PAID: {"self_paid", "other_aid"},
            Formula.BY_STAGE: {"stage"},
        }[Formula(version.formula)]
        for name in {"line", "self_paid", "other_aid", "stage"} - wanted:
            del self.fields[name]
