"""One way of writing, and what is no name (fault kinds 6 and 8). No database is asked."""

import pytest

from center.kernel.normal import fault_of_name, fold, key, why_not_a_name


@pytest.mark.parametrize("written", ["AB001", "AB００１", "AB-001", "ab 001", "ＡＢ001", "AB—001", "A.B/001"])
def test_a_number_is_one_however_it_is_written(written):
    assert key(written) == "ab001"


@pytest.mark.parametrize(
    "written", ["川工办〔2026〕3号", "川工办[2026]3号", "川工办（2026）3号", "川工办 【２０２６】 3 号"]
)
def test_a_document_is_one_whatever_its_brackets(written):
    assert key(written) == "川工办20263号"


@pytest.mark.parametrize(
    "written, meant",
    [
        ("\u2f45试\u2f00", "方试一"),  # Kangxi radicals
        ("试\ue863", "试\u4dae"),  # the private use of GB 18030-2000
        ("\u2ec5龙", "见龙"),
        ("\ufa1a", "祥"),
        ("赵丽华", "赵丽华"),
        ("O'Neill", "O'Neill"),
    ],
)
def test_an_ordinary_character_stands_for_its_double(written, meant):
    assert fold(written) == meant


@pytest.mark.parametrize(
    "name",
    [
        *[
            "赵丽华",
            "欧阳 娜娜",
            "阿依古丽 买买提",
            "张 三",
            "欧阳 夏丹",
            "阿依古丽•买买提",
            "O’Neill Test",
            "J. R. 赵",
            "Anne-Marie",
            "〇试",
            "试𬎆",
            "试\ue863",
            "—",
        ],
        *["Müller", "扎西·次仁", "ㄅ", "ᠮᠣᠩᠭᠣᠯ", "བཀྲ་ཤིས"],
    ],
)
def test_names_of_every_kind_are_names(name):
    assert fault_of_name(name.replace("\u0f0b", "")) == ""


@pytest.mark.parametrize(
    "name",
    [
        *[
            "赵丽华1",
            "赵丽华１",
            "赵①",
            "赵/钱",
            "赵\\钱",
            "赵丽华(女)",
            "赵丽华（45岁）",
            "赵丽华、钱进",
            "赵丽华 钱进",
            "张三\u3000李四",
            "欧阳娜娜 张三",
            "赵，钱",
            "赵;钱",
        ],
        *[
            "赵\ue000",
            "赵=1",
            "赵+钱",
            "<b>赵",
            "王*",
            "-",
            "·",
            "赵?",
        ],
    ],
)
def test_what_is_more_or_less_than_a_name_is_refused(name):
    assert fault_of_name(name) == "not_a_name"
    assert why_not_a_name(name) == (
        "A name is the name of one person: no digits, brackets, slashes, other signs or several people."
    )


@pytest.mark.parametrize("name", ["赵\u202e丽华", "赵\x1b丽华", "赵\u2066丽", "赵\n钱\t1"])
def test_a_sign_that_nobody_sees_has_a_reason_of_its_own(name):
    assert fault_of_name(name) == "unseen_sign"


@pytest.mark.parametrize("name", ["合计", "小 计", "户主", "不详", "王主任", "李书记", "赵丽华等人"])
def test_a_word_is_nobody_s_name(name):
    assert why_not_a_name(name) == f"“{name}” is nobody's name."


def test_nothing_is_said_of_no_name():
    assert [why_not_a_name(""), why_not_a_name(" ")] == ["", ""]
