"""What a QR code on our paper says stays as it was printed: papers outlive versions of the program."""

from __future__ import annotations

import pytest

from center.papers import papercode


def test_a_code_is_written_as_it_stands_on_papers_since_the_first():
    assert papercode.write("D", "23456789AB") == "D1-23456789AB-YK"
    assert papercode.write("D", "23456789AB", version=2) == "D2-23456789AB-K7"
    assert papercode.write("A", "ZZZZZZZZZZ") == "A1-ZZZZZZZZZZ-Z6"


def test_a_code_is_read_in_any_case_and_with_anything_around_it():
    assert papercode.read(" d2-23456789ab-k7\r\n") == ("D", 2, "23456789AB", None)


@pytest.mark.parametrize("text", ["", "D1-23456789AB-YY", "D1-23456789AC-YK", "E1-23456789AB-YK", "D2-23456789AB-YK"])
def test_a_misread_code_is_no_code(text):
    assert papercode.read(text) is None
