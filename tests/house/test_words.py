"""One message has one translation, whatever room says it: the joined catalogue would choose one of two in silence."""

import re
from collections import defaultdict

import pytest

from config.messages import ROOMS, written
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
