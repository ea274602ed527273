"""One message has one translation, whatever room says it: the joined catalogue would choose one of two in silence."""

from collections import defaultdict

from config.messages import ROOMS, written


def test_rooms_agree_on_the_chinese_of_a_message():
    said = defaultdict(dict)
    for room in ROOMS:
        for message in written(room):
            if message.id and any(message.string):
                said[message.id, message.context][str(message.string)] = room

    assert {words: by_room for words, by_room in said.items() if len(by_room) > 1} == {}
