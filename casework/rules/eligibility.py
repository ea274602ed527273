"""Who is in hardship, by the rule of the day: pure functions over facts (docs/policy/eligibility.md, domain.md §3.2).

    (income of twelve months − rigid spending) ÷ people ÷ 12, against the local line and its multiple.

What is unknown is never guessed: the verdict is then `unknown` and names what is missing. The computation proposes;
the category in force stays until a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from casework.enums import EARNED, RIGID, Exclusion, IncomeKind, SpendingKind, Verdict
from center.kernel.periods import months_later
from center.kernel.remarks import Remark, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MONTHS = 12
CHILD_UNTIL = 16
WORKING_UNTIL = 60
EVENT_SHARE = Decimal("0.80")  # of the yearly income, when one event cost more than this after compensation
JOBLESS = frozenset({"jobless", "laid_off"})
STUDENTS = frozenset({"student", "preschool"})
PENSIONERS = frozenset({"retired", "early_retired", "veteran_retired"})  # of work_status; of person_identity the first
NO_CAPACITY = frozenset({"no_labour_capacity"})  # of the causes: the head says that they cannot work
UNABLE = frozenset(
    {"malignant_tumour", "cerebrovascular", "kidney_failure", "mental", "liver", "blood", "coma", "paralysis"}
    | {"alzheimer", "parkinson", "motor_neurone", "disabled"}
)
NEEDS_SPENDING = {
    "major_illness": SpendingKind.ILLNESS,
    "child_schooling": SpendingKind.SCHOOLING,
}


@dataclass(frozen=True, kw_only=True)
class Amount:
    """One entered item: of a month (its first day) or of the twelve months that end on a day."""

    kind: str
    amount: Decimal
    month: date | None = None
    year_ending_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MemberFacts:
    """What the rule needs to know of one member. `name` is what the explanation calls them."""

    name: str
    birth_date: date | None = None
    work_status: str = ""
    person_identity: str = ""
    health_status: str = ""
    wage_not_imputed: str = ""  # why this person earns nothing although able: the proof to the contrary
    cannot_work: bool = False  # the stated cause of hardship says so
    incomes: tuple[Amount, ...] = ()

    def age_on(self, day: date) -> int | None:
        if self.birth_date is None:
            return None
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A household on a day, with the standards of that day; None is “not known”, with the sentence in `gaps`."""

    on: date
    members: tuple[MemberFacts, ...]
    spendings: tuple[Amount, ...] = ()
    earlier_relief: Decimal = Decimal(0)  # union relief of the window, asked from the desks
    exclusions: tuple[str, ...] = ()
    exclusions_checked: bool = True
    primary_cause: str = ""
    line: Decimal | None = None
    multiple: Decimal | None = None
    minimum_wage: Decimal | None = None
    gaps: tuple[Remark, ...] = ()  # about standards that do not cover the day


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the explanation."""

    label: Remark
    amount: Decimal | None = None
    how: Remark | None = None

    def stored(self) -> dict[str, Any]:
        return {
            "label": self.label.stored(),
            "amount": None if self.amount is None else str(self.amount),
            "how": self.how.stored() if self.how else None,
        }

    @staticmethod
    def read(stored: Mapping[str, Any]) -> Step:
        return Step(
            label=Remark.read(stored["label"]),
            amount=None if stored["amount"] is None else Decimal(stored["amount"]),
            how=Remark.read(stored["how"]) if stored["how"] else None,
        )


@dataclass(frozen=True, kw_only=True)
class Computation:
    """What the rule proposes, and every line of why."""

    on: date
    verdict: Verdict
    people: int
    income: Decimal | None
    spending: Decimal | None
    per_capita: Decimal | None
    line: Decimal | None
    multiple: Decimal | None
    steps: tuple[Step, ...]
    missing: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()

    @property
    def ratio(self) -> Decimal | None:
        """Per-capita income ÷ line, to two places."""
        if self.per_capita is None or not self.line:
            return None
        return (self.per_capita / self.line).quantize(Decimal("0.01"), ROUND_HALF_UP)


def window(on: date) -> tuple[date, date]:
    """The twelve months before a day: from the same day a year earlier to the day before."""
    return months_later(on, -MONTHS), on - timedelta(days=1)


def months_before(on: date) -> tuple[date, ...]:
    """The first days of the twelve calendar months before the month of a day, oldest first."""
    first = on.year * MONTHS + on.month - 1 - MONTHS
    return tuple(date(index // MONTHS, index % MONTHS + 1, 1) for index in range(first, first + MONTHS))


def total(items: Iterable[Amount], *, on: date) -> tuple[Decimal | None, tuple[date, ...]]:
    """The sum of one kind over the window, and the months that nobody entered; None when nothing falls into it.

    Yearly amounts count in the window in which their year ends; the latest year is taken and replaces single months.
    """
    items = tuple(items)
    start, _end = window(on)
    years = [item for item in items if item.year_ending_on and start <= item.year_ending_on <= on]
    if years:
        last = max(item.year_ending_on for item in years if item.year_ending_on)
        return sum((item.amount for item in years if item.year_ending_on == last), Decimal(0)), ()
    wanted = months_before(on)
    entered = [item for item in items if item.month in wanted]
    if not entered:
        return None, ()
    gaps = tuple(month for month in wanted if month not in {item.month for item in entered})
    return sum((item.amount for item in entered), Decimal(0)), gaps


def is_able(member: MemberFacts) -> bool:
    return member.health_status not in UNABLE and not member.cannot_work


def is_pensioner(member: MemberFacts) -> bool:
    """By the state of work, or by the identity: nobody expects a wage of them."""
    return member.work_status in PENSIONERS or member.person_identity in PENSIONERS


def is_expected_to_earn(member: MemberFacts, *, on: date) -> bool:
    """Of whom an income is asked, were it 0: everybody grown up who is not at school."""
    age = member.age_on(on)
    return age is not None and age >= CHILD_UNTIL and member.person_identity not in STUDENTS


def lacks_income(member: MemberFacts, *, on: date) -> bool:
    """Nobody has entered anything, not even 0, for the twelve months before a day."""
    entered = (total((item for item in member.incomes if item.kind == kind), on=on)[0] for kind in IncomeKind)
    return is_expected_to_earn(member, on=on) and all(amount is None for amount in entered)


def is_imputed(member: MemberFacts, *, earned: Decimal, on: date) -> bool:
    """An able adult of working age, out of work, neither at school nor pensioned, counts at the minimum wage unless
    proved otherwise (domain.md §3.2)."""
    age = member.age_on(on)
    return bool(
        earned == 0
        and age is not None
        and CHILD_UNTIL <= age < WORKING_UNTIL
        and (member.work_status in JOBLESS or (not member.work_status and member.person_identity == "jobless"))
        and member.person_identity not in STUDENTS
        and not is_pensioner(member)
        and is_able(member)
        and not member.wage_not_imputed
    )


def member_steps(member: MemberFacts, facts: Facts) -> tuple[list[Step], list[Remark]]:
    """The income of one member line by line, and what is missing about it."""
    steps: list[Step] = []
    missing: list[Remark] = []
    known = False
    earned = Decimal(0)
    for kind in IncomeKind:
        amount, gaps = total((item for item in member.incomes if item.kind == kind), on=facts.on)
        if amount is None:
            continue
        known = True
        missing += [_gap(member.name, kind, gaps)] if gaps else []
        if kind == IncomeKind.LEFT_OUT:
            continue
        earned += amount if kind in EARNED else Decimal(0)
        steps.append(Step(label=_of(member, word(kind.label)), amount=amount))
    age = member.age_on(facts.on)
    if age is None:
        missing.append(Remark(gettext_noop("The date of birth of %(name)s."), {"name": member.name}))
    expected = is_expected_to_earn(member, on=facts.on)
    if expected and not known:
        sentence = gettext_noop(
            "The income of %(name)s in the twelve months before %(day)s (enter 0 when there was none)."
        )
        missing.append(Remark(sentence, {"name": member.name, "day": facts.on.isoformat()}))
    if expected and earned == 0 and age is not None and age < WORKING_UNTIL:
        missing += _work_unknown(member)
    if is_imputed(member, earned=earned, on=facts.on):
        if facts.minimum_wage is None:
            sentence = gettext_noop("The minimum wage in force on %(day)s.")
            missing.append(Remark(sentence, {"day": facts.on.isoformat()}))
            return steps, missing
        sentence = gettext_noop("able to work and out of work: %(wage)s × 12")
        how = Remark(sentence, {"wage": str(facts.minimum_wage)})
        label = _of(member, Remark(gettext_noop("Imputed wage")))
        steps.append(Step(label=label, amount=facts.minimum_wage * MONTHS, how=how))
    return steps, missing


def _of(member: MemberFacts, what: Remark) -> Remark:
    return Remark("%(name)s · %(what)s", {"name": member.name, "what": what})


def _gap(name: str | Remark, kind: IncomeKind | SpendingKind, gaps: Sequence[date]) -> Remark:
    months = [f"{month:%Y-%m}" for month in gaps]
    facts = {"kind": word(kind.label), "name": name, "months": months}
    return Remark(gettext_noop("“%(kind)s” of %(name)s for %(months)s."), facts)


def _work_unknown(member: MemberFacts) -> list[Remark]:
    missing = []
    named = {"name": member.name}
    if not member.work_status and not member.person_identity:
        missing.append(Remark(gettext_noop("The work state of %(name)s."), named))
    decided = member.wage_not_imputed or member.cannot_work or is_pensioner(member)
    if member.work_status in JOBLESS and not member.health_status and not decided:
        missing.append(Remark(gettext_noop("The health of %(name)s: it decides whether a wage is imputed."), named))
    return missing


def spending_steps(facts: Facts) -> tuple[list[Step], list[Remark], list[Remark]]:
    """Rigid spending line by line, what is missing, and what was noticed."""
    steps: list[Step] = []
    missing: list[Remark] = []
    notes: list[Remark] = []
    for kind in RIGID:
        amount, gaps = total((item for item in facts.spendings if item.kind == kind), on=facts.on)
        if amount is None:
            continue
        missing += [_gap(Remark(gettext_noop("the household")), kind, gaps)] if gaps else []
        steps.append(Step(label=word(kind.label), amount=-amount))
    needed = NEEDS_SPENDING.get(facts.primary_cause)
    kinds = {item.kind for item in facts.spendings}
    if needed and needed not in kinds and not (needed == SpendingKind.SCHOOLING and "compulsory_schooling" in kinds):
        sentence = gettext_noop("“%(kind)s”: the primary cause names it.")
        missing.append(Remark(sentence, {"kind": word(needed.label)}))
    if not steps:
        notes.append(Remark(gettext_noop("No rigid spending is entered: 0 is deducted.")))
    if not facts.exclusions_checked:
        notes.append(Remark(gettext_noop("The list of exclusions has not been checked.")))
    return steps, missing, notes


def compute(facts: Facts) -> Computation:
    """Apply the rule. Every number that decides is a step; every gap is a sentence."""
    incomes: list[Step] = []
    missing = list(facts.gaps)
    for member in facts.members:
        steps, gaps = member_steps(member, facts)
        incomes += steps
        missing += gaps
    if facts.earlier_relief:
        how = Remark(gettext_noop("given by the union in the same twelve months"))
        incomes.append(Step(label=word(IncomeKind.UNION_AID.label), amount=facts.earlier_relief, how=how))
    spendings, gaps, notes = spending_steps(facts)
    missing += gaps
    people = len(facts.members)
    if not people:
        missing.append(Remark(gettext_noop("At least one member of the household.")))
    if missing and not facts.exclusions:
        return _answer(facts, Verdict.UNKNOWN, steps=[*incomes, *spendings], missing=missing, notes=notes)
    if facts.exclusions:
        named = Remark("%(exclusions)s", {"exclusions": [word(Exclusion(code).label) for code in facts.exclusions]})
        stop = Step(label=Remark(gettext_noop("Excluded")), how=named)
        return _answer(facts, Verdict.EXCLUDED, steps=[*incomes, *spendings, stop], missing=missing, notes=notes)
    return _decide(facts, incomes, spendings, notes)


def level_of(net: Decimal, *, people: int, line: Decimal, multiple: Decimal) -> Verdict | None:
    """By what is left of twelve months' income (`net`); compared before rounding: 779.996 is below 780."""
    if net < line * people * MONTHS:
        return Verdict.DEEP
    return Verdict.RELATIVE if net < line * multiple * people * MONTHS else None


