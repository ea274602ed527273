"""A refusal is a sentence of ours and then whose turn it is: tests compare the first whole and insist on the second."""

import re

WHOSE = re.compile(r"(?P<ours>.+?) (?:Who can: (?P<who>.+)|It is with (?P<name>.+))\.", re.DOTALL)


def ours(refusal):
    """The sentence without those who can; a refusal by role that names nobody is a fault."""
    found = WHOSE.fullmatch(refusal)
    assert found, f"Nobody is named who can: {refusal!r}"
    return found["ours"]
