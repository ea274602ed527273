"""How much a rule allows, line by line. Pure: facts and figures in, an amount and its computation out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_noop

from center.kernel.remarks import Remark
from center.kernel.sentences import yuan
from relief.enums import Formula

if TYPE_CHECKING:
    from collections.abc import Mapping

ZERO = Decimal("0.00")
FEN = Decimal("0.01")
GIVEN_THIS_YEAR = gettext_noop("Less what was given this year: %(given)s")
GIVEN = {"by_stage": gettext_noop("Less what was given for this school year: %(given)s")}


@dataclass(frozen=True, kw_only=True)
class CapLine:
    """One line of a computation: what it says, and the yuan it comes to."""

    said: Remark
    amount: Decimal

    def __str__(self) -> str:
        return str(self.said)

    def stored(self) -> dict[str, Any]:
        return {"said": self.said.stored(), "amount": str(self.amount)}

    @staticmethod
    def read(stored: Mapping[str, Any]) -> CapLine:
        return CapLine(said=Remark.read(stored["said"]), amount=Decimal(stored["amount"]))


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What may be granted at most, and why."""

    amount: Decimal
    lines: tuple[CapLine, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a rule looks at. `given` is what all funds gave within the limit of the kind (relief/queries/limits.py)."""

    category: str
    given: Decimal = ZERO
    line: Decimal | None = None  # yuan a month, of the local standard
    self_paid: Decimal | None = None
    other_aid: Decimal = ZERO  # what somebody else already gave for the same cost
    stage: str = ""


class CannotCompute(ValueError):
    """A fact that the rule needs is missing; `str()` is a sentence."""


def compute(formula: str, rule: Mapping[str, Any], facts: Facts) -> Computed:
    """The most that the rule allows now; never below zero, rounded down to the fen."""
    rules = {
        Formula.LINE_MULTIPLE: _line_multiple,
        Formula.SHARE_OF_SELF_PAID: _share_of_self_paid,
        Formula.BY_STAGE: _by_stage,
    }
    of_the_case, of_the_year = rules[Formula(formula)](rule, facts)
    lines = [*of_the_case, of_the_year]
    left = of_the_year.amount - facts.given
    if facts.given:
        said = Remark(GIVEN.get(formula, GIVEN_THIS_YEAR), _figures(given=facts.given))
        lines.append(CapLine(said=said, amount=left))
    most = min([left, *(line.amount for line in of_the_case)])
    amount = max(ZERO, most).quantize(FEN, ROUND_DOWN)
    lines.append(CapLine(said=Remark(gettext_noop("May be granted at most")), amount=amount))
    return Computed(amount=amount, lines=tuple(lines))


def faults(formula: str, rule: Mapping[str, Any]) -> list[str]:
    """What is wrong with the figures of a version, in sentences; a test of the form before anybody is promised money."""
    wanted = {"line_multiple": ("factor",), "share_of_self_paid": ("share", "ceiling"), "by_stage": ("amount",)}
    found = []
    for name in wanted[formula]:
        figures = rule.get(name)
        if not isinstance(figures, dict) or not figures:
            found.append(gettext("The figures “%(name)s” are missing.") % {"name": name})
            continue
        for key, figure in figures.items():
            try:
                wrong = Decimal(str(figure)) <= 0 or (name == "share" and Decimal(str(figure)) > 1)
            except ArithmeticError:
                wrong = True
            if wrong:
                found.append(gettext("“%(figure)s” is no figure for %(key)s.") % {"figure": figure, "key": key})
    return found


def _figures(**amounts: Decimal) -> dict[str, str]:
    return {name: yuan(amount) for name, amount in amounts.items()}


def _figure(rule: Mapping[str, Any], name: str, key: str) -> Decimal:
    figure = rule.get(name, {}).get(key)
    if figure is None:
        raise CannotCompute(gettext("This programme gives nothing in this category."))
    return Decimal(str(figure))


def _line_multiple(rule: Mapping[str, Any], facts: Facts) -> tuple[list[CapLine], CapLine]:
    if facts.line is None:
        raise CannotCompute(gettext("No local line is on record for this day."))
    factor = _figure(rule, "factor", facts.category)
    cap = (facts.line * factor).quantize(FEN, ROUND_DOWN)
    sentence = gettext_noop("Cap of the year: local line %(line)s × %(factor)s")
    return [], CapLine(said=Remark(sentence, _figures(line=facts.line) | {"factor": f"{factor:f}"}), amount=cap)


def _share_of_self_paid(rule: Mapping[str, Any], facts: Facts) -> tuple[list[CapLine], CapLine]:
    """The share is of this bill, the ceiling is of the year."""
    if facts.self_paid is None:
        raise CannotCompute(gettext("Enter the self-paid cost first."))
    share = _figure(rule, "share", facts.category)
    ceiling = _figure(rule, "ceiling", facts.category)
    left = facts.self_paid - facts.other_aid
    part = (left * share).quantize(FEN, ROUND_DOWN)
    sentence = gettext_noop("Self-paid %(self_paid)s less other aid %(other_aid)s: never more than")
    bill = Remark(sentence, _figures(self_paid=facts.self_paid, other_aid=facts.other_aid))
    of_bill = Remark(gettext_noop("Share of %(percent)s %%"), {"percent": _percent(share)})
    of_year = Remark(gettext_noop("Ceiling of the year"))
    return [CapLine(said=bill, amount=left), CapLine(said=of_bill, amount=part)], CapLine(said=of_year, amount=ceiling)


def _by_stage(rule: Mapping[str, Any], facts: Facts) -> tuple[list[CapLine], CapLine]:
    if not facts.stage:
        raise CannotCompute(gettext("Enter the school stage first."))
    amount = _figure(rule, "amount", facts.stage)
    return [], CapLine(said=Remark(gettext_noop("Fixed amount of the school stage")), amount=amount)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"
