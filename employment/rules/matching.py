"""Who fits which vacancy, and why: a pure function. Never by sex, age or household registration (domain.md §5.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from center.kernel.remarks import Remark, word
from employment.enums import WorkLimit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

TRADE, PLACE, WAGE, SKILL, LIMITS = 40, 20, 15, 15, 10
FITS = 60  # from here on a pair is proposed
NO_CERTIFICATE = 6
NEARLY = 90  # per cent of the wished wage


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for and can do."""

    occupation: str = ""
    skills: Sequence[str] = ()
    place: str = ""
    wage: Decimal | None = None
    skill_level: int = NO_CERTIFICATE
    limits: Sequence[str] = ()  # codes of WorkLimit


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What a vacancy offers and demands."""

    post: str
    words: str = ""  # conditions and content
    place: str = ""
    wage_from: Decimal
    wage_to: Decimal | None = None
    skill_level: int = NO_CERTIFICATE
    demands: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One line of a score: what was compared, how many of how many points."""

    code: str
    said: Remark
    points: int
    most: int

    def stored(self) -> dict[str, Any]:
        return {"code": self.code, "said": self.said.stored(), "points": self.points, "most": self.most}

    @staticmethod
    def read(stored: Mapping[str, Any]) -> Reason:
        return Reason(**{**stored, "said": Remark.read(stored["said"])})

    @property
    def tone(self) -> str:
        return "ok" if self.points == self.most else "warning" if self.points else "danger"


@dataclass(frozen=True, kw_only=True)
class Match:
    """A pair with its reasons."""

    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)

    @property
    def fits(self) -> bool:
        """The trade fits, nothing demanded is forbidden to this person, and the sum is enough."""
        points = {reason.code: reason.points for reason in self.reasons}
        return bool(points["trade"]) and bool(points["limits"]) and self.score >= FITS

    @property
    def tone(self) -> str:
        return "ok" if self.fits else "plain"


def match(wanted: Wanted, offered: Offered) -> Match:
    """Trade 40, place 20, wage 15, skill 15, limits 10."""
    return Match(
        reasons=(
            _trade(wanted, offered),
            _place(wanted, offered),
            _wage(wanted, offered),
            _skill(wanted, offered),
            _limits(wanted, offered),
        )
    )


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _alike(one: str, other: str) -> bool:
    """One word contains the other."""
    one, other = _plain(one), _plain(other)
    return bool(one and other) and (one in other or other in one)


def _pieces(text: str) -> set[str]:
    plain = _plain(text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _trade(wanted: Wanted, offered: Offered) -> Reason:
    known = [skill for skill in wanted.skills if _plain(skill)]
    said = {"post": offered.post, "wish": wanted.occupation or Remark(gettext_noop("any"))}
    if _alike(wanted.occupation, offered.post):
        return Reason(
            code="trade",
            said=Remark(gettext_noop("wants %(wish)s, the post is %(post)s"), said),
            points=TRADE,
            most=TRADE,
        )
    for skill in known:
        if _alike(skill, offered.post):
            told = Remark(gettext_noop("can do %(skill)s, the post is %(post)s"), said | {"skill": skill})
            return Reason(code="trade", said=told, points=35, most=TRADE)
    for skill in [wanted.occupation, *known]:
        if _plain(skill) and _plain(skill) in _plain(offered.words):
            told = Remark(gettext_noop("%(skill)s stands in the description of %(post)s"), said | {"skill": skill})
            return Reason(code="trade", said=told, points=25, most=TRADE)
    if not _plain(wanted.occupation):
        return Reason(code="trade", said=Remark(gettext_noop("takes any work")), points=20, most=TRADE)
    if _pieces(wanted.occupation) & _pieces(offered.post):
        return Reason(
            code="trade",
            said=Remark(gettext_noop("%(wish)s and %(post)s are near each other"), said),
            points=20,
            most=TRADE,
        )
    return Reason(
        code="trade", said=Remark(gettext_noop("wants %(wish)s, the post is %(post)s"), said), points=0, most=TRADE
    )


def _place(wanted: Wanted, offered: Offered) -> Reason:
    if not _plain(wanted.place):
        return Reason(code="place", said=Remark(gettext_noop("no wish about the place")), points=PLACE, most=PLACE)
    said = {"wish": wanted.place, "place": offered.place}
    if _alike(wanted.place, offered.place):
        return Reason(
            code="place",
            said=Remark(gettext_noop("%(place)s is where they want to work"), said),
            points=PLACE,
            most=PLACE,
        )
    if _pieces(wanted.place) & _pieces(offered.place):
        told = Remark(gettext_noop("%(place)s is not far from %(wish)s"), said)
        return Reason(code="place", said=told, points=PLACE // 2, most=PLACE)
    return Reason(
        code="place", said=Remark(gettext_noop("wants %(wish)s, the place is %(place)s"), said), points=0, most=PLACE
    )


def _wage(wanted: Wanted, offered: Offered) -> Reason:
    if wanted.wage is None:
        return Reason(code="wage", said=Remark(gettext_noop("no wish about the wage")), points=WAGE, most=WAGE)
    best = offered.wage_to or offered.wage_from
    said = {"wish": f"{wanted.wage:,.0f}", "best": f"{best:,.0f}"}
    if best >= wanted.wage:
        told = Remark(gettext_noop("pays up to %(best)s yuan, %(wish)s are wanted"), said)
        return Reason(code="wage", said=told, points=WAGE, most=WAGE)
    points = WAGE // 2 if best * 100 >= wanted.wage * NEARLY else 0
    return Reason(
        code="wage",
        said=Remark(gettext_noop("pays %(best)s yuan, less than the %(wish)s wanted"), said),
        points=points,
        most=WAGE,
    )


def _skill(wanted: Wanted, offered: Offered) -> Reason:
    if offered.skill_level == NO_CERTIFICATE:
        return Reason(code="skill", said=Remark(gettext_noop("no certificate is asked for")), points=SKILL, most=SKILL)
    if wanted.skill_level <= offered.skill_level:
        return Reason(
            code="skill", said=Remark(gettext_noop("has the level that is asked for")), points=SKILL, most=SKILL
        )
    points = SKILL // 2 if wanted.skill_level - offered.skill_level == 1 else 0
    near, far = (
        gettext_noop("one level below what is asked for"),
        gettext_noop("has not the certificate that is asked for"),
    )
    return Reason(code="skill", said=Remark(near if points else far), points=points, most=SKILL)


def _limits(wanted: Wanted, offered: Offered) -> Reason:
    against = [limit for limit in wanted.limits if limit in offered.demands]
    if against:
        told = Remark(
            gettext_noop("cannot do: %(limits)s"), {"limits": [word(WorkLimit(limit).label) for limit in against]}
        )
        return Reason(code="limits", said=told, points=0, most=LIMITS)
    return Reason(
        code="limits",
        said=Remark(gettext_noop("nothing in this work is forbidden to them")),
        points=LIMITS,
        most=LIMITS,
    )
