"""What every test of this room starts from."""

from __future__ import annotations

import pytest

from tests.relief.make import make_house


@pytest.fixture
def house(db):
    """A center with somebody at every desk that money passes."""
    return make_house()
