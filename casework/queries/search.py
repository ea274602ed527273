"""Finding people and employers by whatever the person at the window says; always masked, always scoped by sight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from casework.enums import LIVING, FileStatus
from casework.models import BankAccount, Employer, HardshipFile, Matter, Membership, Person, Visit
from casework.models.keys import StartsAKey
from casework.rules.names import normal_name, plain
from center.desk import Hit, Kept, kept_by
from center.kernel import normal
from center.kernel.roles import Permission
from center.models.base import DRAFT_ALPHABET
from center.privacy import numbers
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from casework.models.person import PersonQuerySet
    from center.models import Staff

SHOWN = 8
PHONE = 11
CODE = 10
LAST_FOUR = 4
WHOLE_ID = re.compile(r"\d{17}[\dX]|\d{15}")
TAIL = re.compile(r"\d{3}[\dX]|\d{5}[\dX]")
NUMBER = re.compile(r"[A-Z]{1,2}\w*-[\w-]*|[A-Z]\d[\w-]*")
SEX = {"1": "man", "2": "woman"}


def people_like(typed: str, *, by: Staff) -> PersonQuerySet:
    """Everybody in sight whom these words may mean, the likeliest kind of match first."""
    found = Person.objects.visible_to(by)
    number = numbers.squeeze(typed)
    if WHOLE_ID.fullmatch(number):
        return found.numbered(number)
    digits = numbers.normalise("phone", typed)
    if digits.isdigit() and len(digits) == PHONE:
        return found.filter(Q(phone=digits) | Q(other_contact=digits))
    if by_part := _part_of_a_number(number, by=by):
        return found.filter(by_part)
    if NUMBER.fullmatch(number):
        files = HardshipFile.objects.visible_to(by).filter(number__istartswith=number)
        return found.filter(pk__in=files.values("household__head")) | found.filter(StartsAKey(typed))
    if not plain(typed) or number.isdigit():
        return found.none()
    return found.filter(StartsAKey(typed) | _named_by_employer(typed))


def _part_of_a_number(number: str, *, by: Staff) -> Q | None:
    """The end of an ID number or telephone; the code of a draft."""
    if TAIL.fullmatch(number):
        part = f"tail{len(number)}"
        tail = Q(**{f"id_number__{part}": number}) | Q(**{f"phone__{part}": number})
        return tail | Q(other_contact__tail4=number) if len(number) == LAST_FOUR else tail
    drafts = _drafts(number, by=by)
    return Q(pk__in=drafts) if drafts else None


def _drafts(number: str, *, by: Staff) -> list[int]:
    """The head behind the code of a draft, as its slip has it."""
    if len(number) != CODE or not set(number) <= set(DRAFT_ALPHABET):
        return []
    return list(HardshipFile.objects.visible_to(by).filter(code=number).values_list("household__head", flat=True))


def _named_by_employer(typed: str) -> Q:
    """Chinese words of two and more characters may also name the employer."""
    if re.search(r"[\u3400-\u9fff]{2}", typed):
        return Q(employer__in=Employer.objects.named_like(typed).values("pk"))
    return Q(pk__in=())


def _rows(people: PersonQuerySet, *, typed: str) -> list[Any]:
    """Eight lines with all that a line shows, in one query."""
    files = HardshipFile.objects.filter(
        household__memberships__person=OuterRef("pk"), household__memberships__until=None
    ).order_by(Case(When(status__in=LIVING, then=Value(0)), default=Value(1)), "-pk")
    visits = Visit.objects.filter(person=OuterRef("pk"), undone_at=None).order_by("-received_at")
    exact = Case(
        When(full_name=normal_name(typed), then=Value(0)),
        When(StartsAKey(typed), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(
        people.annotate(
            closeness=exact,
            file_status=Subquery(files.values("status")[:1]),
            file_number=Subquery(files.values("number")[:1]),
            last_contact=Subquery(visits.values("received_at")[:1]),
        )
        .select_related("employer")
        .order_by("closeness", "pk")[:SHOWN]
    )


def sex_and_age(person: Person) -> str:
    sex = {"1": pgettext("sex", "m"), "2": pgettext("sex", "f")}.get(person.sex, "")
    age = person.age
    return f"{sex}{'' if age is None else age}"


def tail_of(person: Person) -> str:
    """The last four of the ID number, else of the telephone: what two people of one masked name differ by."""
    if person.id_number:
        return _("ID …%(last)s") % {"last": str(person.id_number)[-4:]}
    return _("phone …%(last)s") % {"last": str(person.phone)[-4:]} if person.phone else ""


def detail_of(person: Any) -> str:
    parts = [sex_and_age(person), str(person.employer or ""), tail_of(person)]
    if person.died_on:
        parts.append(_("died %(day)s") % {"day": person.died_on.isoformat()})
    contact = getattr(person, "last_contact", None)
    if contact:
        parts.append(_("last contact %(day)s") % {"day": timezone.localdate(contact).isoformat()})
    return " · ".join(part for part in parts if part)


def person_hits(typed: str, *, by: Staff) -> list[Hit]:
    labels = dict(FileStatus.choices)
    hits = []
    rows = _rows(people_like(typed, by=by), typed=typed)
    for rank, person in enumerate(rows):
        state = str(labels.get(person.file_status, "")) if person.file_status else ""
        detail = detail_of(person)
        if person.file_number:
            detail += f" · {person.file_number}"
        hits.append(
            Hit(
                group="person",
                title=mask_name(person.full_name),
                detail=detail,
                url=reverse("casework:person", args=[person.code]),
                state=state,
                rank=rank,
                exact=_is_meant(person, rows, typed),
                visit_url=f"{reverse('casework:desk')}?person={person.code}",
                person=person.code,
            )
        )
    return hits


def _is_meant(person: Any, rows: list[Any], typed: str) -> bool:
    """What was typed is this person and nobody else here: the file's number, the whole name, or all there is of a sound
    or a number. A surname that was written is never answered with another one."""
    if person.file_number and person.file_number == numbers.squeeze(typed):
        return True
    if sum(row.closeness == 0 for row in rows) == 1:
        return bool(person.closeness == 0)
    return len(rows) == 1 and (typed.isascii() or person.full_name.startswith(normal_name(typed)))


def visit_hits(typed: str, *, by: Staff) -> list[Hit]:
    """A visit by the number of its slip, or by the ticket of the hotline that it answers, typed with its lead or without."""
    number = numbers.squeeze(typed)
    if len(number) < FEWEST or not any(character.isdigit() for character in number):
        return []
    seen = Visit.objects.visible_to(by).filter(Q(number=number) | _ends_its_ticket(number))
    return [
        Hit(
            group="visit",
            title=visit.number,
            detail=f"{visit.purpose} · {visit.ticket}" if visit.ticket else str(visit.purpose),
            url=reverse("casework:visit", args=[visit.code]),
            state=str(visit.get_result_display()),
            rank=0,
            exact=number == visit.number or _without_lead(number) == _without_lead(visit.ticket),
        )
        for visit in seen.select_related("purpose").order_by("-pk")[:SHOWN]
    ]


def _ends_its_ticket(number: str) -> Q:
    """Whatever stands between its signs; a lead that only one of the two has, 12345, does not tell them apart."""
    said = _without_lead(number)
    if len(said) < FEWEST:
        said = normal.key(number)
    return ~Q(ticket="") & Q(ticket__iregex=APART.join(map(re.escape, said)) + APART + "$")


def _without_lead(ticket: str) -> str:
    return HOTLINE.sub("", normal.key(ticket))


HOTLINE = re.compile(r"^(12345|12351)")
APART = "[^[:alnum:]]*"
FEWEST = 5  # characters of a ticket or a number


def kept(number: str) -> Iterator[Kept]:
    """Files and drafts, visits, matters that bear this number."""
    text, p = numbers.squeeze(number), Permission
    yield from kept_by(HardshipFile.objects.filter(Q(number=text) | Q(code=text)), p.READ_FILES)
    yield from kept_by(Visit.objects.standing().filter(number=text), p.READ_VISITS)
    yield from kept_by(Matter.objects.filter(number=text), p.HANDLE_MATTERS, p.SUPERVISE_MATTERS)


def employer_hits(typed: str, *, by: Staff) -> list[Hit]:
    """Employers are shared by all; who works there is scoped by sight on their page."""
    if not by.may_somewhere(Permission.READ_FILES) or not plain(typed) or plain(typed).isdigit():
        return []
    found = Employer.objects.named_like(typed).order_by("name", "pk")[:SHOWN]
    return [
        Hit(
            group="employer",
            title=employer.name,
            detail=employer.credit_code,
            url=reverse("casework:employer", args=[employer.code]),
            rank=rank,
        )
        for rank, employer in enumerate(found)
    ]


def matter_hits(typed: str, *, by: Staff) -> list[Hit]:
    number = numbers.squeeze(typed)
    if not NUMBER.fullmatch(number):
        return []
    found = Matter.objects.visible_to(by).filter(number__istartswith=number).order_by("number")[:SHOWN]
    return [
        Hit(
            group="matter",
            title=matter.number,
            detail=str(matter.get_kind_display()),
            url=reverse("casework:matter", args=[matter.code]),
            state=str(matter.get_status_display()),
            exact=matter.number == number,
        )
        for matter in found
    ]


# -- before anything is created --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Match:
    """Somebody who may be the same person. `exact` forbids to create; the rest only warns."""

    person: Person
    exact: bool
    why: str
    seen: bool  # whether this staff member may open the record
    file: HardshipFile | None = None

    @property
    def title(self) -> str:
        return mask_name(self.person.full_name)

    @property
    def detail(self) -> str:
        return detail_of(self.person)

    @property
    def url(self) -> str:
        return reverse("casework:person", args=[self.person.code]) if self.seen else ""


def duplicates(
    *,
    by: Staff,
    full_name: str = "",
    id_number: str = "",
    phone: str = "",
    birth_date: date | None = None,
    card: str = "",
) -> Sequence[Match]:
    """Who is here already: by ID (members included) exactly; by name with phone or birth date, or by card, probably."""
    name = normal_name(full_name)
    reasons: dict[int, tuple[bool, str]] = {}

    def note(people: PersonQuerySet, why: str, *, exact: bool = False) -> None:
        for pk in people.values_list("pk", flat=True)[:SHOWN]:
            reasons.setdefault(pk, (exact, why))

    everybody = Person.objects.filter(joined_into=None)
    if id_number:  # unique everywhere, not only in sight
        note(everybody.numbered(id_number), _("the same ID number"), exact=True)
    known = {"phone": phone, "birth_date": birth_date}
    for fact, same, begins in (
        ("phone", _("the same name and telephone"), _("a name that begins so, and the same telephone")),
        ("birth_date", _("the same name and date of birth"), _("a name that begins so, born on the same day")),
    ):
        if name and known[fact]:
            named = everybody.filter(**{fact: known[fact]})
            note(named.called(name), same)
            note(named.called_from(name), begins)
    if card:
        holders = BankAccount.objects.filter(card=card).values("holder")
        note(everybody.filter(pk__in=holders), _("the same bank card"))
    if not reasons:
        return []
    seen = set(Person.objects.visible_to(by).filter(pk__in=reasons).values_list("pk", flat=True))
    files = _files_of(list(reasons))
    people = {person.pk: person for person in everybody.filter(pk__in=reasons).select_related("employer")}
    return [
        Match(person=people[pk], exact=exact, why=why, seen=pk in seen, file=files.get(pk))
        for pk, (exact, why) in sorted(reasons.items(), key=lambda item: not item[1][0])
    ]


def look_alikes(*, by: Staff, full_name: str = "", id_number: str = "", phone: str = "") -> Sequence[Match]:
    """While somebody is being typed: those of the same name or telephone in sight, too. They are shown, never demanded."""
    found = list(duplicates(by=by, full_name=full_name, id_number=id_number, phone=phone))
    name, known = normal_name(full_name), {match.person.pk for match in found}
    seen = Person.objects.visible_to(by).filter(joined_into=None).exclude(pk__in=known).select_related("employer")
    alike: list[tuple[Person, str]] = []
    if name:
        alike += [(person, _("the same name")) for person in seen.called(name).order_by("pk")[:SHOWN]]
        alike += [(person, _("a name that begins so")) for person in seen.called_from(name).order_by("pk")[:SHOWN]]
    if len(phone) == PHONE:
        named = {person.pk for person, _why in alike}
        called = seen.exclude(pk__in=named).filter(Q(phone=phone) | Q(other_contact=phone))
        alike += [(person, _("the same telephone")) for person in called.order_by("pk")[:SHOWN]]
    files = _files_of([person.pk for person, _why in alike])
    found += [Match(person=person, exact=False, why=why, seen=True, file=files.get(person.pk)) for person, why in alike]
    return found[:SHOWN]


def _files_of(people: list[int]) -> dict[int, HardshipFile]:
    """The living file behind each of these people."""
    members = Membership.objects.current().filter(person__in=people).values_list("household", "person")
    households = dict(members)
    files = HardshipFile.objects.living().filter(household__in=households)
    return {households[file.household_id]: file for file in files}
