"""The same person registered twice: who may be, where the two records differ, what stands in the way of joining them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q
from django.utils.translation import gettext as _

from casework.enums import LIVING
from casework.models import BankAccount, IncomeItem, Joining, Person, SpendingItem
from casework.queries.files import living_file_of
from casework.queries.search import detail_of
from center.desk import OpenWork, desks
from center.kernel.sentences import listed
from center.models import Event, codes
from center.privacy.fields import Whole
from center.privacy.masks import person_name
from center.privacy.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models

    from center.models import Staff

# Every fact of a person, in the order in which two records are compared. Who is related to whom is joined, not chosen.
FACTS = (
    *("full_name", "name_written", "id_number", "phone", "other_contact", "sex", "birth_date", "died_on"),
    *("ethnic_group", "political_status", "marital_status", "hukou_type", "hukou_division"),
    *("health_status", "disability_kind", "disability_grade", "medicine", "medical_insurance"),
    *("person_identity", "model_worker_type", "work_status", "employer", "work_start_on"),
    *("contract_signed_on", "contract_term", "union_member", "education_level", "school", "enrol_year"),
    *("school_years", "skills", "job_wish", "wage_not_imputed"),
)
LISTS = {"hukou_division": "division"}  # otherwise the code list is named as the field
NAMES = frozenset({"full_name", "name_written"})
WORDS = frozenset({"medicine", "school", "job_wish", "wage_not_imputed"})


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One field of two records, in words. `differs` when both know something else."""

    name: str
    label: str
    one: object
    other: object
    differs: bool


def known(value: object) -> bool:
    return value not in (None, "", [])


def label_of(name: str) -> str:
    return next(str(field.verbose_name) for field in Person._meta.fields if field.name == name)


def facts(one: Person, other: Person) -> list[Fact]:
    """Field by field, without those of which neither record knows anything."""
    found = []
    for name in FACTS:
        first, second = getattr(one, name), getattr(other, name)
        if known(first) or known(second):
            label = label_of(name)
            differs = known(first) and known(second) and first != second
            found.append(
                Fact(name=name, label=label, one=_said(name, first), other=_said(name, second), differs=differs)
            )
    return found


def _said(name: str, value: Any) -> object:
    """Codes in words, numbers behind their masks."""
    if not known(value):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return listed(value)
    if name in NAMES:
        return person_name(value)
    if isinstance(value, str) and name not in WORDS:
        return codes.label(LISTS.get(name, name), value)
    return value if isinstance(value, Secret) else str(value)


def moving(person: Person) -> list[tuple[str, int]]:
    """What of this desk goes over to the record that stays: nouns and how many."""
    rows = (
        (_("Visits"), person.visits),
        (_("Households as their head"), person.heads),
        (_("Households as a member"), person.memberships),
        (_("Income items"), person.incomes),
        (_("Bank accounts"), person.accounts),
        (_("Consents"), person.consents),
    )
    return [(label, many) for label, related in rows if (many := related.count())]


def counted_twice(keep: Person, drop: Person) -> list[IncomeItem | SpendingItem]:
    """Lines of the record that goes which the one that stays has too: one household, one kind, one window. Of one person
    they would count twice."""
    found: list[IncomeItem | SpendingItem] = []
    for items in (IncomeItem.objects, SpendingItem.objects):
        rows: models.QuerySet[Any] = items.filter(dropped_at=None)
        window = Q(month=OuterRef("month")) | Q(year_ending_on=OuterRef("year_ending_on"))
        same = rows.filter(window, person=keep, household=OuterRef("household"), kind=OuterRef("kind"))
        found += rows.filter(Exists(same), person=drop).select_related("household").order_by("pk")
    return found


def hindrances(keep: Person, drop: Person) -> list[OpenWork]:
    """What forbids the joining: open work of the record that goes, and two living files."""
    work = [each for desk in desks() for each in desk.open_work(drop)]
    files = [file for person in (keep, drop) if (file := living_file_of(person)) and file.status in LIVING]
    if len({file.pk for file in files}) > 1:
        sentence = _("Files %(one)s and %(other)s both live: end one of them first, for the reason “duplicate”.")
        work.append(OpenWork(sentence=sentence % {"one": files[0], "other": files[1]}, url=files[1].get_absolute_url()))
    return work


# -- who may be registered twice -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two records that may be one person, the earlier first."""

    one: Person
    other: Person
    why: str

    @property
    def details(self) -> tuple[str, str]:
        return detail_of(self.one), detail_of(self.other)


def pairs(staff: Staff) -> list[Pair]:
    """Everybody in sight who may be here twice, but for those whom somebody has told apart or wants to join."""
    seen = Person.objects.visible_to(staff)
    cards = BankAccount.objects.filter(holder__in=seen.values("pk")).annotate(print=Whole("card"))
    named = seen.annotate(bare=F("search_keys__0"))  # dots, blanks and case tell nobody apart
    called = named.exclude(phone=None).annotate(print=Whole("phone"))
    reasons = (
        (_("the same name and telephone"), _alike(called, "bare", "print")),
        (_("the same name and date of birth"), _alike(named.exclude(birth_date=None), "bare", "birth_date")),
        (_("the same bank card"), _alike(cards, "print", key="holder")),
    )
    found: dict[tuple[int, int], str] = {}
    for why, groups in reasons:
        for group in groups:
            for pair in combinations(group, 2):
                found.setdefault(pair, why)
    judged = _judged(found)
    people = Person.objects.select_related("employer").in_bulk({pk for pair in found for pk in pair})
    return [
        Pair(one=people[one], other=people[other], why=why)
        for (one, other), why in sorted(found.items())
        if frozenset((one, other)) not in judged
    ]


def _alike(rows: models.QuerySet[Any], *same: str, key: str = "pk") -> list[list[int]]:
    """The keys of rows that agree in all of these, where there is more than one: what agrees first, then whose it is."""
    agreeing = rows.order_by().values_list(*same).annotate(one=Min(key), other=Max(key)).filter(one__lt=F("other"))
    groups = [tuple(values[: len(same)]) for values in agreeing]
    together: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    if groups:
        wanted = {f"{same[0]}__in": {values[0] for values in groups}}
        for *values, found in rows.order_by().filter(**wanted).values_list(*same, key):
            together[tuple(values)].add(found)
    return [sorted(together[values]) for values in groups]


def _judged(found: Iterable[tuple[int, int]]) -> set[frozenset[int]]:
    """Pairs of which somebody has said something: two people, or one."""
    numbers = {pk for pair in found for pk in pair}
    said = Joining.objects.filter(keep__in=numbers, drop__in=numbers)
    judged = {frozenset(pair) for pair in said.values_list("keep", "drop")}
    codes_of = dict(Person.objects.filter(pk__in=numbers).values_list("code", "pk"))
    subjects = {f"{Person._meta.label_lower}:{pk}": pk for pk in numbers}
    for event in Event.objects.filter(verb="casework.person.told_apart", subject__in=subjects):
        likes = str(event.facts["likes"]).split(", ")
        judged |= {frozenset((subjects[event.subject], codes_of[code])) for code in likes if code in codes_of}
    return judged
