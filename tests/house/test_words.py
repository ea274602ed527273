"""One message has one translation, whatever room says it: the joined catalogue would choose one of two in silence."""

import re
from collections import defaultdict

import pytest

from config.messages import BASE, ROOMS, written
from tests.house.crawl import half_width

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]")


def test_rooms_agree_on_the_chinese_of_a_message():
    said = defaultdict(dict)
    for room in ROOMS:
        for message in written(room):
            if message.id and any(message.string):
                said[message.id, message.context][str(message.string)] = room

    assert {words: by_room for words, by_room in said.items() if len(by_room) > 1} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_chinese_is_written_with_chinese_marks(room):
    """Also what no walk through the practice district meets; a placeholder counts as Chinese."""
    said = [
        PLACEHOLDER.sub("某", one)
        for message in written(room)
        if message.id
        for one in ([message.string] if isinstance(message.string, str) else message.string)
    ]

    assert said
    assert [one for one in said if half_width(one)] == []


# One role is called by one word; these are words that were once said instead of it.
OTHER_WORDS_FOR = {
    "帮扶专干": ("审核员", "审核人员", "办案人员", "经办专员"),
    "负责人": ("领导",),
    "职介员": ("就业专员", "职介专员"),
    "法援员": ("法律援助专员", "法援专员"),
    "您": ("你",),
    "到账日期": ("到款日期", "收款日期"),
    "限定用途": ("专项用途",),
    "追认": ("事后确认", "补批"),
}
# What a page calls a thing, where English has one word for two things of the work.
SAID_SO = {
    ("Note", None): "记录",  # what was said on a visit
    ("Note", "remark"): "备注",  # what somebody adds to a row
    ("Asked by", "follow-up"): "回访人",
    ("called by", None): "回访人",
    ("What for", None): "诉求",
    ("What for", "consent"): "授权用途",
    ("checked", None): "已核对",  # a paper, a card: compared by a second person
    ("checked", "money"): "已复核",  # a batch: every line
    ("Money received on", None): "到账日期",
    ("Arrived on", None): "到账日期",
    ("Received", "money"): "到款",
    ("Ratification", None): "追认",
    ("Earmarked for", None): "限定用途",
}


def all_said():
    """(room, text) of every Chinese message, and of the manuals."""
    for room in ROOMS:
        for message in written(room):
            for one in [message.string] if isinstance(message.string, str) else message.string:
                yield room, one
    for path in sorted(each for each in (BASE / "docs" / "manuals").iterdir() if "zh" in each.name):
        yield path.name, path.read_text(encoding="utf-8")


def test_one_thing_has_one_word():
    words = [(word, instead) for word, others in OTHER_WORDS_FOR.items() for instead in others]

    assert [
        f"{where}: {instead} for {word}" for where, text in all_said() for word, instead in words if instead in text
    ] == []


def test_two_things_have_two_words():
    said = {(message.id, message.context): message.string for room in ROOMS for message in written(room)}

    assert {key: said.get(key) for key in SAID_SO} == SAID_SO
