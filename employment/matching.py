"""Who fits which vacancy, and why: a pure function. Never by sex, age or household registration (domain.md §5.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Sequence
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
    limits: Sequence[tuple[str, str]] = ()  # (code, label)


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
    text: str
    points: int
    most: int

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
    known = [word for word in wanted.skills if _plain(word)]
    said = {"post": offered.post, "wish": wanted.occupation or _("any")}
    if _alike(wanted.occupation, offered.post):
        return Reason(code="trade", text=_("wants %(wish)s, the post is %(post)s") % said, points=TRADE, most=TRADE)
    for word in known:
        if _alike(word, offered.post):
            text = _("can do %(skill)s, the post is %(post)s") % (said | {"skill": word})
            return Reason(code="trade", text=text, points=35, most=TRADE)
    for word in [wanted.occupation, *known]:
        if _plain(word) and _plain(word) in _plain(offered.words):
            text = _("%(skill)s stands in the description of %(post)s") % (said | {"skill": word})
            return Reason(code="trade", text=text, points=25, most=TRADE)
    if not _plain(wanted.occupation):
        return Reason(code="trade", text=_("takes any work"), points=20, most=TRADE)
    if _pieces(wanted.occupation) & _pieces(offered.post):
        return Reason(code="trade", text=_("%(wish)s and %(post)s are near each other") % said, points=20, most=TRADE)
    return Reason(code="trade", text=_("wants %(wish)s, the post is %(post)s") % said, points=0, most=TRADE)


def _place(wanted: Wanted, offered: Offered) -> Reason:
    if not _plain(wanted.place):
        return Reason(code="place", text=_("no wish about the place"), points=PLACE, most=PLACE)
    said = {"wish": wanted.place, "place": offered.place}
    if _alike(wanted.place, offered.place):
        return Reason(code="place", text=_("%(place)s is where they want to work") % said, points=PLACE, most=PLACE)
    if _pieces(wanted.place) & _pieces(offered.place):
        text = _("%(place)s is not far from %(wish)s") % said
        return Reason(code="place", text=text, points=PLACE // 2, most=PLACE)
    return Reason(code="place", text=_("wants %(wish)s, the place is %(place)s") % said, points=0, most=PLACE)


def _wage(wanted: Wanted, offered: Offered) -> Reason:
    if wanted.wage is None:
        return Reason(code="wage", text=_("no wish about the wage"), points=WAGE, most=WAGE)
    best = offered.wage_to or offered.wage_from
    said = {"wish": f"{wanted.wage:,.0f}", "best": f"{best:,.0f}"}
    if best >= wanted.wage:
        text = _("pays up to %(best)s yuan, %(wish)s are wanted") % said
        return Reason(code="wage", text=text, points=WAGE, most=WAGE)
    points = WAGE // 2 if best * 100 >= wanted.wage * NEARLY else 0
    return Reason(
        code="wage", text=_("pays %(best)s yuan, less than the %(wish)s wanted") % said, points=points, most=WAGE
    )


def _skill(wanted: Wanted, offered: Offered) -> Reason:
    if offered.skill_level == NO_CERTIFICATE:
        return Reason(code="skill", text=_("no certificate is asked for"), points=SKILL, most=SKILL)
    if wanted.skill_level <= offered.skill_level:
        return Reason(code="skill", text=_("has the level that is asked for"), points=SKILL, most=SKILL)
    points = SKILL // 2 if wanted.skill_level - offered.skill_level == 1 else 0
    text = _("one level below what is asked for") if points else _("has not the certificate that is asked for")
    return Reason(code="skill", text=text, points=points, most=SKILL)


def _limits(wanted: Wanted, offered: Offered) -> Reason:
    against = [label for code, label in wanted.limits if code in offered.demands]
    if against:
        text = _("cannot do: %(limits)s") % {"limits": listed(against)}
        return Reason(code="limits", text=text, points=0, most=LIMITS)
    return Reason(code="limits", text=_("nothing in this work is forbidden to them"), points=LIMITS, most=LIMITS)
