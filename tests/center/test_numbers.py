"""What people type is brought into one form; what cannot be right is refused with a sentence."""

from datetime import date

import pytest
from django.utils import translation

from center.privacy import numbers
from center.privacy.masks import mask, mask_card, mask_id, mask_name, mask_phone, person_name

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


@pytest.mark.parametrize(
    "typed, code, sentence",
    [
        ("", "id_missing", "The ID number is missing."),
        ("1.10101E+17", "id_as_number", "A spreadsheet has turned this ID number into a rounded figure."),
        ("12345", "id_shape", "An ID number has 18 characters: 17 digits and a digit or X."),
        ("110105194912310021", "id_check_digit", "The last character does not fit the others: one digit is wrong."),
        ("11010519491331002X", "id_birth_impossible", "The birth date inside the ID number does not exist."),
    ],
)
def test_an_id_number_is_refused_with_what_is_wrong_with_it(typed, code, sentence):
    with translation.override("en"), pytest.raises(numbers.NumberRefused) as refused:
        numbers.parse_id(typed, today=TODAY)

    assert (refused.value.code, str(refused.value)) == (code, sentence)


@pytest.mark.parametrize(
    "parse, typed, code, sentence",
    [
        (
            numbers.parse_phone,
            "1381234567",
            "phone_shape",
            "A mobile number has 11 digits; a fixed line has its area code.",
        ),
        (
            numbers.parse_card,
            "6.2284E+18",
            "card_scientific",
            "A spreadsheet has turned this card number into a rounded figure.",
        ),
        (numbers.parse_card, "62284800000", "card_shape", "A card number has 12 to 21 digits."),
    ],
)
def test_telephones_and_cards_are_refused_with_what_is_wrong_with_them(parse, typed, code, sentence):
    with translation.override("en"), pytest.raises(numbers.NumberRefused) as refused:
        parse(typed)

    assert (refused.value.code, str(refused.value)) == (code, sentence)


def test_a_warning_says_what_to_compare_and_is_silent_when_nothing_is_odd():
    body = "16010519491231002"
    resident = "91124219800101123"

    with translation.override("en"):
        odd = numbers.parse_id(body + numbers.check_character(body), today=TODAY)
        bad = numbers.parse_card("6228480000000000017")

    assert odd.warning == "No province has the first two digits."
    assert numbers.parse_id("11010519491231002X", today=TODAY).warning == ""
    assert numbers.parse_id(resident + numbers.check_character(resident), today=TODAY).warning == ""
    assert bad.warning == "The check digit does not fit; compare it with the card."


def test_who_is_born_today_has_a_number_today():
    body = "11010520261121001"

    assert numbers.parse_id(body + numbers.check_character(body), today=TODAY).born == TODAY


def test_a_number_is_read_on_the_day_of_the_reading_when_no_day_is_given():
    assert numbers.parse_id("11010519491231002X").born == date(1949, 12, 31)


@pytest.mark.parametrize("year, born", [("08", 2008), ("09", 1909), ("00", 2000), ("99", 1999)])
def test_two_digits_of_a_year_are_of_this_century_for_who_is_of_age_today(year, born):
    parsed = numbers.parse_id(f"USA1100{year}010101", today=TODAY)

    assert (parsed.number, parsed.born) == (f"USA1100{year}010101", date(born, 1, 1))


@pytest.mark.parametrize("length", [16, 18])
def test_a_check_character_is_of_seventeen_digits(length):
    with pytest.raises(ValueError, match="zip"):
        numbers.check_character("1" * length)


def test_an_apostrophe_of_a_spreadsheet_is_dropped_and_a_letter_is_not():
    assert numbers.squeeze("'X123") == "X123"
    assert numbers.clean_name("Li \u3000 Na") == "Li Na"


def test_hyphens_points_and_brackets_leave_a_card_and_its_prefix_of_86_stays():
    assert numbers.parse_card("8622-8480.0000(0000)017").number == "8622848000000000017"


def test_the_bank_is_the_one_with_the_longest_prefix_and_none_when_nobody_has_it(monkeypatch):
    banks = {"622": "three", "6228": "four", "62284": "five", "622848": "six", "6228480": "seven", "62": "two"}
    monkeypatch.setattr(numbers, "_banks", lambda: banks)

    found = [numbers.bank_of(number) for number in ("62284801", "62284701", "62281701", "62211701", "62011701")]

    assert found == ["six", "five", "four", "three", ""]


def test_a_mask_of_nothing_is_nothing_and_of_little_shows_no_more_than_its_tail():
    assert [mask(kind, "") for kind in ("id", "phone", "card")] == ["", "", ""]
    assert [mask_phone("02884123456"), mask_phone("1234567"), mask_phone("123"), mask_phone("１381234140x")] == [
        "028****3456",
        "*****67",
        "****23",
        "*********0x",
    ]
    assert mask("id", "11010519491231002X") == "**************002X"


def test_a_name_on_a_page_is_marked_and_its_own_signs_are_no_markup():
    assert person_name("<李>") == '<span class="person-name">&lt;李&gt;</span>'


@pytest.mark.parametrize(
    ("born", "code"),
    [("20350101", "id_birth_ahead"), ("18700101", "id_birth_too_early"), ("19900231", "id_birth_impossible")],
)
def test_a_birth_date_is_refused_for_the_true_reason(born, code):
    body = f"511111{born}001"

    with pytest.raises(numbers.NumberRefused) as refused:
        numbers.parse_id(body + numbers.check_character(body), today=date(2026, 3, 1))

    assert refused.value.code == code
