"""What people type is brought into one form; what cannot be right is refused with a sentence."""

from datetime import date

import pytest

from center.privacy import numbers
from center.privacy.masks import mask_card, mask_id, mask_name, mask_phone

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standards_own_samples_are_right(number):
    assert numbers.parse_id(number, today=TODAY).number == number


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "\t11010519491231002X",
        "110105-19491231-002X",
        "11010519491231002X\u200b",
    ],
)
def test_every_way_of_typing_one_number_is_one_number(typed):
    assert numbers.parse_id(typed, today=TODAY).number == "11010519491231002X"


def test_an_old_number_of_fifteen_digits_becomes_eighteen():
    assert numbers.parse_id("110105491231002", today=TODAY).number == "11010519491231002X"


def test_sex_and_birth_date_come_out_of_the_number():
    parsed = numbers.parse_id("11010519491231002X", today=TODAY)

    assert (parsed.sex, parsed.born, parsed.kind) == ("2", date(1949, 12, 31), "citizen")


def test_a_foreigners_permanent_residence_number_of_today():
    body = "91124219800101123"
    number = body + numbers.check_character(body)

    parsed = numbers.parse_id(number, today=TODAY)

    assert (parsed.kind, parsed.born, parsed.sex) == ("resident", date(1980, 1, 1), "1")


def test_a_foreigners_permanent_residence_number_of_before_2023():
    parsed = numbers.parse_id("USA110080010101", today=TODAY)

    assert (parsed.kind, parsed.born, parsed.sex) == ("resident", date(1980, 1, 1), "")


@pytest.mark.parametrize(
    "typed, code",
    [
        ("", "id_missing"),
        ("1.10101E+17", "id_as_number"),
        ("12345", "id_shape"),
        ("110105194912310021", "id_check_digit"),
        ("11010519491331002X", "id_birth_impossible"),
        ("110105202711310026", "id_birth_impossible"),
    ],
)
def test_what_cannot_be_right_is_refused_by_kind(typed, code):
    with pytest.raises(numbers.NumberRefused) as refused:
        numbers.parse_id(typed, today=TODAY)

    assert refused.value.code == code


def test_an_unknown_province_is_only_a_warning():
    body = "16010519491231002"
    parsed = numbers.parse_id(body + numbers.check_character(body), today=TODAY)

    assert parsed.warning != ""


@pytest.mark.parametrize(
    "typed, kept",
    [("+86 138-1234-5678", "13812345678"), ("０２８－8412345６", "02884123456"), ("13812345678", "13812345678")],
)
def test_telephones_keep_their_digits(typed, kept):
    assert numbers.parse_phone(typed) == kept


def test_a_telephone_of_ten_digits_is_refused():
    with pytest.raises(numbers.NumberRefused):
        numbers.parse_phone("1381234567")


def test_a_wrong_check_digit_of_a_card_is_only_a_warning():
    good, bad = numbers.parse_card("6228 4800 0000 0000 018"), numbers.parse_card("6228480000000000017")

    assert (good.bank, bool(good.warning), bool(bad.warning)) == (
        "农业银行",
        not numbers.luhn.is_valid(good.number),
        True,
    )


def test_names_keep_every_kind_of_middle_dot_and_rare_characters():
    assert numbers.clean_name("　买买提·艾力 ") == "买买提·艾力"
    assert numbers.clean_name("阿依古丽•吐尔逊") == "阿依古丽•吐尔逊"
    assert numbers.clean_name("𬎆龘\u200b") == "𬎆龘"


def test_one_mask_for_each_kind():
    assert [mask_name("王强"), mask_name("李小芳"), mask_name("买买提·艾力"), mask_name("𬎆龘一")] == [
        "王*",
        "李*芳",
        "买*力",
        "𬎆*一",
    ]
    assert mask_id("11010519491231002X") == "**************002X"
    assert mask_phone("13812341402") == "138****1402"
    assert mask_card("6228480000000000017") == "****0017"
