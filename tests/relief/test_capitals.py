"""Amounts in the capital figures of vouchers, as the bank's rules for writing them say (支付结算办法, 附一)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from relief.rules.capitals import in_capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("0.35", "叁角伍分"),
        ("1.00", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("1.50", "壹元伍角整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("10.00", "壹拾元整"),
        ("1010.00", "壹仟零壹拾元整"),
        ("1001000.00", "壹佰万壹仟元整"),
        ("10000.00", "壹万元整"),
        ("10000001.00", "壹仟万零壹元整"),
        ("11000.00", "壹万壹仟元整"),
        ("10999.00", "壹万零玖佰玖拾玖元整"),
        ("100000000.00", "壹亿元整"),
        ("100010000.00", "壹亿零壹万元整"),
        ("100001000.00", "壹亿零壹仟元整"),
        ("123456789012.34", "壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元叁角肆分"),
        ("-12345.60", "负壹万贰仟叁佰肆拾伍元陆角整"),
    ],
)
def test_an_amount_is_written_as_on_a_voucher(amount, words):
    assert in_capitals(Decimal(amount)) == words
