"""What a member can be to the head of a household, by sex and age (GB/T 4761-2008)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.models import codes

if TYPE_CHECKING:
    from casework.models import Person

MAN, WOMAN = "1", "2"  # GB/T 2261.1
MEN = frozenset(
    {"11", *map(str, range(20, 30)), "41", "43", "46", "47", "51", "53", "55", "57", "61", "63", "66"}
    | {"71", "73", "76", "78", "81", "83", "85", "87", "89", "93", "95"}
)
WOMEN = frozenset(
    {"12", *map(str, range(30, 40)), "42", "44", "45", "48", "52", "54", "56", "58", "62", "64", "67"}
    | {"72", "74", "75", "77", "82", "84", "86", "88", "90", "94", "96"}
)
COUPLE = frozenset({"10", "11", "12"})
# By birth a generation lies between the two; step, adopted and in-law relations are of any age.
CHILDREN = frozenset(map(str, (*range(20, 27), 29, *range(30, 37), 39, 40, 41, 42, 43, 44, 47, 48, 49)))
PARENTS = frozenset(map(str, (50, 51, 52, 60, 61, 62, 63, 64, 66, 67)))
ELDER, YOUNGER = frozenset({"71", "75"}), frozenset({"73", "77"})
GENERATION = 12  # years


def why_not_related(head: Person, member: Person, relation: str) -> str:
    """What is not known of either is not compared."""
    said = codes.label("relation", relation)
    wrong = _sex_differs(head, member, relation) or _age_differs(head, member, relation)
    if not wrong:
        return ""
    return _("“%(relation)s” does not agree with the sex or the birth dates of the member and the new head.") % {
        "relation": said
    }


def _sex_differs(head: Person, member: Person, relation: str) -> bool:
    if (relation in MEN and member.sex == WOMAN) or (relation in WOMEN and member.sex == MAN):
        return True
    return relation in COUPLE and bool(head.sex) and head.sex == member.sex


def _age_differs(head: Person, member: Person, relation: str) -> bool:
    if head.birth_date is None or member.birth_date is None:
        return False
    if relation in CHILDREN:
        return (member.birth_date.year - head.birth_date.year) < GENERATION
    if relation in PARENTS:
        return (head.birth_date.year - member.birth_date.year) < GENERATION
    if relation in ELDER:
        return member.birth_date > head.birth_date
    return relation in YOUNGER and member.birth_date < head.birth_date
