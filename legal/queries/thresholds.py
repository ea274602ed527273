"""Sums and head counts to which the law ties something: no clocks, but read with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.kernel.errors import Incomplete
from center.reference import standards
from legal.enums import CaseType

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from legal.models import Case

FINAL_MONTHS = 12  # 《劳动争议调解仲裁法》第47条
GROUP = 10  # 《劳动争议调解仲裁法》第7条
# 追索劳动报酬、工伤医疗费、经济补偿或者赔偿金
FINAL_BY_SUM = frozenset(
    {
        CaseType.WAGE_ARREARS,
        CaseType.CONSTRUCTION_WAGE,
        CaseType.WORK_INJURY,
        CaseType.OCCUPATIONAL_DISEASE,
        CaseType.NO_CONTRACT,
        CaseType.COMPENSATION,
        CaseType.UNLAWFUL_TERMINATION,
        CaseType.LAYOFF,
        CaseType.OVERTIME,
    }
)


def final_award_cap(case: Case, *, on: date) -> Decimal | None:
    """终局裁决: up to this for each item the award binds the employer at once; None where no sum decides or none is known."""
    if case.type not in FINAL_BY_SUM:
        return None
    try:
        return FINAL_MONTHS * standards.value("minimum_wage", office=case.office, on=on)
    except Incomplete:
        return None


def may_choose_representatives(case: Case) -> bool:
    """群体争议: ten and more with one claim may send representatives."""
    return case.people >= GROUP
