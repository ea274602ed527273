"""Names as people write them and as other people type them, read aloud. No database is asked."""

from __future__ import annotations

import unicodedata

import pytest

from casework.rules.names import normal_name, plain, search_keys


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("赵丽华", "赵丽华"),
        (" 赵 丽\u3000华 ", "赵丽华"),
        ("Anna  Maria\tRoth", "Anna Maria Roth"),
        ("赵 Anna", "赵 Anna"),
        ("J. R. 赵", "J. R. 赵"),
        ("买买提.艾力", "买买提·艾力"),
        ("买买提 . 艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("· 艾力", "·艾力"),
        ("艾力 ·", "艾力·"),
        ("𠮷 田", "𠮷田"),
        ("红星(北京)纺织厂", "红星（北京）纺织厂"),
        ("红星（北京）纺织厂", "红星（北京）纺织厂"),
        ("ＡＢＣ１２电子厂", "ABC12电子厂"),
        ("ABC (Beijing) Ltd.", "ABC (Beijing) Ltd."),
        (unicodedata.normalize("NFD", "Müller"), "Müller"),
        ("", ""),
    ],
)
def test_a_name_is_kept_in_one_way_of_writing(written, kept):
    assert normal_name(written) == kept


@pytest.mark.parametrize("dot", "•・‧∙･﹒．●⋅·")
def test_every_dot_between_the_parts_of_a_name_is_the_same(dot):
    assert normal_name(f"买买提{dot}艾力") == "买买提·艾力"


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("O'Neill", "oneill"),
        ("O’Neill", "oneill"),
        ("Anne-Marie L.", "annemariel"),
        (" 买买提•艾力 ", "买买提艾力"),
        ("LÜ bu", "lvbu"),
        ("红星(北京", "红星北京"),
        ("红星（北京", "红星北京"),
        (unicodedata.normalize("NFD", "lü"), "lv"),
    ],
)
def test_what_people_leave_out_is_left_out_of_what_they_type(typed, sought):
    assert plain(typed) == sought


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("赵丽华", ["赵丽华", "丽华", "华", "zhaolihua", "zlh", "lihua"]),
        ("吕布", ["吕布", "布", "lvbu", "lb", "bu", "lubu"]),
        ("赵女", ["赵女", "女", "zhaonv", "zn", "nv", "zhaonu", "nu"]),
        ("赵A", ["赵a", "a", "zhaoa", "za"]),
        ("仇", ["仇", "qiu", "q", "chou", "c", "ju", "j"]),
        ("𠮷田", ["𠮷田", "田", "𠮷tian", "𠮷t", "tian"]),
        ("Anna", ["anna", "nna", "na", "a"]),
        (" · ", []),
        ("", []),
    ],
)
def test_a_name_is_found_by_itself_its_ends_its_sound_and_its_initials(name, keys):
    assert search_keys(name) == keys


def test_a_surname_is_found_as_it_is_called_and_as_it_is_misread():
    assert search_keys("曾伟") == ["曾伟", "伟", "zengwei", "zw", "wei", "cengwei", "cw"]


def test_a_given_name_is_found_by_its_two_most_frequent_readings():
    """行 is read in three ways: the rarest one is left out."""
    assert search_keys("赵行") == ["赵行", "行", "zhaoxing", "zx", "xing", "zhaohang", "zh", "hang"]


def test_of_eight_readings_the_rest_is_left_out_but_no_reading_of_the_surname():
    """单行乐重: three times two times two times two. Eight of them are all of one surname; the others are found, too."""
    called = [
        f"{first}{second}{third}"
        for first in ("xing", "hang")
        for second in ("le", "yue")
        for third in ("zhong", "chong")
    ]

    keys = search_keys("单行乐重")

    assert [key for key in keys if key.startswith("shan")] == [f"shan{given}" for given in called]
    assert [key for key in keys if key.startswith(("dan", "chan"))] == ["danxinglezhong", "chanxinglezhong"]
    assert {key for key in keys if len(key) == 4 and key.isascii()} == {
        "sxlz", "sxlc", "sxyz", "sxyc", "shlz", "shlc", "shyz", "shyc", "dxlz", "cxlz"
    }  # fmt: skip
    assert set(called) <= set(keys)


def test_a_long_name_is_found_by_one_reading_of_each_character():
    short, long = search_keys("行行行行行"), search_keys("行行行行行行")

    assert ("xingxingxingxinghang" in short, "xing" * 5 in short) == (True, True)
    assert [key for key in long if key.startswith("xing")] == ["xing" * 6, "xing" * 5]
    assert [key for key in long if "hang" in key] == ["hang" + "xing" * 5]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("阿卜杜拉·买买提", "abudula"),
        ("阿卜杜拉·买买提", "abudulamaimaiti"),
        ("阿不都拉", "abudula"),
        ("努尔兰·哈斯木", "nuerlanhasimu"),
        ("扎西次仁", "zhaxiciren"),
        ("格桑拉姆", "gesanglamu"),
    ],
)
def test_names_of_other_languages_are_found_by_their_full_pinyin(name, typed):
    assert any(key.startswith(typed) for key in search_keys(name))