def _decide(facts: Facts, incomes: list[Step], spendings: list[Step], notes: list[Remark]) -> Computation:
    income = sum((step.amount or Decimal(0) for step in incomes), Decimal("0.00"))
    spending = abs(sum((step.amount or Decimal(0) for step in spendings), Decimal("0.00")))
    people = len(facts.members)
    net = income - spending
    per_capita = (net / people / MONTHS).quantize(Decimal("0.01"), ROUND_HALF_UP)
    line, multiple = facts.line or Decimal(0), facts.multiple or Decimal(1)
    event, _gaps = total((item for item in facts.spendings if item.kind == SpendingKind.EVENT), on=facts.on)
    verdict = Verdict.ABOVE
    if level := level_of(net, people=people, line=line, multiple=multiple):
        verdict = level
    elif event is not None and event > income * EVENT_SHARE:
        verdict = Verdict.ACCIDENTAL
    how = Remark(f"({income} − {spending}) ÷ {people} ÷ {MONTHS}")
    in_force = Remark(gettext_noop("in force on %(day)s"), {"day": facts.on.isoformat()})
    times = Remark(gettext_noop("Line × %(multiple)s"), {"multiple": str(multiple)})
    closing = [
        Step(label=Remark(gettext_noop("Income of twelve months")), amount=income),
        Step(label=Remark(gettext_noop("Rigid spending of twelve months")), amount=spending),
        Step(label=Remark(gettext_noop("Monthly income per head")), amount=per_capita, how=how),
        Step(label=Remark(gettext_noop("Minimum living line")), amount=line, how=in_force),
        Step(label=times, amount=(line * multiple).quantize(Decimal("0.01"))),
    ]
    if event is not None:
        sentence = gettext_noop("compared with %(share)s %% of the income")
        how = Remark(sentence, {"share": int(EVENT_SHARE * 100)})
        closing.append(Step(label=word(SpendingKind.EVENT.label), amount=event, how=how))
    return Computation(
        on=facts.on,
        verdict=verdict,
        people=people,
        income=income,
        spending=spending,
        per_capita=per_capita,
        line=line,
        multiple=multiple,
        steps=(*incomes, *spendings, *closing),
        notes=tuple(notes),
    )


def _answer(
    facts: Facts, verdict: Verdict, *, steps: list[Step], missing: list[Remark], notes: list[Remark]
) -> Computation:
    return Computation(
        on=facts.on,
        verdict=verdict,
        people=len(facts.members),
        income=None,
        spending=None,
        per_capita=None,
        line=facts.line,
        multiple=facts.multiple,
        steps=tuple(steps),
        missing=tuple(one for at, one in enumerate(missing) if one not in missing[:at]),
        notes=tuple(notes),
    )
